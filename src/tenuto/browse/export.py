"""What artists said of the sound of their tracks, in their copy of everything."""

from collections.abc import Iterator
from typing import Any

from tenuto.accounts.export import Item, Words, as_json_lines, contributes
from tenuto.accounts.models import Account
from tenuto.browse.models import Correction, Declined
from tenuto.rules.keys import Key


@contributes
def corrections(account: Account) -> Iterator[Item]:
    """A line for each track whose tempo or key she said herself."""
    found = Correction.objects.filter(track__owner=account).select_related("track").order_by("track_id")
    if found.exists():
        yield Words("sound/corrections.jsonl", as_json_lines(map(_said, found.iterator())))


@contributes
def declined(account: Account) -> Iterator[Item]:
    """A line for each suggested tag that she did not want."""
    found = Declined.objects.filter(track__owner=account).select_related("track").order_by("pk")
    if found.exists():
        lines = ({"track": row.track.key, "tag": row.tag, "at": row.at.isoformat()} for row in found.iterator())
        yield Words("sound/declined-tags.jsonl", as_json_lines(lines))


def _said(row: Correction) -> dict[str, Any]:
    return {
        "track": row.track.key,
        "bpm": row.bpm,
        "no_tempo": row.no_tempo,
        "key": Key(row.tonic, row.minor).name if row.tonic is not None else None,
        "no_key": row.no_key,
        "at": row.at.isoformat(),
    }
