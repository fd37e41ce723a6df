"""Figures: the same before and after days are counted, by every kind, for nobody else, and without anybody's name."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import removal
from tenuto.accounts.models import Account
from tenuto.audio import remember
from tenuto.audio.models import Downloads, Listen
from tenuto.comments.models import Comment
from tenuto.library.likes import change as likes
from tenuto.library.reposts import change as reposts
from tenuto.rules.plays import Reason
from tenuto.rules.statistics import period_until
from tenuto.statistics.days import count_day, count_days
from tenuto.statistics.figures import Figures
from tenuto.statistics.models import CountedDay, DayOfTrack, Hearers
from tenuto.tracks.models import Track
from tests.people import person
from tests.statistics.heard import NOW, heard
from tests.tracks.catalogue import link, public

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def figures(owner: Account, track: Track | None = None, days: int = 28) -> Figures:
    return Figures(owner, track, period_until(TODAY, days))


def told(owner: Account, track: Track | None = None) -> dict[str, Any]:
    """Everything that figures say, as plain values."""
    found = figures(owner, track)
    said: dict[str, Any] = {
        "plays": found.plays_by_day, "origins": found.plays_by_origin, "countries": found.plays_by_country,
        "tracks": found.plays_by_track, "links": found.listens_by_link, "reasons": found.not_counted,
        "listeners": found.listeners_by_day,
    }  # fmt: skip
    if track is not None:
        said |= {"still there": found.still_there, "began": found.began}
    return said


def test_plays_are_told_apart_by_day_origin_country_and_track(alma: Account) -> None:
    track, other = public(alma, at=NOW), public(alma, "Other", at=NOW)
    heard(track, country="PT")
    heard(track, "c2", source="queue", country="DE", days_ago=1)
    heard(track, "ex", source="embed", network="n1", client="Firefox")
    heard(other, "a7", source="my-own-player")
    found = figures(alma)
    assert found.plays_by_day == {TODAY: 3, TODAY - timedelta(days=1): 1}
    assert found.plays_by_origin == {"page": 2, "embed": 1, "app": 1}
    assert found.plays_by_country == {"PT": 1, "DE": 1, "": 2}
    assert found.plays_by_track == {track.pk: 3, other.pk: 1}


def test_what_did_not_count_is_there_with_its_reason(alma: Account) -> None:
    track = public(alma, at=NOW)
    mara = link(track)
    heard(track)
    heard(track, "c2", reason=Reason.TOO_SHORT, at=4)
    heard(track, "cA", reason=Reason.OWNER)
    heard(track, "c3", reason=Reason.NOT_REPORTED, source="feed")
    heard(track, "c4", reason=Reason.BY_LINK, link=mara, source="link")
    Listen.objects.filter(listener="c3").update(not_counted="")  # not decided yet
    found = figures(alma, track)
    assert found.plays_by_day.total() == 1
    assert found.not_counted == {"too_short": 1, "owner": 1, "undecided": 1, "by_link": 1}
    assert found.listens_by_link == {mara.pk: 1}


def test_listeners_are_different_ones_of_a_day(alma: Account) -> None:
    """Three pages of one embed on one network and browser are one; somebody who comes again tomorrow is one more."""
    track, other = public(alma, at=NOW), public(alma, "Other", at=NOW)
    for visit in ("e1", "e2", "e3"):
        heard(track, visit, source="embed", network="n1", client="Firefox")
    heard(track, "c1")
    heard(other, "c1")
    heard(track, "c1", days_ago=1)
    heard(track, "c9", reason=Reason.TOO_SHORT)
    assert figures(alma).listeners_by_day == {TODAY: 2, TODAY - timedelta(days=1): 1}
    assert figures(alma, other).listeners_by_day == {TODAY: 1}


def test_the_curve_says_where_people_stop_and_leaves_the_artist_out(alma: Account) -> None:
    track = public(alma, at=NOW)  # of 292 seconds
    heard(track, "c1", at=292)
    heard(track, "c2", at=146)
    heard(track, "c3", at=3, reason=Reason.TOO_SHORT)
    heard(track, "c4", at=291.9, reason=Reason.OWNER)
    heard(track, "c5", reason=Reason.NOT_REPORTED, source="feed")
    found = figures(alma, track)
    assert found.began == 3
    assert found.still_there[0] == pytest.approx(2 / 3)
    assert found.still_there[24] == pytest.approx(2 / 3)
    assert found.still_there[25] == pytest.approx(1 / 3)
    assert found.still_there[-1] == pytest.approx(1 / 3)


def test_nothing_of_others_and_nothing_before_the_period_is_in_it(alma: Account, bo: Account) -> None:
    heard(public(bo, at=NOW))
    heard(public(alma, at=NOW), days_ago=28)
    assert figures(alma).plays_by_day.total() == 0
    assert figures(alma, days=90).plays_by_day.total() == 1


def test_days_that_are_over_are_counted_once_and_say_the_same(alma: Account, bo: Account) -> None:
    track, other = public(alma, at=NOW), public(alma, "Other", at=NOW)
    mara = link(track)
    for days_ago in (0, 1, 2, 3, 9):
        heard(track, "c1", days_ago=days_ago, country="PT", at=100)
        heard(other, "c1", days_ago=days_ago)
        heard(track, "e1", days_ago=days_ago, source="embed", network="n", client="Chrome")
        heard(track, "c2", days_ago=days_ago, reason=Reason.BY_LINK, link=mara, at=7)
    before = [told(alma), told(alma, track), told(alma, other), told(bo)]
    for _twice in range(2):
        count_days(NOW)
        assert CountedDay.objects.count() == 8  # the ninth day ago to the second
        assert [told(alma), told(alma, track), told(alma, other), told(bo)] == before
    assert DayOfTrack.objects.count() == 3 * 4
    count_days(NOW + timedelta(days=30))
    assert [told(alma), told(alma, track), told(alma, other), told(bo)] == before


def test_a_day_waits_for_its_last_verdict(alma: Account) -> None:
    heard(public(alma, at=NOW), days_ago=5, reason=Reason.NOT_REPORTED)
    Listen.objects.update(not_counted="")
    assert not count_day(TODAY - timedelta(days=5), NOW)
    count_days(NOW)
    assert not CountedDay.objects.exists()
    Listen.objects.update(not_counted=Reason.TOO_SHORT)
    count_days(NOW)
    assert figures(alma).not_counted == {"too_short": 1}
    assert CountedDay.objects.exists()


def test_a_listener_who_leaves_or_clears_takes_the_name_and_leaves_the_number(alma: Account, bo: Account) -> None:
    track = public(alma, at=NOW)
    cy = person("cy", "Cy")
    for days_ago in (1, 6):
        heard(track, f"a{bo.pk}", account=bo, days_ago=days_ago)
        heard(track, f"a{cy.pk}", account=cy, days_ago=days_ago)
    count_days(NOW)
    before = told(alma, track)
    remember.clear(cy)
    remember.forget(NOW + timedelta(days=1))
    removal.ask(bo, timezone.now())
    removal.remove_account.func(bo.removal.pk)
    assert not Account.objects.filter(username="bo").exists()
    assert not Listen.objects.filter(account__isnull=False).exists()
    after = told(alma, track)
    assert after["plays"] == before["plays"]
    assert after["listeners"] == before["listeners"]


def test_an_artist_who_leaves_takes_all_of_it_along(alma: Account) -> None:
    heard(public(alma, at=NOW), days_ago=6)
    Downloads.objects.create(track=Track.objects.get(), day=TODAY, people=2)
    count_days(NOW)
    assert Hearers.objects.count() == 2
    removal.ask(alma, timezone.now())
    removal.remove_account.func(alma.removal.pk)
    for model in (DayOfTrack, Hearers, Downloads, Listen):
        assert not model._default_manager.exists()


def test_likes_reposts_comments_and_downloads_stand_beside_plays(alma: Account, bo: Account, cy: Account) -> None:
    """Of others than the artist who are here; comments that wait or that staff withheld are none."""
    track = public(alma, at=NOW)
    likes.like(track, bo, NOW)
    likes.like(track, alma, NOW)
    likes.like(track, cy, NOW)
    Account.objects.filter(pk=cy.pk).update(is_active=False)
    reposts.repost(track, bo, NOW)
    for author, waits in ((bo, False), (bo, True), (alma, False)):
        Comment.objects.create(track=track, author=author, at_seconds=1, words="Good", said_at=NOW, waits=waits)
    Comment.objects.create(track=track, author=bo, at_seconds=1, words="Bad", said_at=NOW, withheld=True)
    Downloads.objects.create(track=track, day=TODAY, country="PT", people=2)
    Downloads.objects.create(track=track, day=TODAY, country="", people=1)
    assert figures(alma, track).gestures == {
        "likes": Counter({TODAY: 1}),
        "reposts": Counter({TODAY: 1}),
        "comments": Counter({TODAY: 1}),
        "downloads": Counter({TODAY: 3}),
    }


def test_more_listens_cost_no_more_queries(alma: Account, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        track = public(alma, f"Track {number}", at=NOW)
        for days_ago in range(6):
            heard(track, f"c{number}", days_ago=days_ago)
    count_days(NOW)
    for of in (None, Track.objects.first()):
        with django_assert_num_queries(14 if of is None else 15):
            told(alma, of)
            figures(alma, of).gestures  # noqa: B018  asked for


class AnyDays(TestCase):
    """Whatever was heard, days that were counted say what the listens say."""

    drawn = st.tuples(
        st.integers(0, 5), st.sampled_from(["c1", "c2", "a3", "e4"]), st.sampled_from(["page", "embed", "feed", "api"]),
        st.sampled_from(["", "PT"]), st.sampled_from(["", *Reason][:4]),
        st.integers(0, 2920).map(lambda tenths: tenths / 10),
    )  # fmt: skip

    @given(st.lists(drawn, max_size=8))
    def test_counted_days_say_what_listens_say(self, listens: list[tuple[int, str, str, str, str, float]]) -> None:
        alma = person("alma", "Alma")
        track = public(alma, at=NOW)
        for days_ago, listener, source, country, reason, at in listens:
            reason = "" if reason == Reason.COUNTED else reason
            heard(track, listener, days_ago=days_ago, source=source, country=country, reason=reason, at=at)
        before = [told(alma), told(alma, track)]
        count_days(NOW)
        assert [told(alma), told(alma, track)] == before


def test_days_are_those_of_utc(alma: Account) -> None:
    heard(public(alma, at=NOW))
    Listen.objects.update(started_at=NOW.replace(hour=23, minute=59))
    assert set(figures(alma).plays_by_day) == {date(2026, 11, 28)}
