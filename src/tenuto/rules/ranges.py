"""Which bytes of a file answer a request: conditions and ranges as RFC 9110, sections 13 and 14, has them.

Only GET knows ranges (14.2), so HEAD is answered as if it had asked for all. Of several ranges, those that
cannot be satisfied are dropped; if more than one is left, the Range header is ignored, as 14.2 permits:
no player asks so, and a multipart body could not leave as a plain stretch of a file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_RANGE_SET = re.compile(r"\s*bytes\s*=(.*)", re.I | re.S)
_RANGE = re.compile(r"(\d*)-(\d*)", re.A)
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
# More digits than any file has bytes; longer numbers mean the same and would be slow to read.
_MOST_DIGITS = 18


@dataclass(frozen=True)
class Asked:
    """The headers that decide, as they came; empty where there was none."""

    method: str = "GET"
    range: str = ""
    if_range: str = ""
    if_match: str = ""
    if_none_match: str = ""
    if_modified_since: str = ""
    if_unmodified_since: str = ""

    @classmethod
    def by(cls, method: str, header: Callable[[str], str]) -> "Asked":
        """What a request asks; `header` gives the value of a header, or nothing."""
        return cls(
            method,
            header("range"),
            header("if-range"),
            header("if-match"),
            header("if-none-match"),
            header("if-modified-since"),
            header("if-unmodified-since"),
        )


@dataclass(frozen=True)
class Held:
    """What there is: its size, its strong entity tag with the quotes, and since when, where that is known."""

    size_bytes: int
    etag: str
    modified: datetime | None = None
    # Of "from here to the end" at most so much is sent at once, so that each next stretch is asked for anew and a
    # decision can change in between. RFC 9110, 15.3.7, lets a server send a part of the range.
    most_at_once: int | None = None


@dataclass(frozen=True)
class Answer:
    """The status, and the stretch of bytes to send: nothing for 304, 412 and 416."""

    status: int
    first: int = 0
    length: int = 0

    @property
    def last(self) -> int:
        return self.first + self.length - 1


def answer(asked: Asked, held: Held) -> Answer:
    """Decide the answer, in the order of precedence of RFC 9110, 13.2.2."""
    return _condition(asked, held) or without_conditions(asked, held)


def without_conditions(asked: Asked, held: Held) -> Answer:
    """What would be sent to somebody who has nothing yet; also what a 304 lets them keep."""
    whole = Answer(200, 0, held.size_bytes)
    if asked.method != "GET" or not asked.range or not _still_the_same(asked.if_range, held):
        return whole
    return _stretch(asked.range, held) or whole


def _condition(asked: Asked, held: Held) -> Answer | None:
    """The answer without a body, when a condition asks for it."""
    # 1 and 2
    if asked.if_match:
        if not _names(asked.if_match, held.etag, weakly=False):
            return Answer(412)
    elif _is_older(asked.if_unmodified_since, held.modified):
        return Answer(412)
    # 3 and 4
    reads = asked.method in {"GET", "HEAD"}
    if asked.if_none_match:
        if _names(asked.if_none_match, held.etag, weakly=True):
            return Answer(304 if reads else 412)
    elif reads and _is_as_new(asked.if_modified_since, held.modified):
        return Answer(304)
    return None


def content_range(given: Answer, size_bytes: int) -> str:
    """The Content-Range header of a 206 or a 416."""
    return f"bytes */{size_bytes}" if given.status == 416 else f"bytes {given.first}-{given.last}/{size_bytes}"


def http_date(text: str) -> datetime | None:
    """A date as HTTP writes it, in any of its three forms; None when it is none."""
    if not text:
        return None
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _stretch(header: str, held: Held) -> Answer | None:
    """The one range asked for; 416 when all lie outside; None when the header is to be ignored."""
    size_bytes = held.size_bytes
    found = _RANGE_SET.fullmatch(header)
    parts = [part.strip(" \t") for part in found[1].split(",")] if found else []
    parts = [part for part in parts if part]
    # One malformed or reversed range makes the whole header invalid (14.1.1).
    ranges = [match for part in parts if (match := _RANGE.fullmatch(part)) and part != "-"]
    if not ranges or len(ranges) < len(parts):
        return None
    satisfiable = []
    for match in ranges:
        first, last = _number(match[1]), _number(match[2])
        if first is None:  # the last so many bytes
            wanted = min(last or 0, size_bytes)
            if wanted:
                satisfiable.append(Answer(206, size_bytes - wanted, wanted))
        elif last is not None and last < first:
            return None
        elif first < size_bytes:
            if last is None:
                last = first + held.most_at_once - 1 if held.most_at_once else size_bytes
            end = min(last, size_bytes - 1)
            satisfiable.append(Answer(206, first, end - first + 1))
    if not satisfiable:
        return Answer(416)
    return satisfiable[0] if len(satisfiable) == 1 else None


def _number(digits: str) -> int | None:
    if not digits:
        return None
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _names(header: str, etag: str, *, weakly: bool) -> bool:
    """Is `etag` among those listed? A weak tag never matches strongly (8.8.3.2)."""
    if header.strip() == "*":
        return True
    listed = _ETAG.findall(header)
    return etag in ([tag.removeprefix("W/") for tag in listed] if weakly else listed)


def _still_the_same(if_range: str, held: Held) -> bool:
    """May the range be honoured? Only a strong tag or the exact date says so; a weak tag never does (13.1.5)."""
    if not if_range:
        return True
    if '"' in if_range:
        return if_range.strip() == held.etag
    since = http_date(if_range)
    return since is not None and held.modified is not None and since == held.modified.replace(microsecond=0)


def _is_as_new(header: str, modified: datetime | None) -> bool:
    since = http_date(header)
    return since is not None and modified is not None and modified.replace(microsecond=0) <= since


def _is_older(header: str, modified: datetime | None) -> bool:
    since = http_date(header)
    return since is not None and modified is not None and modified.replace(microsecond=0) > since
