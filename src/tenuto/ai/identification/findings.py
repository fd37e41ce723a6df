"""What was found, for the slices above: plain values by number. Whether they may be shown is not decided here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tenuto.ai.identification import models
from tenuto.ai.identification.models import Checked, Registered, Scanned, Verdict


@dataclass(frozen=True)
class Passage:
    """Part of a work is part of a registered one; times in seconds."""

    work: int
    reference: int
    begin: float
    end: float
    reference_begin: float
    reference_end: float
    tempo: float
    semitones: float
    probability: float
    later: bool  # found when the work was compared anew, after it was published


def verdict_at(work: int) -> datetime | None:
    """When the work was last compared before others could hear it."""
    return Verdict.objects.filter(track_id=work).values_list("at", flat=True).first()


def found_in(works: Collection[int]) -> list[Passage]:
    """What was found in these works: before they were published and later, in the order in which it sounds."""
    return _in_order([*Checked.objects.filter(track_id__in=works), *Scanned.objects.filter(track_id__in=works)])


def found_before_publishing(work: int) -> list[Passage]:
    """What was found in the recording of this work that was looked at last."""
    return _in_order(list(Checked.objects.filter(track_id=work)))


def known_by(references: Collection[int], most: int) -> list[Passage]:
    """Where these registered works turned up: the latest so many that were found before publishing, and later."""
    rows = [
        *Checked.objects.filter(reference_id__in=references).order_by("-pk")[:most],
        *Scanned.objects.filter(reference_id__in=references).order_by("-pk")[:most],
    ]
    return _in_order(rows)


def registered(works: Collection[int]) -> dict[int, datetime]:
    """Those of these works that can be recognised by now, with since when."""
    return dict(Registered.objects.filter(track_id__in=works).values_list("track_id", "at"))


def registered_since(at: datetime) -> bool:
    """Was anything registered since then?"""
    return Registered.objects.filter(at__gte=at).exists()


def _in_order(rows: Sequence[models.Passage]) -> list[Passage]:
    """Once each: what was found before is found again later, at the same place."""
    found: dict[tuple[int, int, int], Passage] = {}
    for row in rows:
        found.setdefault(
            (row.track_id, row.reference_id, round(row.begin)),
            Passage(
                work=row.track_id,
                reference=row.reference_id,
                begin=row.begin,
                end=row.end,
                reference_begin=row.reference_begin,
                reference_end=row.reference_end,
                tempo=row.tempo,
                semitones=row.semitones,
                probability=row.probability,
                later=isinstance(row, Scanned),
            ),
        )
    return sorted(found.values(), key=lambda one: (one.work, one.begin, one.reference))
