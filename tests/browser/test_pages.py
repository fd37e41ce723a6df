"""Every page, as people meet it: on a phone, by ear, in the dark, without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.access import broken, darken, examine, fit
from tests.browser.conftest import Visit, Visits, World
from tests.browser.player import play

TERMS = ["terms", "terms to answer", "changed terms", "versions of the terms"]
PAGES = [
    "front",
    "profile",
    "track",
    "secret",
    "own profile",
    "own sketch",
    "sign in",
    "sign up",
    "nothing here",
    "machines",
    "for crawlers",
    "licences of crawlers",
    "playlist",
    "album",
    "album desk",
    "album and AI",
    "library",
    "report",
    "what became of a report",
    "a decision",
    "reports in numbers",
    "desk of reports",
    "a report on the desk",
    "an appeal on the desk",
    "credits",
    "credits in the studio",
    "credits asked",
    "lyrics",
    "lyrics in the studio",
    "search",
    "charts",
    *TERMS,
]


def go(visit: Visits, world: World, name: str, **how: object) -> Visit:
    """Open one of the pages as whoever may see it."""
    paths = {
        "front": (None, "/"),
        "profile": ("bo", "/@alma"),
        "track": (None, world.pages["harbour"]),
        "secret": (None, world.link),
        "own profile": ("alma", "/@alma"),
        "own sketch": ("alma", world.pages["sketch"]),
        "sign in": (None, "/accounts/login/"),
        "sign up": (None, "/accounts/signup/"),
        "nothing here": (None, "/@alma/nothing"),
        "machines": (None, f"/tracks/{world.keys['harbour']}/machines"),
        "for crawlers": (None, "/crawlers"),
        "licences of crawlers": ("alma", "/settings/crawlers"),
        "playlist": ("bo", world.pages["playlist"]),
        "album": (None, world.pages["album"]),
        "album desk": ("alma", world.pages["album desk"]),
        "album and AI": ("alma", world.pages["album desk"].replace("/edit", "/consent")),
        "library": ("bo", "/library"),
        "report": (None, f"/report/track/{world.keys['harbour']}"),
        "what became of a report": (None, world.pages["report"]),
        "a decision": (None, world.pages["decision"]),
        "reports in numbers": (None, "/moderation"),
        "desk of reports": ("sam", "/desk/reports"),
        "a report on the desk": ("sam", world.pages["case"]),
        "an appeal on the desk": ("sam", world.pages["appeal"]),
        "credits": (None, "/@bo/credits"),
        "credits in the studio": ("alma", f"/studio/{world.keys['harbour']}/credits"),
        "credits asked": ("bo", "/credits"),
        "lyrics": (None, world.pages["kettle"]),
        "lyrics in the studio": ("alma", f"/studio/{world.keys['kettle']}/lyrics"),
        "search": ("bo", "/search?q=alma"),
        "charts": (None, "/charts"),
        "terms": (None, "/terms"),
        "terms to answer": ("cy", "/terms/2"),
        "changed terms": (None, "/terms/1...2"),
        "versions of the terms": (None, "/terms/versions"),
    }
    who, path = paths[name]
    visitor = visit(who, **how)
    visitor.expect_complaint("404")
    visitor.page.goto(world.url + path)
    return visitor


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_every_rule_of_access_and_fits_a_phone(visit: Visits, world: World, name: str) -> None:
    visitor = go(visit, world, name, lax=True)
    examine(visitor)
    fit(visitor.page, 320, 390, 360)
    darken(visitor.page)
    examine(visitor, dark=True)


def test_a_rule_that_is_broken_is_found_in_either_theme(visit: Visits, world: World) -> None:
    page = visit(lax=True).page
    page.goto(world.url)
    assert broken(page) == []
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert [rule["id"] for rule in broken(page)] == ["html-has-lang"]
    darken(page)
    assert broken(page, dark=True) == []
    page.evaluate("document.querySelector('h1').style = 'color: #222; background: #111; visibility: visible'")
    assert "color-contrast" in [rule["id"] for rule in broken(page, dark=True)]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_way_of_the_masthead_is_within_reach_of_a_thumb(visit: Visits, world: World, language: str) -> None:
    """Signed in, none of the five begins where nobody sees that there is more; in one line, but for the smallest."""
    alma = visit("alma")
    alma.context.set_extra_http_headers({"Accept-Language": language})
    alma.go("/")
    expect(alma.page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
    ways = alma.page.locator(".masthead nav a")
    for width in (320, 360, 390, 480):
        alma.page.set_viewport_size({"width": width, "height": 800})
        boxes = [box for way in ways.all() if (box := way.bounding_box())]
        assert len(boxes) == 5
        for box in boxes:
            assert 0 <= box["x"] < box["x"] + box["width"] <= width, f"{box} at {width}"
            assert width < 360 or box["y"] == boxes[0]["y"], f"a second line at {width}"


def test_the_player_keeps_every_rule_of_access_and_fits_a_phone(visit: Visits, world: World) -> None:
    listener = visit(lax=True)
    page = listener.page
    listener.go("/")
    play(page, "Harbour, 5 a.m.")
    page.locator("#player").get_by_role("button", name="Queue").click()
    expect(page.locator("#player-queue")).to_be_visible()
    examine(listener)
    for width in (800, 390, 360):
        fit(page, width)
        box = page.locator("#player-queue").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    darken(page)
    examine(listener, dark=True)
    page.keyboard.press("q")
    page.keyboard.press("?")
    examine(listener)


def test_a_chosen_theme_is_kept_and_the_device_followed_without_one(visit: Visits, world: World) -> None:
    reader = visit(theme="dark")
    page = reader.page
    reader.go("/")
    dark = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
    page.get_by_role("button", name="Light or dark").click()
    light = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
    assert light != dark
    page.reload()
    assert page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor") == light
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_title(re.compile("Sign in"))
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("localStorage.getItem('tenuto.theme')") is None
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor") == light


def test_without_scripts_a_plain_audio_element_plays(visit: Visits, world: World) -> None:
    reader = visit(scripts=False)
    page = reader.page
    for path in ("/", "/@alma", world.pages["harbour"], world.link):
        page.goto(world.url + path)
        audio = page.locator("audio").first
        expect(audio).to_be_visible()
        address = audio.get_attribute("src")
        assert address is not None
        answer = page.request.get(world.url + address, headers={"Range": "bytes=0-99"})
        assert answer.status == 206
        assert answer.headers["content-type"].startswith("audio/")
        expect(page.locator("button.play").first).to_be_hidden()


def test_a_page_that_comes_by_itself_begins_at_its_content(visit: Visits, world: World) -> None:
    reader = visit()
    page = reader.page
    reader.go("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_role("link", name="Kettle Song", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kettle Song")
    expect(page.locator("#main")).to_be_focused()
    assert page.evaluate("scrollY") == 0


def test_what_a_page_brings_in_its_head_comes_with_it(visit: Visits, world: World) -> None:
    reader = visit()
    page = reader.page
    reader.go("/")
    page.get_by_role("link", name="Kettle Song", exact=True).click()
    expect(page).to_have_title("Kettle Song by Alma Ferreira · Tenuto")
    expect(page.locator("head meta[property='og:title']")).to_have_attribute("content", "Kettle Song")
    expect(page.locator("head link[rel=canonical]")).to_have_count(1)
    page.get_by_role("link", name="Sign in", exact=True).click()
    expect(page).to_have_title(re.compile("Sign in"))
    expect(page.locator("head meta[property='og:title']")).to_have_count(0)


def test_a_revoked_link_is_gone_also_for_whoever_listens(visit: Visits, world: World) -> None:
    listener = visit()
    page = listener.page
    listener.go(world.doomed)
    expect(page.get_by_text("Shared with you by a secret link named “To be revoked”.")).to_be_visible()
    play(page, "Loops for Leaving")
    world.sql("UPDATE tracks_secretlink SET revoked_at = '2026-01-01 00:00:00' WHERE name = 'To be revoked'")
    listener.expect_complaint("404")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("A rest.")
    page.locator("#player [data-act=toggle]").click()
    expect(page.get_by_text("This track is no longer shared with you.")).to_be_visible()


def test_the_menu_of_ones_own_closes_as_menus_do(visit: Visits, world: World) -> None:
    reader = visit("alma")
    page = reader.page
    reader.go("/")
    summary = page.get_by_label("Alma Ferreira: your own menu")
    summary.click()
    expect(page.get_by_role("link", name="Your profile")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Your profile")).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_role("link", name="Your profile")).to_be_hidden()


def test_the_link_of_a_public_track_can_be_copied(visit: Visits, world: World) -> None:
    reader = visit()
    page = reader.page
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=world.url)
    reader.go(world.pages["harbour"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(world.pages["harbour"])
