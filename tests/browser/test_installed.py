"""Tenuto among the programs of a phone or computer, and where the line is cut."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARGUMENTS, CHROMIUM, World


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    """A page of Alma's in a browser that lets workers in."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "sessionid", "value": world.sessions["alma"], "url": world.url}])
    page = context.new_page()
    page.goto(world.url)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    yield page
    context.close()


def test_a_browser_offers_to_install_it(browser: Browser, world: World, tmp_path: Path) -> None:
    # A window that forgets everything, as all others of these tests are, installs nothing.
    with browser.browser_type.launch_persistent_context(tmp_path, executable_path=CHROMIUM, args=ARGUMENTS) as context:
        page = context.new_page()
        page.goto(world.url)
        tools = context.new_cdp_session(page)
        assert tools.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
        manifest = tools.send("Page.getAppManifest")
        assert manifest["errors"] == []
        assert manifest["url"] == world.url + "/manifest.webmanifest"


def test_where_the_line_is_cut_a_page_of_ours_says_so_and_leads_back(page: Page, world: World) -> None:
    page.goto(world.url + "/studio")
    page.context.set_offline(True)
    page.goto(world.url + "/@alma")
    expect(page.get_by_role("heading", level=1)).to_have_text("The line is silent.")
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert paper not in {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}, "without its style sheet"
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page).to_have_url(world.url + "/@alma")
    expect(page.get_by_role("heading", level=1)).to_have_text("Alma Ferreira")


def test_nothing_of_anybodys_is_kept(page: Page, world: World) -> None:
    for path in ("/studio", "/settings", world.pages["sketch"]):
        page.goto(world.url + path)
    kept = page.evaluate(
        """async () => {
          const found = []
          for (const name of await caches.keys()) {
            for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname)
          }
          return found
        }"""
    )
    assert "/offline" in kept
    assert all(path == "/offline" or path.startswith("/static/") for path in kept)
    words = page.evaluate("async () => (await caches.match('/offline')).text()")
    assert "Alma" not in words
    assert "csrf" not in words
