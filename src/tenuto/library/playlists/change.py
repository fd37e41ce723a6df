"""What can be done to a playlist: made, described, filled, put in order, given away by link, deleted.

Whoever calls has fetched it through `access`. Of two changes to one playlist at once, one waits.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base.errors import NotAllowed, NotFound, OverLimit
from tenuto.base.ids import new_secret
from tenuto.library.playlists.access import Met
from tenuto.library.playlists.models import Entry, Playlist
from tenuto.rules.playlists import may_take_out
from tenuto.tracks import ordering
from tenuto.tracks.models import Track

# As many as the player's queue holds (web/js/queue.js): "play all" then means all.
MAX_TRACKS = 500
MAX_PLAYLISTS = 1000


class TooManyTracks(OverLimit):
    advice = _("This playlist is full: it holds 500 tracks. Take something out, or begin another one.")
    code = "playlist_full"


class TooManyPlaylists(OverLimit):
    advice = _("You have 1,000 playlists, which is as many as one account can have. Delete one first.")
    code = "too_many_playlists"


class NotYours(NotAllowed):
    advice = _("You can take out what you added yourself. The rest is for the playlist’s owner to decide.")
    code = "added_by_others"


def make(owner: Account, title: str, at: datetime, **facts: str) -> Playlist:
    """A new playlist, private unless `facts` say otherwise."""
    if Playlist.objects.filter(owner=owner).count() >= MAX_PLAYLISTS:
        raise TooManyPlaylists(f"account {owner.pk}")
    return Playlist.objects.create(owner=owner, title=title, created_at=at, changed_at=at, **facts)


@transaction.atomic
def add(playlist: Playlist, track: Track, by: Account, at: datetime) -> bool:
    """Put the track at the end. Says whether that changed anything: what is on it already stays where it is."""
    _lock(playlist)
    entries = Entry.objects.filter(playlist=playlist)
    if entries.filter(track=track).exists():
        return False
    if entries.count() >= MAX_TRACKS:
        raise TooManyTracks(f"playlist {playlist.key}")
    Entry.objects.create(playlist=playlist, track=track, position=ordering.end_of(entries), added_by=by, added_at=at)
    _changed(playlist, at)
    return True


@transaction.atomic
def take_out(met: Met, track_key: str, by: Account, at: datetime) -> None:
    """Take the track off the playlist."""
    _lock(met.playlist)
    entry: Entry = ordering.row_of(met.playlist.entries.all(), track_key)
    if not may_take_out(met.part, by.pk, entry.added_by_id):
        raise NotYours(f"{track_key} on {met.playlist.key} by account {by.pk}")
    entry.delete()
    _changed(met.playlist, at)


@transaction.atomic
def place(playlist: Playlist, track_key: str, at: datetime, *, before: str = "", after: str = "") -> None:
    """Put a track of the playlist right before or right after another one of it."""
    _lock(playlist)
    ordering.place(playlist.entries.all(), track_key, before=before, after=after)
    _changed(playlist, at)


def describe(playlist: Playlist, at: datetime, fields: Iterable[str]) -> None:
    """Save these of what its owner wrote of it and who sees it, and nothing that was said elsewhere meanwhile."""
    playlist.changed_at = at
    playlist.save(update_fields=[*fields, "changed_at"])


def new_link(playlist: Playlist) -> None:
    """Another secret address. The former one opens nothing any more, from now on."""
    playlist.secret = new_secret()
    playlist.save(update_fields=["secret"])


def delete(playlist: Playlist) -> None:
    """Gone with its order; the tracks stay where they are."""
    playlist.delete()


def _changed(playlist: Playlist, at: datetime) -> None:
    Playlist.objects.filter(pk=playlist.pk).update(changed_at=at)


def _lock(playlist: Playlist) -> None:
    """Deleted meanwhile, it is as if it had never been."""
    if not Playlist.objects.select_for_update().filter(pk=playlist.pk).exists():
        raise NotFound(f"playlist {playlist.key}")
