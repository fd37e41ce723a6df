"""Which bands of a sound stand out of what surrounds them, five times a second: one bit each.

Where something else is as loud, few points are left, but much of the spectrum still rises and falls as the piece does.
So beside its points a piece has a bit for each of 48 bands, in rows of 192 ms: is the band louder than it is within a
second before and after, and more so than its neighbours? (Haitsma and Kalker, "A highly robust audio fingerprinting
system", ISMIR 2002, compare neighbours in band and time likewise.) The query is not rounded to bits. How well both
agree at a place is told in deviations of how well they agree at places that have nothing to do with each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bits = NDArray[np.uint8]

BANDS = 48
ROW_BYTES = BANDS // 8
TICKS_PER_FRAME = 8  # 32 ms
FRAMES_PER_ROW = 6
TICKS_PER_ROW = TICKS_PER_FRAME * FRAMES_PER_ROW
NOW, AROUND = 7, 63  # frames: a quarter of a second, and two seconds
NEIGHBOURS = 3  # bands, below and above
MARGIN = NOW // 2 + AROUND // 2  # frames that what a frame is told depends on, before and after it
AT_ONCE = 4_096
SILENCE_DB = -100.0
STEP_DB = 0.25  # of contrast, as it is kept in a query
MOST = 2.0  # deviations; what stands out further says no more
FEWEST_ROWS = 8  # that are compared
AWAY_ROWS = tuple(sign * (7 + 11 * number) for number in range(12) for sign in (1, -1))  # 1.3 to 25 seconds
FEWEST_AWAY, MOST_AWAY = 2, 1_024  # places: of each piece, and of all together as far as there are
LEAST_SPREAD = 1.0  # of the agreement by chance, if all bits were independent


@dataclass(frozen=True)
class Contrast:
    """How far each band of a query stands out.

    Attributes:
        first: number of the first frame
        steps: (frames, 48) int8, of a quarter of a decibel
    """

    first: int
    steps: NDArray[np.int8]

    def within(self, begin: int, end: int) -> "Contrast":
        """Of a passage, in ticks; frames keep their numbers."""
        low = max(self.first, -(-begin // TICKS_PER_FRAME))
        high = max(low, end // TICKS_PER_FRAME)
        return Contrast(low, self.steps[low - self.first : high - self.first])


NOTHING = Contrast(0, np.zeros((0, BANDS), np.int8))


class Contrasting:
    """How far bands stand out, of a sound that comes block by block: the same, wherever those end."""

    def __init__(self) -> None:
        self._levels = np.zeros((0, BANDS), np.float32)  # what is not told yet, and what came shortly before
        self._before = 0  # frames of it that are told
        self._told = [np.zeros((0, BANDS), np.int8)]

    def feed(self, levels: Floats) -> None:
        """(frames, 48) decibels, frames of 32 ms."""
        self._levels = np.concatenate([self._levels, np.nan_to_num(levels, nan=SILENCE_DB)])
        if len(self._levels) - self._before > AT_ONCE + MARGIN:
            self._tell(len(self._levels) - MARGIN)
            kept = max(0, self._before - MARGIN)
            self._levels, self._before = self._levels[kept:], self._before - kept

    def finish(self) -> NDArray[np.int8]:
        """(frames, 48) steps of a quarter of a decibel."""
        self._tell(len(self._levels))
        return np.concatenate(self._told)

    def _tell(self, until: int) -> None:
        if until > self._before:
            steps = _standing_out(self._levels)[self._before : until] / STEP_DB
            self._told.append(np.clip(np.rint(steps), -127, 127).astype(np.int8))
            self._before = until


def _standing_out(levels: Floats) -> Floats:
    now = _mean_of(levels, NOW)
    more = now - _mean_of(now, AROUND)
    neighbours: Floats = _mean_of(np.ascontiguousarray(more.T), 2 * NEIGHBOURS + 1).T
    standing: Floats = more - neighbours
    return standing


def _mean_of(values: Floats, width: int) -> Floats:
    """Of each row and its neighbours, `width` together; at the ends the last counts for those that are not there."""
    summed = np.cumsum(np.pad(values, ((width // 2 + 1, width // 2), (0, 0)), mode="edge"), axis=0, dtype=np.float64)
    mean: Floats = ((summed[width:] - summed[:-width]) / width).astype(np.float32)
    return mean


def bits_of(contrast: NDArray[np.int8], length_ticks: int) -> Bits:
    """(rows, 6) uint8: what is kept of a piece of this length. A row of zeros says nothing, as of silence."""
    rows = np.packbits(contrast[::FRAMES_PER_ROW] > 0, axis=1)[: rows_of(length_ticks)]
    return np.concatenate([rows, unknown(rows_of(length_ticks) - len(rows))])


def unknown(rows: int) -> Bits:
    """Of a piece of which no bits were kept."""
    return np.zeros((rows, ROW_BYTES), np.uint8)


def rows_of(length_ticks: int) -> int:
    """How many rows of bits are kept of a piece of this length."""
    return length_ticks // TICKS_PER_ROW


def liken(query: Contrast, pieces: Sequence[Bits], offsets: Sequence[float]) -> list[float | None]:
    """How well a query, as it was, agrees with places of pieces, in deviations of what chance does: at each offset
    (ticks of the piece less those of the query), or where it does so best within some 16 ticks of it. None where too
    little is known there.

    How well chance agrees is asked of the same pieces somewhere else: of music with a steady pulse, it agrees better.
    """
    window = _Window(query)
    if window.rows < FEWEST_ROWS or not pieces:
        return [None] * len(pieces)
    nearest = np.rint((np.asarray(offsets) / TICKS_PER_FRAME + window.first) / FRAMES_PER_ROW).astype(np.int64)
    # A row of the piece meets any frame of the query: each of six, beginning with this row or the next.
    agree, rows = window.agreeing(pieces, np.stack([nearest, nearest + 1], axis=1))
    each = max(FEWEST_AWAY, min(len(AWAY_ROWS), MOST_AWAY // len(pieces)))
    chance, rows_away = window.agreeing(pieces, nearest[:, None] + AWAY_ROWS[:each])
    by_chance = chance[rows_away >= FEWEST_ROWS]
    if not by_chance.size:
        return [None] * len(pieces)
    deviations = agree.max(axis=(1, 2)).astype(np.float64) / max(LEAST_SPREAD, float(by_chance.std()))
    told = rows.max(axis=1) >= FEWEST_ROWS
    return [one if known else None for one, known in zip(deviations.tolist(), told.tolist(), strict=True)]


class _Window:
    """A query, cut into its six phases: every sixth frame, beginning with each of the first six."""

    def __init__(self, query: Contrast) -> None:
        self.first = query.first
        self.rows = len(query.steps) // FRAMES_PER_ROW
        steps = query.steps[: self.rows * FRAMES_PER_ROW].astype(np.float32)
        if self.rows:
            most = MOST * float(steps.std())
            steps = np.clip(steps, -most, most)
            steps -= steps.mean(axis=0)
        self._phases = steps.reshape(self.rows, FRAMES_PER_ROW, BANDS).transpose(1, 0, 2)
        self._power = (self._phases**2).sum(axis=2).T  # (rows, phases)

    def agreeing(self, pieces: Sequence[Bits], begins: Ints) -> tuple[Floats, Ints]:
        """For each piece and each row of it with which the query may begin: how well each phase agrees (pieces,
        begins, 6), in what independent bits would have as a deviation; and how many rows say something.
        """
        kept = np.zeros((*begins.shape, self.rows, ROW_BYTES), np.uint8)
        for place, bits in enumerate(pieces):
            for number, begin in enumerate(begins[place].tolist()):
                part = bits[max(0, begin) : max(0, begin + self.rows)]
                kept[place, number, max(0, -begin) : max(0, -begin) + len(part)] = part
        known: NDArray[np.bool_] = np.any(kept, axis=3)
        signs = _SIGNS[kept].reshape(*known.shape, BANDS) * known[..., None].astype(np.float32)
        agree = signs.reshape(-1, self.rows * BANDS) @ self._phases.reshape(FRAMES_PER_ROW, -1).T
        power = known.reshape(-1, self.rows).astype(np.float32) @ self._power
        rows = known.sum(axis=2)
        told = np.where(power > 0, agree / np.sqrt(np.maximum(power, 1e-9)), 0).reshape(*begins.shape, FRAMES_PER_ROW)
        told[rows < FEWEST_ROWS] = 0
        return told.astype(np.float32), rows


_SIGNS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.int8) * 2 - 1  # of a byte's bits
