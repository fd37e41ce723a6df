"""What an artist is shown of the gate: what AI keeps of a track now, each time it was used, and what was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tenuto.consent.words import name_of, why
from tenuto.gate.models import Kept, Passage, Step, Withdrawal
from tenuto.gate.words import kept_by_name
from tenuto.rules.cells import Asset, Cell, Purpose, Use, cell
from tenuto.rules.consent import Decision, Reason
from tenuto.rules.records import Kind, Record

PAGE_SIZE = 50
MOST_WITHDRAWALS = 5
RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Shown:
    """One passage, in words."""

    passage: Passage

    @property
    def cell(self) -> Cell:
        return cell(Asset(self.passage.asset), Purpose(self.passage.purpose), Use(self.passage.use))

    @property
    def name(self) -> str:
        return name_of(self.cell)

    @property
    def job(self) -> str:
        return kept_by_name(self.passage.duty)

    @property
    def why(self) -> str:
        return why(decision_of(self.passage))


@dataclass(frozen=True)
class Taken:
    """A withdrawal with its steps."""

    withdrawal: Withdrawal
    steps: Sequence["Part"]

    @property
    def done(self) -> bool:
        return self.withdrawal.done_at is not None


@dataclass(frozen=True)
class Part:
    """One step, in words."""

    step: Step
    began_at: datetime

    @property
    def what(self) -> str:
        return kept_by_name(self.step.duty)

    @property
    def seconds(self) -> float | None:
        return (self.step.done_at - self.began_at).total_seconds() if self.step.done_at else None

    @property
    def made_anew(self) -> bool:
        return bool(self.step.model_before)


def decision_of(passage: Passage) -> Decision:
    """The decision as it was made then: nothing is decided anew for a page."""
    basis = tuple(Record(Kind(kind), number, party) for kind, number, party in passage.basis)
    return Decision(passage.allowed, Reason(passage.reason), basis)


def uses_of(track_id: int, before: int | None = None) -> list[Shown]:
    """Newest first, one more than a page has."""
    found = Passage.objects.filter(track_id=track_id).select_related("run").order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    return [Shown(passage) for passage in found[: PAGE_SIZE + 1]]


def kept_of(track_id: int) -> list[Kept]:
    return list(Kept.objects.filter(track_id=track_id).select_related("run").order_by("duty"))


def taken_back(track_id: int) -> list[Taken]:
    """What was taken back lately, newest first, with where it stands."""
    found = Withdrawal.objects.filter(track_id=track_id, began_at__gt=timezone.now() - RECENT)
    withdrawals = list(found.order_by("-began_at", "-pk").prefetch_related("steps")[:MOST_WITHDRAWALS])
    return [
        Taken(each, [Part(step, each.began_at) for step in sorted(each.steps.all(), key=lambda step: step.duty)])
        for each in withdrawals
    ]
