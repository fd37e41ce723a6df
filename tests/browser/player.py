"""What a test can see and do of the player."""

from playwright.sync_api import Page, expect


def play(page: Page, title: str) -> None:
    page.get_by_role("main").get_by_role("button", name=f"Play {title}", exact=True).click()
    expect_playing(page, title)


def expect_playing(page: Page, title: str) -> None:
    expect(page.locator("#player-title")).to_have_text(title)
    expect(page.locator("#player [data-act=toggle]")).to_have_attribute("aria-pressed", "true")
    before = position(page)
    page.wait_for_function(
        "before => document.querySelector('#player [data-part=position]').value > before", arg=before
    )


def expect_paused(page: Page) -> None:
    expect(page.locator("#player [data-act=toggle]")).to_have_attribute("aria-pressed", "false")


def position(page: Page) -> float:
    """Where the slider of the bar stands, in seconds."""
    return float(page.locator("#player [data-part=position]").input_value())


def seek(page: Page, seconds: float) -> None:
    """Put the position as a slider does when it is dragged."""
    page.locator("#player [data-part=position]").evaluate(
        "(slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input', { bubbles: true })) }", seconds
    )
