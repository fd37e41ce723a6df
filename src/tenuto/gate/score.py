"""The uses of twelve weeks drawn as a score: a line for each purpose, a note for each week, larger for more uses."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import log2

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek

from tenuto.gate.lines import mark_of
from tenuto.gate.models import Passage
from tenuto.rules.cells import Purpose
from tenuto.terms.words import PURPOSES

WEEKS = 12
LEFT, RIGHT, TOP, APART = 150, 1072, 26, 30
BOTTOM = TOP + APART * (len(Purpose) - 1)
STEP = (RIGHT - LEFT) / WEEKS
LARGEST = 11.5


@dataclass(frozen=True)
class Note:
    x: float
    y: float
    width: float
    height: float
    mark: str
    words: str


@dataclass(frozen=True)
class Stave:
    y: int
    name: str
    silent: bool


@dataclass(frozen=True)
class Bar:
    x: float
    begins: date


@dataclass(frozen=True)
class Score:
    staves: list[Stave]
    bars: list[Bar]
    notes: list[Note]

    @property
    def marks(self) -> set[str]:
        return {note.mark for note in self.notes}


def score_of(passages: QuerySet[Passage], at: datetime) -> Score:
    """One question to the database."""
    monday = at.date() - timedelta(days=at.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    counted = (
        passages.filter(at__date__gte=first)
        .annotate(week=TruncWeek("at"))
        .values("purpose", "allowed", "reason", "week")
        .annotate(count=Count("pk"))
        .order_by("week", "purpose")
    )
    totals: dict[tuple[Purpose, int, str], int] = {}
    for row in counted:
        week = (row["week"].date() - first).days // 7
        each = Purpose(row["purpose"]), week, mark_of(row["allowed"], row["reason"])
        totals[each] = totals.get(each, 0) + row["count"]
    lines = {purpose: TOP + APART * number for number, purpose in enumerate(Purpose)}
    heard = {purpose for purpose, _week, _mark in totals}
    notes = [
        _note(lines[purpose], week, mark, count, purpose, first) for (purpose, week, mark), count in totals.items()
    ]
    staves = [Stave(y, str(PURPOSES[purpose]), purpose not in heard) for purpose, y in lines.items()]
    return Score(staves, _bars(first), notes)


def _note(y: int, week: int, mark: str, count: int, purpose: Purpose, first: date) -> Note:
    width = min(LARGEST, 6.5 + log2(count))
    begins = first + timedelta(weeks=week)
    words = f"{PURPOSES[purpose]}, {begins:%d.%m.}: {count}"
    x = LEFT + STEP * (week + 0.5) + (9 if mark == "held" else 0)  # beside what was given in the same week
    return Note(round(x, 1), y, round(width, 1), round(width * 0.76, 1), mark, words)


def _bars(first: date) -> list[Bar]:
    """A bar line at the first week of each month."""
    weeks = [first + timedelta(weeks=number) for number in range(WEEKS)]
    begun = [number for number, day in enumerate(weeks) if number == 0 or day.month != weeks[number - 1].month]
    return [Bar(round(LEFT + STEP * number, 1), weeks[number]) for number in begun]
