"""One's releases in one's copy of everything, with their covers as they were uploaded."""

from collections.abc import Iterator

from tenuto.accounts.export import Item, Stored, Words, as_json, contributes, fields_of, file_name
from tenuto.accounts.models import Account
from tenuto.base.pictures import suffix_of
from tenuto.library.releases.access import publication_of
from tenuto.library.releases.models import Release


@contributes
def releases(account: Account) -> Iterator[Item]:
    """A folder for each."""
    found = Release.objects.filter(owner=account).select_related("artwork", "publication").order_by("id")
    for release in found.iterator(chunk_size=100):
        folder, publication = f"albums/{file_name(release.slug)}", publication_of(release)
        facts = fields_of(release) | {
            "publication": fields_of(publication) if publication else None,
            "tracks": list(release.entries.values("track__key", "track__title", "track__slug", "track__isrc")),
        }
        yield Words(f"{folder}/album.json", [as_json(facts)])
        if release.artwork is not None:
            yield Stored(f"{folder}/cover{suffix_of(release.artwork)}", release.artwork)
