"""What an entry can be about: one asset of one track, or one account."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from tenuto.base.questions import batched
from tenuto.rules.cells import Asset

T = TypeVar("T")

ACCOUNT = "account"
KINDS = frozenset(Asset) | {ACCOUNT}
BATCH = 10_000  # ids in one statement; SQLite and PostgreSQL both take them


class Subject(NamedTuple):
    """What a blinded entry is about. Each has a key of its own, without which nobody can tell."""

    kind: str  # an Asset's value, or "account"
    id: int  # of the track, or of the account

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


def ids_by_kind(subjects: Iterable[Subject]) -> dict[str, list[int]]:
    """The ids of these subjects, sorted into their kinds. Raises ValueError for a kind that does not exist."""
    return {kind: list(of_kind) for kind, of_kind in by_kind(subjects).items()}


def by_kind(subjects: Iterable[Subject]) -> dict[str, dict[int, Subject]]:
    """The same, with each subject under its id: whoever reads ids from a table makes no subjects anew."""
    found: dict[str, dict[int, Subject]] = {}
    for subject in subjects:
        kind, number = subject
        if kind not in found:
            found[kind] = {}
        found[kind][number] = subject
    if unknown := found.keys() - KINDS:
        raise ValueError(f"nothing is of the kind {', '.join(sorted(unknown))}")
    return found


def batches(things: Iterable[T]) -> Iterator[list[T]]:
    """The things, so many at a time as one statement takes."""
    return batched(things, BATCH)
