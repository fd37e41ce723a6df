"""Statistics through the HTTP API: the same figures as on the pages, for the artist alone."""

from collections import Counter
from datetime import UTC, date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from tenuto.accounts.callers import account_calling, member
from tenuto.rules.statistics import PERIODS_DAYS, USUAL_DAYS, period_until
from tenuto.statistics.figures import Figures
from tenuto.statistics.pages import NoSuchPeriod
from tenuto.tracks import access
from tenuto.tracks.models import Track

router = Router(tags=["Statistics"])


class DayShown(Schema):
    """One day, in UTC. `listeners` are different ones within the day; whoever comes again later is counted again."""

    day: date
    plays: int
    listeners: int
    gestures: dict[str, int]  # likes, reposts, comments, downloads


class StatisticsShown(Schema):
    """Plays are listens that counted; `not_counted` has the others by their reason. Unknown countries are empty."""

    first: date
    last: date
    plays: int
    days: list[DayShown]
    origins: dict[str, int]
    countries: dict[str, int]
    not_counted: dict[str, int]
    tracks: dict[str, int]  # plays by the key of the track


class TrackStatisticsShown(StatisticsShown):
    """`still_there`: of all who began, the share that came to the end of each fiftieth of the track."""

    began: int
    still_there: list[float]
    links: dict[str, int]  # listens by the id of each secret link


@router.get("/me/statistics", auth=member, response=StatisticsShown)
def my_statistics(request: HttpRequest, days: int = USUAL_DAYS) -> StatisticsShown:
    """How your music was heard in the last 7, 28, 90 or 365 days."""
    return StatisticsShown(**_told(_figures(request, None, days)))


@router.get("/me/tracks/{key}/statistics", auth=member, response=TrackStatisticsShown)
def statistics_of_track(request: HttpRequest, key: str, days: int = USUAL_DAYS) -> TrackStatisticsShown:
    """How a track of yours was heard, where people stopped, and by which secret links they came."""
    figures = _figures(request, access.own_track(account_calling(request), key), days)
    return TrackStatisticsShown(
        **_told(figures),
        began=figures.began,
        still_there=[round(share, 4) for share in figures.still_there],
        links={str(link): number for link, number in figures.listens_by_link.items()},
    )


def _figures(request: HttpRequest, track: Track | None, days: int) -> Figures:
    if days not in PERIODS_DAYS:
        raise NoSuchPeriod(str(days))
    return Figures(account_calling(request), track, period_until(timezone.now().astimezone(UTC).date(), days))


def _told(figures: Figures) -> dict[str, Any]:
    plays, listeners, gestures = figures.plays_by_day, figures.listeners_by_day, figures.gestures
    keys = dict(Track.objects.filter(pk__in=figures.plays_by_track).values_list("pk", "key"))
    return {
        "first": figures.period.first,
        "last": figures.period.last,
        "plays": plays.total(),
        "days": [
            DayShown(
                day=day, plays=plays[day], listeners=listeners[day],
                gestures={name: found[day] for name, found in gestures.items()},
            )
            for day in figures.period.days
        ],
        "origins": figures.plays_by_origin,
        "countries": figures.plays_by_country,
        "not_counted": figures.not_counted,
        "tracks": Counter({keys[key]: number for key, number in figures.plays_by_track.items() if key in keys}),
    }  # fmt: skip
