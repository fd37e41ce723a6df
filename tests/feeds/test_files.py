"""Feeds and playlist files of playlists, albums and artists: what stands in them, for whomever, and the switch."""

import xml.etree.ElementTree as ElementTree
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.feeds.files import _line
from tenuto.library.releases import change as releases
from tenuto.rules.playlists import Openness
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.audio.sounding import link_to, opened, public, shared, sketch
from tests.conftest import signed_in
from tests.library.listing import playlist, release

pytestmark = pytest.mark.django_db

SPACE = {"x": "http://xspf.org/ns/0/"}
FORMS = ("feed.xml", "feed.json", "tracks.m3u8", "tracks.xspf")


def below(owner: Account, *tracks: Track, openness: Openness = Openness.PUBLIC) -> str:
    return playlist(owner, *tracks, openness=openness).get_absolute_url()


def album(owner: Account, *tracks: Track) -> str:
    made = release(owner, *tracks)
    releases.publish(made, None, timezone.now(), with_sketches=False)
    return f"/albums/{made.key}"


def titles(client: Client, place: str) -> list[list[str]]:
    """What each of the four forms tells of, in its order."""
    rss = ElementTree.fromstring(client.get(f"{place}/feed.xml").content)
    xspf = ElementTree.fromstring(client.get(f"{place}/tracks.xspf").content)
    lines = client.get(f"{place}/tracks.m3u8").content.decode().splitlines()
    return [
        [item.findtext("title") or "" for item in rss.iter("item")],
        [item["title"] for item in client.get(f"{place}/feed.json").json()["items"]],
        [line.rpartition(" - ")[2] for line in lines if line.startswith("#EXTINF")],
        [track.findtext("x:title", "", SPACE) for track in xspf.iterfind("x:trackList/x:track", SPACE)],
    ]


def test_a_playlist_album_and_artist_leave_in_four_forms(client: Client, alma: Account, bo: Account) -> None:
    first, second = public(alma, "Ebb"), public(bo, "Flow")
    assert titles(client, below(bo, first, second)) == [
        ["Flow", "Ebb"],
        ["Flow", "Ebb"],
        ["Ebb", "Flow"],
        ["Ebb", "Flow"],
    ]
    assert titles(client, album(alma, first)) == [["Ebb"]] * 4
    assert titles(client, "/@bo") == [["Flow"]] * 4


def test_a_player_finds_the_sound_behind_each_line(client: Client, alma: Account) -> None:
    track = public(alma, "Harbour, 5 a.m.", licence="cc-by")
    place = below(alma, track)
    m3u8 = client.get(f"{place}/tracks.m3u8")
    assert m3u8["Content-Type"].startswith("audio/x-mpegurl")
    assert m3u8["Content-Disposition"] == 'attachment; filename="Alma Ferreira - For the night tram.m3u8"'
    said = m3u8.content.decode().splitlines()
    assert said[:3] == ["#EXTM3U", "#PLAYLIST:For the night tram", "#EXTINF:40,Alma Ferreira - Harbour, 5 a.m."]
    sound = client.get(urlsplit(said[3]).path, headers={"Range": "bytes=4-7"})
    assert (sound.status_code, b"".join(sound)) == (206, b"ftyp")
    xspf = ElementTree.fromstring(client.get(f"{place}/tracks.xspf").content)
    found = xspf.find("x:trackList/x:track", SPACE)
    assert found is not None
    assert [element.tag.rpartition("}")[2] for element in found] == [
        "location", "identifier", "title", "creator", "info", "image", "duration", "meta",
    ]  # fmt: skip
    assert (found.findtext("x:location", "", SPACE), found.findtext("x:duration", "", SPACE)) == (said[3], "40000")
    assert "licenses/by" in (found.findtext("x:meta", "", SPACE))


def test_only_what_everybody_may_hear_leaves_whoever_asks(client: Client, alma: Account, bo: Account) -> None:
    """The owner, a follower and whoever holds a secret link read what a stranger reads."""
    heard, hidden = public(alma, "Heard"), sketch(alma, "A sketch")
    followers = shared(sketch(alma, "For followers"), Audience.FOLLOWERS)
    bo.following.create(followed=alma)
    places = [below(alma, heard, hidden, followers), album(alma, heard, hidden, followers), "/@alma"]
    for reader in (client, signed_in(alma), signed_in(bo), opened(Client(), link_to(hidden))):
        for place in places:
            assert titles(reader, place) == [["Heard"]] * 4


def test_the_switch_takes_a_track_out_of_every_form_at_once(client: Client, alma: Account) -> None:
    track = public(alma)
    places = [below(alma, track), album(alma, track), "/@alma"]
    Track.objects.update(in_feed=False)
    for place in places:
        assert titles(client, place) == [[]] * 4
    assert client.get(f"/tracks/{track.key}/feed.m4a").status_code == 404


@pytest.mark.parametrize("openness", [Openness.PRIVATE, Openness.LINK])
def test_a_playlist_that_is_not_public_is_missing_also_to_its_owner(
    client: Client, as_alma: Client, alma: Account, openness: Openness
) -> None:
    """A feed is read by programs that sign in nowhere, so nothing of it depends on who asks."""
    place = below(alma, public(alma), openness=openness)
    unseen = f"/albums/{release(alma, public(alma, 'B')).key}"
    for reader in (client, as_alma):
        for form in FORMS:
            assert reader.get(f"{place}/{form}").status_code == 404
            assert reader.get(f"{unseen}/{form}").status_code == 404


@given(st.text())
def test_no_words_begin_a_line_of_their_own(words: str) -> None:
    assert len(_line(words).splitlines()) <= 1


def test_a_long_file_costs_as_much_as_a_short_one(
    client: Client, alma: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tracks = [public(alma, f"Track {number}") for number in range(5)]
    place = below(alma, *tracks)
    for form in FORMS:
        with django_assert_num_queries(4):  # playlist, entries, tracks, how long their files are
            client.get(f"{place}/{form}")
