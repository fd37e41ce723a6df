"""What AI may do, in a browser: held in four taps on a phone, ringed before it is saved, told before it is done."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.access import darken, examine, fit
from tests.browser.conftest import Visits, World

GRID = ["/permissions", "/permissions/tracks", "/permissions/history", "/settings/listening"]
SORTING = "Allow Organisation: Serve as input"


class Taps:
    """A finger that is counted. What it cannot see, it cannot touch."""

    def __init__(self) -> None:
        self.count = 0

    def tap(self, what: Locator) -> None:
        expect(what).to_be_visible()
        what.click()
        self.count += 1


def allowed(world: World) -> set[object]:
    return {title for (title,) in world.sql("SELECT title FROM tracks_track WHERE ai_uses > 0")}


def allow_sorting(page: Page, world: World) -> None:
    """Everything of Alma's may be sorted, from now on."""
    page.goto(f"{world.url}/permissions")
    page.get_by_label(SORTING).first.check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#defaults .notice")).to_contain_text("Saved. It holds from now on.")


def test_from_the_front_page_to_hold_everything_in_at_most_four_taps(visit: Visits, world: World) -> None:
    """On a phone, four taps hold everything in all your tracks, and in those to come."""
    alma = visit("alma", width=390)
    page, finger = alma.page, Taps()
    allow_sorting(page, world)
    assert len(allowed(world)) == world.sql("SELECT count(*) FROM tracks_track")[0][0]
    alma.go("/")
    finger.tap(page.locator(".menu > summary"))
    finger.tap(page.get_by_role("link", name="What AI may do"))
    finger.tap(page.get_by_role("button", name="Hold everything, in all my"))
    expect(page.locator("#notices")).to_contain_text("Everything is held: in all your tracks")
    assert finger.count <= 4
    assert allowed(world) == set()


def test_what_is_changed_is_ringed_and_what_saving_does_is_said_before_it_is_done(visit: Visits, world: World) -> None:
    alma = visit("alma")
    page = alma.page
    place = f"{world.url}/studio/{world.keys['kettle']}/permissions"
    page.goto(place)
    page.evaluate("window.stayed = true")
    cell, ring = page.get_by_label(SORTING).first, page.locator(".cell--changed")
    expect(ring).to_have_count(0)
    cell.check()
    expect(ring).to_have_count(1)
    told = page.locator("#consent-preview")
    expect(told).to_contain_text("1 change, not yet saved")
    expect(told).to_contain_text("Recording · Organisation: Serve as input: held becomes allowed")
    page.get_by_role("button", name="Undo").click()
    expect(ring).to_have_count(0)
    expect(told).to_be_empty()
    cell.check()
    expect(told).to_contain_text("1 change, not yet saved")
    page.locator("#ai").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#ai .notice")).to_contain_text("Saved. It holds from now on.")
    expect(ring).to_have_count(0)
    expect(page.get_by_label(SORTING).first).to_be_checked()
    assert page.evaluate("window.stayed"), "the page stayed, and what plays goes on"
    assert allowed(world) == {"Kettle Song"}
    page.get_by_label(SORTING).first.uncheck()
    expect(page.get_by_role("button", name="Save and hold")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Save and hold")).to_be_hidden()
    page.locator("#ai").get_by_role("button", name="Hold everything").click()
    expect(page.get_by_label(SORTING).first).not_to_be_checked()
    assert allowed(world) == set()


def test_what_was_changed_in_a_track_becomes_the_default_once_one_has_seen_what_that_does(
    visit: Visits, world: World
) -> None:
    page = visit("alma", width=390).page
    page.goto(f"{world.url}/studio/{world.keys['kettle']}/permissions")
    page.get_by_label("Allow Organisation: Inform").first.check()
    page.get_by_role("button", name="Make them my account default").click()
    told = page.locator("#consent-preview")
    expect(told).to_contain_text("every track that says nothing itself")
    assert allowed(world) == set()
    told.get_by_role("button", name="Save as my default too").click()
    expect(page.locator("#ai .notice")).to_contain_text("here and as your account’s default")
    assert "Kettle Song" in allowed(world)
    page.goto(f"{world.url}/permissions")
    expect(page.get_by_label("Allow Organisation: Inform").first).to_be_checked()
    page.get_by_role("button", name="Hold everything, in all my").click()
    expect(page.locator("#notices")).to_contain_text("Everything is held")


def test_without_scripts_one_sees_what_saving_does_and_saves(visit: Visits, world: World) -> None:
    page = visit("alma", scripts=False, width=390).page
    page.goto(f"{world.url}/studio/{world.keys['kettle']}/permissions")
    page.get_by_label(SORTING).first.check()
    page.get_by_role("button", name="What would it do?").click()
    expect(page.locator("h1")).to_contain_text("What saving will do: Kettle Song")
    expect(page.locator(".savebar")).to_contain_text("held becomes allowed")
    assert allowed(world) == set()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice--success")).to_contain_text("Saved. It holds from now on.")
    assert allowed(world) == {"Kettle Song"}
    page.locator("#ai").get_by_role("button", name="Hold everything").click()
    assert allowed(world) == set()


def test_without_scripts_what_was_changed_in_one_part_is_still_there_when_another_is_saved(
    visit: Visits, world: World
) -> None:
    page = visit("alma", scripts=False, width=390).page
    page.goto(f"{world.url}/studio/{world.keys['kettle']}/permissions")
    downloads = page.locator("#id_downloads")
    before = downloads.is_checked()
    downloads.set_checked(not before)
    page.get_by_label(SORTING).first.check()
    page.get_by_role("button", name="Save sharing").click()
    expect(page.locator("#notices")).to_contain_text("It is not saved yet.")
    expect(page.get_by_label(SORTING).first).to_be_checked()
    assert allowed(world) == set()
    downloads.set_checked(before)
    page.locator("#ai").get_by_role("button", name="Save", exact=True).click()
    expect(downloads).to_be_checked(checked=before)
    assert allowed(world) == {"Kettle Song"}
    page.get_by_role("button", name="Save sharing").click()
    page.locator("#ai").get_by_role("button", name="Hold everything").click()
    assert allowed(world) == set()


def test_tracks_are_ticked_in_the_studio_and_answered_for_together(visit: Visits, world: World) -> None:
    page = visit("alma", width=390).page
    page.goto(f"{world.url}/studio/")
    for title in ("Kettle Song", "Letters, Unsent"):
        page.get_by_label(f"Choose {title}").check()
    page.get_by_role("button", name="What AI may do with the ticked tracks").click()
    expect(page.get_by_text("2 tracks chosen")).to_be_visible()
    for choice in ("Recording", "Organisation", "Serve as input", "Allow"):
        page.get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="What would it do?").click()
    expect(page.locator(".savebar")).to_contain_text("held becomes allowed in 2 tracks")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notices")).to_contain_text("Saved for 2 tracks.")
    assert allowed(world) == {"Kettle Song", "Letters, Unsent"}
    page.goto(f"{world.url}/permissions")
    page.get_by_role("button", name="Hold everything, in all my").click()
    expect(page.locator("#notices")).to_contain_text("Everything is held")


@pytest.mark.parametrize("path", GRID)
def test_the_pages_of_consent_keep_every_rule_of_access_and_fit_a_phone(visit: Visits, world: World, path: str) -> None:
    alma = visit("alma", lax=True)
    page = alma.page
    page.goto(world.url + path)
    page.wait_for_load_state("networkidle")
    examine(alma)
    fit(page, 320, 390, 360)
    darken(page)
    examine(alma, dark=True)
