"""Tracks, switches and visitors of every kind, for the tests of the rules."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tenuto.rules.countries import COUNTRIES
from tenuto.rules.sharing import Regions, Sharing
from tenuto.rules.visibility import Audience, SecretLinkState, TrackState, Visitor

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

ALMA, BO, CY = 1, 2, 3
MARAS = 7  # the secret link that Alma gave to Mara

SWITCHES = [name for name in Sharing.__dataclass_fields__ if name not in {"regions", "countries"}]

moments = st.sampled_from([NOON - HOUR, NOON, NOON + HOUR])
countries = st.sampled_from([None, "DE", "PT", "JP", "XX", "T1", "", "de"])
sharings = st.builds(
    Sharing,
    **{name: st.booleans() for name in SWITCHES},
    regions=st.sampled_from(Regions),
    countries=st.frozensets(st.sampled_from(["DE", "PT", *sorted(COUNTRIES)[:3]]), max_size=3),
)
links = st.builds(
    SecretLinkState,
    id=st.integers(MARAS, MARAS + 2),
    expires_at=st.none() | moments,
    revoked_at=st.none() | moments,
)
tracks = st.builds(
    TrackState,
    owner_id=st.just(ALMA),
    ready=st.booleans() | st.just(True),
    audience=st.none() | st.sampled_from(Audience),
    starts_at=st.none() | moments,
    sharing=sharings,
    links=st.lists(links, max_size=3, unique_by=lambda link: link.id).map(tuple),
)
# Also visitors who cannot be, such as one without an account who follows somebody: they must open nothing either.
visitors = st.builds(
    Visitor,
    account_id=st.sampled_from([None, ALMA, BO, CY]),
    follows_owner=st.booleans(),
    link_ids=st.frozensets(st.integers(MARAS - 1, MARAS + 3), max_size=3),
    country=countries,
)


def with_off(sharing: Sharing, switch: str) -> Sharing:
    """The same switches with one of them off."""
    change: dict[str, Any] = {switch: False}
    return replace(sharing, **change)
