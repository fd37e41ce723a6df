"""Charts as the shapes of an SVG: columns for days, and how many are still there along a waveform. Plain numbers.

Words and colours are the template's and the style sheet's. Behind each chart stands the same as a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 160
_GAP = 0.25  # between two columns, of the place of one
_STROKES = 180  # of the waveform


@dataclass(frozen=True)
class Column:
    """One day."""

    day: date
    number: int
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Columns:
    """Numbers by day, and the largest, which is as high as the chart."""

    columns: list[Column]
    top: int

    @property
    def total(self) -> int:
        return sum(column.number for column in self.columns)


@dataclass(frozen=True)
class Curve:
    """Shares along a track, as paths; `wave` is its waveform, or empty."""

    line: str
    area: str
    wave: str


def columns(days: Sequence[date], numbers: Mapping[date, int]) -> Columns:
    """A column for every day, also for those with nothing."""
    top = max((numbers.get(day, 0) for day in days), default=0)
    step = WIDTH / max(1, len(days))
    drawn = []
    for place, day in enumerate(days):
        number = numbers.get(day, 0)
        height = HEIGHT * number / top if top else 0.0
        drawn.append(
            Column(
                day, number, f"{step * (place + _GAP / 2):.2f}", f"{HEIGHT - height:.2f}",
                f"{step * (1 - _GAP):.2f}", f"{height:.2f}",
            )
        )  # fmt: skip
    return Columns(drawn, top)


def curve(shares: Sequence[float], sketch: bytes) -> Curve:
    """From the beginning, where everybody is, to the end. `sketch` as tracks.models.Recording has it."""
    points = [(0.0, 1.0), *((place / len(shares), share) for place, share in enumerate(shares, start=1))]
    line = " ".join(f"{WIDTH * along:.1f} {HEIGHT * (1 - share):.1f}" for along, share in points)
    return Curve(f"M{line}", f"M{line} {WIDTH} {HEIGHT} 0 {HEIGHT}z", _wave(sketch))


def _wave(sketch: bytes) -> str:
    peaks = sketch[: len(sketch) // 2]
    if not peaks:
        return ""
    loudest, step = max(max(peaks), 1), WIDTH / _STROKES
    strokes = []
    for place in range(_STROKES):
        first = place * len(peaks) // _STROKES
        peak = max(peaks[first : max(first + 1, (place + 1) * len(peaks) // _STROKES)])
        half = max(0.5, HEIGHT / 2 * peak / loudest)
        strokes.append(f"M{step * (place + 0.5):.1f} {HEIGHT / 2 - half:.1f}v{2 * half:.1f}")
    return "".join(strokes)
