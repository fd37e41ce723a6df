"""Tracks in an order that somebody chose: rows with a `track` and a `position`, numbered upwards, gaps allowed.

Whoever calls holds a lock on what the rows belong to, so that of two changes at once one waits.
"""

from typing import Any

from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import BadRequest, NotFound

Rows = QuerySet[Any]  # of one list: each track stands in it once


class NoPlace(BadRequest):
    advice = _("Say before or after which other track of the list it should stand.")
    code = "no_place"


def end_of(rows: Rows) -> int:
    """The position behind the last one."""
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def row_of(rows: Rows, track_key: str) -> Any:
    """Where this track stands in the list."""
    row = rows.filter(track__key=track_key).first()
    if row is None:
        raise NotFound(f"track {track_key} in a list")
    return row


def place(rows: Rows, track_key: str, *, before: str = "", after: str = "") -> None:
    """Put a track right before or right after another one of the list.

    Said by neighbour and not by number, because nobody need see the same tracks of a list as somebody else.
    """
    if bool(before) == bool(after) or track_key in {before, after}:
        raise NoPlace(f"{track_key} before {before!r} after {after!r}")
    moved, other = row_of(rows, track_key), row_of(rows, before or after)
    if moved.position < other.position:
        to = other.position - 1 if before else other.position
        rows.filter(position__gt=moved.position, position__lte=to).update(position=F("position") - 1)
    else:
        to = other.position if before else other.position + 1
        rows.filter(position__gte=to, position__lt=moved.position).update(position=F("position") + 1)
    rows.filter(pk=moved.pk).update(position=to)
