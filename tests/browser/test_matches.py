"""What is recognised, in a browser: heard side by side, answered, decided, registered; on a phone and by keyboard."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ai.pieces import as_mp3, faster, noisy, piece
from tests.browser.access import darken, examine, fit
from tests.browser.conftest import ROOT, Visit, Visits, World, environment, serving

PAGES = {
    "held": ("bo", "/studio/{held}/recognised"),
    "a mix": ("bo", "/studio/{mix}/recognised"),
    "of a work that is private": ("bo", "/studio/{private}/recognised"),
    "answered once": ("bo", "/studio/{asked}/recognised"),
    "clear": ("bo", "/studio/{clear}/recognised"),
    "one's own": ("alma", "/studio/{own}/recognised"),
    "register": ("alma", "/studio/registered"),
    "turned up": ("alma", "/studio/turned-up"),
    "to answer": ("alma", "asked"),
    "to decide": ("cy", "contested"),
    "desk": ("cy", "/desk/matches"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server of its own, whose jobs are done when a test says so."""
    with serving(tmp_path_factory, "tests.browser.matches_world") as served:
        yield served


def recognised(visitor: Visit, world: World, name: str) -> Page:
    visitor.go(f"/studio/{world.keys[name]}/recognised")
    return visitor.page


def seconds_of(sound: Locator) -> float:
    at: float = sound.locator("audio").evaluate("(audio) => audio.currentTime")
    return at


