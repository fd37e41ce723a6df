"""Figures as a page and the API show them: rows with words, numbers and shares, and charts."""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from tenuto.statistics.charts import Curve, columns, curve
from tenuto.statistics.figures import Figures
from tenuto.statistics.gestures import GESTURES
from tenuto.statistics.words import ORIGINS, country_words, reason_words
from tenuto.tracks.models import SecretLink, Track
from tenuto.web.templatetags.marks import clock

MOST = 20  # rows of countries and tracks; the table to download has all


@dataclass(frozen=True)
class Row:
    """One line of a table with a bar."""

    words: Promise | str
    number: int
    percent: str  # of the largest, as the width of its bar
    address: str = ""


@dataclass(frozen=True)
class Step:
    """How many are still there at a moment of the track."""

    at: str
    percent: int


def rows(
    found: Counter[Any], words: Callable[[Any], Promise | str], address: Callable[[Any], str] = lambda _key: ""
) -> list[Row]:
    """The largest first."""
    top = max(found.values(), default=0)
    return [
        Row(words(key), number, f"{100 * number / top:.1f}", address(key))
        for key, number in found.most_common(MOST)
        if number
    ]


def about(figures: Figures) -> dict[str, object]:
    """Everything that the artist sees."""
    days = figures.period.days
    gestures = figures.gestures
    return {
        "plays": columns(days, figures.plays_by_day),
        "listeners": columns(days, figures.listeners_by_day),
        "origins": rows(figures.plays_by_origin, lambda origin: ORIGINS[origin]),
        "countries": rows(figures.plays_by_country, country_words),
        "reasons": rows(figures.not_counted, reason_words),
        "gestures": [(gesture.words, columns(days, gestures[gesture.name])) for gesture in GESTURES],
        "days": _table(days, figures, gestures),
    }


def of_tracks(figures: Figures) -> list[Row]:
    """The tracks that were played most."""
    most = Counter(dict(figures.plays_by_track.most_common(MOST)))
    titles = {track.pk: track for track in Track.objects.filter(pk__in=most)}
    found: Counter[Hashable] = Counter({titles[key]: number for key, number in most.items() if key in titles})
    return rows(found, lambda track: str(track.title), lambda track: reverse("statistics:track", args=[track.key]))


def of_links(figures: Figures) -> list[Row]:
    """Listens by each secret link of a track."""
    names = dict(SecretLink.objects.filter(pk__in=figures.listens_by_link).values_list("pk", "name"))
    return rows(figures.listens_by_link, lambda key: names.get(key, ""))


def stops(figures: Figures, track: Track) -> tuple[Curve, list[Step]]:
    """Where people stop, over the waveform, and the same as a table of every tenth."""
    recording = track.recording
    seconds = (recording.seconds if recording else None) or 0.0
    shares = figures.still_there
    sketch = bytes(recording.sketch or b"") if recording else b""
    tenth = len(shares) // 10
    steps = [
        Step(clock(seconds * number / 10), round(100 * (shares[number * tenth - 1] if number else 1.0)))
        for number in range(11)
    ]
    return curve(shares, sketch), steps


def _table(
    days: list[date], figures: Figures, gestures: dict[str, Counter[date]]
) -> list[tuple[date, int, int, list[int]]]:
    """The newest day first: what the charts show, in numbers."""
    return [
        (
            day,
            figures.plays_by_day[day],
            figures.listeners_by_day[day],
            [gestures[gesture.name][day] for gesture in GESTURES],
        )
        for day in reversed(days)
    ]
