"""What listening puts into somebody's copy of everything: who heard their tracks, and what they heard themselves."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from tenuto.accounts.export import Item, Words, as_json_lines, contributes
from tenuto.accounts.models import Account
from tenuto.audio.models import Listen
from tenuto.tracks.export import folder_of
from tenuto.tracks.models import Track

# Of a listener, only what says nothing about who it was.
_RECEIPT = (
    "started_at",
    "last_at",
    "delivered_seconds",
    "heard_seconds",
    "furthest_seconds",
    "source",
    "client",
    "country",
    "counted_at",
    "not_counted",
)


@contributes
def listens(account: Account) -> Iterator[Item]:
    """The receipts of each track, and one's own plays."""
    heard = Track.objects.filter(Exists(Listen.objects.filter(track=OuterRef("pk"))), owner=account).order_by("id")
    for track in heard.iterator(chunk_size=100):
        receipts = track.listens.order_by("id").values(*_RECEIPT, link_name=F("link__name"))
        yield Words(f"{folder_of(track)}/listens.jsonl", as_json_lines(_rows(receipts)))
    played = Listen.objects.filter(account=account, in_history=True).order_by("id")
    plays = played.values(*_RECEIPT, track_title=F("track__title"), artist=F("track__owner__username"))
    yield Words("plays.jsonl", as_json_lines(_rows(plays)))


def _rows(found: QuerySet[Any, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Read when they are written, a thousand at a time: there may be millions."""
    return found.iterator(chunk_size=1000)
