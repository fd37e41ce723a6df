"""The ledger in a browser: verified there, line by line, and not where a file of the log was changed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.access import darken, examine, fit
from tests.browser.conftest import Visits, World, serving


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server of its own: one track is used and in a model, one was held from the beginning; files are spoilt."""
    with serving(tmp_path_factory, "tests.browser.ledger_world") as served:
        yield served


@contextmanager
def turned(file: Path, at: int) -> Iterator[None]:
    """One bit of a file turned, for a while."""
    before = file.read_bytes()
    file.write_bytes(before[:at] + bytes([before[at] ^ 1]) + before[at + 1 :])
    try:
        yield
    finally:
        file.write_bytes(before)


def use_of(world: World) -> int:
    """The entry of the track's first use."""
    [(entry,)] = world.sql("SELECT min(entry) FROM gate_passage WHERE allowed")
    assert isinstance(entry, int)
    return entry


def tile(world: World) -> Path:
    """The tile with the leaves of the log as it is now."""
    size = int((world.home / "log" / "checkpoint").read_text().split("\n")[1])
    assert size < 256
    return world.home / "log" / f"tile/0/000.p/{size}"


def test_a_use_is_verified_in_the_browser(visit: Visits, world: World) -> None:
    alma = visit("alma")
    alma.go(f"/studio/{world.keys['used']}/ledger")
    proof = alma.page.locator(f"#entry-{use_of(world)} [data-part=proof]")
    expect(proof).to_have_class("entry__proof proof--holds")
    expect(proof).to_contain_text("Verified")
    expect(proof.locator("use")).to_have_attribute("href", re.compile("#proven$"))
    expect(alma.page.locator("[data-part=said]")).to_contain_text("Verified in your browser:")
    expect(alma.page.locator("[data-part=said]")).to_contain_text(
        "Its head is cosigned by near. That is the quorum of its witnesses."
    )


def test_a_track_held_from_the_beginning_is_verified_to_be_in_no_model(visit: Visits, world: World) -> None:
    alma = visit("alma")
    alma.go(f"/studio/{world.keys['held']}/ledger")
    out = alma.page.get_by_role("region", name="Not in these models").locator("[data-run]")
    expect(out.first).to_have_class("proof--holds")
    assert (
        alma.page.locator("[data-run]").count()
        == out.count()
        == len(world.sql("SELECT 1 FROM gate_run WHERE model_digest != ''"))
    )
    for number in range(out.count()):
        expect(out.nth(number)).to_contain_text("Verified")
    alma.go(f"/studio/{world.keys['used']}/ledger")
    inside = alma.page.get_by_role("region", name="In these models").locator("[data-run]")
    expect(inside.first).to_contain_text("Verified")


def test_what_was_open_and_when_is_verified_in_the_browser(visit: Visits, world: World) -> None:
    alma = visit("alma")
    alma.go(f"/studio/{world.keys['regretted']}/ledger")
    states = alma.page.get_by_role("region", name="What was open, and when").locator("[data-epoch]")
    expect(states).to_have_count(2)
    for number in range(2):
        expect(states.nth(number)).to_have_class("proof--holds")
        expect(states.nth(number)).to_contain_text("Verified")
    expect(states.first).to_contain_text("Held, but for what the service needs")
    expect(states.last).to_contain_text("Allowed: Recording")


def test_a_page_that_says_more_was_open_than_was_is_found_out(visit: Visits, world: World) -> None:
    """The operator may change a row, and not what the log was bound to."""
    of_held = "track_id = (SELECT id FROM tracks_track WHERE key = ?)"
    [(cells,)] = world.sql(f"SELECT cells FROM consent_mapstate WHERE {of_held}", world.keys["held"])
    world.sql(f"UPDATE consent_mapstate SET cells = ? WHERE {of_held}", "f".zfill(64), world.keys["held"])
    try:
        alma = visit("alma")
        alma.go(f"/studio/{world.keys['held']}/ledger")
        state = alma.page.locator("[data-epoch]")
        expect(state).to_have_class("proof--fails")
        expect(state).to_contain_text("the map says that something else was open")
    finally:
        world.sql(f"UPDATE consent_mapstate SET cells = ? WHERE {of_held}", cells, world.keys["held"])


def test_a_tile_that_was_changed_is_found_out(visit: Visits, world: World) -> None:
    alma = visit("alma")
    with turned(tile(world), 32 * use_of(world) + 5):
        alma.go(f"/studio/{world.keys['used']}/ledger")
        proof = alma.page.locator(f"#entry-{use_of(world)} [data-part=proof]")
        expect(proof).to_have_class("entry__proof proof--fails")
        expect(proof).to_contain_text("Does not hold")
        expect(alma.page.locator("[data-part=said]")).to_contain_text("This does not hold:")
        expect(alma.page.locator("proven-ledger")).not_to_contain_text("Verified")


