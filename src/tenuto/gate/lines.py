"""The lines of an artist's ledger: what stands in the log of their tracks, in plain words, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from tenuto.gate.models import Passage, Step
from tenuto.gate.shown import Shown
from tenuto.gate.words import kept_by_name
from tenuto.ledger.subjects import Subject
from tenuto.rules.cells import Asset
from tenuto.rules.consent import Reason
from tenuto.tracks.models import Track

PAGE_SIZE = 50
AGREED = frozenset({Reason.AGREED, Reason.LICENSED})


@dataclass(frozen=True)
class Line:
    """One entry: a use, a refusal, or that something was forgotten."""

    entry: int  # the book's index
    at: datetime
    track: Track
    subjects: tuple[Subject, ...]  # what it may be about: its key opens the entry
    says: str  # what the entry must say, as the browser compares it
    use: Shown | None = None
    step: Step | None = None

    @property
    def mark(self) -> str:
        """The glyph and colour that it has."""
        if self.use is None:
            return "forgotten"
        return mark_of(self.use.passage.allowed, self.use.passage.reason)

    @property
    def what(self) -> str:
        return kept_by_name(self.step.duty) if self.step else ""


@dataclass(frozen=True)
class Totals:
    """How often a catalogue or a track was asked for."""

    given: int
    refused: int
    since: datetime | None


def mark_of(allowed: bool, reason: str) -> str:
    """Allowed, agreed, needed or held."""
    if not allowed:
        return "held"
    if reason in AGREED:
        return "agreed"
    return "needed" if reason == Reason.NEEDED else "allowed"


def lines_of(tracks: Sequence[Track], before: int | None = None) -> list[Line]:
    """One more than a page has, in as many questions to the database whatever there is."""
    by_id = {track.pk: track for track in tracks}
    uses = passages_of(tracks).select_related("run").order_by("-entry")
    steps = Step.objects.filter(withdrawal__track_id__in=by_id, entry__isnull=False).select_related("withdrawal")
    steps = steps.order_by("-entry")
    if before is not None:
        uses, steps = uses.filter(entry__lt=before), steps.filter(entry__lt=before)
    found = [_of_use(each, by_id[each.track_id]) for each in uses[: PAGE_SIZE + 1]]
    found += [_of_step(each, by_id[each.withdrawal.track_id]) for each in steps[: PAGE_SIZE + 1]]
    return sorted(found, key=lambda line: -line.entry)[: PAGE_SIZE + 1]


def totals_of(tracks: Sequence[Track]) -> Totals:
    counted = passages_of(tracks).aggregate(
        given=Count("pk", filter=Q(allowed=True)), refused=Count("pk", filter=Q(allowed=False)), since=Min("at")
    )
    return Totals(counted["given"], counted["refused"], counted["since"])


def passages_of(tracks: Sequence[Track]) -> QuerySet[Passage]:
    return Passage.objects.filter(track_id__in=[track.pk for track in tracks])


def _of_use(passage: Passage, track: Track) -> Line:
    decision = "allow" if passage.allowed else "deny"
    says = f"use {passage.asset} {passage.purpose} {passage.use} {passage.duty} {decision} {passage.reason}"
    return Line(passage.entry, passage.at, track, (Subject(passage.asset, track.pk),), says, use=Shown(passage))


def _of_step(step: Step, track: Track) -> Line:
    assert step.entry is not None
    assert step.done_at is not None
    subjects = tuple(Subject(asset.value, track.pk) for asset in Asset)
    return Line(step.entry, step.done_at, track, subjects, f"forgotten {step.duty}", step=step)