def sounds(sound: Locator, beyond: float) -> None:
    """It is playing, and has come beyond that second."""
    expect(sound.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    handle = sound.locator("audio").element_handle()
    sound.page.wait_for_function("([audio, at]) => !audio.paused && audio.currentTime > at", arg=[handle, beyond])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_what_was_recognised_keeps_every_rule_of_access_and_fits_a_phone(
    visit: Visits, world: World, name: str
) -> None:
    who, path = PAGES[name]
    visitor = visit(who, lax=True)
    visitor.go(world.pages.get(path) or path.format(**world.keys))
    examine(visitor)
    fit(visitor.page, 320, 390, 360)
    darken(visitor.page)
    examine(visitor, dark=True)


def test_both_sides_of_a_passage_are_heard_one_after_the_other_at_the_same_moment(visit: Visits, world: World) -> None:
    page = recognised(visit("bo"), world, "mix")
    passages = page.locator("passage-pair")
    expect(passages).to_have_count(3)
    mine, theirs = passages.nth(1).locator(".passage__sound").all()
    begin, their_begin = (float(side.get_attribute("data-from") or 0) for side in (mine, theirs))
    assert begin > 10
    mine.get_by_role("button", name="Play Three in a row").click()
    sounds(mine, begin + 0.3)
    theirs.get_by_role("button", name="Play Kettle Song").click()
    sounds(theirs, their_begin)
    expect(mine.get_by_role("button")).to_have_attribute("aria-pressed", "false")
    ahead = (seconds_of(theirs) - their_begin) - (seconds_of(mine) - begin)
    assert 0 <= ahead < 2
    theirs.get_by_role("button").click()
    expect(theirs.get_by_role("button")).to_have_attribute("aria-pressed", "false")


def test_a_passage_ends_where_it_ends_and_begins_again(visit: Visits, world: World) -> None:
    page = recognised(visit("bo"), world, "mix")
    mine = page.locator(".passage__sound").first
    begin, end = (float(mine.get_attribute(f"data-{side}") or 0) for side in ("from", "to"))
    mine.get_by_role("button").click()
    sounds(mine, begin)
    mine.locator("audio").evaluate("(audio, at) => { audio.currentTime = at }", end - 0.4)
    expect(mine.get_by_role("button")).to_have_attribute("aria-pressed", "false")
    mine.get_by_role("button").click()
    sounds(mine, begin)
    assert seconds_of(mine) < end - 1


def test_without_scripts_each_side_has_the_browsers_own_keys(visit: Visits, world: World) -> None:
    page = visit("bo", scripts=False).page
    page.goto(f"{world.url}/studio/{world.keys['held']}/recognised")
    expect(page.locator("audio")).to_have_count(2)
    for sound in page.locator("audio").all():
        expect(sound).to_be_visible()
        expect(sound).to_have_attribute("controls", "")
    expect(page.locator(".passage__sound .play").first).to_be_hidden()


def test_a_work_that_is_private_is_neither_named_nor_heard(visit: Visits, world: World) -> None:
    page = recognised(visit("bo"), world, "private")
    expect(page.get_by_text("A registered work that is not public")).to_be_visible()
    expect(page.locator("audio")).to_have_count(1)
    assert world.keys["private work"] not in page.content()


def test_by_keyboard_alone_an_uploader_is_told_what_is_missing_and_says_it(visit: Visits, world: World) -> None:
    bo = visit("bo", width=390)
    bo.expect_complaint("422")
    page = recognised(bo, world, "claimed")
    page.locator(".passage__sound .play").last.focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("I hold the rights in it")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("We made it together, she and I.")
    page.keyboard.press("Tab")
    for _ in range(4):  # past the name
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Type your name")
    expect(page.get_by_label("In your words")).to_have_value("We made it together, she and I.")
    page.get_by_role("textbox", name="Your name").focus()
    page.keyboard.type("Bo Lindqvist")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Whoever registered it has the word.")).to_be_visible()
    expect(page.get_by_text("If they say nothing until")).to_be_visible()


def test_a_holder_finds_where_her_music_turned_up_answers_and_it_is_heard(visit: Visits, world: World) -> None:
    alma, stranger = visit("alma"), visit()
    alma.go("/studio/turned-up")
    row = alma.page.locator(".row").filter(has_text="Quay at noon")
    expect(row).to_contain_text("is “Harbour, 5 a.m.”")
    row.get_by_role("link", name="Answer").click()
    alma.page.get_by_label("Yes: it may be published").check()
    alma.page.get_by_role("button", name="Answer").click()
    expect(alma.page.get_by_text("Written down, and the uploader is told.")).to_be_visible()
    stranger.go("/@bo")
    expect(stranger.page.get_by_role("link", name="Quay at noon").first).to_be_visible()
    expect(stranger.page.get_by_text("Quay in the rain")).to_have_count(0)


def test_staff_who_are_no_party_decide_with_reasons_that_both_read(visit: Visits, world: World) -> None:
    cy, bo = visit("cy"), visit("bo")
    cy.go("/desk/matches")
    cy.page.get_by_role("link", name="Quay in the rain").click()
    cy.page.get_by_label("It stays held").check()
    cy.page.get_by_label("Reasons").fill("The session files are Alma's, from the year before.")
    cy.page.get_by_role("button", name="Decide").click()
    expect(cy.page.get_by_role("button", name="Decide")).to_have_count(0)  # it is written down
    page = recognised(bo, world, "contested")
    expect(page.get_by_text("Staff decided: it stays held.")).to_be_visible()
    expect(page.get_by_text("The session files are Alma's")).to_be_visible()


def test_staff_let_pass_what_cannot_be_compared_and_say_why(visit: Visits, world: World) -> None:
    cy = visit("cy")
    cy.go("/desk/matches")
    row = cy.page.locator(".row").filter(has_text="Not compared yet")
    row.get_by_label("Why").fill("The worker is being moved today.")
    row.get_by_role("button", name="Let it pass").click()
    expect(cy.page.get_by_text("Who said so, and why, is written down.")).to_be_visible()
    expect(cy.page.locator(".row").filter(has_text="Not compared yet")).to_have_count(0)


def test_what_is_registered_is_recognised_when_somebody_uploads_it_and_what_is_nobodys_is_clear(
    visit: Visits, world: World, tmp_path: Path
) -> None:
    """At 105 % of its speed, with noise, as an MP3 of 64 kbit/s."""
    alma, bo = visit("alma"), visit("bo")
    alma.go("/studio/registered")
    alma.page.get_by_label("Loops for Leaving").check()
    alma.page.get_by_role("button", name="Register the ticked tracks").click()
    expect(alma.page.get_by_text("its fingerprint is being made")).to_be_visible()
    work(world)
    alma.page.reload()
    row = alma.page.locator(".row").filter(has_text="Loops for Leaving")
    expect(row).to_contain_text("Recognised since")
    bo.go("/upload")
    songs = [("loops-again", noisy(faster(piece(8), 1.05))), ("nobodys", piece(11))]
    files = [as_mp3(sound, tmp_path / f"{name}.mp3") for name, sound in songs]
    bo.page.locator("input[type=file]").set_input_files(files)
    expect(bo.page.get_by_text("Checking what it is")).to_have_count(2)
    work(world)
    keys = {str(title): str(key) for title, key in world.sql("SELECT title, key FROM tracks_track")}
    bo.go(f"/studio/{keys['Loops again']}/recognised")
    expect(bo.page.get_by_text("Registered works of others were recognised.")).to_be_visible()
    expect(bo.page.get_by_text("Yours is 5.0 % faster")).to_be_visible()
    mine = bo.page.locator(".passage__sound").first
    mine.get_by_role("button").click()
    sounds(mine, 0.5)
    bo.go(f"/studio/{keys['Nobodys']}/recognised")
    expect(bo.page.get_by_text("nothing of others was recognised")).to_be_visible()
    alma.page.get_by_label("Loops for Leaving").check()
    alma.page.get_by_role("button", name="Let them go").click()
    expect(alma.page.locator(".row").filter(has_text="Loops for Leaving")).to_contain_text("Not registered")
    work(world)
    bo.go(f"/studio/{keys['Loops again']}/recognised")
    expect(bo.page.get_by_text("It is held no longer.")).to_be_visible()


def work(world: World) -> None:
    """What a worker does, until nothing is left."""
    command = [sys.executable, "-m", "tenuto.server.command", "work", "--until-idle"]
    subprocess.run(command, env=environment(world.home), cwd=ROOT, check=True, timeout=120, capture_output=True)
