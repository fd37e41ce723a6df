"""Listens as statistics see them: grouped by the database, so that no row of anybody's leaves it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, Floor, Least, TruncDate

from tenuto.audio.count import EMBED
from tenuto.audio.models import Listen
from tenuto.rules.plays import Reason
from tenuto.rules.statistics import STEPS, Origin, Period

UNDECIDED = "undecided"  # it is still going on
_DAY = TruncDate("started_at", tzinfo=UTC)
_ORIGIN = Case(
    When(link__isnull=False, then=Value(Origin.LINK.value)),
    When(source=EMBED, then=Value(Origin.EMBED.value)),
    When(source="feed", then=Value(Origin.FEED.value)),
    # Programs are known by their account; a cookie's digest begins with another letter.
    When(Q(source="api") | Q(listener__startswith="a"), then=Value(Origin.APP.value)),
    default=Value(Origin.PAGE.value),
    output_field=CharField(),
)
_REASON = Case(
    When(counted_at__isnull=False, then=Value("")),
    When(not_counted="", then=Value(UNDECIDED)),
    default=F("not_counted"),
    output_field=CharField(),
)
# In players on other pages a page that is loaded again is another listener, so there a network and browser are one.
_SOMEBODY = Case(
    When(source=EMBED, then=Concat(Value("e"), F("network"), F("client"), output_field=CharField())),
    default=F("listener"),
    output_field=CharField(),
)
_STEP = Cast(
    Least(Floor(F("furthest_seconds") * STEPS / F("recording__seconds")), Value(float(STEPS - 1))), IntegerField()
)


@dataclass(frozen=True)
class Kind:
    """So many listens of one kind."""

    track_id: int
    day: date
    origin: str
    country: str
    link_id: int | None
    reason: str
    listens: int


def begun_in(period: Period) -> QuerySet[Listen]:
    """Those that began on these days."""
    first, end = period.moments
    return Listen.objects.filter(started_at__gte=first, started_at__lt=end).order_by()


def by_kind(listens: QuerySet[Listen]) -> Iterator[Kind]:
    """One query; as many rows as there are kinds."""
    grouped = listens.annotate(day=_DAY, origin=_ORIGIN, reason=_REASON).values(
        "track_id", "day", "origin", "country", "link_id", "reason"
    )
    for row in grouped.annotate(listens=Count("pk")).iterator(chunk_size=2000):
        yield Kind(**row)


def listeners(listens: QuerySet[Listen], *of: str) -> Iterable[Mapping[str, Any]]:
    """How many different listeners had plays, on each day and of each of these. One query."""
    counted = listens.filter(counted_at__isnull=False).annotate(day=_DAY)
    found: Iterable[Mapping[str, Any]] = counted.values("day", *of).annotate(number=Count(_SOMEBODY, distinct=True))
    return found


def steps(listens: QuerySet[Listen]) -> Iterable[Mapping[str, Any]]:
    """Of listens that a player told of, how many came no further than into each step. The artist's own are no part."""
    told = listens.filter(heard_seconds__gt=0, recording__seconds__gt=0).exclude(not_counted=Reason.OWNER)
    return told.annotate(day=_DAY, step=_STEP).values("track_id", "day", "step").annotate(number=Count("pk"))
