"""An artist's feed, as a podcast and as JSON Feed: what stands in it, where its sound is, and its switch."""

import xml.etree.ElementTree as ElementTree
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.audio.models import Listen
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.audio.sounding import SECONDS, public, shared, sketch

pytestmark = pytest.mark.django_db

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


def channel(client: Client, path: str = "/@alma/feed.xml") -> ElementTree.Element:
    answer = client.get(path)
    assert answer["Content-Type"].startswith("application/rss+xml")
    found = ElementTree.fromstring(answer.content).find("channel")
    assert found is not None
    return found


def titles(client: Client) -> tuple[list[str], list[str]]:
    """What the two forms tell of, in their order."""
    rss = [item.findtext("title") or "" for item in channel(client).iter("item")]
    return rss, [item["title"] for item in client.get("/@alma/feed.json").json()["items"]]


def body(client: Client, path: str) -> bytes:
    answer = client.get(path)
    return b"".join(answer) if answer.streaming else answer.content


def test_a_podcast_player_finds_all_it_wants(client: Client, alma: Account) -> None:
    track = public(alma, "Harbour & more", description="Before\u00a0<i>dawn</i>.\x0b", tags=["sea"], licence="cc-by")
    feed = channel(client)
    assert (feed.findtext("title"), feed.findtext(f"{ITUNES}author")) == ("Alma Ferreira", "Alma Ferreira")
    (item,) = feed.iter("item")
    assert item.findtext("title") == "Harbour & more"
    assert item.findtext("description") == "Before\u00a0&lt;i&gt;dawn&lt;/i&gt;."
    assert item.findtext("guid") == track.key
    assert item.findtext(f"{ITUNES}duration") == str(round(SECONDS))
    assert item.findtext("category") == "sea"
    assert "creativecommons.org/licenses/by" in (item.findtext("{*}license") or "")
    enclosure = item.find("enclosure")
    assert enclosure is not None
    assert enclosure.get("type") == "audio/mp4"
    sound = body(client, urlsplit(enclosure.get("url", "")).path)
    assert len(sound) == int(enclosure.get("length", "0"))
    assert sound[4:8] == b"ftyp"


def test_json_feed_says_the_same(client: Client, alma: Account) -> None:
    track = public(alma)
    feed = client.get("/@alma/feed.json").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = feed["items"]
    assert item["id"] == track.key
    assert item["attachments"][0]["duration_in_seconds"] == round(SECONDS)


def test_only_what_everybody_may_hear_stands_in_it_to_whomever(as_alma: Client, client: Client, alma: Account) -> None:
    public(alma, "For everyone")
    shared(sketch(alma, "For followers"), Audience.FOLLOWERS)
    sketch(alma, "A sketch")
    for reader in (client, as_alma):
        assert titles(reader) == (["For everyone"], ["For everyone"])


def test_its_switch_takes_a_track_out_at_once_and_its_sound_too(as_alma: Client, client: Client, alma: Account) -> None:
    track = public(alma)
    address = f"/tracks/{track.key}/feed.m4a"
    assert client.head(address).status_code == 200
    Track.objects.update(in_feed=False)
    assert titles(client) == ([], [])
    assert client.get(address).status_code == 404


def test_what_a_feed_reader_fetches_is_kept_as_a_listen_of_the_feed(client: Client, alma: Account) -> None:
    track = public(alma)
    body(client, f"/tracks/{track.key}/feed.m4a")
    assert [listen.source for listen in Listen.objects.filter(track=track)] == ["feed"]


def test_nobody_has_no_feed(client: Client, alma: Account) -> None:
    assert client.get("/@nobody/feed.xml").status_code == 404
    Account.objects.update(is_active=False)
    assert client.get("/@alma/feed.json").status_code == 404


def test_a_profile_says_where_its_feed_is(client: Client, alma: Account) -> None:
    assert 'type="application/rss+xml" title="Alma Ferreira" href="/@alma/feed.xml"' in (
        client.get("/@alma").content.decode()
    )


def test_a_long_feed_costs_as_much_as_a_short_one(
    client: Client, alma: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        public(alma, f"Track {number}")
    for path in ("/@alma/feed.xml", "/@alma/feed.json"):
        with django_assert_num_queries(3):  # artist, tracks, how long their files are
            client.get(path)
