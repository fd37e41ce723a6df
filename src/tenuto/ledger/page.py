"""The log's page for everybody: where it stands, who witnesses it, what it records, and what it cannot prove."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenuto.base.signatures import verify
from tenuto.ledger import halting, logs, trust
from tenuto.ledger.models import Entry, Log
from tenuto.rules.checkpoints import Checkpoint
from tenuto.rules.cosignatures import cosigners
from tenuto.rules.notes import Note
from tenuto.rules.policies import NONE, Policy, Witness

RATE_OVER = 1_000  # entries; over so many it is told how fast the log grows


@dataclass(frozen=True)
class Seen:
    """A witness, and when it last saw the log's head; never, as far as the head itself says."""

    witness: Witness
    at: datetime | None


@dataclass(frozen=True)
class Head:
    """What the log signed last."""

    log: Log
    checkpoint: Checkpoint
    note: str

    @property
    def root(self) -> str:
        return self.checkpoint.root.hex()


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The same for everybody, with the same few questions to the database however long the log is."""
    log = logs.current()
    policy = trust.chosen()
    head = head_of(log) if log else None
    witnesses = seen_by(policy, head)
    context = {
        "log": log,
        "head": head,
        "prefix": logs.prefix_of(log) if log else None,
        "keys": logs.verifiers(log) if log else [],
        "witnesses": witnesses,
        "witnessed": is_witnessed(policy, witnesses),
        "per_day": per_day(log) if log else None,
        "seconds": settings.LEDGER_SECONDS,
        "halted": halting.reason(),
    }
    return render(request, "ledger/log.html", context)


def head_of(log: Log) -> Head | None:
    """What it signed last; None while nothing is signed. Its signature is checked where the page is read."""
    if not log.note:
        return None
    note = Note.parse(bytes(log.note))
    return Head(log, Checkpoint.parse(note.text), str(note))


def seen_by(policy: Policy, head: Head | None) -> list[Seen]:
    """Every witness, and when it cosigned this head."""
    witnesses = list(policy.witnesses.values())
    if head is None:
        return [Seen(witness, None) for witness in witnesses]
    times = cosigners(Note.parse(head.note.encode()), [witness.key for witness in witnesses], verify)
    return [
        Seen(each, datetime.fromtimestamp(times[each.key], UTC) if each.key in times else None) for each in witnesses
    ]


def is_witnessed(policy: Policy, seen: Collection[Seen]) -> bool:
    """Has the quorum cosigned the head? Nobody is no quorum."""
    return policy.quorum != NONE and policy.is_met_by(each.witness.name for each in seen if each.at)


def per_day(log: Log) -> int | None:
    """How many entries a day the newest ones came at. None while there are too few to say."""
    last = Entry.objects.order_by("-index").only("index", "at").first()
    if last is None:
        return None
    begin = max(log.offset, last.index - RATE_OVER)
    first = Entry.objects.filter(index=begin).only("index", "at").first()
    if first is None or last.at - first.at < timedelta(minutes=1):
        return None
    return round((last.index - first.index) / ((last.at - first.at) / timedelta(days=1)))
