"""What people of the demo make of its pieces and do together: once, of what is there, and found by everybody."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from tenuto.collectives.models import Collective, Membership
from tenuto.consent.models import Act
from tenuto.credits.models import Credited
from tenuto.demo import together
from tenuto.demo.catalogue import ENTRIES, artist
from tenuto.demo.pieces import kettle_song
from tenuto.demo.shelves import LIKES, MIXES, PRESSINGS, fill_shelves
from tenuto.library.likes.models import Like
from tenuto.library.playlists.models import Entry, Playlist
from tenuto.library.releases.models import Release, ReleaseTrack
from tenuto.library.reposts.models import Repost
from tenuto.lyrics.models import Lyrics
from tenuto.rules.lyrics import read
from tests.library.listing import public, titles, words
from tests.people import person

BY_PIECE = {entry.piece: entry for entry in ENTRIES}


def test_every_piece_that_is_named_is_one_and_an_album_holds_its_artists_alone() -> None:
    named = [piece for shelf in (*PRESSINGS, *MIXES) for piece in shelf.pieces] + [
        one for some in LIKES.values() for one in some
    ]
    assert {BY_PIECE[piece].sharing for piece in named} == {"public"}
    assert {BY_PIECE[piece].artist == one.artist for one in PRESSINGS for piece in one.pieces} == {True}
    assert all(one.came_out < date(2026, 12, 1) for one in PRESSINGS)


@pytest.mark.django_db
def test_shelves_are_filled_once_with_what_is_there(client: Client) -> None:
    pieces = ("kettle_song", "stove_is_out", "slack_water")
    owners = {handle: person(handle, handle) for handle in {BY_PIECE[piece].artist for piece in pieces}}
    owners["bo"] = person("bo", "Bo")
    for piece in pieces:
        entry = BY_PIECE[piece]
        public(owners[entry.artist], entry.title, description=entry.description)
    for _ in range(2):
        fill_shelves(timezone.now())
    assert Release.objects.count() == 2
    assert ReleaseTrack.objects.count() == 3
    assert (Playlist.objects.count(), Entry.objects.count(), Like.objects.count()) == (1, 2, 1)
    assert [act.layer for act in Act.objects.all()] == ["album"]
    page = words(client, Release.objects.get(kind="album", owner=owners["granite-and-daughters"]).get_absolute_url())
    assert titles(page) == ["Kettle Song", "The Stove Is Out"]


def test_what_is_done_together_is_done_with_public_pieces_of_others_and_words_end_with_the_piece() -> None:
    named = (together.SUNG, together.CREDITED[0], *(piece for _, piece in (*together.REPOSTS, *together.MEMBERS)))
    assert {BY_PIECE[piece].sharing for piece in named} == {"public"}
    assert all(BY_PIECE[piece].artist != by for by, piece in together.REPOSTS)
    assert all(BY_PIECE[piece].artist == by for by, piece in together.MEMBERS)
    piece, role, handle = together.CREDITED
    assert (role, artist(handle).name) in BY_PIECE[piece].credits
    lines = read(together.WORDS, kettle_song.SECONDS).lines
    assert len(lines) == 15
    assert lines[-1].text == ""


@pytest.mark.django_db
def test_what_is_done_together_is_done_once_with_what_is_there(client: Client) -> None:
    together.fill_together(timezone.now())  # nobody is there yet
    handles = ("low-tide-radio", "os-faros", "granite-and-daughters", "alma", "mara-oke")
    owners = {handle: person(handle, artist(handle).name) for handle in handles}
    for piece in ("kettle_song", "harbour", "slack_water", "faro_de_cies"):
        entry = BY_PIECE[piece]
        who_made_it = [list(credit) for credit in entry.credits]
        public(owners[entry.artist], entry.title, description=entry.description, credits=who_made_it)
    for _ in range(2):
        together.fill_together(timezone.now())
    assert (Lyrics.objects.count(), Repost.objects.count(), Credited.objects.count()) == (1, 1, 1)
    assert (Collective.objects.count(), Membership.objects.filter(is_shown=True).count()) == (1, 2)
    page = words(client, Collective.objects.get().get_absolute_url())
    assert set(titles(page)) == {"Slack Water", "Faro de Cíes"}
    assert titles(words(client, "/@low-tide-radio/credits")) == ["Faro de Cíes"]
