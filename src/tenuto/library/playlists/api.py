"""Playlists through the HTTP API."""

from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.base.lines import Line
from tenuto.library.playlists import access, change, invite
from tenuto.library.playlists.access import Met
from tenuto.library.playlists.models import Playlist
from tenuto.rules.playlists import Openness, Part
from tenuto.rules.visibility import Surface
from tenuto.tracks.access import track_by_key
from tenuto.tracks.api import Mark, TrackShown
from tenuto.tracks.pages import profile_of
from tenuto.tracks.paging import some
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Playlists"])
PAGE_SIZE = 50

PlaylistTitle = Annotated[str, Line, StringConstraints(min_length=1, max_length=120)]
TrackKey = Annotated[str, StringConstraints(max_length=12)]


class PlaylistShown(Schema):
    """A playlist in a list. `tracks_on_it` counts all that is on it, also what is not shared with you."""

    key: str
    title: str
    description: str
    owner: str
    url: str
    openness: Openness
    tracks_on_it: int
    changed_at: datetime

    @staticmethod
    def resolve_owner(playlist: Playlist) -> str:
        return playlist.owner.username

    @staticmethod
    def resolve_url(playlist: Playlist) -> str:
        return playlist.get_absolute_url()

    @staticmethod
    def resolve_tracks_on_it(playlist: Playlist) -> int:
        counted: int | None = getattr(playlist, "entry_count", None)
        return playlist.entries.count() if counted is None else counted


class PlaylistPage(Schema):
    """The last changed first. Ask again with `before` for those that come after."""

    playlists: list[PlaylistShown]
    before: str | None


class EntryShown(Schema):
    track: TrackShown
    added_by: str | None
    added_at: datetime


class WholePlaylist(Schema):
    """A playlist with what you may hear of it, in order. `not_shared_with_you` counts the rest and names none of it."""

    playlist: PlaylistShown
    you_are: Part
    secret_url: str | None
    entries: list[EntryShown]
    not_shared_with_you: int


class NewPlaylist(Schema):
    title: PlaylistTitle
    description: str = Field("", max_length=2000)
    openness: Openness = Openness.PRIVATE


class PlaylistChange(Schema):
    """Fields left out stay as they are."""

    title: PlaylistTitle | None = None
    description: str | None = Field(None, max_length=2000)
    openness: Openness | None = None


class PlaceWish(Schema):
    """Where the track is to stand: right before or right after another one. Neither: at the end, or where it is."""

    before: TrackKey = ""
    after: TrackKey = ""


@router.get("/me/playlists", auth=member, response=PlaylistPage)
def my_playlists(request: HttpRequest, before: Mark = "") -> dict[str, Any]:
    """The playlists that you may fill: yours, and those of others that you work on."""
    found = some(access.fillable(account_calling(request)), before, PAGE_SIZE)
    return {"playlists": found.rows, "before": found.before}


@router.post("/me/playlists", auth=member, response={201: PlaylistShown})
def make_playlist(request: HttpRequest, wish: NewPlaylist) -> Status[Playlist]:
    """Begin a playlist. It is private unless you say otherwise."""
    facts = {"description": wish.description, "openness": wish.openness.value}
    return Status(201, change.make(account_calling(request), wish.title, timezone.now(), **facts))


@router.get("/people/{handle}/playlists", auth=anyone, response=PlaylistPage)
def playlists_of_person(request: HttpRequest, handle: str, before: Mark = "") -> dict[str, Any]:
    """The public playlists of somebody."""
    found = some(access.public_of(profile_of(request, handle)["owner"]), before, PAGE_SIZE)
    return {"playlists": found.rows, "before": found.before}


@router.get("/playlists/{key}", auth=anyone, response=WholePlaylist)
def read_playlist(request: HttpRequest, key: str) -> dict[str, Any]:
    """One playlist, if you may see it. A hidden one answers like one that never was."""
    visitor = visitor_of(request)
    return _whole(request, access.playlist_of_key(visitor.account_id, key))


