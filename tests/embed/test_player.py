"""The player on other people's pages: who sees it, its switch, frame and look, no cookies, listening, its weight."""

import gzip
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account, Block
from tenuto.audio import count
from tenuto.audio.models import Listen
from tenuto.library.releases import change as releases
from tenuto.rules.playlists import Openness
from tenuto.rules.plays import Reason
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.audio.sounding import link_to, opened, public, shared, sketch, source
from tests.conftest import signed_in
from tests.library.listing import playlist, release

pytestmark = pytest.mark.django_db

VISIT, OTHER = "a" * 32, "b" * 32


def play(browser: Client, track: Track, visit: str = VISIT, **wish: Any) -> Any:
    return browser.post(f"/embed/listens?visit={visit}", json.dumps({"key": track.key, **wish}), "application/json")


def hear(browser: Client, played: dict[str, Any], seconds: float) -> int:
    """Fetch it all, let so much time go by, and say that so much was heard."""
    b"".join(browser.get(source(played, "aac")))
    Listen.objects.filter(key=played["listen"]).update(started_at=timezone.now() - timedelta(seconds=seconds))
    said = json.dumps({"position": seconds, "heard": seconds})
    return browser.patch(played["report"], said, "application/json").status_code


def places(alma: Account, *tracks: Track) -> list[str]:
    """A track's player, and those of a playlist, an album and an artist."""
    made = release(alma, *tracks)
    releases.publish(made, None, timezone.now(), with_sketches=False)
    listed = playlist(alma, *tracks, openness=Openness.PUBLIC)
    return [
        f"/embed/tracks/{tracks[0].key}",
        f"/embed/playlists/{listed.key}",
        f"/embed/albums/{made.key}",
        "/embed/artists/alma",
    ]


def test_it_may_stand_in_any_frame_and_every_other_page_in_none(client: Client, alma: Account) -> None:
    track = public(alma)
    for place in places(alma, track):
        answer = client.get(place)
        assert answer.status_code == 200
        assert "frame-ancestors *" in answer["Content-Security-Policy"]
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer
        assert "train-ai=n" in answer["Content-Usage"]
    for page in ("/", track.get_absolute_url(), f"/share/tracks/{track.key}"):
        assert "frame-ancestors 'none'" in client.get(page)["Content-Security-Policy"]


def test_no_answer_on_the_whole_way_sets_a_cookie(alma: Account) -> None:
    """Not for a stranger, and not for somebody who is signed in on this site."""
    track = public(alma)
    for browser in (Client(), signed_in(alma)):
        before = set(browser.cookies)
        for place in places(alma, track):
            assert not browser.get(place).cookies
        played = play(browser, track)
        assert not played.cookies
        assert hear(browser, played.json(), 35) == 204
        assert set(browser.cookies) == before


def test_whoever_asks_sees_what_a_stranger_sees(client: Client, alma: Account, bo: Account, cy: Account) -> None:
    heard, hidden = public(alma, "Heard"), sketch(alma, "A sketch")
    followers = shared(sketch(alma, "For followers"), Audience.FOLLOWERS)
    bo.following.create(followed=alma)
    Block.objects.create(blocker=alma, blocked=cy)
    by_link = opened(Client(), link_to(hidden))
    lists = places(alma, heard, hidden, followers)[1:]
    for reader in (client, signed_in(alma), signed_in(bo), signed_in(cy), by_link):
        for track in (hidden, followers):
            assert reader.get(f"/embed/tracks/{track.key}").status_code == 404
            assert play(reader, track).status_code == 404
        for place in lists:
            page = reader.get(place).content.decode()
            assert re.findall(r'<li data-key="\w+" data-title="([^"]*)"', page) == ["Heard"]


def test_the_switch_takes_it_from_all_pages_at_once_and_silences_what_plays(client: Client, alma: Account) -> None:
    track = public(alma)
    everywhere = places(alma, track)
    sound = source(play(client, track).json(), "aac")
    assert client.get(sound).status_code == 200
    Track.objects.update(embeddable=False)
    assert [client.get(place).status_code for place in everywhere] == [404] * 4
    assert client.get(sound).status_code == 404
    assert play(client, track).status_code == 404
    assert client.get(track.get_absolute_url()).status_code == 200  # the site itself is not meant


def test_what_is_missing_says_so_within_the_frame(client: Client, alma: Account) -> None:
    hidden, never = client.get(f"/embed/tracks/{sketch(alma).key}"), client.get("/embed/tracks/nothing")
    assert hidden.content == never.content
    assert "frame-ancestors *" in hidden["Content-Security-Policy"]
    assert "no longer shared with you" in hidden.content.decode()


def test_a_playlist_that_is_not_public_has_none(client: Client, as_alma: Client, alma: Account) -> None:
    for openness in (Openness.PRIVATE, Openness.LINK):
        listed = playlist(alma, public(alma, openness.value), openness=openness)
        for reader in (client, as_alma):
            assert reader.get(f"/embed/playlists/{listed.key}").status_code == 404


