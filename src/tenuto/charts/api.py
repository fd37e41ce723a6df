"""The charts through the HTTP API."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from tenuto.accounts.callers import anyone
from tenuto.charts import lists
from tenuto.charts.models import Period
from tenuto.tracks.api import TrackShown
from tenuto.web.whereabouts import country_of

router = Router(tags=["Charts"])


class PlacedShown(Schema):
    """`plays` are those of the period alone. Tracks with as many share a place."""

    place: int
    track: TrackShown
    plays: int


class ChartShown(Schema):
    placed: list[PlacedShown]
    counted_at: datetime | None


@router.get("/charts", auth=anyone, response=ChartShown)
def read_chart(request: HttpRequest, over: Period = Period.WEEK) -> lists.Chart:
    """What is played most here, over 24 hours, 7 or 30 days: counted plays alone, the same for everybody."""
    return lists.chart(over, timezone.now(), country_of(request))
