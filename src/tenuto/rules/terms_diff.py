"""What one version of the terms says that another does not, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from tenuto.rules.cells import Cell
from tenuto.rules.terms import Clause, Terms

_WORD = re.compile(r"\s+|[\w’'-]+|[^\w\s]")
# Two clauses are one that was rewritten when at least so much of their words is the same.
_ALIKE = 0.5


class Change(StrEnum):
    """What became of some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Words:
    """A stretch of text and what became of it."""

    change: Change
    text: str


@dataclass(frozen=True)
class ClauseChange:
    """One clause in both versions; None where it is not in that one."""

    old: Clause | None
    new: Clause | None
    heading: tuple[Words, ...]
    text: tuple[Words, ...]

    @property
    def is_same(self) -> bool:
        return self.old is not None and self.new is not None and _says(self.old) == _says(self.new)

    @property
    def opened(self) -> frozenset[Cell]:
        """Cells that the new clause names and the old one did not."""
        return _cells(self.new) - _cells(self.old)

    @property
    def closed(self) -> frozenset[Cell]:
        return _cells(self.old) - _cells(self.new)


def compare(old: Terms, new: Terms) -> tuple[ClauseChange, ...]:
    """Every clause of either version, in the order of the new one, with removed ones where they stood."""
    return tuple(_changes(old, new))


def _changes(old: Terms, new: Terms) -> Iterator[ClauseChange]:
    partner = _partners(old, new)
    taken = set(partner.values())
    left = [clause for clause in old.clauses if clause.number not in taken]
    for clause in new.clauses:
        before = partner.get(clause.number)
        was = None if before is None else old.clauses[before - 1]
        while left and was is not None and left[0].number < was.number:
            yield _change(left.pop(0), None)
        yield _change(was, clause)
    for clause in left:
        yield _change(clause, None)


def _partners(old: Terms, new: Terms) -> dict[int, int]:
    """New number -> old number of the same clause: the same heading, else the most alike that is left."""
    found: dict[int, int] = {}
    by_heading = {clause.heading: clause.number for clause in reversed(old.clauses)}
    for clause in new.clauses:
        number = by_heading.pop(clause.heading, None)
        if number is not None:
            found[clause.number] = number
    rest = [clause for clause in old.clauses if clause.number not in found.values()]
    for clause in new.clauses:
        if clause.number in found or not rest:
            continue
        score, most_alike = max(
            ((_likeness(one, clause), one) for one in rest), key=lambda pair: (pair[0], -pair[1].number)
        )
        if score >= _ALIKE:
            found[clause.number] = most_alike.number
            rest.remove(most_alike)
    return found


def _likeness(one: Clause, other: Clause) -> float:
    return SequenceMatcher(None, words(one.text), words(other.text), autojunk=False).ratio()


def _change(old: Clause | None, new: Clause | None) -> ClauseChange:
    return ClauseChange(
        old,
        new,
        heading=word_changes(old.heading if old else "", new.heading if new else ""),
        text=word_changes(old.text if old else "", new.text if new else ""),
    )


def word_changes(old: str, new: str) -> tuple[Words, ...]:
    """Both texts at once. The texts of all that is not ADDED make up `old`, of all that is not REMOVED `new`."""
    before, after = words(old), words(new)
    found: list[Words] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Words(Change.SAME, "".join(before[i:j])))
            continue
        if j > i:
            found.append(Words(Change.REMOVED, "".join(before[i:j])))
        if m > k:
            found.append(Words(Change.ADDED, "".join(after[k:m])))
    return tuple(found)


def words(text: str) -> list[str]:
    """Words, marks and the space between them; joined they are the text."""
    return _WORD.findall(text)


def _cells(clause: Clause | None) -> frozenset[Cell]:
    return clause.needed | clause.permits if clause else frozenset()


def _says(clause: Clause) -> tuple[object, ...]:
    return clause.heading, clause.text, clause.needed, clause.permits
