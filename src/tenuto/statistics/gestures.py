"""What people do beside listening, day by day: likes, reposts, comments, downloads. One line for each kind.

A feature that is built later adds its line to GESTURES and stands on every page, in the table and in the API.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.audio.models import Downloads
from tenuto.comments.models import Comment
from tenuto.library.likes.models import Like
from tenuto.library.reposts.models import standing
from tenuto.rules.statistics import Period
from tenuto.tracks.models import Track

Days = Iterable[Mapping[str, Any]]  # each with `day` and `number`


@dataclass(frozen=True)
class Gesture:
    """One kind. `days` gives rows with `day` and `number`, of these tracks within a period; one query."""

    name: str
    words: Promise
    days: Callable[[QuerySet[Track], Period], Days]


def _likes(tracks: QuerySet[Track], period: Period) -> Days:
    """Of others than the artist, who are here."""
    of_others = Like.objects.filter(track__in=tracks, account__is_active=True).exclude(account=F("track__owner"))
    return _by_day(of_others, "since", period)


def _reposts(tracks: QuerySet[Track], period: Period) -> Days:
    return _by_day(standing().filter(track__in=tracks), "since", period)


def _comments(tracks: QuerySet[Track], period: Period) -> Days:
    """Of others than the artist, that stand and were neither taken back nor withheld."""
    stand = Comment.objects.filter(track__in=tracks, waits=False, withheld=False, author__isnull=False)
    return _by_day(stand.exclude(author=F("track__owner")), "said_at", period)


def _downloads(tracks: QuerySet[Track], period: Period) -> Days:
    found = Downloads.objects.filter(track__in=tracks, day__gte=period.first, day__lte=period.last)
    return found.order_by().values("day").annotate(number=Sum("people"))


def _by_day(found: QuerySet[Any], moment: str, period: Period) -> Days:
    first, end = period.moments
    within = found.filter(**{f"{moment}__gte": first, f"{moment}__lt": end}).order_by()
    by_day: Days = within.annotate(day=TruncDate(moment, tzinfo=UTC)).values("day").annotate(number=Count("pk"))
    return by_day


GESTURES = [
    Gesture("likes", _("Likes"), _likes),
    Gesture("reposts", _("Reposts"), _reposts),
    Gesture("comments", _("Comments"), _comments),
    Gesture("downloads", _("Downloads"), _downloads),
]


def gestures(tracks: QuerySet[Track], period: Period) -> dict[str, Counter[date]]:
    """How many of each kind on each day."""
    return {
        gesture.name: Counter({row["day"]: row["number"] for row in gesture.days(tracks, period)})
        for gesture in GESTURES
    }
