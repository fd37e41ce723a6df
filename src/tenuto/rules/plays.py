"""When a listen counts as a play. Pure; every no has its reason.

A play is 30 seconds, or half of a track shorter than a minute, once per listener and track within 30 minutes.
Half an hour is where analytics has long drawn the line between one visit and the next: reloading, seeking back
and a second tab stay one play, coming back in the evening is another.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate

LONG_ENOUGH_SECONDS = 30.0
WINDOW = timedelta(minutes=30)
# Whoever forgets every cookie is another listener each time, so of listeners without an account in one network only so
# many count within the window. A class that hears a track together is told too few rather than a machine too many.
MOST_OF_A_NETWORK = 5
# A player may be a little ahead of our clock: its first report can overtake the answer that started it,
# and clocks of cheap sound hardware run fast by a few per cent.
CLOCK_RATIO, CLOCK_SECONDS = 1.1, 5.0
# The index maps bytes to seconds evenly within a segment; sound is not that even.
DELIVERED_SHARE = 0.95


class Reason(StrEnum):
    COUNTED = "counted"
    OWNER = "owner"  # your own listens never count
    BY_LINK = "by_link"  # opened by a secret link: a receipt for its owner, not a play
    NOT_REPORTED = "not_reported"  # bytes were fetched, but nothing said that they were played
    TOO_SHORT = "too_short"  # stopped before 30 seconds and before the half
    NOT_DELIVERED = "not_delivered"  # more was claimed than ever left the server
    ALREADY_COUNTED = "already_counted"  # the same listener, the same track, within the last half hour
    ONE_NETWORK = "one_network"  # as many without an account have counted there within the last half hour as may


@dataclass(frozen=True)
class Heard:
    """One listen, as far as it has come."""

    started_at: datetime
    track_seconds: float
    heard_seconds: float  # as believed, see `believable`
    delivered_seconds: float  # of sound that left the server for this listener
    by_owner: bool = False
    opened_by_link: bool = False
    last_counted_at: datetime | None = None  # the listener's last counted play of this track
    others_of_network: int = 0  # plays of it that counted within the window, where nobody in it has an account


@dataclass(frozen=True)
class Verdict:
    """Whether it counts, and why."""

    counts: bool
    reason: Reason

    def __bool__(self) -> bool:
        return self.counts


def needed_seconds(track_seconds: float) -> float:
    """How much of a track must be heard for a play."""
    return min(LONG_ENOUGH_SECONDS, track_seconds / 2)


def believable(claimed_seconds: float, elapsed_seconds: float) -> float:
    """The part of a claim that can be true: nobody hears more than time has gone by."""
    return max(0.0, min(claimed_seconds, max(0.0, elapsed_seconds) * CLOCK_RATIO + CLOCK_SECONDS))


def judge(listen: Heard) -> Verdict:
    """Does this listen count as a play, as far as it has come? The first rule that speaks wins."""
    if listen.by_owner:
        return _no(Reason.OWNER)
    if listen.opened_by_link:
        return _no(Reason.BY_LINK)
    if listen.heard_seconds <= 0:
        return _no(Reason.NOT_REPORTED)
    needed = needed_seconds(listen.track_seconds)
    if listen.heard_seconds < needed:
        return _no(Reason.TOO_SHORT)
    if listen.delivered_seconds < needed * DELIVERED_SHARE:
        return _no(Reason.NOT_DELIVERED)
    # Measured to the start, so that going on for an hour does not make a second play of a second tab.
    if listen.last_counted_at is not None and listen.started_at - listen.last_counted_at < WINDOW:
        return _no(Reason.ALREADY_COUNTED)
    if listen.others_of_network >= MOST_OF_A_NETWORK:
        return _no(Reason.ONE_NETWORK)
    return Verdict(True, Reason.COUNTED)


def certain_from_the_start(by_owner: bool, opened_by_link: bool) -> Reason | None:
    """Why a listen can never count, where that is known before the first sound."""
    if by_owner:
        return Reason.OWNER
    return Reason.BY_LINK if opened_by_link else None


class Timeline:
    """How many seconds of sound lie in a stretch of a rendition's bytes."""

    def __init__(self, segments: Iterable[tuple[int, int, float]]) -> None:
        """Segments as (offset in bytes, bytes, seconds), in order, none overlapping."""
        rows = list(segments)
        self._starts = [offset for offset, _, _ in rows]
        self._rows = rows
        self._before = [0.0, *accumulate(seconds for _, _, seconds in rows)]

    def seconds(self, first: int, length: int) -> float:
        """The sound in `length` bytes from `first` on; a torn segment gives its share."""
        return self._until(first + length) - self._until(first) if length > 0 else 0.0

    def _until(self, byte: int) -> float:
        """The sound in all bytes before `byte`."""
        index = bisect_right(self._starts, byte) - 1
        if index < 0:
            return 0.0
        offset, size, seconds = self._rows[index]
        share = min(1.0, (byte - offset) / size) if size else 1.0
        return self._before[index] + seconds * share


def _no(reason: Reason) -> Verdict:
    return Verdict(False, reason)
