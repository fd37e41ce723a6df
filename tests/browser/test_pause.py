import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import environment, running
from tests.migrated import begin

# Behind a proxy that says so, everybody in this network has opened too many pages.
NETWORK = {"X-Forwarded-For": "198.51.100.9"}


@pytest.fixture
def paused(tmp_path: Path) -> Iterator[str]:
    begin(tmp_path)
    narrow = {"TENUTO_GUARD": "yes", "TENUTO_BEHIND_PROXY": "yes", "TENUTO_PAGES_OF_A_NETWORK": "1"}
    with running(tmp_path, environment(tmp_path) | narrow) as url:
        with urlopen(Request(url + "/", headers=NETWORK)) as answer:
            assert answer.status == 200
        yield url


def test_a_browser_calculates_when_asked_to_can_stop_and_comes_to_the_page(paused: str, browser: Browser) -> None:
    context = browser.new_context(extra_http_headers=NETWORK, viewport={"width": 390, "height": 844})
    page, wrong = context.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    answer = page.goto(paused + "/browse?tag=night")
    assert answer is not None
    assert answer.status == 429
    expect(page.get_by_role("heading", level=1)).to_have_text("A pause.")
    expect(page.get_by_role("link", name="This is a mistake")).to_be_visible()
    expect(page.get_by_text("This needs JavaScript")).to_be_hidden()

    # With a hopeless task it goes on until it is stopped, and then nothing was sent.
    page.evaluate("document.querySelector('page-proof').dataset.bits = 32")
    page.get_by_role("button", name="Calculate").press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Calculating.")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Stop").press("Enter")
    expect(page.get_by_role("button", name="Calculate")).to_be_focused()
    expect(page.get_by_text("Stopped. Nothing was sent.")).to_be_visible()

    page.evaluate("document.querySelector('page-proof').dataset.bits = 15")
    page.get_by_role("button", name="Calculate").click()
    expect(page).to_have_url(re.compile(r"/browse\?tag=night$"), timeout=60_000)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("A pause.", timeout=60_000)
    assert "tenuto_pages" in {cookie.get("name") for cookie in context.cookies()}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
    assert wrong == []
