"""How far a sound stands out of itself, band by band and at single pitches, and where a piece agrees with that.

Where something else is as loud, few points are left, but much of the spectrum still rises and falls as the piece does.
So beside its points a piece has bits, in rows of 192 ms. One for each of 48 bands: is it louder than within a second
before and after, and more so than its neighbours? (Haitsma and Kalker, "A highly robust audio fingerprinting system",
ISMIR 2002, compare neighbours in band and time likewise.) And one for each of eight bands below 200 Hz, where no voice
is: is it louder than before and after?

Of a query more is kept than bits: how far each band stands out, and how far each of 204 pitches does. `liken` says how
well bits agree with it at a place, `stand_out` how far it stands out where the piece has its points; both in deviations
of what they do at places that have nothing to do with each other. `scan` finds places by bits alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bits = NDArray[np.uint8]

LOW_BANDS, UPPER_BANDS = 8, 48
BANDS = LOW_BANDS + UPPER_BANDS
ROW_BYTES = BANDS // 8
TICKS_PER_FRAME = 8  # 32 ms
FRAMES_PER_ROW = 6
TICKS_PER_ROW = TICKS_PER_FRAME * FRAMES_PER_ROW
PITCHES, PITCH_CENTS = 204, 25.0
NOW, NOW_AT_A_PITCH, AROUND = 7, 3, 63  # frames: a quarter of a second, a tenth, and two seconds
NEIGHBOURS, PITCHES_AROUND = 3, 7  # bands and pitches, below and above
MARGIN = NOW // 2 + AROUND // 2  # frames that what a frame is told depends on, before and after it
AT_ONCE = 4_096
SILENCE_DB = -100.0
STEP_DB = 0.25  # of bands, as they are kept in a query; pitches: whole decibels from -8 to 7, two in a byte
MOST = 2.0  # deviations; what stands out further says no more
FEWEST_ROWS, FEWEST_POINTS = 8, 20  # that are compared
MOST_ROWS = 150  # half a minute: what is asked about beyond is not looked at
COUNTED_FRAMES = 312  # ten seconds: a pulse that happens to be the same goes on being the same, and is no more by that
APART_ROWS = 6  # places closer together are one
AWAY_ROWS = tuple(sign * (7 + 11 * number) for number in range(12) for sign in (1, -1))  # 1.3 to 25 seconds
FEWEST_AWAY, MOST_AWAY = 2, 1_024  # places: of each piece, and of all together as far as there are
LEAST_SPREAD = 1.0  # of the agreement by chance, if all bits were independent
AWAY_TICKS = tuple(sign * (533 + 270 * number) for number in range(12) for sign in (1, -1))  # 2 to 14 seconds
FEWEST_BY_CHANCE = 16  # figures: of fewer, nobody knows what chance does
LEAST_STANDING_DB = 3.0  # of how far chance stands out, divided by the root of how many points: as single pitches do
CENTRE_TICKS = 18  # of the first frame's 144 ms; points are told by the middle of their window
SCANNED_PHASES = (0, 2, 4)  # of six: 64 ms, where the bands of a quarter of a second hardly change
SCANNED_AT_ONCE = 1 << 15  # rows: what a processor's cache holds


@dataclass(frozen=True)
class Contrast:
    """How far a query stands out of itself.

    Attributes:
        first: number of the first frame
        steps: (frames, 56) int8, of each band, in quarters of a decibel
        pitches: (frames, 102) uint8, of two pitches each, in decibels above -8
    """

    first: int
    steps: NDArray[np.int8]
    pitches: Bits

    @property
    def rows(self) -> int:
        """How many rows of a piece it is compared with."""
        return min(len(self.steps) // FRAMES_PER_ROW, MOST_ROWS)

    def within(self, begin: int, end: int) -> "Contrast":
        """Of a passage, in ticks; frames keep their numbers."""
        low = max(self.first, -(-begin // TICKS_PER_FRAME))
        high = max(low, end // TICKS_PER_FRAME)
        part = slice(low - self.first, high - self.first)
        return Contrast(low, self.steps[part], self.pitches[part])

    def decibels(self) -> NDArray[np.int8]:
        """(frames, 204) of each pitch."""
        both = np.stack([self.pitches & 15, self.pitches >> 4], axis=2).astype(np.int8)
        return both.reshape(len(both), PITCHES) - np.int8(8)


class Contrasting:
    """How far a sound that comes block by block stands out of itself: the same, wherever those end."""

    def __init__(self, told: NDArray[Any], told_of: Callable[[Floats], NDArray[Any]]) -> None:
        """`told` has a row for each frame and is filled with what `told_of` says: `of_bands` or `of_pitches`."""
        self._told, self._told_of = told, told_of
        self._levels: Floats | None = None  # what is not told yet, and what came shortly before
        self._before = 0  # frames of it that are told
        self._many = 0

    def feed(self, levels: Floats) -> None:
        """(frames, columns) decibels, frames of 32 ms."""
        self._levels = levels if self._levels is None else np.concatenate([self._levels, levels])
        if len(self._levels) - self._before > AT_ONCE + MARGIN:
            self._tell(len(self._levels) - MARGIN)
            kept = max(0, self._before - MARGIN)
            self._levels, self._before = self._levels[kept:], self._before - kept

    def finish(self) -> NDArray[Any]:
        """A row for each frame, as a Contrast has it."""
        if self._levels is not None:
            self._tell(len(self._levels))
        return self._told

    def _tell(self, until: int) -> None:
        if until > self._before and self._levels is not None:
            told = self._told_of(self._levels)[self._before : until]
            self._told[self._many : self._many + len(told)] = told
            self._many += len(told)
            self._before = until


def of_bands(levels: Floats) -> NDArray[np.int8]:
    more = _rising(levels, NOW)
    upper = _beyond_neighbours(more[:, LOW_BANDS:], NEIGHBOURS)
    steps = np.rint(np.concatenate([more[:, :LOW_BANDS], upper], axis=1) / STEP_DB)
    return np.clip(steps, -127, 127).astype(np.int8)


def of_pitches(levels: Floats) -> Bits:
    decibels = np.rint(_beyond_neighbours(_rising(levels, NOW_AT_A_PITCH), PITCHES_AROUND))
    above = (np.clip(decibels, -8, 7) + 8).astype(np.uint8)
    both: Bits = above[:, ::2] | above[:, 1::2] << np.uint8(4)
    return both


def _rising(levels: Floats, frames: int) -> Floats:
    now = _mean_of(levels, frames)
    rising: Floats = now - _mean_of(now, AROUND)
    return rising


def _beyond_neighbours(levels: Floats, reach: int) -> Floats:
    beyond: Floats = levels - _mean_of(np.ascontiguousarray(levels.T), 2 * reach + 1).T
    return beyond


def _mean_of(values: Floats, width: int) -> Floats:
    """Of each row and its neighbours, `width` together; at the ends the last counts for those that are not there."""
    summed = np.cumsum(np.pad(values, ((width // 2 + 1, width // 2), (0, 0)), mode="edge"), axis=0, dtype=np.float64)
    mean: Floats = ((summed[width:] - summed[:-width]) / width).astype(np.float32)
    return mean


def bits_of(contrast: NDArray[np.int8], length_ticks: int) -> Bits:
    """(rows, 7) uint8: what is kept of a piece of this length. A row of zeros says nothing, as of silence."""
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
    if by_chance.size < FEWEST_BY_CHANCE:
        return [None] * len(pieces)
    spread = max(LEAST_SPREAD, float(by_chance.std()))
    deviations = agree.max(axis=(1, 2)).astype(np.float64) * (_counted(query) / spread)
    told = rows.max(axis=1) >= FEWEST_ROWS
    return [one if known else None for one, known in zip(deviations.tolist(), told.tolist(), strict=True)]


def _counted(query: Contrast) -> float:
    """What deviations of a longer query would be of ten seconds."""
    return min(1.0, float(np.sqrt(COUNTED_FRAMES / len(query.steps))))


class _Window:
    """A query, cut into its six phases: every sixth frame, beginning with each of the first six."""

    def __init__(self, query: Contrast) -> None:
        self.first = query.first
        self.rows = query.rows
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


def stand_out(query: Contrast, columns: Sequence[tuple[Ints, Ints]], offsets: Sequence[float]) -> list[float | None]:
    """How far a query, as it was, stands out where a piece has its points, in deviations of how far it does elsewhere.

    Args:
        columns: for each place the piece's points around: ticks, and which of the pitches they have
        offsets: ticks of the piece less those of the query, within some 32 of which it stands out most

    None where the piece has too few points there.
    """
    decibels = query.decibels()
    if not len(decibels) or not columns:
        return [None] * len(columns)
    near = np.arange(-4, 5) * TICKS_PER_FRAME
    each = max(4, min(len(AWAY_TICKS), MOST_AWAY // len(columns)))
    shifts = np.concatenate([near, AWAY_TICKS[:each]])
    found = []
    for (ticks, pitches), offset in zip(columns, offsets, strict=True):
        begins = shifts[:, None] + (offset + query.first * TICKS_PER_FRAME + CENTRE_TICKS)
        frames = np.rint((ticks - begins) / TICKS_PER_FRAME).astype(np.int64)
        there = (frames >= 0) & (frames < len(decibels))
        values = np.where(there, decibels[np.clip(frames, 0, len(decibels) - 1), pitches], 0)
        many = there.sum(axis=1)
        found.append(np.where(many >= FEWEST_POINTS, values.sum(axis=1) / np.sqrt(np.maximum(many, 1)), np.nan))
    table = np.array(found)
    by_chance = table[:, len(near) :]
    by_chance = by_chance[np.isfinite(by_chance)]
    if len(by_chance) < FEWEST_BY_CHANCE:
        return [None] * len(columns)
    here = np.fmax.reduce(table[:, : len(near)], axis=1)
    spread = max(LEAST_STANDING_DB, float(by_chance.std()))
    deviations = (here - by_chance.mean()) * (_counted(query) / spread)
    return [float(one) if np.isfinite(one) else None for one in deviations]


def words_of(bits: Bits) -> NDArray[np.uint64]:
    """(rows,) each row as one number: what `scan` compares."""
    padded = np.zeros((len(bits), 8), np.uint8)
    padded[:, :ROW_BYTES] = bits
    words: NDArray[np.uint64] = padded.view(np.uint64).ravel()
    return words


def scan(
    query: Contrast, words: NDArray[np.uint64], left_out: NDArray[np.bool_], most: int
) -> Iterator[tuple[int, int, int]]:
    """The places in many pieces one after the other where fewest bits differ from the query's, no two close together.

    Args:
        words: of their rows (`words_of`)
        left_out: (rows,) places whose middle is there are not looked for

    Yields the row with which the query begins, which may lie before the first; how many ticks it begins before that
    row; and how many bits are alike. A row that says nothing counts as unlike.
    """
    rows = query.rows
    if rows < FEWEST_ROWS or not len(words):
        return
    beside = rows // 2  # so that a place's middle is any row
    padded = np.pad(words, (beside, rows - 1 - beside))
    silent = np.concatenate([[0], np.cumsum(padded == 0)])
    unlike = ((silent[rows:] - silent[:-rows]) * (BANDS // 2)).astype(np.uint16)
    fewest = np.full(len(words), np.iinfo(np.uint16).max, np.uint16)
    phase_of = np.zeros(len(words), np.uint8)
    for phase in SCANNED_PHASES:
        asked = words_of(np.packbits(query.steps[phase::FRAMES_PER_ROW][:rows] > 0, axis=1))
        for begin in range(0, len(words), SCANNED_AT_ONCE):
            end = min(begin + SCANNED_AT_ONCE, len(words))
            differ = unlike[begin:end].copy()
            for row, word in enumerate(asked):
                differ += np.bitwise_count(padded[begin + row : end + row] ^ word)
            better = differ < fewest[begin:end]
            fewest[begin:end][better] = differ[better]
            phase_of[begin:end][better] = phase
    fewest[left_out] = np.iinfo(np.uint16).max
    some = min(len(words), 4 * most)
    nearest = np.argpartition(fewest, some - 1)[:some]
    taken: list[int] = []
    for middle in nearest[np.argsort(fewest[nearest], kind="stable")].tolist():
        if left_out[middle] or len(taken) == most:
            return
        if all(abs(middle - other) >= APART_ROWS for other in taken):
            taken.append(middle)
            yield middle - beside, int(phase_of[middle]) * TICKS_PER_FRAME, rows * BANDS - int(fewest[middle])
