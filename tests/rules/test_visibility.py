"""Who hears what: a table of every case, and the laws that hold in all of them."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tenuto.rules.sharing import Regions, Sharing
from tenuto.rules.visibility import (
    CLOSED_TO_BLOCKED,
    FOR_ANYBODY,
    Audience,
    Reason,
    SecretLinkState,
    Surface,
    TrackState,
    Visitor,
    may_hear,
)
from tests.rules.people import ALMA, BO, CY, HOUR, MARAS, NOON, SWITCHES, moments, tracks, visitors, with_off

ON_THE_SITE = frozenset(Surface) - FOR_ANYBODY

OPEN = Sharing(downloads=True)  # all nine switches on
LINKED = (SecretLinkState(MARAS),)

STATES = {
    "sketchbook": TrackState(ALMA, ready=True, sharing=OPEN, links=LINKED),
    "followers": TrackState(ALMA, True, Audience.FOLLOWERS, NOON, OPEN, LINKED),
    "followers later": TrackState(ALMA, True, Audience.FOLLOWERS, NOON + HOUR, OPEN, LINKED),
    "public": TrackState(ALMA, True, Audience.PUBLIC, NOON, OPEN, LINKED),
    "public later": TrackState(ALMA, True, Audience.PUBLIC, NOON + HOUR, OPEN, LINKED),
}

PEOPLE = {
    "Alma, whose track it is": Visitor(ALMA),
    "Bo, who follows her": Visitor(BO, follows_owner=True),
    "Cy, a stranger": Visitor(CY),
    "Mara, with the secret link": Visitor(link_ids=frozenset({MARAS})),
    "somebody": Visitor(),
}

# Who meets a finished track on the site, all switches on. In every other cell of the table the answer is no.
HEARD_ON_THE_SITE = {
    "sketchbook": {"Alma, whose track it is", "Mara, with the secret link"},
    "followers": {"Alma, whose track it is", "Bo, who follows her", "Mara, with the secret link"},
    "followers later": {"Alma, whose track it is", "Mara, with the secret link"},
    "public": set(PEOPLE),
    "public later": {"Alma, whose track it is", "Mara, with the secret link"},
}


def met(visitor: Visitor, track: TrackState) -> set[Surface]:
    """The surfaces on which this visitor meets this track at noon."""
    return {surface for surface in Surface if may_hear(visitor, track, surface, NOON)}


@pytest.mark.parametrize("state", STATES)
def test_what_staff_withhold_is_met_by_its_artist_alone(state: str) -> None:
    """Whatever you share, and whoever holds your links: what staff have withheld only you still see."""
    withheld = replace(STATES[state], withheld=True)
    for name, person in PEOPLE.items():
        # Feeds and players elsewhere are for anybody: there she is nobody special.
        expected = met(person, STATES[state]) - FOR_ANYBODY if name == "Alma, whose track it is" else set()
        assert met(person, withheld) == expected


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_who_meets_a_track_where(state: str, person: str) -> None:
    """A sketch is yours and your secret links'; followers hear what is for followers; everybody what is public.

    Feeds and embeds hold public tracks only. Comments are written by people who are signed in. A secret link puts a
    track into nobody's search.
    """
    expected: set[Surface] = set()
    if person in HEARD_ON_THE_SITE[state]:
        expected |= ON_THE_SITE
    if person == "Mara, with the secret link" and state != "public":
        expected -= {Surface.SEARCH}
    if PEOPLE[person].account_id is None:
        expected -= {Surface.COMMENTING}
    if state == "public":
        expected |= FOR_ANYBODY
    assert met(PEOPLE[person], STATES[state]) == expected


@given(visitors, tracks, moments)
def test_whoever_is_blocked_meets_what_a_stranger_meets_and_neither_writes_nor_is_led_there(
    visitor: Visitor, track: TrackState, at: datetime
) -> None:
    blocked, stranger = replace(visitor, blocked_by_owner=True), replace(visitor, follows_owner=False)
    for surface in Surface:
        hearing = may_hear(blocked, track, surface, at)
        if visitor.account_id == track.owner_id or surface not in CLOSED_TO_BLOCKED:
            assert hearing.allowed == may_hear(stranger, track, surface, at).allowed
        else:
            assert not hearing


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_what_is_not_ready_is_met_by_its_owner_alone(state: str, person: str) -> None:
    """While your upload is being prepared you see it, and nobody else does, whatever you chose for it."""
    unfinished = replace(STATES[state], ready=False)
    assert met(PEOPLE[person], unfinished) == (ON_THE_SITE if PEOPLE[person].account_id == ALMA else set())


# What each switch closes when it is off, for everybody but the owner. Nothing else changes.
CLOSED_BY: dict[str, set[Surface]] = {
    "downloads": {Surface.DOWNLOAD},
    "offline_listening": {Surface.OFFLINE},
    "in_feed": {Surface.FEED},
    "embeddable": {Surface.EMBED},
    "app_playback": {Surface.APP, Surface.OFFLINE},
    "comments_allowed": {Surface.COMMENTING},
    "comments_public": {Surface.COMMENTS},
    "insights_public": {Surface.INSIGHTS},
}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("switch", CLOSED_BY)
def test_a_switch_closes_its_own_surface_and_no_other(switch: str, person: str) -> None:
    """Each switch does what its sentence says and nothing more, also for whoever came by a secret link.

    Turning app playback off keeps other people's programs out; on the site the track plays on.
    """
    for track in STATES.values():
        off = replace(track, sharing=with_off(OPEN, switch))
        still_open_to_alma = ON_THE_SITE if PEOPLE[person].account_id == ALMA else set()
        assert met(PEOPLE[person], off) == met(PEOPLE[person], track) - (CLOSED_BY[switch] - still_open_to_alma)


def test_every_switch_is_in_the_table() -> None:
    assert set(CLOSED_BY) == set(SWITCHES)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("state", STATES)
def test_geoblocking_closes_every_surface(state: str, person: str) -> None:
    """Outside the countries you chose nobody but you meets the track at all, not even by a secret link."""
    limited = replace(STATES[state], sharing=replace(OPEN, regions=Regions.ONLY, countries=frozenset({"PT"})))
    at_home, abroad = (replace(PEOPLE[person], country=country) for country in ("PT", "JP"))
    assert met(at_home, limited) == met(at_home, STATES[state])
    assert met(abroad, limited) == (ON_THE_SITE if PEOPLE[person].account_id == ALMA else set())


@pytest.mark.parametrize(
    ("link", "opens"),
    [
        (SecretLinkState(MARAS), True),
        (SecretLinkState(MARAS, expires_at=NOON + HOUR), True),
        (SecretLinkState(MARAS, expires_at=NOON), False),
        (SecretLinkState(MARAS, expires_at=NOON - HOUR), False),
        (SecretLinkState(MARAS, revoked_at=NOON - HOUR), False),
        (SecretLinkState(MARAS, revoked_at=NOON), False),
        (SecretLinkState(MARAS, expires_at=NOON + HOUR, revoked_at=NOON), False),
        (SecretLinkState(MARAS + 1), False),
    ],
)
def test_a_secret_link_opens_until_it_ends_or_is_revoked(link: SecretLinkState, opens: bool) -> None:
    """A link ends at its minute, and a revoked one is dead at once. A link to another track opens nothing."""
    hearing = may_hear(Visitor(link_ids=frozenset({MARAS})), TrackState(ALMA, True, links=(link,)), Surface.PAGE, NOON)
    assert bool(hearing) is opens
    assert hearing.link_id == (MARAS if opens else None)


# ——— laws ———


@given(visitors, tracks, st.sampled_from(Surface), moments, st.sampled_from(SWITCHES))
def test_turning_a_switch_off_never_opens_anything(
    visitor: Visitor, track: TrackState, surface: Surface, at: datetime, switch: str
) -> None:
    """Whatever your track's state, turning a switch off lets nobody in who was kept out before."""
    off = replace(track, sharing=with_off(track.sharing, switch))
    if may_hear(visitor, off, surface, at):
        assert may_hear(visitor, track, surface, at)


