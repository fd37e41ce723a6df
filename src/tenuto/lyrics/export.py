"""What was written down of lyrics, in somebody's copy of everything: beside each track, and every earlier one."""

from collections.abc import Iterator

from tenuto.accounts.export import Item, Words, as_json, contributes, fields_of
from tenuto.accounts.models import Account
from tenuto.lyrics.models import Lyrics
from tenuto.tracks.export import folder_of
from tenuto.tracks.models import Track


@contributes
def lyrics(account: Account) -> Iterator[Item]:
    """Track by track, of those that have any."""
    sung = Track.objects.filter(owner=account, lyrics__isnull=False).distinct().order_by("id")
    for track in sung.iterator(chunk_size=100):
        rows = list(Lyrics.objects.filter(track=track).order_by("-pk"))
        yield Words(f"{folder_of(track)}/lyrics{'.lrc' if rows[0].sheet.is_timed else '.txt'}", [f"{rows[0].text}\n"])
        yield Words(f"{folder_of(track)}/lyrics.json", [as_json([fields_of(row) for row in rows])])
