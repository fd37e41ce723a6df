"""Lists are SQL and single tracks are the rule: on random catalogues both must say the same."""

from dataclasses import dataclass, replace
from itertools import product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenuto.accounts.models import Account, Block, Follow
from tenuto.base.errors import NotFound
from tenuto.rules.sharing import Regions, Sharing
from tenuto.rules.visibility import (
    FOR_ANYBODY,
    Audience,
    Hearing,
    SecretLinkState,
    Surface,
    TrackState,
    Visitor,
    may_hear,
)
from tenuto.tracks import access, lists
from tenuto.tracks.models import Publication, Track
from tenuto.tracks.publish import withhold
from tests.tracks import catalogue
from tests.tracks.catalogue import HOUR, NOON

pytestmark = pytest.mark.django_db

# An hour before, this very moment, an hour after: where "not yet" and "no longer" begin.
MOMENTS = [NOON - HOUR, NOON, NOON + HOUR]


@dataclass(frozen=True)
class Link:
    expires: int | None
    revoked: bool


sharings = st.builds(
    Sharing,
    **{name: st.booleans() for name in ("downloads", "offline_listening", "in_feed", "embeddable", "app_playback")},
    **{name: st.booleans() for name in ("comments_allowed", "comments_public", "insights_public")},
    regions=st.sampled_from(Regions),
    countries=st.frozensets(st.sampled_from(["DE", "PT", "JP"]), max_size=2),
)


@dataclass(frozen=True)
class Drawn:
    ready: bool
    held: bool  # its sound is there, and waits to be looked at
    withheld: bool  # by staff
    audience: Audience | None
    starts: int
    sharing: Sharing
    links: tuple[Link, ...]


links = st.builds(Link, st.sampled_from([None, 0, 1, 2]), st.booleans())
drawn = st.builds(
    Drawn,
    ready=st.sampled_from([True, True, True, False]),
    held=st.sampled_from([False, False, False, True]),
    withheld=st.sampled_from([False, False, False, True]),
    audience=st.sampled_from([None, *Audience, Audience.PUBLIC]),
    starts=st.integers(0, 2),
    sharing=sharings,
    links=st.lists(links, max_size=2).map(tuple),
)


def made(owner: Account, wanted: Drawn) -> tuple[Track, TrackState]:
    """The same track as rows and as the rule's own words, each made from the draw and not from the other."""
    sharing = wanted.sharing
    facts = {name: getattr(sharing, name) for name in sharing.__dataclass_fields__}
    track = catalogue.track(owner, ready=wanted.ready, **{**facts, "countries": sorted(sharing.countries)})
    states = []
    for link in wanted.links:
        times = {
            "expires_at": None if link.expires is None else MOMENTS[link.expires],
            "revoked_at": NOON if link.revoked else None,
        }
        states.append(SecretLinkState(catalogue.link(track, **times).pk, **times))
    if wanted.audience is not None:
        track = catalogue.shared(track, wanted.audience, MOMENTS[wanted.starts])
        if wanted.held:
            Publication.objects.filter(track=track).update(audible=False)
            track = Track.objects.get(pk=track.pk)
    if wanted.withheld:
        withhold(track, NOON, withheld=True)
        track = Track.objects.get(pk=track.pk)
    return track, TrackState(
        owner_id=owner.pk,
        ready=wanted.ready,
        audience=None if wanted.held else wanted.audience,
        starts_at=MOMENTS[wanted.starts],
        sharing=sharing,
        links=tuple(states),
        withheld=wanted.withheld,
    )


