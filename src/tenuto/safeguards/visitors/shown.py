"""What an artist reads of what was stopped: counts by day and reason, and of nobody in particular."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from tenuto.safeguards.visitors.models import StoppedOfTrack

SHOWN_DAYS = 14


@dataclass(frozen=True)
class StoppedDay:
    """One day: how often crawlers for AI were turned away, and how often somebody took too much."""

    day: date
    crawlers: int
    scrapers: int

    @property
    def times(self) -> int:
        return self.crawlers + self.scrapers


def stopped_of(track_ids: Collection[int]) -> list[StoppedDay]:
    """The latest days on which anything was stopped of these tracks, newest first. One question, however many."""
    rows = (
        StoppedOfTrack.objects.filter(track_id__in=track_ids)
        .values("day", "reason")
        .annotate(sum=Sum("times"))
        .order_by("-day")[: SHOWN_DAYS * 5]
    )
    days: dict[date, dict[bool, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        days[row["day"]][row["reason"] == "ai_crawler"] += row["sum"]
    return [StoppedDay(day, sums[True], sums[False]) for day, sums in list(days.items())[:SHOWN_DAYS]]