@router.patch("/playlists/{key}", auth=member, response=PlaylistShown)
def change_playlist(request: HttpRequest, key: str, wish: PlaylistChange) -> Playlist:
    """Change what is written of a playlist of yours, and who sees it."""
    playlist = access.own_playlist(account_calling(request), key)
    said = wish.model_dump(exclude_none=True)
    for name, value in said.items():
        setattr(playlist, name, value)
    change.describe(playlist, timezone.now(), said)
    return playlist


@router.delete("/playlists/{key}", auth=member, response={204: None})
def delete_playlist(request: HttpRequest, key: str) -> Status[None]:
    """Delete a playlist of yours. Its tracks stay where they are."""
    change.delete(access.own_playlist(account_calling(request), key))
    return Status(204, None)


@router.put("/playlists/{key}/tracks/{track_key}", auth=member, response=WholePlaylist)
def place_on_playlist(request: HttpRequest, key: str, track_key: str, wish: PlaceWish | None = None) -> dict[str, Any]:
    """Put a track that you may hear on a playlist that you may fill, or give it another place there."""
    account, at = account_calling(request), timezone.now()
    met = access.to_fill(account, key)
    track, _hearing = track_by_key(visitor_of(request), track_key, Surface.PAGE, at)
    with transaction.atomic():  # a place that is none adds nothing
        change.add(met.playlist, track, account, at)
        if wish is not None and (wish.before or wish.after):
            change.place(met.playlist, track_key, at, before=wish.before, after=wish.after)
    return _whole(request, access.to_fill(account, key))


@router.delete("/playlists/{key}/tracks/{track_key}", auth=member, response={204: None})
def take_off_playlist(request: HttpRequest, key: str, track_key: str) -> Status[None]:
    """Take a track off: any from your own playlist, what you added yourself from that of others."""
    account = account_calling(request)
    change.take_out(access.to_fill(account, key), track_key, account, timezone.now())
    return Status(204, None)


@router.put("/playlists/{key}/people/{handle}", auth=member, response={204: None})
def invite_to_playlist(request: HttpRequest, key: str, handle: str) -> Status[None]:
    """Ask somebody to work on a playlist of yours. They say yes or no for themselves."""
    invite.invite(access.own_playlist(account_calling(request), key), handle, timezone.now())
    return Status(204, None)


@router.delete("/playlists/{key}/people/{handle}", auth=member, response={204: None})
def remove_from_playlist(request: HttpRequest, key: str, handle: str) -> Status[None]:
    """Take an invitation back, or somebody off a playlist of yours. What they added stays."""
    invite.remove(access.own_playlist(account_calling(request), key), handle)
    return Status(204, None)


@router.put("/playlists/{key}/membership", auth=member, response=WholePlaylist)
def join_playlist(request: HttpRequest, key: str) -> dict[str, Any]:
    """Say yes to an invitation."""
    account = account_calling(request)
    invite.accept(invite.invitation_of(account, key), timezone.now())
    return _whole(request, access.to_fill(account, key))


@router.delete("/playlists/{key}/membership", auth=member, response={204: None})
def leave_playlist(request: HttpRequest, key: str) -> Status[None]:
    """Say no to an invitation, or work on a playlist no longer."""
    invite.leave(invite.invitation_of(account_calling(request), key), timezone.now())
    return Status(204, None)


def _whole(request: HttpRequest, met: Met) -> dict[str, Any]:
    contents = access.contents(met, visitor_of(request), timezone.now())
    by_link = met.is_own and met.playlist.openness == Openness.LINK
    return {
        "playlist": met.playlist,
        "you_are": met.part,
        "secret_url": met.playlist.secret_url() if by_link else None,
        "entries": [
            {
                "track": placed.line.track,
                "added_by": placed.entry.added_by.username if placed.entry.added_by else None,
                "added_at": placed.entry.added_at,
            }
            for placed in contents.placed
        ],
        "not_shared_with_you": contents.hidden,
    }