def test_its_look_is_checked(client: Client, alma: Account) -> None:
    place = f"/embed/tracks/{public(alma).key}"
    page = client.get(f"{place}?theme=dark&colour=1b5e93").content.decode()
    assert 'data-theme="dark" data-pencil="light-dark(#1b5e93, ' in page
    assert "1b5e93" in client.get(f"{place}?color=1b5e93").content.decode()
    for wrong in ("theme=pink", "colour=red", "colour=1b5e93;}", "colour=%22onload=x"):
        answer = client.get(f"{place}?{wrong}")
        assert answer.status_code == 400
        assert "six hexadecimal digits" in answer.content.decode()


def test_a_listen_is_kept_as_one_of_embeds_without_an_account(as_bo: Client, alma: Account) -> None:
    """Bo is signed in on this site, and the player on another page does not know it."""
    played = play(as_bo, public(alma)).json()
    listen = Listen.objects.get(key=played["listen"])
    assert (listen.source, listen.account, listen.link) == ("embed", None, None)
    assert VISIT not in listen.listener


def test_what_is_heard_counts_once_for_a_network_and_browser_however_often_the_page_is_loaded(alma: Account) -> None:
    track = public(alma)
    reloaded = Client(REMOTE_ADDR="203.0.113.7", headers={"User-Agent": "Firefox"})
    elsewhere = Client(REMOTE_ADDR="198.51.100.9", headers={"User-Agent": "Firefox"})
    for browser, visit in ((reloaded, VISIT), (reloaded, OTHER), (elsewhere, "c" * 32)):
        assert hear(browser, play(browser, track, visit).json(), 35) == 204
    count.settle_all(timezone.now() + timedelta(hours=1))
    assert Track.objects.get().play_count == 2
    assert sorted(Listen.objects.values_list("not_counted", flat=True)) == ["", "", Reason.ALREADY_COUNTED]


def test_only_the_visit_that_began_a_listen_reports_it_or_goes_on_with_it(client: Client, alma: Account) -> None:
    track = public(alma)
    played = play(client, track).json()
    others = played["report"].replace(VISIT, OTHER)
    said = json.dumps({"position": 1, "heard": 1})
    assert client.patch(others, said, "application/json").status_code == 404
    assert play(client, track, OTHER, again=played["listen"]).status_code == 404
    assert play(client, track, again=played["listen"]).json()["listen"] == played["listen"]
    assert play(client, public(alma, "Another"), again=played["listen"]).status_code == 404


def test_the_address_of_sound_ends_and_carries_no_listener_into_the_site(client: Client, alma: Account) -> None:
    track = public(alma)
    address = source(play(client, track).json(), "aac")
    assert address != f"/media/{track.recordings.get().key}/aac.mp4"
    assert client.get(address)["Cache-Control"] == "private, no-store"
    assert client.get(address.replace("/aac.mp4", "x/aac.mp4")).status_code == 404


@pytest.mark.parametrize("visit", ["", "short", "A" * 32, "a" * 61, "a" * 20 + "\u00e9"])
def test_a_visit_that_is_none_is_refused_in_words(client: Client, alma: Account, visit: str) -> None:
    answer = client.post(
        f"/embed/listens?visit={visit}", json.dumps({"key": public(alma).key}), "application/json",
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (400, "no_visit")


def test_without_scripts_it_plays_its_first_track(client: Client, alma: Account) -> None:
    page = client.get(f"/embed/tracks/{public(alma).key}").content.decode()
    found = re.search(r'<noscript><audio controls preload="none" src="([^"]+)"', page)
    assert found
    answer = client.get(found[1], headers={"Range": "bytes=4-7"})
    assert b"".join(answer) == b"ftyp"
    assert not answer.cookies


def test_it_is_light(client: Client, alma: Account) -> None:
    """Everything that a browser loads before the first sound, compressed as servers send it."""
    page = client.get(f"/embed/tracks/{public(alma).key}").content
    names = [
        "embed/embed.css",
        "embed/embed.js",
        "embed/playing.js",
        "embed/talk.js",
        "embed/asked.js",
        "web/glyphs.svg",
    ]
    names += [f"web/js/{name}.js" for name in ("clock", "hearing", "levels", "listens", "peaks", "sound", "wave-form")]
    names += [f"web/css/{name}.css" for name in ("tokens", "base")]
    names += [f"web/css/components/{name}.css" for name in ("glyph", "button", "cover", "wave")]
    parts = [Path(str(finders.find(name))).read_bytes() for name in names]
    assert sum(len(gzip.compress(part)) for part in [page, *parts]) < 32_000


def test_a_long_list_costs_as_much_as_a_short_one(
    client: Client, alma: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    everywhere = places(alma, *[public(alma, f"Track {number}") for number in range(5)])
    for place, queries in zip(everywhere, (1, 3, 3, 2), strict=True):
        with django_assert_num_queries(queries):
            client.get(place)
