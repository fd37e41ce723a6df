"""The figures of one track, or of all an artist's, over some days: the days that were counted and those that run.

A constant number of queries, whatever was heard. Of days that were counted, the database adds up; of the few that run,
the listens are grouped as they will be once the day is over.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet, Sum

from tenuto.accounts.models import Account
from tenuto.audio.models import Listen
from tenuto.rules.statistics import STEPS, Period, added, still_there
from tenuto.statistics.days import first_uncounted
from tenuto.statistics.gestures import gestures
from tenuto.statistics.listens import Kind, begun_in, by_kind, listeners, steps
from tenuto.statistics.models import DayOfTrack, Hearers
from tenuto.tracks.models import Track


@dataclass
class Figures:
    """What is known of some days. Plays are listens that counted."""

    owner: Account
    track: Track | None  # None: of all
    period: Period

    @cached_property
    def plays_by_day(self) -> Counter[date]:
        return self._plays("day")

    @cached_property
    def plays_by_origin(self) -> Counter[str]:
        return self._plays("origin")

    @cached_property
    def plays_by_country(self) -> Counter[str]:
        """By code; empty where it is not known."""
        return self._plays("country")

    @cached_property
    def plays_by_track(self) -> Counter[int]:
        return self._plays("track_id")

    @cached_property
    def listens_by_link(self) -> Counter[int]:
        """By secret link, all that were begun: such listens are receipts and never plays."""
        within = self._counted.filter(link__isnull=False)
        found: Counter[int] = Counter(dict(within.values_list("link_id").annotate(Sum("listens"))))
        for kind in self._running:
            if kind.link_id is not None:
                found[kind.link_id] += kind.listens
        return found

    @cached_property
    def not_counted(self) -> Counter[str]:
        """Listens that were no plays, by the reason."""
        found: Counter[str] = Counter(
            dict(self._counted.exclude(reason="").values_list("reason").annotate(Sum("listens")))
        )
        for kind in self._running:
            if kind.reason:
                found[kind.reason] += kind.listens
        return found

    @cached_property
    def listeners_by_day(self) -> Counter[date]:
        """Different listeners of each day. Whoever comes again on another day is counted again, for nobody is known."""
        return Counter({row.day: row.listeners for row in self._hearers}) + Counter(
            {row["day"]: row["number"] for row in listeners(self._listens)} if self._listens is not None else {}
        )

    @cached_property
    def still_there(self) -> list[float]:
        """Of one track: of all who began, the share that came to the end of each fiftieth of it."""
        return still_there(self._stopped)

    @cached_property
    def began(self) -> int:
        """Of how many listens that is known."""
        return sum(self._stopped)

    @cached_property
    def gestures(self) -> dict[str, Counter[date]]:
        """Likes, comments and the like, by kind and day."""
        return gestures(self._tracks, self.period)

    def kinds(self) -> list[Kind]:
        """All of it, unsummed: a row for each track, day, origin, country, link and reason."""
        rows = self._counted.values_list("track_id", "day", "origin", "country", "link_id", "reason", "listens")
        return sorted([*(Kind(*row) for row in rows), *self._running], key=lambda kind: (kind.day, kind.track_id))

    # ——— where it comes from ———

    @cached_property
    def _tracks(self) -> QuerySet[Track]:
        return Track.objects.filter(pk=self.track.pk) if self.track else Track.objects.filter(owner=self.owner)

    @cached_property
    def _counted(self) -> QuerySet[DayOfTrack]:
        """Of days that were counted."""
        within = DayOfTrack.objects.filter(day__gte=self.period.first, day__lte=self.period.last).order_by()
        return within.filter(track__in=self._tracks)

    @cached_property
    def _hearers(self) -> list[Hearers]:
        within = Hearers.objects.filter(day__gte=self.period.first, day__lte=self.period.last, track=self.track)
        return list(within if self.track else within.filter(owner=self.owner))

    @cached_property
    def _listens(self) -> QuerySet[Listen] | None:
        """Those of days that were not counted yet."""
        first = first_uncounted()
        if first is None or first > self.period.last:
            return None
        return begun_in(Period(max(first, self.period.first), self.period.last)).filter(track__in=self._tracks)

    @cached_property
    def _running(self) -> list[Kind]:
        return list(by_kind(self._listens)) if self._listens is not None else []

    @cached_property
    def _stopped(self) -> list[int]:
        running = [0] * STEPS
        if self._listens is not None:
            for row in steps(self._listens):
                running[row["step"]] += row["number"]
        return added([running, *(row.stopped for row in self._hearers)])

    def _plays(self, field: str) -> Counter[Any]:
        plays = self._counted.filter(reason="")
        found: Counter[Any] = Counter(dict(plays.values_list(field).annotate(Sum("listens"))))
        for kind in self._running:
            if not kind.reason:
                found[getattr(kind, field)] += kind.listens
        return found
