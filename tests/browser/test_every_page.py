"""axe on every page, as a stranger, a member and one of the staff meet it, in light and in dark."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import every_page
from tests.browser.access import broken, darken
from tests.browser.conftest import World, serving


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serving(tmp_path_factory, "tests.browser.every_page") as served:
        yield served


def test_every_address_gives_somebody_a_page_or_says_why_not(whole: World) -> None:
    assert whole.unseen == [], "a page, and nobody here gets it: see tests/browser/every_page.py"
    assert not set(every_page.NO_PAGE) & {name for name, _path, _who in whole.every}, "a page after all"


def test_every_page_keeps_every_rule_of_access_in_light_and_dark(whole: World, browser: Browser) -> None:
    visitors: dict[str, Page] = {}
    found: dict[str, Any] = {}
    for name, path, who in whole.every:
        page = visitors.get(who) or visitors.setdefault(who, visit(browser, whole, who))
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(whole.url + path)
        violations = broken(page)
        darken(page)
        for rule in [*violations, *broken(page, dark=True)]:
            found.setdefault(rule["id"], []).append((name, [node["html"][:200] for node in rule["nodes"]]))
    for page in visitors.values():
        page.context.close()
    assert found == {}


def visit(browser: Browser, whole: World, who: str) -> Page:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, bypass_csp=True, service_workers="block", reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)
    if who in whole.sessions:
        context.add_cookies([{"name": "sessionid", "value": whole.sessions[who], "url": whole.url}])
    return context.new_page()
