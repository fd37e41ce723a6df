"""Whether a page keeps every rule of access, by axe, in both themes, and fits a phone."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import Visit

# All rules in the light; in the dark, where the page has become as narrow as a phone, those that this can break.
# What passes is of no interest and takes time.
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIGHT = {"runOnly": LEVELS, "resultTypes": ["violations"], "preload": False}
NARROW = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
DARK = {"runOnly": {"type": "rule", "values": NARROW}, "resultTypes": ["violations"], "preload": False}


def broken(page: Page, *, dark: bool = False) -> list[dict[str, Any]]:
    """The rules that axe finds broken: id, words and nodes of each. Handing over all that holds took seconds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "(options) => axe.run(options).then((found) => found.violations)", DARK if dark else LIGHT
    )
    return found


def examine(visitor: Visit, *, dark: bool = False) -> None:
    found = [
        (rule["id"], rule["help"], [node["html"] for node in rule["nodes"]]) for rule in broken(visitor.page, dark=dark)
    ]
    assert not found, found


def darken(page: Page) -> None:
    """The other theme, once every colour has arrived."""
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("() => matchMedia('(prefers-color-scheme: dark)').matches")
    # Reading a style begins the transitions that depend on it; then they can be waited for.
    page.evaluate(
        "getComputedStyle(document.body).color;"
        "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
    )
    page.wait_for_function("() => document.getAnimations().length === 0")
    page.wait_for_timeout(100)


MASTHEAD_IS_CLEAR = """() => {
  const box = (what) => document.querySelector(what).getBoundingClientRect()
  const keys = [...document.querySelectorAll(".masthead__you .button")].map((key) => key.getBoundingClientRect())
  return box(".wordmark").right <= box(".masthead__you").left && keys.every((key) => key.height < 50)
}"""


def fit(page: Page, *widths: int) -> None:
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} wide at {width}"
        assert page.evaluate(MASTHEAD_IS_CLEAR), f"what stands in the masthead covers each other at {width}"