@given(visitors, tracks, st.sampled_from(Surface), moments, st.sampled_from(["revoke", "end", "take away"]), st.data())
def test_ending_a_link_never_opens_anything(
    visitor: Visitor, track: TrackState, surface: Surface, at: datetime, how: str, data: st.DataObject
) -> None:
    """Revoking a secret link, or letting it end, lets nobody in who was kept out before."""
    assume(track.links)
    ended = data.draw(st.sampled_from(track.links))
    others = tuple(link for link in track.links if link != ended)
    dead = {"revoke": (replace(ended, revoked_at=at),), "end": (replace(ended, expires_at=at),), "take away": ()}[how]
    without = replace(track, links=(*others, *dead))
    if may_hear(visitor, without, surface, at):
        assert may_hear(visitor, track, surface, at)


@given(visitors, tracks, st.sampled_from(Surface), moments)
def test_going_back_to_the_sketchbook_never_opens_anything(
    visitor: Visitor, track: TrackState, surface: Surface, at: datetime
) -> None:
    """Taking a track back, or for followers only what was for everybody, lets nobody in who was kept out before."""
    sketch = replace(track, audience=None)
    if may_hear(visitor, sketch, surface, at):
        assert may_hear(visitor, track, surface, at)
    narrower = replace(track, audience=Audience.FOLLOWERS)
    if track.audience is Audience.PUBLIC and may_hear(visitor, narrower, surface, at):
        assert may_hear(visitor, track, surface, at)


