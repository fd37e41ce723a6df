"""The studio in a real browser: saved in place, by one's own clock, on a phone, and by every rule of access."""

import pytest
from playwright.sync_api import expect

from tests.browser.access import darken, examine, fit
from tests.browser.conftest import Visits, World
from tests.browser.test_consent import SORTING, Taps, allowed

TABS = ["", "metadata", "permissions", "links", "licence", "audio", "removal"]


@pytest.mark.parametrize("tab", [None, *TABS])
def test_a_studio_page_keeps_every_rule_of_access_and_fits_a_phone(
    visit: Visits, world: World, tab: str | None
) -> None:
    alma = visit("alma", lax=True)
    page = alma.page
    page.goto(f"{world.url}/studio/" + ("" if tab is None else f"{world.keys['sketch']}/{tab}"))
    page.wait_for_load_state("networkidle")
    examine(alma)
    fit(page, 320, 390, 360)
    darken(page)
    examine(alma, dark=True)


def test_dates_are_by_ones_own_clock_again_and_again(visit: Visits, world: World) -> None:
    """What you typed is what you see after saving, and a second save means the same again."""
    alma = visit("alma")
    page = alma.page
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    page.goto(f"{world.url}/studio/{world.keys['sketch']}/permissions")
    page.get_by_label("Everyone").check()
    for day in ("01", "02"):
        page.get_by_label("From").fill(f"2099-07-{day}T20:00")
        page.get_by_role("button", name="Save who can hear it").click()
        expect(page.locator("#visibility .notice")).to_contain_text(f"2099-07-{day} 11:00 UTC")
        page.wait_for_timeout(100)  # htmx settles what it swapped in, and must not put the server's clock back
        expect(page.get_by_label("From")).to_have_value(f"2099-07-{day}T20:00")
    page.get_by_label("Sketchbook").check()
    page.get_by_role("button", name="Save who can hear it").click()
    expect(page.locator("#visibility .notice")).to_contain_text("It is in your sketchbook")
    expect(page.get_by_label("From")).to_have_value("")


def test_switches_are_saved_in_place_and_mistakes_are_said_there(visit: Visits, world: World) -> None:
    alma = visit("alma")
    alma.expect_complaint("422")
    page = alma.page
    page.goto(f"{world.url}/studio/{world.keys['sketch']}/permissions")
    page.evaluate("window.stayed = true")
    page.get_by_label("Display embed code").uncheck()
    page.get_by_role("button", name="Save sharing").click()
    expect(page.locator("#sharing .notice")).to_contain_text("It holds from now on.")
    expect(page.get_by_label("Display embed code")).not_to_be_checked()
    expect(page.locator(".countries")).to_be_hidden()
    page.get_by_label("Geoblocking").select_option("only")
    expect(page.locator(".countries")).to_be_visible()
    page.get_by_role("button", name="Save sharing").click()
    expect(page.locator("#id_countries_error")).to_contain_text("Choose at least one country")
    page.get_by_label("Portugal").check()
    page.get_by_role("button", name="Save sharing").click()
    expect(page.locator("#sharing summary")).to_have_text("1 country chosen")
    assert page.evaluate("window.stayed")
    page.get_by_label("Geoblocking").select_option("worldwide")
    page.get_by_label("Display embed code").check()
    page.get_by_role("button", name="Save sharing").click()
    expect(page.locator("#sharing .notice")).to_be_visible()


def test_a_link_is_copied_opened_by_a_friend_and_revoked(visit: Visits, world: World) -> None:
    alma, friend = visit("alma"), visit()
    friend.expect_complaint("404")
    page = alma.page
    alma.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{world.url}/studio/{world.keys['sketch']}/links")
    expect(page.locator("#receipts")).not_to_contain_text("Ira, for the mix")
    page.get_by_label("Whom it is for").fill("Ira, for the mix")
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator("#links .notice")).to_contain_text("is ready to be copied")
    expect(page.locator("#receipts")).to_contain_text("Ira, for the mix")
    page.get_by_role("button", name="Copy Ira, for the mix").click()
    expect(page.get_by_text("Copied.").first).to_be_visible()
    path = "/s/" + page.evaluate("navigator.clipboard.readText()").rsplit("/s/")[1]
    friend.page.goto(world.url + path)
    expect(friend.page.locator("h1")).to_contain_text("Loops for Leaving")
    page.get_by_role("button", name="Revoke Ira, for the mix").click()
    expect(page.locator("#links .notice")).to_contain_text("opens nothing any more")
    friend.page.goto(world.url + path)
    expect(friend.page.locator("h1")).to_have_text("A rest.")


def test_without_scripts_everything_can_still_be_said(visit: Visits, world: World) -> None:
    alma = visit("alma", scripts=False)
    page = alma.page
    page.goto(f"{world.url}/studio/{world.keys['sketch']}/")
    page.get_by_label("Genre").fill("Loops")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice--success")).to_contain_text("Saved.")
    expect(page.get_by_label("Genre")).to_have_value("Loops")
    page.get_by_role("link", name="Permissions").click()
    expect(page.get_by_text("In the server’s time zone")).to_be_visible()
    page.get_by_label("Followers").check()
    page.get_by_role("button", name="Save who can hear it").click()
    expect(page.locator(".notice--success")).to_contain_text("Your followers can hear it now.")
    page.get_by_label("Sketchbook").check()
    page.get_by_role("button", name="Save who can hear it").click()
    expect(page.locator(".notice--success")).to_contain_text("It is in your sketchbook")


def test_an_album_is_answered_for_and_held_on_a_phone(visit: Visits, world: World) -> None:
    """One answer opens what is on an album and nothing else; one tap on the same page holds it again."""
    page, finger = visit("alma", width=390).page, Taps()
    page.goto(world.url + world.pages["album desk"])
    finger.tap(page.get_by_role("link", name="What AI may do with it"))
    page.wait_for_function("() => document.querySelector('[hx-target=\"#consent-preview\"]')?._htmx")  # it listens
    page.get_by_label(SORTING).first.check()
    expect(page.locator("#consent-preview")).to_contain_text("held becomes allowed in 3 tracks")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#album-ai .notice")).to_contain_text("Saved. It holds from now on.")
    assert allowed(world) == {"Harbour, 5 a.m.", "Letters, Unsent", "Kettle Song"}
    page.get_by_role("button", name="Hold everything on it").click()
    expect(page.locator("#album-ai .notice")).to_contain_text("Everything on it is held, and so is what comes onto it.")
    assert allowed(world) == set()
