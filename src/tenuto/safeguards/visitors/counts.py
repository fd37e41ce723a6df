"""What one process tells the others of a few seconds, and what it hears back, whichever store carries it.

Stores add inside themselves, so processes may tell at once and in any order. There are two: the database, and Redis.
"""

from dataclasses import dataclass, field
from datetime import date
from secrets import token_hex
from typing import Protocol

from tenuto.base.errors import TenutoError
from tenuto.safeguards.visitors.books import Known

# While a store is away counts wait here; what would be more than this is known to its own process alone.
MOST_WAITING = 200_000


class CountsAway(TenutoError):
    """The store of counts does not answer. Nothing is lost: what was not told waits, and each process weighs alone."""


@dataclass
class Sums:
    """What was counted on one day since the last exchange, under a name of its own.

    An answer can be lost on its way: by the name Redis knows what it has already added. A database says so itself.
    """

    day: date
    takings: dict[tuple[str, int], list[float]] = field(default_factory=dict)  # taken and heard seconds
    known: dict[str, Known] = field(default_factory=dict)
    name: str = field(default_factory=lambda: token_hex(12))

    def add(self, who: str, track_id: int, taken: float, heard: float) -> None:
        which = (who, track_id)
        if which not in self.takings and len(self.takings) >= MOST_WAITING:
            return
        sums = self.takings.setdefault(which, [0.0, 0.0])
        sums[0] += taken
        sums[1] += heard

    def is_empty(self) -> bool:
        return not (self.takings or self.known)

    def askers(self) -> set[str]:
        return {who for who, _track in self.takings}


@dataclass(frozen=True)
class Told:
    """What all processes together know of those who were active in this one."""

    books: dict[str, tuple[dict[int, float], float]]  # of each: what was taken of which track, and all that was heard
    known: dict[str, Known]


@dataclass(frozen=True)
class Taker:
    """One of those who took most on a day."""

    who: str
    taken_seconds: float
    heard_seconds: float
    tracks: int

    @property
    def minutes(self) -> int:
        return round(self.taken_seconds / 60)

    @property
    def heard_minutes(self) -> int:
        return round(self.heard_seconds / 60)


class Counts(Protocol):
    """A store of counts. Whatever keeps it from answering is raised as CountsAway."""

    def exchange(self, sums: Sums, unknown: set[str]) -> Told:
        """Add these sums; tell the whole of the same askers' day, of the common pool, and who `unknown` are."""
        ...

    def most(self, day: date, size: int) -> list[Taker]:
        """Who took most music on this day, the most first."""
        ...
