"""Searching in a browser: while one types, by keyboard, by ear, without scripts, with music playing on."""

import re

from playwright.sync_api import expect

from tests.browser.access import darken, examine, fit
from tests.browser.conftest import Visits, World
from tests.browser.player import play


def test_what_is_found_while_typing_is_chosen_by_keyboard_and_the_music_plays_on(visit: Visits, world: World) -> None:
    listener = visit(lax=True)
    page = listener.page
    listener.go("/")
    play(page, "Kettle Song")
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("harbuor")  # a slip of the fingers
    options = page.get_by_role("listbox", name="What is found").get_by_role("option")
    expect(options.first).to_contain_text("Harbour, 5 a.m.")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("search-box [role=status]")).to_contain_text("suggestion")
    examine(listener)
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("ArrowUp")  # round to the last: all of it
    expect(options.last).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("harbuor")
    box.fill("harbour")
    expect(options.first).to_contain_text("Harbour, 5 a.m.")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile("/@alma/harbour"))
    expect(page.locator("#player-title, [data-part=title]").first).to_have_text("Kettle Song")


def test_enter_leads_to_all_that_was_found_and_a_press_to_one(visit: Visits, world: World) -> None:
    reader = visit("bo", lax=True)
    page = reader.page
    reader.go("/")
    page.get_by_role("combobox", name="Search").fill("alma")
    page.get_by_role("combobox", name="Search").press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=alma"))
    for heading in ("People", "Tracks", "Albums, EPs, singles"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Moth Logic")).to_be_visible()  # Bo follows Alma
    expect(page.get_by_text("Loops for Leaving")).to_have_count(0)
    page.get_by_role("combobox", name="Search").press_sequentially("low wa")
    page.get_by_role("option").filter(has_text="Low Water").first.click()
    expect(page).to_have_url(re.compile("/albums/low-water"))


def test_without_scripts_and_on_a_phone_the_search_is_a_page(visit: Visits, world: World) -> None:
    reader = visit(scripts=False)
    page = reader.page
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(world.url + "/")
    page.locator(".masthead__find a").click()
    page.get_by_role("searchbox", name="Words").fill("tram harbour")
    page.locator("form.search").get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Harbour, 5 a.m.", exact=True)).to_be_visible()
    page.get_by_text("Only tracks that are").click()
    page.get_by_role("textbox", name="Minutes from").fill("long")
    page.locator("form.search").get_by_role("button", name="Search").click()
    reader.expect_complaint("422")
    expect(page.get_by_text("A length is a number of minutes")).to_be_visible()


def test_the_page_with_its_filters_open_keeps_every_rule_of_access(visit: Visits, world: World) -> None:
    reader = visit(lax=True)
    reader.expect_complaint("422")
    reader.go("/search?q=harbour&minutes_from=9&minutes_to=3")
    examine(reader)
    fit(reader.page, 320, 390)
    darken(reader.page)
    examine(reader, dark=True)
