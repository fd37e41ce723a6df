"""The nine switches: their defaults, and where a track may be heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.countries import COUNTRIES
from tenuto.rules.sharing import Regions, Sharing
from tests.rules.people import SWITCHES, countries, sharings


def test_the_switches_begin_as_musicians_know_them() -> None:
    """At first only the download of your original is off."""
    assert {name: getattr(Sharing(), name) for name in SWITCHES} == {
        "downloads": False,
        "offline_listening": True,
        "in_feed": True,
        "embeddable": True,
        "app_playback": True,
        "comments_allowed": True,
        "comments_public": True,
        "insights_public": True,
    }
    assert Sharing().regions is Regions.WORLDWIDE


@pytest.mark.parametrize(
    ("regions", "listed", "heard_in", "silent_in"),
    [
        (Regions.WORLDWIDE, {"DE"}, ["DE", "JP", None, "XX"], []),
        (Regions.ONLY, {"DE"}, ["DE"], ["JP", None, "XX", "T1", "", "de"]),
        (Regions.EXCEPT, {"DE"}, ["JP"], ["DE", None, "XX", "T1", "", "de"]),
        (Regions.ONLY, set(), [], ["DE", "JP", None]),
        (Regions.EXCEPT, set(), ["DE", "JP"], [None, "XX"]),
    ],
)
def test_a_limited_track_is_silent_where_we_cannot_tell_the_country(
    regions: Regions, listed: set[str], heard_in: list[str | None], silent_in: list[str | None]
) -> None:
    """If you limit a track to countries, somebody whose country Tenuto cannot tell does not hear it."""
    sharing = Sharing(regions=regions, countries=frozenset(listed))
    assert [country for country in heard_in if not sharing.allows_country(country)] == []
    assert [country for country in silent_in if sharing.allows_country(country)] == []


@given(sharings, countries)
def test_a_worldwide_track_is_heard_wherever_a_limited_one_is(sharing: Sharing, country: str | None) -> None:
    """Limiting countries never lets anybody in whom you kept out before."""
    if sharing.allows_country(country):
        assert Sharing(regions=Regions.WORLDWIDE).allows_country(country)


@given(st.sampled_from(sorted(COUNTRIES)), st.frozensets(st.sampled_from(sorted(COUNTRIES)), max_size=5))
def test_only_in_and_except_in_are_opposites(country: str, listed: frozenset[str]) -> None:
    """In every country that exists, "only in these" and "everywhere but in these" answer differently."""
    only, but = Sharing(regions=Regions.ONLY, countries=listed), Sharing(regions=Regions.EXCEPT, countries=listed)
    assert only.allows_country(country) != but.allows_country(country)


def test_the_countries_are_those_of_iso_3166_and_kosovo() -> None:
    assert len(COUNTRIES) == 249 + 1
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in COUNTRIES)
    assert {"DE", "PT", "JP", "XK"} <= COUNTRIES
    assert not {"XX", "T1", "EU", "UK", "AN"} & COUNTRIES
