"""Which works a duty asks for, and what is decided of each, from everything that was said until this moment."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from tenuto.consent.current import open_among, works_open
from tenuto.consent.stances import batches, stances_and_owners
from tenuto.gate.duties import Duty
from tenuto.gate.models import Derived, Due
from tenuto.rules.agreements import Errand
from tenuto.rules.cells import Asset, Cell
from tenuto.rules.consent import Ask, Decision, decide
from tenuto.rules.stances import Stance
from tenuto.tracks.models import Hold, Recording, Track


class Judged(NamedTuple):
    """One work with the decision on each cell that was asked for. All must be yes."""

    work: int
    decisions: tuple[tuple[Cell, Decision], ...]
    owner: int = 0  # the account whose work it is; 0 where it is gone

    @property
    def admitted(self) -> bool:
        return all(decision.allowed for _cell, decision in self.decisions)


def asked_for(duty: Duty) -> list[int]:
    """The works that a run is for: those that wait longest, or all that are open. Each is decided again below.

    One whose run ended badly is tried alone, after the others: it may have been another's fault.
    """
    if duty.each:
        waiting = Due.objects.filter(duty=duty.name).order_by("attempts", "since", "pk")
        tried = list(waiting.values_list("track_id", "attempts")[: duty.at_once])
        return [work for work, attempts in tried if not attempts] or [work for work, _attempts in tried[:1]]
    first, *others = duty.cells
    works: Iterable[int] = works_open(first)
    for cell in others:
        works = open_among(cell, works)
    return sorted(ready(duty, list(works)))


def judge(duty: Duty, works: Sequence[int], at: datetime) -> list[Judged]:
    """What is decided of each work, in the order of their numbers. A work that is gone is refused like any other."""
    found, owners = stances_and_owners(works, at)
    errand = Errand(at, model=duty.model)
    asks = [Ask(cell, errand) for cell in duty.cells]
    same: dict[int, tuple[tuple[Cell, Decision], ...]] = {}
    nothing = Stance()
    judged = []
    for work in sorted(set(works)):
        stance = found.get(work, nothing)
        decisions = same.get(id(stance))
        if decisions is None:
            decisions = same[id(stance)] = tuple([(ask.cell, decide(ask, stance)) for ask in asks])
        judged.append(Judged(work, decisions, owners.get(work, 0)))
    return judged


def ready(duty: Duty, works: Sequence[int]) -> set[int]:
    """Those for which there is something to hand over: numbers that were derived, or sound that is ready.

    Of what staff have withheld there is nothing; what has just come is compared all the same, so that it may be held.
    """
    if duty.arrivals:
        return unchecked(works)
    if duty.reads:
        found = with_numbers(duty.reads, works)
    elif duty.shelves:
        found = _among(_heard(), works)
    else:
        found = audible(works) if Asset.RECORDING in duty.assets else set(works)
    return found - withheld(found)


def withheld(works: Collection[int]) -> set[int]:
    """Those that staff have withheld."""
    found: set[int] = set()
    for ids in batches(list(works)):
        found.update(Track.objects.filter(pk__in=ids, withheld=True).values_list("pk", flat=True))
    return found


def audible(works: Sequence[int]) -> set[int]:
    """Those that have a recording which is ready."""
    return _among(Recording.objects.filter(current=True), works)


def unchecked(works: Sequence[int]) -> set[int]:
    """Those that have a recording which is ready and waits to be looked at before others may hear it."""
    found: set[int] = set()
    for ids in batches(works):
        found.update(Hold.waiting().filter(recording__track_id__in=ids).values_list("recording__track_id", flat=True))
    return found


def sound_of(duty: Duty, work: int) -> Recording | None:
    """The recording that the duty looks at: the one that is heard, or the one that has just come."""
    found = Recording.objects.select_related("original").filter(track_id=work)
    if duty.arrivals:
        return found.filter(pk__in=Hold.waiting().values("recording_id")).order_by("-pk").first()
    if duty.shelves:
        found = found.filter(pk__in=_heard())
    return found.filter(current=True, track__withheld=False).first()


def _heard() -> QuerySet[Recording]:
    """Those that nothing holds. Nobody's upload is known by what was recognised as somebody else's."""
    return Recording.objects.filter(current=True).exclude(hold__in=Hold.standing())


def with_numbers(kind: str, works: Sequence[int]) -> set[int]:
    """Those from which numbers of this kind were derived."""
    return _among(Derived.objects.filter(kind=kind), works)


def _among(rows: QuerySet[Any], works: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for ids in batches(works):
        found.update(rows.filter(track_id__in=ids).values_list("track_id", flat=True))
    return found
