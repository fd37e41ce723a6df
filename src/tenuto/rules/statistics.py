"""What an artist's statistics say of listens: where they came from, how far they went, and over which days.

Pure; no person is in any of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

# The curve of a track has so many steps, whatever its length: a step of a song is some four seconds.
STEPS = 50
PERIODS_DAYS = (7, 28, 90, 365)
USUAL_DAYS = 28
# A listen can be taken up for a day and settles within an hour of its end, so what is older changes no more.
SETTLES_AFTER = timedelta(days=1, hours=2)


class Origin(StrEnum):
    """Where somebody pressed play, as coarsely as an artist needs it."""

    PAGE = "page"  # on this site
    EMBED = "embed"  # in a player on somebody else's page
    APP = "app"  # in somebody else's program
    FEED = "feed"  # by a podcast player
    LINK = "link"  # by a secret link


@dataclass(frozen=True)
class Period:
    """Days, in UTC, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each of them, in order."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first moment to the first that is no longer in it."""
        return begin_of(self.first), begin_of(self.last + timedelta(days=1))


def period_until(today: date, days: int) -> Period:
    """So many days, today the last of them."""
    return Period(today - timedelta(days=days - 1), today)


def begin_of(day: date) -> datetime:
    """Midnight, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def last_settled(at: datetime) -> date:
    """The last day of which no listen changes any more."""
    return (at - SETTLES_AFTER).astimezone(UTC).date() - timedelta(days=1)


def still_there(stopped: Sequence[int]) -> list[float]:
    """Of those who began, the share that came as far as the end of each step. It never rises.

    `stopped` has for each step how many came no further than into it.
    """
    began = sum(stopped)
    if not began:
        return [0.0] * len(stopped)
    left, shares = began, []
    for number in stopped:
        left -= number
        shares.append(left / began)
    # Whoever came into the last step came to the end: players report a moment before it.
    if shares:
        shares[-1] = stopped[-1] / began
    return shares


def added(curves: Iterable[Sequence[int]]) -> list[int]:
    """Several days' steps as one."""
    total = [0] * STEPS
    for curve in curves:
        for step, number in enumerate(curve[:STEPS]):
            total[step] += number
    return total