def test_a_line_that_says_something_else_than_its_entry_is_found_out(visit: Visits, world: World) -> None:
    """The page itself may lie: what it says of a use is compared with what the log was bound to."""
    world.sql("UPDATE gate_passage SET reason = 'needed' WHERE entry = ?", use_of(world))
    try:
        alma = visit("alma")
        alma.go(f"/studio/{world.keys['used']}/ledger")
        proof = alma.page.locator(f"#entry-{use_of(world)} [data-part=proof]")
        expect(proof).to_contain_text("the entry says something else")
    finally:
        world.sql("UPDATE gate_passage SET reason = 'allowed' WHERE entry = ?", use_of(world))


def test_the_log_is_held_to_what_was_seen_at_the_last_visit(visit: Visits, world: World) -> None:
    stranger = visit()
    stranger.go("/log")
    said = stranger.page.locator("log-head")
    expect(said).to_contain_text("Verified in your browser: the log’s own signature on this head.")
    expect(said).to_contain_text("Verified too: the cosignatures of near. That is the quorum of its witnesses.")
    expect(said).to_contain_text("Your browser now remembers this head")
    stranger.go("/log")
    expect(said).to_contain_text("Since your last visit the log only grew")
    stranger.page.evaluate(
        """() => {
            const lines = JSON.parse(localStorage.getItem("tenuto-log /log/")).split("\\n")
            lines[2] = "B".repeat(42) + "A="
            localStorage.setItem("tenuto-log /log/", JSON.stringify(lines.join("\\n")))
        }"""
    )
    stranger.go("/log")
    expect(said).to_contain_text("This does not hold:")
    expect(said).not_to_contain_text("Verified")


def test_a_false_cosignature_is_found_out(visit: Visits, world: World) -> None:
    checkpoint = world.home / "log/checkpoint"
    before = checkpoint.read_bytes()
    letter = b"B" if before[-12:-11] == b"A" else b"A"
    try:
        checkpoint.write_bytes(before[:-12] + letter + before[-11:])  # in the last line: the cosigner's
        page = visit().page
        page.goto(f"{world.url}/log")
        expect(page.locator("log-head")).to_contain_text("This does not hold: the cosignature of")
        expect(page.locator("log-head")).not_to_contain_text("Verified")
    finally:
        checkpoint.write_bytes(before)


def test_a_browser_that_does_not_know_ed25519_says_so_and_verifies_nothing(visit: Visits, world: World) -> None:
    """Older browsers cannot check these signatures. That is said; it is neither a failure of the log nor a proof."""
    alma = visit("alma")
    alma.page.add_init_script(
        """crypto.subtle.importKey = ((real) => function (format, key, algorithm, ...rest) {
            if (algorithm?.name === "Ed25519") return Promise.reject(new DOMException("no", "NotSupportedError"))
            return real.call(this, format, key, algorithm, ...rest)
        })(crypto.subtle.importKey)"""
    )
    for path, place in (("/log", "log-head"), (f"/studio/{world.keys['used']}/ledger", "proven-ledger")):
        alma.go(path)
        said = alma.page.locator(place)
        expect(said).to_contain_text("Not checked: this browser does not know the signatures of the log (Ed25519)")
        expect(said).not_to_contain_text("Verified")


def test_without_scripts_nothing_is_called_verified(visit: Visits, world: World) -> None:
    page = visit("alma", scripts=False, width=390).page
    page.goto(f"{world.url}/studio/{world.keys['used']}/ledger")
    expect(page.locator("proven-ledger")).to_contain_text("With JavaScript, your browser checks every line")
    expect(page.locator(".entry__proof").first).not_to_contain_text("Verified")
    expect(page.get_by_role("link", name="Download")).to_be_visible()


@pytest.mark.parametrize("path", ["/log", "/studio/ledger", "/studio/{used}/ledger", "/studio/{held}/ledger"])
def test_its_pages_keep_every_rule_of_access_and_fit_a_phone(visit: Visits, world: World, path: str) -> None:
    alma = visit("alma", lax=True)
    page = alma.page
    page.goto(world.url + path.format(**world.keys))
    page.wait_for_load_state("networkidle")
    examine(alma)
    fit(page, 320, 390, 360)
    darken(page)
    examine(alma, dark=True)