@given(visitors, tracks, st.sampled_from(sorted(ON_THE_SITE)), moments)
def test_you_always_meet_your_own_track(visitor: Visitor, track: TrackState, surface: Surface, at: datetime) -> None:
    """On the site and in your programs your own track is open to you, whatever its switches, state and place."""
    assert may_hear(replace(visitor, account_id=ALMA), track, surface, at).reason is Reason.OWNER


@given(visitors, tracks, st.sampled_from(sorted(FOR_ANYBODY)), moments)
def test_feeds_and_embeds_are_the_same_for_everybody(
    visitor: Visitor, track: TrackState, surface: Surface, at: datetime
) -> None:
    """What is in a feed or an embed travels on, so it never holds more for you than for a stranger."""
    stranger = Visitor(country=visitor.country)
    assert may_hear(visitor, track, surface, at) == may_hear(stranger, track, surface, at)


@given(visitors, tracks, st.sampled_from(Surface), moments)
def test_a_stranger_without_a_link_hears_only_what_is_public(
    visitor: Visitor, track: TrackState, surface: Surface, at: datetime
) -> None:
    """Somebody who is not signed in and holds no link of yours meets public tracks whose time has come, or nothing."""
    stranger = replace(visitor, account_id=None, link_ids=frozenset())
    if may_hear(stranger, track, surface, at):
        assert track.ready
        assert track.audience is Audience.PUBLIC
        assert track.starts_at is None or track.starts_at <= at


@given(visitors, tracks, st.sampled_from(Surface), moments)
def test_whoever_meets_a_track_in_any_way_meets_its_page(
    visitor: Visitor, track: TrackState, surface: Surface, at: datetime
) -> None:
    """No way leads to a track that has no page for you: the page is the widest of them."""
    if may_hear(visitor, track, surface, at):
        assert may_hear(visitor, track, Surface.PAGE, at)


@given(visitors, tracks, st.sampled_from(Surface), moments)
def test_time_only_opens_what_was_scheduled(
    visitor: Visitor, track: TrackState, surface: Surface, at: datetime
) -> None:
    """A published track does not vanish as time goes by; only secret links end."""
    now = may_hear(visitor, track, surface, at)
    if now and now.reason is not Reason.SECRET_LINK:
        assert may_hear(visitor, track, surface, at + HOUR)


@given(visitors, tracks, st.sampled_from(Surface), moments)
def test_every_answer_has_the_reason_that_fits_it(
    visitor: Visitor, track: TrackState, surface: Surface, at: datetime
) -> None:
    """A yes is a yes for one of four reasons, and only a secret link is named as the door."""
    hearing = may_hear(visitor, track, surface, at)
    yes = {Reason.OWNER, Reason.PUBLIC, Reason.FOLLOWER, Reason.SECRET_LINK}
    assert hearing.allowed is (hearing.reason in yes)
    assert (hearing.link_id is not None) is (hearing.reason is Reason.SECRET_LINK)