@given(wanted=st.lists(drawn, min_size=1, max_size=3), country=st.sampled_from([None, "DE", "JP", "XX"]))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_list_and_every_fetch_says_what_the_rule_says(
    alma: Account, bo: Account, cy: Account, wanted: list[Drawn], country: str | None
) -> None:
    with transaction.atomic():
        Follow.objects.create(follower=bo, followed=alma)
        tracks = [made(alma, one) for one in wanted]
        held = frozenset(link.id for _, state in tracks for link in state.links)
        nothing = frozenset[int]()
        for account, link_ids in [(alma, nothing), (bo, nothing), (cy, held), (None, held), (None, nothing)]:
            asking = Visitor(account.pk if account else None, link_ids=link_ids, country=country)
            known = replace(asking, follows_owner=account == bo)
            for track, state in tracks:
                compare_fetches(asking, known, track, state)
            compare_profile(asking, known, alma, tracks)
            assert set(access.among(Track.objects.all(), asking, NOON)) == {
                track for track, state in tracks if may_hear(known, state, Surface.PAGE, NOON)
            }
            assert set(lists.met([track.pk for track, _state in tracks], asking, NOON).values()) == {
                track for track, state in tracks if may_hear(known, state, Surface.PAGE, NOON)
            }
            assert set(access.findable(Track.objects.all(), asking, NOON)) == {
                track for track, state in tracks if may_hear(known, state, Surface.SEARCH, NOON)
            }
        Block.objects.create(blocker=alma, blocked=cy)
        assert not access.findable(Track.objects.all(), Visitor(cy.pk, link_ids=held, country=country), NOON)
        anybody = Visitor(country=country)
        assert set(access.newest_public(NOON, country)) == {
            track for track, state in tracks if may_hear(anybody, state, Surface.PAGE, NOON)
        }
        assert set(lists.newest_public(NOON, country, "").tracks) == set(access.newest_public(NOON, country))
        for surface in FOR_ANYBODY:
            assert set(access.for_anybody(alma, surface, NOON, country)) == {
                track for track, state in tracks if may_hear(anybody, state, surface, NOON)
            }
        follower = Visitor(bo.pk, follows_owner=True, country=country)
        assert set(access.of_followed(bo.pk, NOON, country)) == {
            track for track, state in tracks if may_hear(follower, state, Surface.PAGE, NOON)
        }
        assert not access.of_followed(cy.pk, NOON, country)
        transaction.set_rollback(True)


@pytest.mark.parametrize("country", [None, "DE", "PT", "JP", "XX", "de"])
def test_lists_know_the_same_countries_as_the_rule(alma: Account, country: str | None) -> None:
    tracks = [
        catalogue.public(alma, regions=regions, countries=listed)
        for regions, listed in product(Regions, ([], ["DE"], ["DE", "PT"]))
    ]
    heard = {track for track in tracks if track.sharing.allows_country(country)}
    assert set(access.newest_public(NOON, country)) == heard
    assert set(access.shown_on_profile(alma, Visitor(country=country), NOON)) == heard


def compare_fetches(asking: Visitor, known: Visitor, track: Track, state: TrackState) -> None:
    """`asking` does not say whom it follows; access finds out. `known` does, for the rule."""
    met = Track.objects.select_related("owner", "publication").get(pk=track.pk)
    for surface in Surface:
        assert access.meet(met, asking, surface, NOON) == may_hear(known, state, surface, NOON)
    for surface in (Surface.STREAM, Surface.DOWNLOAD):
        assert fetched(asking, track.key, surface) == (may_hear(known, state, surface, NOON) or None)
    page = may_hear(known, state, Surface.PAGE, NOON)
    try:
        assert access.track_at(asking, "alma", track.slug, NOON) == track
        assert page
    except NotFound:
        assert not page


def fetched(visitor: Visitor, key: str, surface: Surface) -> Hearing | None:
    try:
        return access.track_by_key(visitor, key, surface, NOON)[1]
    except NotFound:
        return None


def compare_profile(asking: Visitor, known: Visitor, alma: Account, tracks: list[tuple[Track, TrackState]]) -> None:
    """Secret links open a track, but put it on no list."""
    listing = replace(known, link_ids=frozenset())
    shown = {track for track, state in tracks if may_hear(listing, state, Surface.PAGE, NOON)}
    assert set(access.shown_on_profile(alma, asking, NOON)) == shown
    assert set(lists.shown_on_profile(alma, asking, NOON, "").tracks) == shown
