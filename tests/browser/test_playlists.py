"""A playlist put in order by keys, saved, and played as a whole; and its queue going on elsewhere."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits, World
from tests.browser.player import expect_playing


def listed(page: Page) -> list[str]:
    return page.locator("order-list h3").all_inner_texts()


def test_by_keys_alone_a_track_finds_its_place_and_the_whole_is_played(visit: Visits, world: World) -> None:
    bo = visit("bo")
    bo.go(world.pages["playlist"])
    bo.page.wait_for_function("() => customElements.get('order-list') !== undefined")
    before = listed(bo.page)
    first = before[0]
    bo.page.get_by_role("button", name=f"Move {first} down", exact=True).focus()
    with bo.page.expect_response(lambda answer: answer.url.endswith("/place") and answer.status == 204):
        bo.page.keyboard.press("Enter")
    moved = [before[1], first, *before[2:]]
    expect(bo.page.locator("order-list h3").nth(1)).to_have_text(first)
    expect(bo.page.locator("order-list [role=status]")).to_have_text(f"{first}: place 2 of {len(before)}")
    expect(bo.page.get_by_role("button", name=f"Move {first} down", exact=True)).to_be_focused()
    with bo.page.expect_response(lambda answer: answer.url.endswith("/place") and answer.status == 204):
        bo.page.keyboard.press("Alt+ArrowDown")
    moved = [moved[0], moved[2], moved[1], *moved[3:]]
    bo.page.reload()
    assert listed(bo.page) == moved
    bo.page.get_by_role("button", name="Play all of For the night tram", exact=True).click()
    expect_playing(bo.page, moved[0])
    assert bo.page.locator("#player-queue li b").all_text_contents() == moved


def test_what_plays_goes_on_in_another_browser_of_the_same_account(visit: Visits, world: World) -> None:
    desk, phone, guest = visit("alma"), visit("alma", width=390), visit(None)
    desk.go(world.pages["album"])
    kept = desk.page.expect_response(lambda answer: answer.url.endswith("/me/queue") and answer.request.method == "PUT")
    with kept as answer:
        desk.page.get_by_role("main").get_by_role("button", name="Play Kettle Song", exact=True).click()
    assert answer.value.json()["kept"]
    titles = desk.page.locator("#player-queue li b").all_text_contents()
    phone.go("/")
    expect(phone.page.locator("#player-title")).to_have_text("Kettle Song")
    assert phone.page.locator("#player-queue li b").all_text_contents() == titles
    guest.go("/")
    expect(guest.page.locator("#player")).to_be_hidden()
