"""One's playlists in one's copy of everything, and those of others that one works on, by name."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from tenuto.accounts.export import Item, Words, as_json, contributes, fields_of
from tenuto.accounts.models import Account
from tenuto.library.playlists.models import Declined, Invitation, Playlist
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among
from tenuto.tracks.models import Track


@contributes
def playlists(account: Account) -> Iterator[Item]:
    """A file for each, in its order."""
    found = Playlist.objects.filter(owner=account).order_by("id")
    for playlist in found.iterator(chunk_size=100):
        yield Words(f"playlists/{playlist.key}.json", [as_json(_facts(playlist))])
    works_on = Invitation.objects.filter(account=account).order_by("id")
    if works_on.exists():
        rows = works_on.values("playlist__key", "playlist__title", "playlist__owner__username", "accepted_at")
        yield Words("playlists/of-others.json", [as_json(list(rows))])
    refused = Declined.objects.filter(account=account).order_by("id")
    if refused.exists():
        # By its number alone: what it is called is no longer for them.
        yield Words("playlists/said-no.json", [as_json(list(refused.values("playlist__key", "at")))])


def _facts(playlist: Playlist) -> dict[str, Any]:
    """Tracks by artist and title too, so that it can be read without this server; those that its owner may meet."""
    entries = list(playlist.entries.select_related("added_by"))
    found = among(Track.objects.filter(playlist_entries__playlist=playlist), Visitor(playlist.owner_id), timezone.now())
    tracks = {track.pk: track for track in found}
    return fields_of(playlist) | {
        "tracks": [
            {
                "key": tracks[entry.track_id].key,
                "title": tracks[entry.track_id].title,
                "artist": tracks[entry.track_id].owner.username,
                "isrc": tracks[entry.track_id].isrc,
                "added_by": entry.added_by.username if entry.added_by else None,
                "added_at": entry.added_at,
            }
            for entry in entries
            if entry.track_id in tracks
        ],
        "no_longer_shared_with_you": len(entries) - len(tracks),
        "people": list(playlist.invitations.values("account__username", "invited_at", "accepted_at")),
    }
