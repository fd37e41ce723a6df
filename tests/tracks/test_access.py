"""Tracks are fetched and checked in one act: what is hidden answers as what never was, in as few questions."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account, Follow
from tenuto.base.errors import NotFound
from tenuto.rules.sharing import Regions
from tenuto.rules.visibility import Audience, Surface, Visitor
from tenuto.tracks import access, lists, slugs
from tenuto.tracks.models import Publication, Recording, Track
from tenuto.tracks.paging import NoSuchPage, page
from tests.tracks import catalogue
from tests.tracks.catalogue import HOUR, NOON

pytestmark = pytest.mark.django_db

ANYBODY = Visitor()


def hidden(owner: Account) -> Iterator[Track]:
    """Tracks that a stranger may not know of, one of each kind."""
    yield catalogue.track(owner)
    yield catalogue.shared(catalogue.track(owner), Audience.FOLLOWERS, NOON - HOUR)
    yield catalogue.shared(catalogue.track(owner), Audience.PUBLIC, NOON + HOUR)
    yield catalogue.public(owner, ready=False)
    yield catalogue.public(owner, regions=Regions.ONLY, countries=["PT"])


def questions(act: Callable[..., object], *of: object) -> list[str]:
    """The tables that were asked, in their order, by something that ends in `NotFound`."""
    with CaptureQueriesContext(connection) as asked, pytest.raises(NotFound) as raised:
        act(*of)
    assert raised.value.advice == NotFound.advice
    return [query["sql"].split(" FROM ")[1].split()[0] for query in asked.captured_queries]


def test_a_hidden_track_costs_the_same_questions_as_one_that_never_was(alma: Account, cy: Account) -> None:
    """By its page, its key or a list, a stranger learns nothing of what you keep back, not even from the clock."""
    anothers = catalogue.link(catalogue.track(alma)).pk
    for visitor in (ANYBODY, Visitor(cy.pk), Visitor(link_ids=frozenset({anothers})), Visitor(cy.pk, country="JP")):
        missing_key = questions(access.track_by_key, visitor, "nosuchkey", Surface.STREAM, NOON)
        missing_page = questions(access.track_at, visitor, "alma", "nosuchtrack", NOON)
        for track in hidden(alma):
            assert questions(access.track_by_key, visitor, track.key, Surface.STREAM, NOON) == missing_key
            assert questions(access.track_at, visitor, "alma", track.slug, NOON) == missing_page


def test_what_a_stranger_may_not_know_of_is_on_no_list(alma: Account, cy: Account) -> None:
    shown = catalogue.public(alma)
    assert len(list(hidden(alma))) == 5
    assert list(access.newest_public(NOON)) == [shown]
    for visitor in (ANYBODY, Visitor(cy.pk), Visitor(cy.pk, link_ids=frozenset({catalogue.link(shown).pk}))):
        assert list(access.shown_on_profile(alma, visitor, NOON)) == [shown]
    assert len(access.shown_on_profile(alma, Visitor(alma.pk), NOON)) == 6


def test_a_track_comes_whole_in_one_query(alma: Account, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    track = catalogue.public(alma)
    with django_assert_num_queries(1):
        found, hearing = access.track_by_key(ANYBODY, track.key, Surface.PAGE, NOON)
        assert hearing
        assert found.owner.name == "Alma Ferreira"
        assert found.recording is not None
        assert found.recording.seconds == 292.0
        assert found.artwork is None
        assert found.publication.audience == "public"


def test_a_list_costs_one_query_however_long(alma: Account, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(12):
        catalogue.public(alma, f"Song {number}")
    with django_assert_num_queries(1):
        for track in access.newest_public(NOON):
            assert track.recording is not None
            assert track.owner.username == "alma"
            assert access.meet(track, Visitor(5), Surface.PAGE, NOON)
            assert access.meet(track, Visitor(5), Surface.INSIGHTS, NOON)


def test_a_sketch_without_sound_costs_no_more(alma: Account, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        catalogue.track(alma, f"Song {number}", ready=False)
    with django_assert_num_queries(1):
        assert [track.recording for track in access.shown_on_profile(alma, Visitor(alma.pk), NOON)] == [None] * 3


def test_asking_again_of_the_same_track_costs_nothing(
    alma: Account, bo: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Follow.objects.create(follower=bo, followed=alma)
    track = catalogue.shared(catalogue.track(alma), Audience.FOLLOWERS, NOON - HOUR)
    visitor = Visitor(bo.pk, link_ids=frozenset({1}))
    with django_assert_num_queries(3):  # the track, its links, whether Bo follows
        found, _hearing = access.track_by_key(visitor, track.key, Surface.PAGE, NOON)
    with django_assert_num_queries(0):
        assert access.meet(found, visitor, Surface.STREAM, NOON)
        assert not access.meet(found, visitor, Surface.DOWNLOAD, NOON)


def test_the_old_recording_is_heard_until_the_new_one_is_ready(alma: Account) -> None:
    track = catalogue.public(alma)
    heard = access.track_at(ANYBODY, "alma", track.slug, NOON).recording
    assert heard is not None
    catalogue.recording(track, Recording.Stage.RENDERING)
    assert access.track_at(ANYBODY, "alma", track.slug, NOON).recording == heard


def test_a_former_address_leads_to_the_track_for_whoever_may_see_it(alma: Account) -> None:
    track = catalogue.public(alma, "Draft")
    slugs.move(track, "harbour", NOON)
    assert access.track_at(ANYBODY, "alma", "draft", NOON).slug == "harbour"
    sketch = catalogue.track(alma, "Secret")
    slugs.move(sketch, "hidden", NOON)
    for slug in ("secret", "hidden"):
        with pytest.raises(NotFound):
            access.track_at(ANYBODY, "alma", slug, NOON)


def test_the_tracks_of_a_closed_account_are_missing(alma: Account) -> None:
    track = catalogue.public(alma)
    assert list(access.newest_public(NOON)) == [track]
    Account.objects.filter(pk=alma.pk).update(is_active=False)
    assert list(access.newest_public(NOON)) == []
    with pytest.raises(NotFound):
        access.track_by_key(ANYBODY, track.key, Surface.PAGE, NOON)


def test_own_tracks_are_for_their_owner(alma: Account, cy: Account) -> None:
    track = catalogue.public(alma)
    assert access.own_track(alma, track.key) == track
    for stranger in (cy, AnonymousUser()):
        with pytest.raises(NotFound):
            access.own_track(stranger, track.key)


# ——— secret links ———


def test_a_secret_link_opens_a_sketch_and_nothing_once_it_is_over(alma: Account) -> None:
    """Whoever holds the link hears the sketch; when it ends or you revoke it, the address is as if it never was."""
    track = catalogue.track(alma)
    link = catalogue.link(track, expires_at=NOON + HOUR)
    assert access.track_by_secret(link.secret, NOON) == (track, link)
    with pytest.raises(NotFound):
        access.track_by_secret(link.secret, NOON + HOUR)
    revoked = catalogue.link(track, revoked_at=NOON - HOUR)
    with pytest.raises(NotFound):
        access.track_by_secret(revoked.secret, NOON)


def test_a_revoked_link_is_gone_also_when_the_track_is_public(alma: Account) -> None:
    link = catalogue.link(catalogue.public(alma), revoked_at=NOON)
    with pytest.raises(NotFound):
        access.track_by_secret(link.secret, NOON)


def test_a_secret_link_opens_nothing_in_a_country_that_is_shut_out(alma: Account) -> None:
    link = catalogue.link(catalogue.track(alma, regions=Regions.EXCEPT, countries=["JP"]))
    assert access.track_by_secret(link.secret, NOON, Visitor(country="PT"))
    for country in ("JP", None):
        with pytest.raises(NotFound):
            access.track_by_secret(link.secret, NOON, Visitor(country=country))


def test_a_secret_link_to_a_track_that_is_not_ready_opens_nothing_yet(alma: Account) -> None:
    link = catalogue.link(catalogue.track(alma, ready=False))
    with pytest.raises(NotFound):
        access.track_by_secret(link.secret, NOON)
    assert access.track_by_secret(link.secret, NOON, Visitor(alma.pk))


def test_a_link_to_one_track_does_not_open_another(alma: Account) -> None:
    opened, closed = catalogue.track(alma), catalogue.track(alma)
    visitor = Visitor(link_ids=frozenset({catalogue.link(opened).pk}))
    assert access.track_by_key(visitor, opened.key, Surface.STREAM, NOON)
    with pytest.raises(NotFound):
        access.track_by_key(visitor, closed.key, Surface.STREAM, NOON)


# ——— lists ———


@pytest.fixture
def many(alma: Account, bo: Account) -> None:
    """Enough tracks of two people that a database would notice."""
    Track.objects.bulk_create(
        # One in seven is Alma's: were there fewer others', a walk along everybody's would be as quick as along hers.
        Track(owner=bo if n % 7 else alma, title="Song", slug=f"song-{n}")
        for n in range(600)
    )
    Publication.objects.bulk_create(
        Publication(
            track=track,
            audience=Audience.PUBLIC if number % 3 else Audience.FOLLOWERS,
            starts_at=NOON - timedelta(minutes=number),
            by=track.owner,
            audible=number % 5 != 0,
        )
        for number, track in enumerate(Track.objects.select_related("owner"))
    )


@pytest.mark.usefixtures("many")
def test_the_newest_are_a_walk_along_the_index() -> None:
    """No sorting, no look at what is not public: so the front page is as quick with a million tracks."""
    plan = planned(access.newest_public(NOON, "DE")[:20])
    assert "newest_public" in plan
    assert not re.search(SORTED, plan)


@pytest.mark.usefixtures("many")
def test_a_profile_is_a_walk_along_its_own_index(alma: Account) -> None:
    plan = planned(access.shown_on_profile(alma, ANYBODY, NOON)[:20])
    assert "published_by" in plan
    assert not re.search(SORTED, plan)


SORTED = r"Sort|USE TEMP B-TREE|SCAN tracks_track"


def planned(tracks: QuerySet[Track]) -> str:
    """How the database goes about it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            # With as few rows as a test has, reading all of them is cheapest; what matters is what it can do.
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            )
    return tracks.explain()


