"""Long lists a page at a time, each page as quick as the first: a page begins where the last one ended."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar, cast

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest
from tenuto.base.questions import Question, moment, number
from tenuto.tracks.models import Track

M = TypeVar("M", bound=Model)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MARK = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")


class NoSuchPage(BadRequest):
    advice = _("This page of the list cannot be found. Begin again with the first.")
    code = "no_such_page"


@dataclass(frozen=True)
class Some(Generic[M]):
    """Some rows of a list, and the mark of where the next page begins, if there is one."""

    rows: list[M]
    before: str | None


@dataclass(frozen=True)
class Page:
    """The same of tracks."""

    tracks: list[Track]
    before: str | None


def page(listed: QuerySet[Track], before: str, size: int) -> Page:
    """The tracks of a list of `tracks.access` that come after the mark `before`; from the top if it is empty."""
    return as_page(some(listed, before, size))


def as_page(found: Some[Track]) -> Page:
    return Page(found.rows, found.before)


def some(listed: QuerySet[M], before: str, size: int) -> Some[M]:
    """The same of any list whose rows say where they stand: `listed_at` and `listed_id`, from high to low."""
    return _some(list((_after(listed, *_read(before)) if before else listed)[: size + 1]), size)


class Pages(Generic[M]):
    """The same of a list that is asked for again and again: a queryset with blanks, whose SQL is made once.

    `of`: makes whole rows of these numbers, as a list of its own. For lists that no index has in their order: then it
    is numbers that are sorted, and only what stands on the page is fetched whole.
    """

    def __init__(
        self, listed: Callable[[], QuerySet[M]], size: int, of: Callable[[QuerySet[M, Any]], QuerySet[M]] | None = None
    ) -> None:
        def on_page(rows: QuerySet[M]) -> QuerySet[M]:
            return rows[: size + 1] if of is None else of(rows.values("pk")[: size + 1])

        self._size = size
        self._first = Question(lambda: on_page(listed()))
        self._later = Question(lambda: on_page(_after(listed(), moment("mark_at"), number("mark_id"))))

    def some(self, before: str, **given: Collection[Any] | datetime | str | int | None) -> Some[M]:
        """What comes after the mark, with each blank of the list filled in."""
        if not before:
            return _some(self._first.ask(**given), self._size)
        mark_at, mark_id = _read(before)
        return _some(self._later.ask(mark_at=mark_at, mark_id=mark_id, **given), self._size)


def _after(listed: QuerySet[M], mark_at: datetime | RawSQL, mark_id: int | RawSQL) -> QuerySet[M]:
    # The first condition alone lets the database jump into its index; the second settles equal moments.
    return listed.filter(Q(listed_at__lte=mark_at), Q(listed_at__lt=mark_at) | Q(listed_id__lt=mark_id))


def _some(rows: list[M], size: int) -> Some[M]:
    """Of one row more than there is room for."""
    return Some(rows[:size], mark(rows[size - 1]) if len(rows) > size else None)


def mark(row: Model) -> str:
    """Where this row stands in the list it was fetched by."""
    listed = cast(_Listed, row)
    return f"{(listed.listed_at - _BEGINNING) // timedelta(microseconds=1)}-{listed.listed_id}"


class _Listed(Protocol):
    """What a list notes on each of its rows."""

    listed_at: datetime
    listed_id: int


def _read(text: str) -> tuple[datetime, int]:
    found = _MARK.fullmatch(text)
    if found is None:
        raise NoSuchPage(f"page mark {text[:60]!r}")
    return _BEGINNING + timedelta(microseconds=int(found[1])), int(found[2])
