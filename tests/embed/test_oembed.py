"""oEmbed, the cards that other sites show, and the panel that gives the code: only for what may leave the site."""

import xml.etree.ElementTree as ElementTree
from html import unescape
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.library.releases import change as releases
from tenuto.rules.playlists import Openness
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.audio.sounding import link_to, public, shared, sketch
from tests.library.listing import playlist, release

pytestmark = pytest.mark.django_db


def ask(client: Client, page: str, site: str = "", **besides: object) -> Any:
    more = "".join(f"&{name}={value}" for name, value in besides.items())
    url = quote((site or settings.SITE_URL) + page, safe="")
    return client.get(f"/oembed?url={url}{more}", headers={"Accept": "application/json"})


def pages(alma: Account, track: Track) -> list[str]:
    made = release(alma, track)
    releases.publish(made, None, timezone.now(), with_sketches=False)
    listed = playlist(alma, track, openness=Openness.PUBLIC)
    return [track.get_absolute_url(), listed.get_absolute_url(), made.get_absolute_url(), "/@alma"]


def test_every_page_with_a_player_says_where_it_is_told_and_it_is(client: Client, alma: Account) -> None:
    """A consumer finds the address in the page, and the player behind it."""
    for page in pages(alma, public(alma, "Ebb & <flow>")):
        head = client.get(page).content.decode().partition("</head>")[0]
        address = unescape(head.split('type="application/json+oembed"')[1].split('href="')[1].split('"')[0])
        told = client.get(address.removeprefix(settings.SITE_URL))
        assert told["Access-Control-Allow-Origin"] == "*"
        found = told.json()
        assert (found["version"], found["type"], found["author_name"]) == ("1.0", "rich", "Alma Ferreira")
        player = unescape(found["html"].split('src="')[1].split('"')[0])
        assert client.get(urlsplit(player).path).status_code == 200
        assert f'<meta name="twitter:player" content="{player}">' in head
        assert '<meta name="twitter:card" content="player">' in head


@pytest.mark.parametrize("address", ["http://[", "http://[::1", "https://a]b/", "", "//"])
def test_what_is_no_address_has_no_player(client: Client, address: str) -> None:
    answer = client.get("/oembed", {"url": address}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_player")


def test_xml_says_the_same(client: Client, alma: Account) -> None:
    page = public(alma, "Ebb & <flow>\u000b").get_absolute_url()
    told = ask(client, page, format="json").json()
    found = ElementTree.fromstring(ask(client, page, format="xml").content)
    assert {element.tag: element.text for element in found} == {
        name: str(value).replace("\u000b", "") for name, value in told.items()
    }


def test_it_is_never_larger_than_the_page_that_asks(client: Client, alma: Account) -> None:
    page = public(alma).get_absolute_url()
    told = ask(client, page, maxwidth=300, maxheight=120).json()
    assert (told["width"], told["height"]) == (300, 120)
    assert 'width="300" height="120"' in told["html"]
    assert ask(client, page, maxwidth=9999).json()["width"] == 640
    for wrong in ("-1", "0", "wide", "239", "１２３", "9999999"):
        assert ask(client, page, maxwidth=wrong).json()["code"] == "no_such_size"


def test_a_look_goes_into_the_code(client: Client, alma: Account) -> None:
    told = ask(client, public(alma).get_absolute_url(), theme="dark", colour="1b5e93").json()
    assert "?theme=dark&amp;colour=1b5e93" in told["html"]


def test_what_has_no_player_has_one_answer(client: Client, as_alma: Client, alma: Account) -> None:
    hidden = sketch(alma, "A sketch")
    followers = shared(sketch(alma, "For followers"), Audience.FOLLOWERS)
    private = playlist(alma, public(alma), openness=Openness.LINK)
    asked = [
        ask(reader, page)
        for reader in (client, as_alma)
        for page in (
            hidden.get_absolute_url(), followers.get_absolute_url(), link_to(hidden).get_absolute_url(),
            private.get_absolute_url(), private.secret_url(), release(alma, hidden).get_absolute_url(),
            "/@nobody", "/@alma/never", "/terms", "/nowhere", "", "//",
        )
    ]  # fmt: skip
    asked += [ask(client, "/@alma", site=site) for site in ("https://elsewhere.example", "ftp://localhost", "x:")]
    assert {(answer.status_code, answer.json()["code"]) for answer in asked} == {(404, "no_player")}
    assert len({answer.content for answer in asked}) == 1


def test_the_switch_takes_player_card_code_and_oembed_away_at_once(client: Client, alma: Account) -> None:
    track = public(alma)
    everywhere = pages(alma, track)
    Track.objects.update(embeddable=False)
    for page in everywhere:
        assert ask(client, page).status_code == 404
        shown = client.get(page).content.decode()
        assert "oembed" not in shown
        assert "twitter:player" not in shown
        assert '<meta name="twitter:card" content="summary">' in shown
        assert "&lt;iframe" not in shown
    assert client.get(f"/share/tracks/{track.key}").status_code == 404


def test_a_hidden_page_has_neither_card_nor_panel(as_alma: Client, alma: Account) -> None:
    track = sketch(alma)
    for page in (track.get_absolute_url(), link_to(track).get_absolute_url()):
        shown = as_alma.get(page).content.decode()
        assert "og:title" not in shown
        assert 'id="share"' not in shown


@pytest.mark.parametrize("page", ["/", "/browse", "/@alma", "/@alma/albums", "/@alma/playlists"])
def test_every_public_page_has_a_card(client: Client, alma: Account, page: str) -> None:
    head = client.get(page).content.decode().partition("</head>")[0]
    for name in ("og:title", "og:url", "og:image", "twitter:card"):
        assert head.count(f'="{name}"') == 1


def test_the_panel_gives_the_code_without_scripts(client: Client, alma: Account) -> None:
    track = public(alma)
    page = client.get(track.get_absolute_url()).content.decode()
    assert f"&lt;iframe src=&quot;{settings.SITE_URL}/embed/tracks/{track.key}&quot;" in page
    shared_page = client.get(f"/share/tracks/{track.key}?theme=light&colour=93352f").content.decode()
    assert f'<iframe src="/embed/tracks/{track.key}?theme=light&amp;colour=93352f"' in shared_page


def test_a_colour_that_is_none_is_said_and_kept_to_be_mended(client: Client, alma: Account) -> None:
    answer = client.get(f"/share/tracks/{public(alma).key}?theme=dark&colour=azure")
    assert answer.status_code == 422
    assert "six hexadecimal digits" in answer.content.decode()
    assert 'value="azure"' in answer.content.decode()


def test_the_page_of_a_playlist_names_its_feeds_and_files(client: Client, alma: Account) -> None:
    listed = playlist(alma, public(alma), openness=Openness.PUBLIC)
    page = client.get(f"/share/playlists/{listed.key}").content.decode()
    for form in ("feed.xml", "feed.json", "tracks.m3u8", "tracks.xspf"):
        assert f'href="/playlists/{listed.key}/{form}"' in page
