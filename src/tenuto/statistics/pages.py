"""The pages of statistics: of all one's music, of one track, as tables to take along, and what the public may see."""

from collections.abc import Iterator
from datetime import UTC

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tenuto.base.errors import BadRequest
from tenuto.rules import tables
from tenuto.rules.statistics import PERIODS_DAYS, USUAL_DAYS, Period, period_until
from tenuto.rules.visibility import Surface
from tenuto.statistics.charts import columns
from tenuto.statistics.figures import Figures
from tenuto.statistics.gestures import GESTURES
from tenuto.statistics.shown import about, of_links, of_tracks, stops
from tenuto.tracks import access
from tenuto.tracks.models import SecretLink, Track
from tenuto.tracks.pages import keep_private
from tenuto.tracks.studio import member
from tenuto.tracks.visitors import visitor_of

HEAD = ("day", "track", "title", "from", "country", "link", "reason", "listens")


class NoSuchPeriod(BadRequest):
    advice = _("Statistics are of the last 7, 28, 90 or 365 days.")
    code = "no_such_period"


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Everything of one's own, together."""
    figures = Figures(member(request), None, _period(request))
    context = {**_common(request, figures), **about(figures), "tracks": of_tracks(figures)}
    return render(request, "statistics/own.html", context)


@login_required
@require_safe
def track(request: HttpRequest, key: str) -> HttpResponse:
    """One of one's own tracks, with where people stop and by which links they came."""
    found = access.own_track(request.user, key)
    figures = Figures(found.owner, found, _period(request))
    curve, steps = stops(figures, found)
    context = {
        **_common(request, figures),
        **about(figures),
        "track": found,
        "tab": "statistics",
        "curve": curve,
        "steps": steps,
        "began": figures.began,
        "links": of_links(figures),
    }
    return render(request, "statistics/track.html", context)


@login_required
@require_safe
def own_table(request: HttpRequest) -> HttpResponseBase:
    """All of it, unsummed, as CSV."""
    return _table(Figures(member(request), None, _period(request)), "statistics")


@login_required
@require_safe
def track_table(request: HttpRequest, key: str) -> HttpResponseBase:
    found = access.own_track(request.user, key)
    return _table(Figures(found.owner, found, _period(request)), f"statistics-{found.slug}")


@require_safe
def insights(request: HttpRequest, key: str) -> HttpResponse:
    """What the artist's switch shows to everybody who may hear the track: how often it was played, and when."""
    at = timezone.now()
    found, _hearing = access.track_by_key(visitor_of(request), key, Surface.INSIGHTS, at)
    figures = Figures(found.owner, found, _period(request))
    plays = columns(figures.period.days, figures.plays_by_day)
    days = [(column.day, column.number) for column in reversed(plays.columns)]
    context = {**_common(request, figures), "track": found, "plays": plays, "days": days}
    response = render(request, "statistics/insights.html", context)
    keep_private(response)
    return response


def _period(request: HttpRequest) -> Period:
    asked = request.GET.get("days") or str(USUAL_DAYS)
    if asked not in map(str, PERIODS_DAYS):
        raise NoSuchPeriod(asked[:20])
    return period_until(timezone.now().astimezone(UTC).date(), int(asked))


def _common(request: HttpRequest, figures: Figures) -> dict[str, object]:
    return {
        "period": figures.period,
        "periods": PERIODS_DAYS,
        "asked_days": len(figures.period.days),
        "gesture_words": [gesture.words for gesture in GESTURES],
    }


def _table(figures: Figures, name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(_lines(figures), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _lines(figures: Figures) -> Iterator[str]:
    kinds = figures.kinds()
    tracks = {found.pk: found for found in Track.objects.filter(pk__in={kind.track_id for kind in kinds})}
    links = dict(
        SecretLink.objects.filter(pk__in={kind.link_id for kind in kinds if kind.link_id}).values_list("pk", "name")
    )
    yield tables.line(HEAD)
    for kind in kinds:
        if kind.track_id not in tracks:
            continue
        yield tables.line(
            [
                kind.day.isoformat(),
                tracks[kind.track_id].key,
                tracks[kind.track_id].title,
                kind.origin,
                kind.country,
                links.get(kind.link_id, "") if kind.link_id else "",
                kind.reason,
                str(kind.listens),
            ]
        )
