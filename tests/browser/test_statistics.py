"""Statistics as an artist meets them: on a phone, by ear, in the dark."""

import pytest
from playwright.sync_api import expect

from tests.browser.access import darken, examine, fit
from tests.browser.conftest import Visits, World


@pytest.fixture
def heard(world: World) -> None:
    """Some days of listens of one track, counted and not."""
    (track,) = world.sql("SELECT id FROM tracks_track WHERE key = ?", world.keys["kettle"])
    (recording,) = world.sql("SELECT id FROM tracks_recording WHERE track_id = ?", track[0])
    for number in range(40):
        reason = ("", "", "too_short", "owner")[number % 4]
        begun = f"datetime('now', '-{number % 9} days')"
        world.sql(
            "INSERT OR IGNORE INTO audio_listen (key, track_id, recording_id, listener, network, started_at, last_at,"
            " delivered_seconds, heard_seconds, furthest_seconds, source, client, country, in_history, counted_at,"
            f" not_counted) VALUES (?, ?, ?, ?, '', {begun}, {begun}, 75, ?, ?, ?, 'Firefox', ?, 1,"
            f" {'NULL' if reason else begun}, ?)",
            f"heard{number}", track[0], recording[0], f"c{number}", 75 - number, 75 - number,
            ("page", "embed")[number % 2], ("PT", "DE", "")[number % 3], reason,
        )  # fmt: skip


@pytest.mark.parametrize("place", ["/studio/statistics", "/studio/{key}/statistics", "/tracks/{key}/insights"])
def test_charts_keep_every_rule_of_access_and_fit_a_phone(visit: Visits, world: World, heard: None, place: str) -> None:
    artist = visit("alma", lax=True)
    page = artist.page
    page.goto(world.url + place.format(key=world.keys["kettle"]))
    expect(page.get_by_role("img", name="Plays by day")).to_be_visible()
    page.locator("summary", has_text="The days as a table").click()
    expect(page.get_by_role("columnheader", name="Plays").first).to_be_visible()
    examine(artist)
    fit(page, 320, 390)
    darken(page)
    examine(artist, dark=True)
