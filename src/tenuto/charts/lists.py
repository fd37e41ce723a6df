"""A chart as it may be shown: what everybody may hear, of artists who show how often they are played."""

from dataclasses import dataclass
from datetime import datetime

from tenuto.charts.models import Period, Place
from tenuto.tracks.access import newest_public
from tenuto.tracks.models import Track

SHOWN = 50


@dataclass(frozen=True)
class Placed:
    """A track in a chart. Those with as many plays share a place."""

    place: int
    track: Track
    plays: int


@dataclass(frozen=True)
class Chart:
    """When it was counted, if it ever was, and what is in it."""

    placed: list[Placed]
    counted_at: datetime | None


def chart(period: Period, at: datetime, country: str | None) -> Chart:
    """The most played first; of those with as many plays the one that came first. Two questions to the database.

    Whether a track may be shown is asked now, not when it was counted: a switch that is turned holds at once.
    """
    places = list(Place.objects.filter(period=period).order_by("-plays", "track"))
    ids = [place.track_id for place in places]
    shown = {track.pk: track for track in newest_public(at, country).filter(pk__in=ids, insights_public=True)}
    placed: list[Placed] = []
    for number, each in enumerate((place for place in places if place.track_id in shown), start=1):
        shared = placed and placed[-1].plays == each.plays
        placed.append(Placed(placed[-1].place if shared else number, shown[each.track_id], each.plays))
    return Chart(placed[:SHOWN], places[0].counted_at if places else None)
