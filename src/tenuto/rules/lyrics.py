"""Lyrics as people write them down: plain lines, or LRC with a time before each line and, if they like, each word.

What can be meant in one way only is read: one to three decimals or none, a colon for the point, several times before a
line that comes again, tags at the head, `[offset:…]`. What cannot is refused, and says in which line it stands.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

MOST_LETTERS = 20_000
MOST_LINES = 1_000
MOST_LETTERS_OF_A_LINE = 500
# Times are written by hand, to the second: one a little behind the end is meant for the end.
SPARE_SECONDS = 1.0

_TIME = r"(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?"
_BEFORE_A_LINE = re.compile(rf"\[{_TIME}\]\s*")
_BEFORE_A_WORD = re.compile(rf"<{_TIME}>")
_MEANT_FOR_A_TIME = re.compile(r"\[\s*\d+\s*:[^\]]*\]?|<\s*\d+\s*:[^>]*>?")
_TAG = re.compile(r"\[([A-Za-z#]{1,12}):(.*)\]")
_OFFSET = re.compile(r"\s*([+-]?\d{1,6})\s*")


class Why(StrEnum):
    """What is wrong with a line."""

    NO_TIME = "no-time"  # words without a time, among lines that have one
    BAD_TIME = "bad-time"  # meant for a time, and none
    TOO_LATE = "too-late"  # after the end of the track
    BACKWARDS = "backwards"  # a word before the one it follows, or before its line
    BAD_OFFSET = "bad-offset"  # no number of milliseconds
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"  # lines, or letters in all


class Mistake(ValueError):
    """A line that cannot be read. `line` counts from 1, as editors do; `found` is what stands there."""

    def __init__(self, line: int, why: Why, found: str = "") -> None:
        super().__init__(f"line {line}: {why.value}")
        self.line, self.why, self.found = line, why, found[:80]


@dataclass(frozen=True)
class Word:
    """A piece of a line that begins at a moment, with the space behind it."""

    at: float
    text: str


@dataclass(frozen=True)
class Line:
    """What is sung in one breath. `at`, in seconds, is None in plain lyrics; an empty line is a pause."""

    text: str
    at: float | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """Lyrics, as they are sung."""

    lines: tuple[Line, ...]

    @property
    def is_timed(self) -> bool:
        return any(line.at is not None for line in self.lines)

    @property
    def words(self) -> str:
        """The words alone, a line each."""
        return "\n".join(line.text for line in self.lines)


def read(text: str, seconds: float | None = None) -> Sheet:
    """The lyrics that `text` says. As soon as one line has a time, every line with words needs one.

    Args:
        seconds: how long the track is, where that is known

    Raises:
        Mistake: the first line that cannot be read
    """
    lines = [
        line.rstrip() for line in text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]
    if len(text) > MOST_LETTERS or len(lines) > MOST_LINES:
        raise Mistake(min(len(lines), MOST_LINES), Why.TOO_MANY)
    for number, line in enumerate(lines, start=1):
        if len(line) > MOST_LETTERS_OF_A_LINE:
            raise Mistake(number, Why.TOO_LONG, line)
    if not any(_MEANT_FOR_A_TIME.match(line) for line in lines):
        return Sheet(tuple(Line(line) for line in _without_empty_ends(lines)))
    return _timed(lines, seconds)


def _without_empty_ends(lines: list[str]) -> list[str]:
    full = [place for place, line in enumerate(lines) if line]
    return lines[full[0] : full[-1] + 1] if full else []


def _timed(lines: list[str], seconds: float | None) -> Sheet:
    found: list[Line] = []
    offset = 0
    for number, line in enumerate(lines, start=1):
        tag = _TAG.fullmatch(line)
        if tag and tag[1].lower() == "offset":
            offset = _offset(number, tag[2])
        elif line and not tag:
            found += _sung(number, line, seconds)
        if len(found) > MOST_LINES:  # a line that comes again counts each time
            raise Mistake(number, Why.TOO_MANY)
    # Python sorts stably: of lines at one moment, the one written first stands first.
    return Sheet(tuple(sorted((_shifted(line, -offset / 1000) for line in found), key=lambda line: line.at or 0.0)))


def _offset(number: int, text: str) -> int:
    """Milliseconds by which everything is sung earlier than it says."""
    found = _OFFSET.fullmatch(text)
    if not found:
        raise Mistake(number, Why.BAD_OFFSET, text)
    return int(found[1])


def _sung(number: int, line: str, seconds: float | None) -> list[Line]:
    """One line of the text: as often as there are times before it."""
    times: list[float] = []
    rest = line
    while stamp := _BEFORE_A_LINE.match(rest):
        times.append(_moment(number, stamp, seconds))
        rest = rest[stamp.end() :]
    if _MEANT_FOR_A_TIME.match(rest) and not _BEFORE_A_WORD.match(rest):
        raise Mistake(number, Why.BAD_TIME, rest)
    if not times:
        raise Mistake(number, Why.NO_TIME, line)
    words = _words(number, rest, times[0], seconds)
    once = Line("".join(word.text for word in words) if words else rest, times[0], words)
    return [once, *(_shifted(once, at - times[0]) for at in times[1:])]


def _words(number: int, text: str, begin: float, seconds: float | None) -> tuple[Word, ...]:
    """The words that have times of their own; what stands before the first of them begins with the line."""
    stamps = list(_BEFORE_A_WORD.finditer(text))
    for like in _MEANT_FOR_A_TIME.finditer(text):
        if like[0].startswith("<") and not _BEFORE_A_WORD.match(text, like.start()):
            raise Mistake(number, Why.BAD_TIME, like[0])
    if not stamps:
        return ()
    times = [begin, *(_moment(number, stamp, seconds) for stamp in stamps)]
    if times != sorted(times):
        raise Mistake(number, Why.BACKWARDS, text)
    ends = [stamp.start() for stamp in stamps] + [len(text)]
    begins = [0, *(stamp.end() for stamp in stamps)]
    pieces = [(at, re.sub(r"\s+", " ", text[one:end])) for at, one, end in zip(times, begins, ends, strict=True)]
    words: list[Word] = []
    for at, piece in pieces:
        if not words or words[-1].text.endswith(" "):
            piece = piece.lstrip()
        elif piece.startswith(" "):
            words[-1] = Word(words[-1].at, f"{words[-1].text} ")
            piece = piece.lstrip()
        if piece:
            words.append(Word(at, piece))
    if words:
        words[-1] = Word(words[-1].at, words[-1].text.rstrip())
    return tuple(words)


def _moment(number: int, stamp: re.Match[str], seconds: float | None) -> float:
    if int(stamp[2]) > 59:
        raise Mistake(number, Why.BAD_TIME, stamp[0])
    at = int(stamp[1]) * 60 + int(stamp[2]) + int((stamp[3] or "0").ljust(3, "0")) / 1000
    if seconds is not None and at > seconds + SPARE_SECONDS:
        raise Mistake(number, Why.TOO_LATE, stamp[0])
    return at


def _shifted(line: Line, by: float) -> Line:
    """The same line, so many seconds later; nothing is sung before the beginning."""
    return Line(
        line.text,
        _later(line.at or 0.0, by),
        tuple(Word(_later(word.at, by), word.text) for word in line.words),
    )


def _later(at: float, by: float) -> float:
    return max(0.0, round(at + by, 3))
