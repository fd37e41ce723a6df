"""Comments with a real player: a note over the waveform, its moment played, the line that takes the moment heard."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visits, World
from tests.browser.player import play, seek


def test_somebody_says_something_at_a_moment_and_it_hangs_over_the_waveform(visit: Visits, world: World) -> None:
    bo = visit("bo").page
    bo.goto(world.url + world.pages["harbour"])
    play(bo, "Harbour, 5 a.m.")
    seek(bo, 42)
    line = bo.get_by_role("textbox", name="Your comment")
    line.focus()
    expect(bo.get_by_role("textbox", name="At which moment")).to_have_value(re.compile(r"^(0:(4[2-9]|5\d)|1:\d\d)$"))
    bo.get_by_role("textbox", name="At which moment").fill("0:42")
    line.fill("That chain at the left.")
    line.press("Enter")
    note = bo.locator(".stem")
    expect(note).to_have_count(1)
    expect(note.get_by_role("link", name="Bo at 0:42")).to_be_visible()
    share = note.evaluate("note => Number.parseFloat(getComputedStyle(note).getPropertyValue('--at'))")
    assert abs(share - 100 * 42 / 75) < 0.1
    # As the moment passes, the words come up.
    note.evaluate("""note => { window.cameUp = false; new MutationObserver(() => { window.cameUp ||=
        note.matches(".stem--open") && note.querySelector("p").checkVisibility() })
        .observe(note, { attributes: true, attributeFilter: ["class"] }) }""")
    bo.get_by_role("link", name="0:42", exact=True).click()
    bo.wait_for_function("() => window.cameUp")


def test_a_moment_that_was_written_by_hand_stays_when_one_goes_on_to_the_words(visit: Visits, world: World) -> None:
    bo = visit("bo").page
    bo.goto(world.url + world.pages["kettle"])
    bo.wait_for_function("() => customElements.get('comment-moments') !== undefined")
    moment, line = bo.get_by_role("textbox", name="At which moment"), bo.get_by_role("textbox", name="Your comment")
    line.focus()
    expect(moment).to_have_value("0:00")
    moment.fill("0:31")
    line.focus()
    expect(moment).to_have_value("0:31")
    moment.fill("")
    line.focus()
    expect(moment).to_have_value("0:00")
