"""Counts each day once nothing of it changes any more, so that a year of statistics is as quick as a week.

A day that was counted stays as it was. Whoever listened may leave or clear their history later: their plays are no
longer theirs, and the numbers stay. What is not counted yet is read from the listens themselves.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from tenuto.audio.models import Listen
from tenuto.base.jobs import every
from tenuto.rules.statistics import STEPS, Period, last_settled
from tenuto.statistics.listens import begun_in, by_kind, listeners, steps
from tenuto.statistics.models import CountedDay, DayOfTrack, Hearers
from tenuto.tracks.models import Track

AT_ONCE = 2000


def first_uncounted() -> date | None:
    """The first day that is still read from the listens; None while there is none at all."""
    last = CountedDay.objects.aggregate(day=Max("day"))["day"]
    if last is not None:
        return date.fromordinal(last.toordinal() + 1)
    first = Listen.objects.order_by("started_at").values_list("started_at", flat=True).first()
    return first.date() if first else None


@every(seconds=3600)
def count_days(now: datetime) -> None:
    """Count every day that is over, in order. Safe to run twice, and at once in two places."""
    day, last = first_uncounted(), last_settled(now)
    while day is not None and day <= last:
        if not count_day(day, now):
            return
        day += timedelta(days=1)


def count_day(day: date, at: datetime) -> bool:
    """Count one day, unless listens of it still wait for their verdict. Says whether it is counted now."""
    listens = begun_in(Period(day, day))
    if listens.filter(counted_at=None, not_counted="").exists():
        return False
    with transaction.atomic():
        _counted, is_first = CountedDay.objects.get_or_create(day=day, defaults={"counted_at": at})
        if is_first:
            _count(day)
    return True


def _count(day: date) -> None:
    listens = begun_in(Period(day, day))
    owners = dict(Track.objects.filter(pk__in=listens.values("track_id")).values_list("pk", "owner_id"))
    kinds = [
        DayOfTrack(
            track_id=kind.track_id, day=day, origin=kind.origin, country=kind.country, link_id=kind.link_id,
            reason=kind.reason, listens=kind.listens,
        )
        for kind in by_kind(listens)
        if kind.track_id in owners
    ]  # fmt: skip
    DayOfTrack.objects.bulk_create(kinds, batch_size=AT_ONCE)
    stopped: dict[int, list[int]] = defaultdict(lambda: [0] * STEPS)
    for row in steps(listens):
        stopped[row["track_id"]][row["step"]] += row["number"]
    of_tracks = {row["track_id"]: row["number"] for row in listeners(listens, "track_id")}
    hearers = [
        Hearers(
            owner_id=owners[track_id], track_id=track_id, day=day,
            listeners=of_tracks.get(track_id, 0), stopped=stopped.get(track_id, []),
        )
        for track_id in {*of_tracks, *stopped} & set(owners)
    ]  # fmt: skip
    hearers += [
        Hearers(owner_id=row["track__owner_id"], day=day, listeners=row["number"])
        for row in listeners(listens, "track__owner_id")
    ]
    Hearers.objects.bulk_create(hearers, batch_size=AT_ONCE)
