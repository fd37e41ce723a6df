"""What is played most: counted plays alone, the same list for everybody, nothing that is not for everyone."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account, Follow
from tenuto.audio.models import Listen
from tenuto.charts.count import count
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.library.listing import public, words
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def played(track: Track, times: int, ago: timedelta = timedelta(hours=1), *, why_not: str = "") -> None:
    when = timezone.now() - ago
    Listen.objects.bulk_create(
        Listen(
            track=track,
            listener=f"{number:032}",
            source="page",
            started_at=when,
            counted_at=None if why_not else when,
            not_counted=why_not,
        )
        for number in range(times)
    )


def chart(client: Client, over: str = "week", at: datetime | None = None) -> list[tuple[int, str, int]]:
    count(at or timezone.now())
    found = client.get("/api/v1/charts", {"over": over}).json()["placed"]
    page = words(client, f"/charts?over={over}")
    assert re.findall(r'<track-item [^>]*data-title="([^"]*)"', page) == [one["track"]["title"] for one in found]
    return [(one["place"], one["track"]["title"], one["plays"]) for one in found]


def test_the_most_played_stands_first_over_each_length_of_time(client: Client, alma: Account) -> None:
    new, old = public(alma, "New"), public(alma, "Old")
    played(new, 2)
    played(old, 1)
    played(old, 3, 3 * DAY)
    played(old, 9, 20 * DAY)
    played(new, 50, 31 * DAY)
    assert chart(client, "day") == [(1, "New", 2), (2, "Old", 1)]
    assert chart(client, "week") == [(1, "Old", 4), (2, "New", 2)]
    assert chart(client, "month") == [(1, "Old", 13), (2, "New", 2)]
    page = words(client, "/charts")
    assert "4 plays" in page
    assert '<a href="/charts" aria-current="page">Charts</a>' in page


def test_plays_that_do_not_count_count_for_nothing(client: Client, alma: Account) -> None:
    played(public(alma, "Loud"), 9, why_not="too_short")
    played(public(alma, "Heard"), 1)
    assert chart(client) == [(1, "Heard", 1)]


def test_tracks_with_as_many_plays_share_a_place(client: Client, alma: Account) -> None:
    for title, times in (("A", 2), ("B", 2), ("C", 1)):
        played(public(alma, title), times)
    assert chart(client) == [(1, "A", 2), (1, "B", 2), (3, "C", 1)]


def test_what_is_not_for_everyone_is_in_no_chart_whoever_asks(
    client: Client, as_alma: Client, as_bo: Client, alma: Account, bo: Account
) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    now = timezone.now()
    hidden = [
        catalogue.track(alma, "Sketch"),
        catalogue.shared(catalogue.track(alma, "For followers"), Audience.FOLLOWERS, now - DAY),
        public(alma, "Abroad", regions="only", countries=["PT"]),
        public(alma, "Kept to herself", insights_public=False),
    ]
    for track in hidden:
        played(track, 9)
    played(public(alma, "Open"), 1)
    for visitor in (client, as_alma, as_bo):
        assert chart(visitor) == [(1, "Open", 1)]


def test_a_switch_that_is_turned_holds_before_the_next_counting(client: Client, alma: Account) -> None:
    track = public(alma, "Open")
    played(track, 1)
    assert chart(client) == [(1, "Open", 1)]
    Track.objects.update(insights_public=False)
    assert "Open" not in words(client, "/charts")
    Track.objects.update(insights_public=True)
    track.publication.delete()
    assert client.get("/api/v1/charts").json()["placed"] == []


def test_counting_twice_is_counting_once_and_what_nobody_plays_falls_out(client: Client, alma: Account) -> None:
    played(public(alma, "Once"), 1)
    assert chart(client) == chart(client) == [(1, "Once", 1)]
    assert chart(client, "day", timezone.now() + 2 * DAY) == []


def test_an_empty_chart_says_so_and_an_unknown_length_is_a_week(client: Client) -> None:
    assert "Nothing was played" in words(client, "/charts?over=century")
    assert client.get("/api/v1/charts?over=century").status_code == 422


def test_the_front_page_leads_to_the_charts(client: Client) -> None:
    assert 'href="/charts"' in words(client, "/")


@pytest.mark.parametrize("tracks", [1, 9])
def test_a_chart_asks_twice_however_long_it_is(
    client: Client, alma: Account, tracks: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(tracks):
        played(public(alma, f"Track {number}"), 1)
    count(timezone.now())
    client.get("/charts")
    with django_assert_num_queries(2):
        client.get("/charts")