def test_pages_follow_one_another_without_gap_or_repetition(alma: Account) -> None:
    """Also where several tracks appeared at the same moment, and while new ones come in at the top."""
    tracks = [
        catalogue.shared(catalogue.track(alma, f"Song {n}"), Audience.PUBLIC, NOON - timedelta(minutes=n // 3))
        for n in range(10)
    ]
    expected = sorted(tracks, key=lambda track: (track.publication.starts_at, track.publication.pk), reverse=True)
    seen: list[Track] = []
    before = ""
    while True:
        found = page(access.newest_public(NOON), before, 3)
        seen += found.tracks
        catalogue.public(alma, "A newcomer", at=NOON + HOUR)
        if found.before is None:
            break
        before = found.before
    assert seen == expected


def test_a_profile_pages_for_its_owner_too(alma: Account) -> None:
    tracks = [catalogue.track(alma, f"Sketch {n}") for n in range(5)]
    listed = access.shown_on_profile(alma, Visitor(alma.pk), NOON)
    first = page(listed, "", 3)
    assert first.before is not None
    assert [*first.tracks, *page(listed, first.before, 3).tracks] == tracks[::-1]


@pytest.mark.parametrize("mark", ["x", "1", "1-", "-1", "9" * 30 + "-1", "1-1;drop", "1-1\n", "٣-٣"])
def test_a_broken_page_mark_is_answered_with_a_sentence(alma: Account, mark: str) -> None:
    with pytest.raises(NoSuchPage):
        page(access.newest_public(NOON), mark, 3)


@pytest.mark.parametrize("asks", ["guest", "follower", "owner"])
def test_lists_whose_sql_is_made_once_turn_their_pages_like_the_querysets(
    alma: Account, bo: Account, asks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 3)
    for made in (lists._newest_public, lists._heard_of, lists._all_of):
        monkeypatch.setattr(lists, made.__name__, made.__wrapped__)  # whose pages are not kept for others
    Follow.objects.create(follower=bo, followed=alma)
    for number in range(4):
        for audience in (Audience.PUBLIC, Audience.FOLLOWERS):
            # Two and two at one moment: then their numbers decide.
            catalogue.shared(catalogue.track(alma), audience, NOON - (number // 2) * HOUR)
    visitor = {"guest": ANYBODY, "follower": Visitor(bo.pk), "owner": Visitor(alma.pk)}[asks]
    expected = {
        "newest": list(access.newest_public(NOON)),
        "profile": list(access.shown_on_profile(alma, visitor, NOON)),
    }
    found: dict[str, list[Track]] = {"newest": [], "profile": []}
    for name, tracks in found.items():
        mark: str | None = ""
        while mark is not None:
            turned = (
                lists.newest_public(NOON, None, mark)
                if name == "newest"
                else lists.shown_on_profile(alma, visitor, NOON, mark)
            )
            assert len(turned.tracks) <= 3
            tracks += turned.tracks
            mark = turned.before
    assert found == expected
    assert [len(tracks) for tracks in found.values()] == [4, 4 if asks == "guest" else 8]
    with pytest.raises(NoSuchPage):
        lists.newest_public(NOON, None, "x")


def test_a_country_matches_whole_codes_only(alma: Account) -> None:
    catalogue.public(alma, regions=Regions.ONLY, countries=["DE", "PT"])
    heard = {
        country for country in ["DE", "PT", "EP", "ED", "D", '"', "%", "__"] if access.newest_public(NOON, country)
    }
    assert heard == {"DE", "PT"}
