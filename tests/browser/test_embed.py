"""The player on a page of another origin: it plays, answers that page alone, and leaves nothing behind."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.access import examine
from tests.browser.conftest import Visits, World

PAGE = """<!doctype html><html lang="en"><title>A page of somebody else</title><h1>My page</h1>
<iframe id="player" src="{player}" title="Harbour" width="100%" height="190" allow="autoplay"></iframe>
<script>
  window.told = []
  addEventListener("message", (event) => told.push({{ ...event.data, origin: event.origin }}))
  window.ask = (wish) => player.contentWindow.postMessage(wish, "{site}")
</script></html>"""

# How much the frame keeps in the browser; one of another site may be denied any storage at all.
KEPT = "() => { try { return localStorage.length + sessionStorage.length } catch { return 0 } }"


@pytest.fixture
def elsewhere(world: World, tmp_path: Path) -> Iterator[str]:
    """A page on another site: another host and another port."""
    player = f"{world.url}/embed/tracks/{world.keys['harbour']}?theme=dark&colour=93352f"
    (tmp_path / "index.html").write_text(PAGE.format(player=player, site=world.url))

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path))  # type: ignore[arg-type]

        def log_message(self, *said: object) -> None:  # says nothing
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def told(page: Page, event: str) -> None:
    page.wait_for_function("event => told.some((one) => one.tenuto === event)", arg=event)


def test_on_a_page_of_another_origin_it_plays_answers_and_keeps_nothing(
    visit: Visits, world: World, elsewhere: str
) -> None:
    reader = visit()
    reader.expect_complaint("another host", "favicon")
    page = reader.page
    page.goto(elsewhere)
    frame = page.frame_locator("#player")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Harbour, 5 a.m.")
    frame.get_by_role("button", name="Play Harbour, 5 a.m.").first.click()
    slider = frame.get_by_role("slider", name="Position in Harbour, 5 a.m.")
    inner = page.frames[1]
    inner.wait_for_function("() => document.querySelector('input[type=range]').value > 0.5")
    assert page.evaluate("told.length") == 0  # it speaks when it is spoken to

    page.evaluate("ask({ tenuto: 'hello' })")
    told(page, "ready")
    told(page, "position")
    page.evaluate("ask({ tenuto: 'seek', seconds: 42 })")
    inner.wait_for_function("() => document.querySelector('input[type=range]').value >= 42")
    page.evaluate("ask({ tenuto: 'pause' })")
    told(page, "pause")
    expect(frame.get_by_role("button", name="Play Harbour, 5 a.m.").first).to_have_attribute("aria-pressed", "false")
    page.evaluate("ask({ tenuto: 'explode' })")
    told(page, "refused")
    last = page.evaluate("told.findLast((one) => one.tenuto === 'pause')")
    assert last["origin"] == world.url
    assert last["track"]["title"] == "Harbour, 5 a.m."
    assert 42 <= last["position"] < 60

    stood = float(slider.input_value())
    slider.press("ArrowRight")
    assert float(slider.input_value()) == pytest.approx(stood + 5, abs=0.01)
    assert reader.context.cookies() == []
    assert inner.evaluate(KEPT) == 0
    assert inner.evaluate("() => getComputedStyle(document.documentElement).getPropertyValue('--pencil')") != ""
    sources = world.sql("SELECT source FROM audio_listen WHERE listener LIKE 'e%' AND account_id IS NULL")
    assert set(sources) == {("embed",)}


@pytest.mark.parametrize("place", ["tracks", "artists"])
def test_it_keeps_every_rule_of_access_and_fits_a_narrow_frame(visit: Visits, world: World, place: str) -> None:
    name = world.keys["harbour"] if place == "tracks" else "alma"
    for theme in ("light", "dark"):
        reader = visit(lax=True, theme=theme)
        reader.page.goto(f"{world.url}/embed/{place}/{name}")
        expect(reader.page.get_by_role("slider")).to_be_visible()
        examine(reader)
        for width in (240, 320, 390):
            reader.page.set_viewport_size({"width": width, "height": 190})
            assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
        if place == "tracks":
            assert reader.page.evaluate("document.documentElement.scrollHeight") <= 190


def test_the_page_that_gives_the_code_keeps_every_rule_of_access(visit: Visits, world: World) -> None:
    reader = visit(lax=True)
    reader.page.goto(f"{world.url}/share/tracks/{world.keys['harbour']}?theme=dark&colour=93352f")
    expect(reader.page.frame_locator("iframe").get_by_role("slider")).to_be_visible()
    examine(reader)
    for width in (320, 390):
        reader.page.set_viewport_size({"width": width, "height": 800})
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
