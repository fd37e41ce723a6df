"""The mosaic of a playlist: the covers of the first four tracks on it that the visitor may meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Window
from django.db.models.functions import RowNumber

from tenuto.library.playlists.models import Entry, Playlist
from tenuto.rules.visibility import Visitor
from tenuto.tracks.lists import met
from tenuto.tracks.models import Track

TILES = 4
# Where more of a playlist's beginning is hidden from somebody, they see fewer covers, and no slower page.
LOOKED_AT = 12


@dataclass(frozen=True)
class Pictured:
    """A playlist in a list of playlists."""

    playlist: Playlist
    tiles: list[Track]


def pictured(playlists: Sequence[Playlist], visitor: Visitor, at: datetime) -> list[Pictured]:
    """Each with its covers: two questions to the database, however many there are."""
    number = Window(RowNumber(), partition_by="playlist_id", order_by=["position", "id"])
    first = Entry.objects.filter(playlist__in=playlists).annotate(number=number).filter(number__lte=LOOKED_AT)
    entries = list(first.order_by("position", "id").values_list("playlist_id", "track_id"))
    wanted = {track_id for _playlist, track_id in entries}
    tracks = met(wanted, visitor, at)
    tiles: dict[int, list[Track]] = {playlist.pk: [] for playlist in playlists}
    for playlist_id, track_id in entries:
        if track_id in tracks:
            tiles[playlist_id].append(tracks[track_id])
    return [Pictured(playlist, mosaic(tiles[playlist.pk])) for playlist in playlists]


def mosaic(tracks: list[Track]) -> list[Track]:
    """Four covers, or one where there are fewer than four."""
    return tracks[:TILES] if len(tracks) >= TILES else tracks[:1]
