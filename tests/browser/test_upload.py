"""Bringing music in, in a real browser: lost lines, closed tabs, refused files, phones, and no scripts at all."""

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from tenuto.dsp.encode import write_audio
from tests.browser.access import darken, examine, fit
from tests.browser.conftest import ROOT, Visit, Visits, World, environment

LONG_BYTES = 6_000_000
SLOW = 300_000  # bytes a second: there is time to do something while it goes, on a busy machine too


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds, with a name that needs care."""
    path = tmp_path_factory.mktemp("song") / "01_quay-bells <b>.flac"
    times = np.arange(2 * 44_100) / 44_100
    write_audio(path, (0.3 * np.sin(2 * np.pi * 330 * times)).astype(np.float32)[:, None], 44_100)
    return path


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise, to be met on its way."""
    path = tmp_path_factory.mktemp("long") / "ferry-horn.wav"
    path.write_bytes(random.Random(5).randbytes(LONG_BYTES))
    return path


@pytest.fixture
def alma(visit: Visits, world: World) -> Iterator[Visit]:
    """Alma, on the upload page. What she brought is gone when the test ends, so that the next begins with none."""
    alma = visit("alma")
    alma.page.goto(f"{world.url}/upload")
    yield alma
    world.sql("DELETE FROM audio_upload")


def work(world: World) -> None:
    """What a worker does, until nothing is left."""
    command = [sys.executable, "-m", "tenuto.server.command", "work", "--until-idle"]
    subprocess.run(command, env=environment(world.home), cwd=ROOT, check=True, timeout=60, capture_output=True)


def choose(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").set_input_files(files)


def slow_down(page: Page, bytes_per_second: float) -> CDPSession:
    """The line is slow until this session is detached."""
    session = page.context.new_cdp_session(page)
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second},
    )
    return session


def has_sent(page: Page, percent: int) -> None:
    """Wait until so much has gone."""
    tens = percent // 10
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", re.compile(rf"^[{tens}-9]\d$"))


def test_files_pass_their_stages_and_one_is_refused(alma: Visit, world: World, song: Path, tmp_path: Path) -> None:
    page, picture = alma.page, tmp_path / "cover.mp3"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    choose(page, song, picture)
    files = page.get_by_role("list", name="Files").locator("> li")
    expect(files).to_have_count(2)
    expect(files.locator("[aria-current=step]")).to_have_text(["Checking", "Checking"])
    expect(page.locator("[data-count]")).to_have_text("2 on their way")
    work(world)
    expect(page.locator("[data-count]")).to_have_text("1 ready, 1 needs you")
    expect(page.get_by_role("link", name="Edit details Quay bells <b>")).to_be_visible()
    expect(page.locator("wave-form svg").first).to_be_attached()
    refused = page.get_by_role("group", name="cover.mp3 needs you")
    expect(refused).to_contain_text("We found no audio in this file.")
    expect(refused.get_by_role("button", name="Choose another")).to_be_visible()
    refused.get_by_role("button", name="Remove cover.mp3").press("Enter")
    expect(refused).to_have_count(0)
    expect(page.get_by_role("heading", name="Files")).to_be_focused()
    expect(page.locator("[data-count]")).to_have_text("1 ready")


def test_an_upload_goes_on_after_the_tab_was_closed(alma: Visit, world: World, long: Path) -> None:
    page = alma.page
    slow_down(page, SLOW)
    choose(page, long)
    has_sent(page, 10)
    # A tab that closes takes the brake off its line before it lets go of it: the rest would be through in no time.
    page.evaluate("window.stop()")
    page.on("dialog", lambda dialog: dialog.accept())  # leave all the same
    page.close(run_before_unload=False)
    page = alma.context.new_page()
    page.goto(f"{world.url}/upload")
    expect(page.get_by_text("Choose the same file again, and it goes on where it stopped.")).to_be_visible()
    page.wait_for_timeout(300)  # the server has noticed that the line is cut
    [(kept,)] = world.sql("SELECT received_bytes FROM audio_upload")
    assert isinstance(kept, int)
    assert 0 < kept < LONG_BYTES
    choose(page, long)
    expect(page.locator("[aria-current=step]")).to_have_text(["Checking"])
    assert world.sql("SELECT count(*), max(received_bytes) FROM audio_upload") == [(1, LONG_BYTES)]


