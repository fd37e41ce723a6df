"""What people kept and put together, in their copy of everything and when they leave."""

import json
from typing import Any

import pytest
from django.utils import timezone

from tenuto.accounts import export, removal
from tenuto.accounts.models import Account
from tenuto.base import storage
from tenuto.base.models import Blob
from tenuto.library.likes import change as likes
from tenuto.library.playlists import change, invite
from tenuto.library.playlists.models import Entry, Playlist
from tenuto.library.releases.models import Release
from tenuto.tracks import publish
from tests.accounts.things import picture
from tests.library.listing import playlist, public, release, together

pytestmark = pytest.mark.django_db


def copy_of(account: Account) -> dict[str, Any]:
    """The text files of somebody's copy of everything, by name."""
    items = export.items_of(account, timezone.now())
    return {item.name: "".join(item.pieces) for item in items if isinstance(item, export.Words)}


def test_the_copy_holds_playlists_likes_and_albums(alma: Account, bo: Account) -> None:
    track = public(alma, "Harbour", isrc="DEA122600001")
    made, others = playlist(bo, track), playlist(alma, title="Of Alma")
    together(others, bo)
    likes.like(track, bo, timezone.now())
    mine = release(bo, public(bo, "Own"), title="Bo’s Album")
    copied = copy_of(bo)
    kept = json.loads(copied[f"playlists/{made.key}.json"])
    assert [(one["artist"], one["title"], one["isrc"]) for one in kept["tracks"]] == [("alma", "Harbour", track.isrc)]
    assert json.loads(copied["playlists/of-others.json"])[0]["playlist__title"] == "Of Alma"
    assert json.loads(copied["likes.jsonl"])["key"] == track.key
    assert json.loads(copied[f"albums/{mine.slug}/album.json"])["tracks"][0]["track__title"] == "Own"


def test_the_copy_holds_when_somebody_said_no(alma: Account, bo: Account) -> None:
    others = playlist(alma, title="Of Alma")
    together(others, bo)
    invite.leave(invite.invitation_of(bo, others.key), timezone.now())
    copied = copy_of(bo)
    [said] = json.loads(copied["playlists/said-no.json"])
    assert (said["playlist__key"], "at" in said) == (others.key, True)
    assert not [name for name, words in copied.items() if "Of Alma" in words]


def test_the_copy_names_nothing_that_is_no_longer_shared(alma: Account, bo: Account) -> None:
    track = public(alma, "Withdrawn")
    made = playlist(bo, track)
    likes.like(track, bo, timezone.now())
    publish.withdraw_to_sketchbook(track, by=alma, at=timezone.now())
    copied = copy_of(bo)
    assert json.loads(copied[f"playlists/{made.key}.json"])["no_longer_shared_with_you"] == 1
    assert not [name for name, words in copied.items() if "Withdrawn" in words]


def test_whoever_leaves_takes_their_things_along_and_leaves_what_they_gave(alma: Account, bo: Account) -> None:
    track = public(alma)
    playlist(bo, track)
    shared = playlist(alma)
    together(shared, bo)
    change.add(shared, track, bo, timezone.now())
    mine = release(bo, public(bo, "Own"))
    cover = storage.put_bytes(picture("navy"))
    Release.objects.filter(pk=mine.pk).update(artwork=cover)
    lost = removal.what_goes(bo)
    assert "1 playlist" in lost
    assert "1 album, EP or single" in lost
    removal.ask(bo, timezone.now())
    removal.remove_account.func(bo.removal.pk)
    assert list(Playlist.objects.all()) == [shared]
    assert [(entry.track, entry.added_by) for entry in Entry.objects.all()] == [(track, None)]
    assert not Release.objects.exists()
    assert not Blob.objects.filter(pk=cover.pk).exists()
