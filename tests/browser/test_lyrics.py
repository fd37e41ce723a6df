"""Lyrics with a real player: the line that is sung is lit, a press plays from a line, keys go along them."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visits, World
from tests.browser.player import play, position, seek


def test_the_line_that_is_sung_is_lit_and_one_that_is_pressed_plays(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    page.goto(world.url + world.pages["kettle"])
    lines = page.locator("#lyrics")
    play(page, "Kettle Song")
    seek(page, 20.5)
    lit = lines.locator("[aria-current=true]")
    expect(lit).to_have_text("Line 20, low water")
    expect(lit.locator(".lyrics__sung")).to_have_text(["Line 20, "])
    lines.get_by_role("button", name="Line 50, low water").click()
    page.wait_for_function("() => document.querySelector('#player [data-part=position]').value >= 50")
    expect(lit).to_have_text(re.compile("Line 5"))
    assert position(page) < 60


def test_the_lines_are_one_stop_of_the_tab_key_and_arrows_go_along_them(visit: Visits, world: World) -> None:
    page = visit().page
    page.goto(world.url + world.pages["kettle"])
    lines = page.locator("#lyrics")
    expect(lines.locator("button[tabindex='0']")).to_have_count(1)
    lines.locator("button[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(lines.get_by_role("button", name="Line 8, low water")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#player [data-part=position]')?.value >= 8")


def test_without_scripts_lyrics_are_text(visit: Visits, world: World) -> None:
    page = visit(scripts=False).page
    page.goto(world.url + world.pages["kettle"])
    expect(page.locator("#lyrics li").nth(1)).to_have_text("Line 2, low water")
    expect(page.locator("#lyrics button")).to_have_count(0)