def test_a_lost_line_is_said_and_found_again(alma: Visit, world: World, long: Path) -> None:
    alma.expect_complaint("ERR_INTERNET_DISCONNECTED")
    page, attempts = alma.page, []

    def cut(route: Route) -> None:
        attempts.append(route.request.method)
        if attempts.count("PATCH") <= 2 and route.request.method == "PATCH":
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/uploads/*", cut)
    choose(page, long)
    expect(page.get_by_text("The line dropped at 0 kB of 6 MB. Trying again in 1 second.")).to_be_visible()
    expect(page.get_by_text("Trying again in 2 seconds.")).to_be_visible()
    page.evaluate("() => dispatchEvent(new Event('online'))")  # no need to wait for the end of the pause
    expect(page.locator("[aria-current=step]")).to_have_text(["Checking"])
    assert attempts == ["POST", "PATCH", "HEAD", "PATCH", "HEAD", "PATCH"]
    assert world.sql("SELECT count(*), max(received_bytes) FROM audio_upload") == [(1, LONG_BYTES)]


def test_an_upload_is_paused_and_goes_on_by_keyboard_and_while_pages_change(
    alma: Visit, world: World, long: Path
) -> None:
    page = alma.page
    slow_line = slow_down(page, SLOW)
    choose(page, long)
    pause = page.get_by_role("button", name="Pause ferry-horn.wav")
    has_sent(page, 10)
    pause.press("Enter")
    expect(page.get_by_text("Paused at")).to_be_visible()
    slow_line.detach()
    expect(page.get_by_role("button", name="Go on ferry-horn.wav")).to_be_focused()
    page.keyboard.press("Enter")
    expect(pause).to_be_focused()
    page.get_by_role("link", name="Studio").first.click()
    expect(page).to_have_url(f"{world.url}/studio/")
    page.get_by_role("link", name="Upload").first.click()
    expect(page.locator("[aria-current=step]", has_text="Checking")).to_be_visible(timeout=20_000)
    assert world.sql("SELECT count(*), max(received_bytes) FROM audio_upload") == [(1, LONG_BYTES)]


def test_an_upload_can_be_left(alma: Visit, world: World, long: Path) -> None:
    page = alma.page
    slow_down(page, SLOW)
    choose(page, long)
    has_sent(page, 10)
    page.get_by_role("button", name="Remove ferry-horn.wav").click()
    expect(page.locator("[data-count]")).to_have_text("Nothing is on its way.")
    for _ in range(50):
        if world.sql("SELECT count(*) FROM audio_upload") == [(0,)]:
            break
        page.wait_for_timeout(100)
    assert world.sql("SELECT count(*) FROM audio_upload") == [(0,)]


def test_what_cannot_be_sent_is_said_at_once(alma: Visit, tmp_path: Path) -> None:
    page, empty = alma.page, tmp_path / "empty.wav"
    empty.write_bytes(b"")
    choose(page, empty)
    expect(page.get_by_role("alert").filter(has_text="empty.wav")).to_contain_text("This file is empty")
    page.get_by_role("button", name="Remove empty.wav").click()
    expect(page.get_by_role("heading", name="Files")).to_be_focused()


def test_dropping_files_is_choosing_them(alma: Visit) -> None:
    page = alma.page
    page.evaluate("""
        const data = new DataTransfer()
        data.items.add(new File(["just words"], "words.mp3"))
        const drop = document.querySelector(".drop")
        drop.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true }))
        if (!drop.hasAttribute("data-over")) throw new Error("it does not show that it would take them")
        drop.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }))
    """)
    expect(page.locator("h3", has_text="words.mp3")).to_be_visible()
    expect(page.locator("[aria-current=step]")).to_have_text(["Checking"])


def test_without_scripts_the_form_does_it(visit: Visits, world: World, song: Path) -> None:
    page = visit("alma", scripts=False).page
    page.goto(f"{world.url}/upload")
    choose(page, song)
    page.get_by_label("Followers").check()
    page.get_by_role("button", name="Upload the chosen files").click()
    expect(page.get_by_text("1 file has come in.")).to_be_visible()
    expect(page.locator("[aria-current=step]")).to_have_text(["Checking"])
    work(world)
    page.reload()
    expect(page.get_by_role("link", name="Edit details")).to_be_visible()
    world.sql("DELETE FROM audio_upload")


def test_the_page_keeps_every_rule_of_access_and_fits_a_phone(
    visit: Visits, world: World, song: Path, tmp_path: Path
) -> None:
    alma = visit("alma", lax=True)
    page, words = alma.page, tmp_path / "a rather long name of a file that is no sound at all, and more.mp3"
    words.write_bytes(b"just words")
    page.goto(f"{world.url}/upload")
    choose(page, song, words)
    expect(page.locator("[aria-current=step]")).to_have_text(["Checking", "Checking"])
    examine(alma)
    work(world)
    expect(page.locator("[data-count]")).to_contain_text("1 needs you")
    examine(alma)
    fit(page, 320, 390, 360)
    darken(page)
    examine(alma, dark=True)
    world.sql("DELETE FROM audio_upload")
