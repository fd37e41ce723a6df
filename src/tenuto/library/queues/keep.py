"""Keeps a queue, and gives it back as far as its owner may hear it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tenuto.accounts.models import Account
from tenuto.library.queues.models import KeptQueue
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among
from tenuto.tracks.lines import Line, line_of
from tenuto.tracks.models import Track


@dataclass(frozen=True)
class Queue:
    """A queue as its owner may go on with it."""

    lines: list[Line]
    at: int
    position_seconds: float
    revision: int  # 0: nothing was ever kept


def kept_for(account: Account, visitor: Visitor, at: datetime) -> Queue:
    """The queue, without what is hidden from them now. Where that was playing, what came after it is next."""
    row = KeptQueue.objects.filter(account=account).first()
    if row is None:
        return Queue([], -1, 0.0, 0)
    found = among(Track.objects.filter(key__in=set(row.keys)), visitor, at)
    tracks = {track.key: track for track in found if track.recording is not None}
    heard = [(place, tracks[key]) for place, key in enumerate(row.keys) if key in tracks]
    before = sum(1 for place, _track in heard if place < row.at)
    is_there = any(place == row.at for place, _track in heard)
    playing = min(before, len(heard) - 1) if row.at >= 0 else -1
    lines = [line_of(track, visitor, at) for _place, track in heard]
    return Queue(lines, playing, row.position_seconds if is_there else 0.0, row.revision)


def is_still(account: Account, revision: int) -> bool:
    """Has nothing else been kept since this revision?"""
    return KeptQueue.objects.filter(account=account, revision=revision).exists()


@transaction.atomic
def keep(
    account: Account, keys: Sequence[str], at: int, position_seconds: float, known: int, now: datetime
) -> tuple[bool, int]:
    """Keep this in place of the revision that is `known`. Says whether it was, and which revision holds then.

    Where another device has kept another one meanwhile, nothing changes.
    """
    # Two devices that begin at once: the account's row stands for the queue that is not there yet.
    Account.objects.select_for_update().filter(pk=account.pk).first()
    row = KeptQueue.objects.filter(account=account).first() or KeptQueue(account=account)
    if row.revision != known:
        return False, row.revision
    row.keys, row.at, row.position_seconds = list(keys), min(at, len(keys) - 1), position_seconds
    row.revision, row.changed_at = known + 1, now
    row.save()
    return True, row.revision
