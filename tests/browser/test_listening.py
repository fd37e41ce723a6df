import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visits, World
from tests.browser.player import expect_paused, expect_playing, play, position, seek
from tests.people import PASSWORD


def test_sound_goes_on_without_a_gap_while_one_moves_between_pages(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.go("/")
    play(page, "Harbour, 5 a.m.")
    page.evaluate(WATCH_THE_POSITION)

    page.get_by_role("link", name="Kettle Song", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kettle Song")
    page.get_by_role("main").get_by_role("link", name="Alma Ferreira", exact=True).click()
    expect(page).to_have_url(re.compile("/@alma$"))
    expect(page).to_have_title(re.compile("Alma Ferreira"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kettle Song")
    page.get_by_role("link", name="Stream").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New music")

    expect_playing(page, "Harbour, 5 a.m.")
    # Had a page been loaded anew, nothing would have been seen any more.
    page.wait_for_function("() => seen.at(-1).value - seen[1]?.value > 1")
    heard, passed = page.evaluate("[seen.at(-1).value - seen[1].value, (seen.at(-1).at - seen[1].at) / 1000]")
    # The slider tells the position four times a second.
    assert abs(heard - passed) < 0.4, f"{heard:.2f} s of sound in {passed:.2f} s"


# Each time the slider moves: where it stands then, and the time by the page's own clock.
WATCH_THE_POSITION = """() => {
  window.seen = []
  setInterval(() => {
    const value = Number(document.querySelector("#player [data-part=position]").value)
    if (value !== seen.at(-1)?.value) seen.push({ value, at: performance.now() })
  }, 20)
}"""


def test_one_seeks_by_clicking_the_waveform(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.go(world.pages["harbour"])
    wave = page.get_by_role("main").get_by_role("slider", name="Position in Harbour, 5 a.m.")
    box = wave.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    expect_playing(page, "Harbour, 5 a.m.")
    assert 37 <= position(page) <= 42
    page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    page.wait_for_function("() => document.querySelector('#player [data-part=position]').value < 25")
    expect_playing(page, "Harbour, 5 a.m.")
    assert 15 <= position(page) <= 20


def test_the_keyboard_steers_the_player_from_anywhere(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.go(world.pages["harbour"])
    play(page, "Harbour, 5 a.m.")
    page.keyboard.press("5")
    page.wait_for_function("() => document.querySelector('#player [data-part=position]').value >= 37.4")
    page.keyboard.press("j")
    page.wait_for_function("() => document.querySelector('#player [data-part=position]').value < 31")
    page.keyboard.press("k")
    expect_paused(page)
    stood = position(page)
    page.keyboard.press("ArrowRight")
    assert abs(position(page) - stood - 5) < 0.5
    page.keyboard.press("m")
    expect(page.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keys of the player")
    expect(help_).to_be_visible()
    page.get_by_role("switch", name="Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("k")
    expect_paused(page)


def test_the_slider_of_the_bar_takes_arrows_and_says_where_it_is(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.go(world.pages["harbour"])
    play(page, "Harbour, 5 a.m.")
    page.locator("#player [data-act=toggle]").click()
    expect_paused(page)
    seek(page, 20)
    slider = page.locator("#player").get_by_role("slider", name="Position in Harbour, 5 a.m.")
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "0:25 of 1:15")
    slider.press("PageDown")
    expect(slider).to_have_attribute("aria-valuetext", "0:00 of 1:15")


def test_the_next_track_follows_and_the_queue_can_be_changed(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.go("/")
    play(page, "Letters, Unsent")  # six seconds
    seek(page, 4.5)
    expect_playing(page, "Kettle Song")  # the next in the list
    page.get_by_role("button", name="Add Harbour, 5 a.m. to the queue").click()
    page.locator("#player").get_by_role("button", name="Queue").click()
    rows = page.locator("#player-queue li")
    titles = page.locator("#player-queue [data-row=title]")
    expect(titles).to_have_text(["Harbour, 5 a.m.", "Letters, Unsent", "Kettle Song", "Harbour, 5 a.m."])
    expect(rows.nth(2)).to_have_attribute("aria-current", "true")
    rows.nth(3).get_by_role("button", name="Move Harbour, 5 a.m. up").click()
    expect(titles).to_have_text(["Harbour, 5 a.m.", "Letters, Unsent", "Harbour, 5 a.m.", "Kettle Song"])
    page.keyboard.press("Alt+ArrowUp")
    expect(titles).to_have_text(["Harbour, 5 a.m.", "Harbour, 5 a.m.", "Letters, Unsent", "Kettle Song"])
    rows.nth(1).get_by_role("button", name="Remove Harbour, 5 a.m. from the queue").click()
    expect(titles).to_have_text(["Harbour, 5 a.m.", "Letters, Unsent", "Kettle Song"])
    expect_playing(page, "Kettle Song")
    page.get_by_role("button", name="Clear what comes").click()
    expect(titles).to_have_text(["Kettle Song"])
    page.keyboard.press("Escape")
    expect(page.locator("#player-queue")).to_be_hidden()
    expect(page.locator("#player").get_by_role("button", name="Queue")).to_be_focused()


def test_position_and_queue_outlive_the_page(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.go("/")
    play(page, "Harbour, 5 a.m.")
    seek(page, 30)
    expect_playing(page, "Harbour, 5 a.m.")
    page.reload()
    expect(page.locator("#player-title")).to_have_text("Harbour, 5 a.m.")
    expect_paused(page)
    assert 29 <= position(page) <= 40
    page.locator("#player [data-act=toggle]").click()
    expect_playing(page, "Harbour, 5 a.m.")
    assert position(page) >= 29
    page.locator("#player").get_by_role("button", name="Next").click()
    expect_playing(page, "Letters, Unsent")


def test_only_one_tab_plays_at_a_time(visit: Visits, world: World) -> None:
    listener = visit()
    first = listener.page
    listener.go("/")
    play(first, "Harbour, 5 a.m.")
    second: Page = listener.context.new_page()
    second.goto(world.url + world.pages["kettle"])
    expect_playing(first, "Harbour, 5 a.m.")
    play(second, "Kettle Song")
    expect_paused(first)
    expect(first.locator("#player-title")).to_have_text("Kettle Song")


def test_the_device_knows_what_plays(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.go(world.pages["harbour"])
    play(page, "Harbour, 5 a.m.")
    told = page.evaluate(
        "({ title: navigator.mediaSession.metadata.title, artist: navigator.mediaSession.metadata.artist,"
        " artwork: navigator.mediaSession.metadata.artwork.length, state: navigator.mediaSession.playbackState })"
    )
    assert told == {"title": "Harbour, 5 a.m.", "artist": "Alma Ferreira", "artwork": 1, "state": "playing"}


def test_a_lost_connection_is_said_in_words_and_mended_by_itself(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.expect_complaint("ERR_INTERNET_DISCONNECTED")
    listener.go(world.pages["harbour"])
    page.context.set_offline(True)
    page.get_by_role("main").get_by_role("button", name="Play Harbour, 5 a.m.").click()
    expect(page.get_by_text("The connection is lost.")).to_be_visible()
    page.context.set_offline(False)
    expect_playing(page, "Harbour, 5 a.m.")
    expect(page.get_by_text("The connection is lost.")).to_be_hidden()


def test_an_address_that_has_ended_is_asked_for_again(visit: Visits, world: World) -> None:
    listener = visit("bo")
    page = listener.page
    listener.expect_complaint("404")
    listener.go(world.pages["followers"])
    ended: list[str] = []

    def refuse_once(route: object) -> None:
        if ended:
            route.continue_()  # type: ignore[attr-defined]  # playwright's own type
        else:
            ended.append(route.request.url)  # type: ignore[attr-defined]
            route.fulfill(status=404)  # type: ignore[attr-defined]

    page.route("**/media/**", refuse_once)
    play(page, "Moth Logic (rehearsal, take 3)")
    assert len(ended) == 1


def test_told_to_wait_the_player_waits_and_goes_on(visit: Visits, world: World) -> None:
    """429 at pressing play, and then for the sound and for asking why: no error is shown, and it plays when it may."""
    listener = visit()
    page = listener.page
    listener.expect_complaint("429")
    listener.go(world.pages["harbour"])
    told: list[str] = []

    def wait(route: Route) -> None:
        if len(told) == 3:
            route.continue_()
        else:
            told.append(route.request.url)
            route.fulfill(status=429, headers={"Retry-After": "1"}, json={"code": "too_much_pace"})

    page.route("**/listens", wait)
    page.route("**/media/**", wait)
    play(page, "Harbour, 5 a.m.")
    assert told[0].endswith("/listens")
    assert told[1] == told[2]
    expect(page.get_by_text("could not be played")).to_be_hidden()


def test_a_track_that_is_hidden_meanwhile_says_so(visit: Visits, world: World) -> None:
    listener = visit("bo")
    page = listener.page
    listener.expect_complaint("404")
    listener.go(world.pages["followers"])
    following = world.sql("SELECT follower_id, followed_id, since FROM accounts_follow")
    world.sql("DELETE FROM accounts_follow")
    try:
        page.get_by_role("main").get_by_role("button", name="Play Moth Logic (rehearsal, take 3)").click()
        expect(page.get_by_text("This track is no longer shared with you.")).to_be_visible()
        expect_paused(page)
    finally:
        for row in following:
            world.sql("INSERT INTO accounts_follow (follower_id, followed_id, since) VALUES (?, ?, ?)", *row)


def test_signing_out_takes_private_music_out_of_the_queue(visit: Visits, world: World) -> None:
    listener = visit("bo")
    page = listener.page
    listener.go("/@alma")
    play(page, "Moth Logic (rehearsal, take 3)")
    columns = "session_key, session_data, expire_date"
    [session] = world.sql(f"SELECT {columns} FROM django_session WHERE session_key = ?", world.sessions["bo"])
    try:
        page.get_by_label("Bo: your own menu").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        expect(page.locator("#player-title")).not_to_have_text("Moth Logic (rehearsal, take 3)")
        assert "Moth Logic" not in page.evaluate("JSON.stringify(localStorage)")
    finally:  # other tests are Bo, too
        world.sql(f"INSERT INTO django_session ({columns}) VALUES (?, ?, ?)", *session)


def test_a_play_is_counted_after_it_was_heard(visit: Visits, world: World) -> None:
    """Half of a track of six seconds: three seconds of real sound."""
    listener = visit("cy")
    page = listener.page
    listener.go(world.pages["short"])
    count = "SELECT play_count FROM tracks_track WHERE key = ?"
    [(before,)] = world.sql(count, world.keys["short"])
    play(page, "Letters, Unsent")
    for _ in range(150):  # it plays six seconds, and what was delivered is written down every three
        if world.sql(count, world.keys["short"]) == [(int(str(before)) + 1,)]:
            break
        page.wait_for_timeout(100)
    else:
        raise AssertionError("not counted within 15 s")


def test_signing_in_and_following_leave_the_sound_alone(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.go("/@alma")
    play(page, "Harbour, 5 a.m.")
    page.get_by_role("link", name="Follow Alma Ferreira").click()
    expect(page).to_have_title(re.compile("Sign in"))
    page.locator("input[name=login]").fill("cy")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Cy: your own menu")).to_be_visible()
    expect(page).to_have_url(re.compile("/@alma$"))
    expect_playing(page, "Harbour, 5 a.m.")
    page.get_by_role("button", name="Follow Alma Ferreira").click()
    expect(page.get_by_role("button", name="Following Alma Ferreira")).to_be_visible()
    page.get_by_role("button", name="Following Alma Ferreira").click()
    expect(page.get_by_role("button", name="Follow Alma Ferreira")).to_be_visible()
    expect_playing(page, "Harbour, 5 a.m.")
