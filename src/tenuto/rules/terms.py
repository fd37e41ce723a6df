"""Terms of use as text that machines read too: numbered clauses, of which some name the cells they permit.

A version is one Markdown file. It begins with its title and a summary between two lines of `---`; then come clauses,
each a heading `## 8. Words`, numbered from 1 without a gap. A clause that permits a use of AI says which, in a fenced
block called `cells`:

    ```cells
    recording identification: inform, train
    needed: recording identification input
    ```

A line names one asset, one purpose and some uses. `needed:` in front makes them cells the service cannot work
without: they come into force with the version itself, cannot be declined, and stand in a clause of their own.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from tenuto.rules.cells import LICENCE_ONLY, NEEDED, Asset, Cell, Purpose, Use, cell, cells_in

_HEADING = re.compile(r"## (\d+)\. (\S.*)")
_CELLS = re.compile(r"```cells\n(.*?)\n```\n?", re.DOTALL)
_LINE = re.compile(r"(?P<needed>needed:\s*)?(?P<asset>\w+)\s+(?P<purpose>\w+)\s*:?\s+(?P<uses>\w+(?:\s*,\s*\w+)*)")
_BLANK = re.compile(r"\[[^\]\n]+\](?!\()")
_DECORATION = re.compile(r"^---\n(.*?)^---\n(.*)\Z", re.DOTALL | re.MULTILINE)


class TermsFault(ValueError):
    """The text cannot be read as terms. Its words tell the operator what to mend, and in which line."""


@dataclass(frozen=True)
class Clause:
    """One numbered clause. `text` is Markdown, without the heading and the block of cells."""

    number: int
    heading: str
    text: str
    needed: frozenset[Cell] = frozenset()
    permits: frozenset[Cell] = frozenset()

    @property
    def is_choice(self) -> bool:
        """May it be declined by itself?"""
        return bool(self.permits)


@dataclass(frozen=True)
class Terms:
    """One version of the terms, as its author wrote it."""

    title: str
    summary: tuple[str, ...]  # sentences in plain words
    clauses: tuple[Clause, ...]

    @property
    def needed(self) -> frozenset[Cell]:
        return frozenset().union(*(clause.needed for clause in self.clauses))

    @property
    def permits(self) -> frozenset[Cell]:
        return frozenset().union(*(clause.permits for clause in self.clauses))

    def permitted(self, declined: frozenset[int]) -> frozenset[Cell]:
        """What is left of the cells for somebody who declined the clauses of these numbers."""
        return frozenset().union(*(clause.permits for clause in self.clauses if clause.number not in declined))


def digest_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hex: what an acceptance names, so that nobody can change what was accepted."""
    return sha256(text.encode()).hexdigest()


def blanks_in(text: str) -> list[str]:
    """What the operator has still to fill in: words in square brackets that are no link."""
    return [found[0] for found in _BLANK.finditer(text)]


def read_terms(text: str) -> Terms:
    """The version that `text` is, or TermsFault."""
    parts = _DECORATION.match(text)
    if parts is None:
        raise TermsFault("The text must begin with its title and summary between two lines of ---.")
    title, summary = _read_front(parts[1])
    clauses = tuple(_clauses(parts[2], first_line=parts[1].count("\n") + 3))
    if not clauses:
        raise TermsFault("There is no clause. A clause begins with a line such as: ## 1. What stays yours")
    seen: dict[Cell, int] = {}
    for clause in clauses:
        for each in clause.needed | clause.permits:
            if each in seen:
                raise TermsFault(f"Clauses {seen[each]} and {clause.number} both name {each}. One must do.")
            seen[each] = clause.number
    return Terms(title, summary, clauses)


def _read_front(front: str) -> tuple[str, tuple[str, ...]]:
    title, summary, within = "", [], False
    for number, line in enumerate(front.splitlines(), start=2):
        if line.startswith("title:"):
            title, within = line.removeprefix("title:").strip(), False
        elif line.rstrip() in {"summary: |", "summary:"}:
            within = True
        elif within and (line.startswith(" ") or not line.strip()):
            summary += [line.strip()] if line.strip() else []
        else:
            raise TermsFault(
                f"Line {number}: only title: and summary: may stand at the beginning, not “{line.strip()}”."
            )
    if not title:
        raise TermsFault("The title is missing. Write it at the beginning: title: Terms of use")
    if not summary:
        raise TermsFault("The summary is missing. Write it at the beginning, under summary: |, each line indented.")
    return title, tuple(summary)


def _clauses(body: str, first_line: int) -> list[Clause]:
    clauses: list[Clause] = []
    heading, lines, began = "", [], first_line
    for line_number, line in enumerate([*body.splitlines(), "## end"], start=first_line):
        if not line.startswith("## "):
            lines.append(line)
            continue
        if heading:
            clauses.append(_clause(heading, "\n".join(lines), began, expected=len(clauses) + 1))
        elif "".join(lines).strip():
            raise TermsFault(f"Line {began}: words before the first clause belong to nothing. Make them a clause.")
        heading, lines, began = line, [], line_number
    return clauses


def _clause(heading: str, body: str, line: int, expected: int) -> Clause:
    found = _HEADING.fullmatch(heading.rstrip())
    if found is None:
        raise TermsFault(f"Line {line}: a clause begins with its number, such as: ## {expected}. What stays yours")
    if int(found[1]) != expected:
        raise TermsFault(f"Line {line}: clause {found[1]} stands where clause {expected} should.")
    needed: set[Cell] = set()
    permits: set[Cell] = set()
    for block in _CELLS.finditer(body):
        for written in filter(None, map(str.strip, block[1].splitlines())):
            is_needed, cells = _cells(written, expected)
            (needed if is_needed else permits).update(cells)
    if needed and permits:
        raise TermsFault(f"Clause {expected}: what is needed and what may be declined cannot stand in one clause.")
    text = _CELLS.sub("", body).strip()
    if not text:
        raise TermsFault(f"Clause {expected} says nothing.")
    if "```" in text:
        raise TermsFault(f"Clause {expected}: a block that is not called cells. Write ```cells above its lines.")
    return Clause(expected, found[2], text, frozenset(needed), frozenset(permits))


def _cells(written: str, clause: int) -> tuple[bool, list[Cell]]:
    found = _LINE.fullmatch(written)
    if found is None:
        raise TermsFault(f"Clause {clause}: “{written}” names no cells. Write: recording recommendation: input, inform")
    uses = [use.strip() for use in found["uses"].split(",")]
    _check_words(written, clause, "asset", [found["asset"]], Asset)
    _check_words(written, clause, "purpose", [found["purpose"]], Purpose)
    _check_words(written, clause, "use", uses, Use)
    try:
        cells = [cell(Asset(found["asset"]), Purpose(found["purpose"]), Use(use)) for use in uses]
    except ValueError as error:
        raise TermsFault(f"Clause {clause}: in “{written}”, {error}") from None
    for each in cells:
        if found["needed"] and not each.bit & NEEDED:
            raise TermsFault(f"Clause {clause}: {each} is not needed by anything. Only these are: {_needed()}.")
        if each.bit & LICENCE_ONLY:
            raise TermsFault(f"Clause {clause}: {each} can be opened by no terms, only by a licence that names whom.")
    return bool(found["needed"]), cells


def _check_words(written: str, clause: int, kind: str, words: list[str], known: type[StrEnum]) -> None:
    for word in words:
        if word not in list(known):
            raise TermsFault(f"Clause {clause}: in “{written}”, “{word}” is no {kind}. There are: {', '.join(known)}.")


def _needed() -> str:
    return ", ".join(map(str, cells_in(NEEDED)))
