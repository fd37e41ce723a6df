"""Reposts, what one is told of, what a browser shows that is pushed to it, and a page that several people make."""

import json
import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.access import darken, examine, fit
from tests.browser.conftest import Visit, Visits, World


def look_at(visitor: Visit, path: str) -> None:
    """The page keeps every rule of access, fits a phone, and is as good in the dark."""
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    visitor.go(path)
    examine(visitor)
    fit(visitor.page, 320, 390)
    darken(visitor.page)
    examine(visitor, dark=True)
    visitor.page.emulate_media(color_scheme="light")


def test_a_repost_reaches_followers_and_its_artist_is_told(visit: Visits, world: World) -> None:
    bo, cy, alma = visit("bo"), visit("cy", lax=True), visit("alma", lax=True)
    cy.go("/@bo")
    cy.page.get_by_role("button", name="Follow Bo").click()
    expect(cy.page.get_by_role("button", name="Following Bo")).to_be_visible()
    bo.go(world.pages["kettle"])
    bo.page.get_by_role("button", name="Repost Kettle Song").click()
    expect(bo.page.get_by_role("button", name="Repost Kettle Song")).to_have_attribute("aria-pressed", "true")
    cy.go("/following")
    expect(cy.page.locator(".reposted")).to_have_text("Reposted by Bo")
    look_at(cy, "/following")
    look_at(cy, "/@bo/reposts")
    alma.go("/")
    expect(alma.page.locator(".bell__count").first).to_have_text(re.compile(r"[1-9]"))
    alma.page.get_by_role("banner").get_by_role("link", name="Notifications").first.click()
    told = alma.page.get_by_role("link", name="Bo reposted “Kettle Song”")
    expect(told).to_be_visible()
    expect(alma.page.locator(".bell__count")).to_have_count(0)
    look_at(alma, "/notifications")
    told.click()
    expect(alma.page.get_by_role("heading", name="Kettle Song", level=1)).to_be_visible()


def test_what_one_is_told_is_chosen_without_scripts(visit: Visits, world: World) -> None:
    plain, seen = visit("alma", scripts=False), visit("alma", lax=True)
    plain.page.goto(f"{world.url}/settings/notifications")
    group = plain.page.get_by_role("group", name="Somebody reposts a track of yours")
    expect(group.get_by_role("checkbox", name="In the digest")).to_be_checked()
    group.get_by_role("checkbox", name="In the digest").press(" ")
    plain.page.get_by_role("radio", name="Every week").check()
    plain.page.get_by_role("button", name="Save").click()
    expect(group.get_by_role("checkbox", name="In the digest")).not_to_be_checked()
    expect(plain.page.get_by_role("radio", name="Every week")).to_be_checked()
    look_at(seen, "/settings/notifications")


def test_what_is_pushed_is_shown_by_its_worker(visit: Visits, world: World) -> None:
    """Delivered as a push service's message is once the browser has opened its seal."""
    alma = visit("alma", workers=True)
    alma.context.grant_permissions(["notifications"], origin=world.url)
    alma.go("/settings/notifications")
    control = alma.context.new_cdp_session(alma.page)
    found: list[dict[str, Any]] = []
    control.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    control.send("ServiceWorker.enable")
    alma.page.evaluate(
        """async () => {
          const { worker, scope } = document.querySelector("push-switch").dataset
          const registration = await navigator.serviceWorker.register(worker, { scope })
          while (!registration.active) await new Promise((later) => setTimeout(later, 20))
        }"""
    )
    # Beside the one that keeps a page for when there is no connection.
    [its_id] = {one["registrationId"] for one in found if one["scopeURL"] == f"{world.url}/notifications/"}
    said = {"title": "Tenuto", "body": "Bo reposted “Kettle Song”", "url": "/notifications", "tag": "repost-1"}
    for _twice in range(2):
        message = {"origin": world.url, "registrationId": its_id, "data": json.dumps(said)}
        control.send("ServiceWorker.deliverPushMessage", message)
    shown = alma.page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration("/notifications/")
          let shown = []
          while (!shown.length) {
            await new Promise((later) => setTimeout(later, 20))
            shown = await registration.getNotifications()
          }
          return shown.map((one) => [one.title, one.body, one.data.url])
        }"""
    )
    assert shown == [["Tenuto", said["body"], "/notifications"]]


def test_several_people_make_a_page_together(visit: Visits, world: World) -> None:
    alma, bo = visit("alma", lax=True), visit("bo", lax=True)
    alma.go("/collectives")
    alma.page.get_by_role("textbox", name="Name").fill("North Shore")
    alma.page.get_by_role("button", name="Begin it").click()
    alma.page.get_by_role("link", name="Music", exact=True).click()
    alma.page.get_by_label("One of your tracks").select_option(label="Kettle Song")
    alma.page.get_by_role("button", name="Show it here").first.click()
    expect(alma.page.get_by_role("button", name="Take off Kettle Song")).to_be_visible()
    alma.page.get_by_role("link", name="People", exact=True).click()
    alma.page.get_by_role("textbox", name="Handle").fill("bo")
    alma.page.get_by_role("button", name="Invite").click()
    expect(alma.page.get_by_text("has not answered yet")).to_be_visible()
    bo.go("/collectives/north-shore")
    bo.page.get_by_role("checkbox", name="The page names me").check()
    bo.page.get_by_role("button", name="Say yes").click()
    expect(bo.page.get_by_role("link", name="Bo", exact=True)).to_be_visible()
    look_at(bo, "/collectives/north-shore")
    for path in ("/collectives", *(f"/collectives/north-shore/{part}" for part in ("music", "people", "edit"))):
        look_at(alma, path)


def test_names_without_a_space_fit_a_phone(visit: Visits, world: World) -> None:
    """A handle has up to 30 letters, and a title that was made from a file's name often is one word."""
    [(title,)] = world.sql("SELECT title FROM tracks_track WHERE key = ?", world.keys["kettle"])
    world.sql("UPDATE accounts_account SET display_name = ? WHERE username = 'sam'", "W" * 40)
    world.sql("UPDATE tracks_track SET title = ? WHERE key = ?", "kettle_song_" * 16, world.keys["kettle"])
    try:
        bo, alma = visit("bo"), visit("alma")
        for visitor, path in (
            (bo, "/@sam"),
            (bo, world.pages["kettle"]),
            (bo, f"/tracks/{world.keys['kettle']}/playlists"),
            (alma, "/studio/"),
        ):
            visitor.go(path)
            fit(visitor.page, 320, 390)
    finally:
        world.sql("UPDATE tracks_track SET title = ? WHERE key = ?", title, world.keys["kettle"])
