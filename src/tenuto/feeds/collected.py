"""What anybody may have of a track, a playlist, an album or an artist, by a way that leaves the site.

Feeds, playlist files and players on other people's pages are for readers whom nobody can know: each shows what
everybody may hear and its artist lets out by that way, whoever asks. Where that is nothing, there is nothing here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings

from tenuto.accounts.handles import person_called
from tenuto.accounts.models import Account
from tenuto.accounts.portraits import avatar_address
from tenuto.base.errors import NotFound
from tenuto.library.playlists import access as playlists
from tenuto.library.releases import access as releases
from tenuto.library.releases.covers import cover_address
from tenuto.rules.visibility import Surface, Visitor, may_hear
from tenuto.tracks import access
from tenuto.tracks.artwork import artwork_address
from tenuto.tracks.models import Track

MOST = 100  # of an artist, the newest; of a playlist or an album, the first
PICTURE = 480


class Kind(StrEnum):
    """What tracks can be collected by; the words stand in addresses."""

    TRACK = "tracks"
    PLAYLIST = "playlists"
    ALBUM = "albums"
    ARTIST = "artists"


@dataclass(frozen=True)
class Entry:
    """One track, and since when it stands there."""

    track: Track
    since: datetime

    @property
    def seconds(self) -> float:
        return (self.track.recording.seconds if self.track.recording else None) or 0.0


@dataclass(frozen=True)
class Collected:
    """Something with tracks, as anybody may have it. `name` is its key, of an artist the handle."""

    kind: Kind
    name: str
    title: str
    owner: Account
    words: str  # what is said of it
    page: str  # addresses of this site, from its root
    picture: str
    entries: list[Entry]

    @property
    def seconds(self) -> float:
        return sum(entry.seconds for entry in self.entries)

    @property
    def by(self) -> str:
        """Whose it is, where its own title does not say so."""
        return "" if self.kind is Kind.ARTIST else self.owner.name


def collected(kind: Kind, name: str, surface: Surface, at: datetime, country: str | None) -> Collected:
    """What stands behind this key or handle for readers in `country`. As many queries for many tracks as for one."""
    return _FINDS[kind](name, surface, at, Visitor(country=country))


def something(found: Collected) -> Collected:
    """The same, unless there is nothing in it."""
    if not found.entries:
        raise NotFound(f"nothing of {found.kind} {found.name} is for anybody")
    return found


def whole(address: str) -> str:
    """The address with the name of this site."""
    return f"{settings.SITE_URL}{address}"


def _track(key: str, surface: Surface, at: datetime, reader: Visitor) -> Collected:
    track, _hearing = access.track_by_key(reader, key, surface, at)
    return Collected(
        kind=Kind.TRACK,
        name=track.key,
        title=track.title,
        owner=track.owner,
        words=track.description,
        page=track.get_absolute_url(),
        picture=artwork_address(track, PICTURE),
        entries=[Entry(track, track.publication.starts_at)],
    )


def _playlist(key: str, surface: Surface, at: datetime, reader: Visitor) -> Collected:
    met = playlists.playlist_of_key(None, key)
    placed = playlists.contents(met, reader, at).placed
    entries = [
        Entry(each.line.track, each.entry.added_at)
        for each in placed
        if may_hear(reader, access.state_of(each.line.track), surface, at)
    ]
    playlist = met.playlist
    return Collected(
        kind=Kind.PLAYLIST,
        name=playlist.key,
        title=playlist.title,
        owner=playlist.owner,
        words=playlist.description,
        page=playlist.get_absolute_url(),
        picture=artwork_address(entries[0].track, PICTURE) if entries else avatar_address(playlist.owner, PICTURE),
        entries=entries[:MOST],
    )


def _album(key: str, surface: Surface, at: datetime, reader: Visitor) -> Collected:
    release = releases.release_of_key(None, key, at)
    tracks = [each.line.track for each in releases.tracklist(release, reader, at).tracks]
    let_out = [track for track in tracks if may_hear(reader, access.state_of(track), surface, at)]
    return Collected(
        kind=Kind.ALBUM,
        name=release.key,
        title=release.title,
        owner=release.owner,
        words=release.description,
        page=release.get_absolute_url(),
        picture=cover_address(release, PICTURE),
        entries=[Entry(track, track.publication.starts_at) for track in let_out[:MOST]],
    )


def _artist(handle: str, surface: Surface, at: datetime, reader: Visitor) -> Collected:
    owner = person_called(handle)
    newest = access.for_anybody(owner, surface, at, reader.country)[:MOST]
    return Collected(
        kind=Kind.ARTIST,
        name=owner.username,
        title=owner.name,
        owner=owner,
        words=owner.bio,
        page=owner.get_absolute_url(),
        picture=avatar_address(owner, PICTURE),
        entries=[Entry(track, track.publication.starts_at) for track in newest if track.recording is not None],
    )


_FINDS: dict[Kind, Callable[[str, Surface, datetime, Visitor], Collected]] = {
    Kind.TRACK: _track,
    Kind.PLAYLIST: _playlist,
    Kind.ALBUM: _album,
    Kind.ARTIST: _artist,
}
