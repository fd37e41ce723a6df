"""Counts in the database that is there anyway: two small tables, which a worker empties after a day."""

from collections.abc import Iterable
from datetime import date

from django.db import DatabaseError, transaction
from django.db.models import Count, Q, Sum

from tenuto.safeguards.visitors.adding import add
from tenuto.safeguards.visitors.books import POOL, Known
from tenuto.safeguards.visitors.counts import Counts, CountsAway, Sums, Taker, Told
from tenuto.safeguards.visitors.models import Acquaintance, Taking

AT_A_TIME = 200


class CountsInDatabase(Counts):
    def exchange(self, sums: Sums, unknown: set[str]) -> Told:
        try:
            if not sums.is_empty():
                _write(sums)
            return Told(_books(sums.askers() | {POOL}, sums.day), _known(unknown))
        except DatabaseError as error:
            raise CountsAway(f"the database: {error}") from error

    def most(self, day: date, size: int) -> list[Taker]:
        try:
            found = Taking.objects.filter(day=day).values("who")
            sums = found.annotate(
                taken=Sum("taken_seconds"), heard=Sum("heard_seconds"), tracks=Count("pk", Q(taken_seconds__gt=0))
            ).filter(taken__gt=0)
            return [
                Taker(row["who"], row["taken"], row["heard"], row["tracks"])
                for row in sums.order_by("-taken", "who")[:size]
            ]
        except DatabaseError as error:
            raise CountsAway(f"the database: {error}") from error


def _write(sums: Sums) -> None:
    with transaction.atomic():
        # In one order everywhere, so that two processes that write at once cannot wait for each other.
        add(Taking, ["day", "who", "track_id"], ["taken_seconds", "heard_seconds"], [
            (sums.day, who, track_id, taken, heard) for (who, track_id), (taken, heard) in sorted(sums.takings.items())
        ])  # fmt: skip
        add(Acquaintance, ["who"], [], [
            (who, int(known.account[1:]), known.is_member, sums.day) for who, known in sorted(sums.known.items())
        ], ["account_id", "is_member", "day"])  # fmt: skip


def _books(whos: set[str], day: date) -> dict[str, tuple[dict[int, float], float]]:
    found: dict[str, tuple[dict[int, float], float]] = {}
    for some in _some(whos):
        rows = Taking.objects.filter(day=day, who__in=some)
        for who, track_id, taken, heard in rows.values_list("who", "track_id", "taken_seconds", "heard_seconds"):
            tracks, before = found.get(who, ({}, 0.0))
            if taken > 0:
                tracks[track_id] = taken
            found[who] = (tracks, before + heard)
    return found


def _known(whos: set[str]) -> dict[str, Known]:
    found = {}
    for some in _some(whos):
        for each in Acquaintance.objects.filter(who__in=some):
            found[each.who] = Known(f"a{each.account_id}", each.is_member)
    return found


def _some(whos: set[str]) -> Iterable[list[str]]:
    every = sorted(whos)
    return (every[begin : begin + AT_A_TIME] for begin in range(0, len(every), AT_A_TIME))
