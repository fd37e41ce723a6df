"""What tracks put into somebody's copy of everything: a folder each, with its originals under their own names."""

from collections.abc import Iterator
from typing import Any

from tenuto.accounts.export import Item, Stored, Words, as_json, contributes, fields_of, file_name
from tenuto.accounts.models import Account
from tenuto.base.pictures import suffix_of
from tenuto.tracks.models import Publication, Track


@contributes
def tracks(account: Account) -> Iterator[Item]:
    """Track by track, so that ten thousand of them need no more memory than one."""
    found = Track.objects.filter(owner=account).select_related("publication", "artwork").order_by("id")
    for track in found.iterator(chunk_size=100):
        folder = folder_of(track)
        recordings = list(track.recordings.select_related("original").order_by("arrived_at", "id"))
        yield Words(f"{folder}/track.json", [as_json(_facts(track))])
        yield Words(
            f"{folder}/recordings.json",
            [as_json([fields_of(row, "sketch") | {"sha256": row.original_id} for row in recordings])],
        )
        if track.artwork is not None:
            yield Stored(f"{folder}/artwork{suffix_of(track.artwork)}", track.artwork)
        for recording in recordings:
            yield Stored(f"{folder}/{file_name(recording.filename)}", recording.original)


def folder_of(track: Track) -> str:
    """The folder of a track: its address, which no other track of its owner has."""
    return f"tracks/{file_name(track.slug)}"


def _facts(track: Track) -> dict[str, Any]:
    publication: Publication | None = getattr(track, "publication", None)
    return fields_of(track) | {
        "publication": fields_of(publication) if publication else None,
        "secret_links": [fields_of(link) for link in track.links.all()],
        "former_addresses": list(track.former_slugs.values("slug", "until")),
    }
