"""Keys that neither tempo nor pitch changes: three points, told by their differences.

Two differences of pitch stay as they are when all is transposed; the ratio of two gaps of time stays when all is played
faster or slower. What did change, the span and the pitch of the first point, is kept beside the key, so that each
single hit proposes a whole transformation (Six, "Panako", ISMIR 2014, has the idea of such triplets).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.fingerprint.peaks import TICKS_PER_SECOND, Ints, Peaks

CELL_CENTS = 25.0
WIDEST_CENTS = 1200.0
CELLS = int(2 * WIDEST_CENTS / CELL_CENTS) + 1
RATIOS = 16
KEYS = CELLS * CELLS * RATIOS
SHORTEST_TICKS, LONGEST_TICKS = TICKS_PER_SECOND // 5, TICKS_PER_SECOND * 6 // 5
CLOSEST_TICKS = 8  # two points of one onset say nothing of time
SEEN_TICKS = (SHORTEST_TICKS * 2 // 3, LONGEST_TICKS * 3 // 2)  # in a query, which may be faster or slower
LOOK_AHEAD = 96  # points


@dataclass(frozen=True)
class Triplets:
    """Attributes:
    keys: (n,) int64 below KEYS
    anchors: (n,) int64, which point is the first
    spans: (n,) int64, ticks from the first to the last
    """

    keys: Ints
    anchors: Ints
    spans: Ints

    def __len__(self) -> int:
        return len(self.keys)


def of_reference(peaks: Peaks, each: int = 2, among: int = 4) -> Triplets:
    """The few strongest of every point, once each."""
    anchors, seconds, thirds = _choose(peaks, among, each, (SHORTEST_TICKS, LONGEST_TICKS))
    d1, d2, ratio = _differences(peaks, anchors, seconds, thirds)
    keys = _key(np.rint(d1), np.rint(d2), np.floor(ratio))
    return Triplets(keys, anchors, peaks.ticks[thirds] - peaks.ticks[anchors])


def of_query(peaks: Peaks, each: int = 60, among: int = 16, border: float = 0.2) -> Triplets:
    """Many of every point; where a value lies near its cell's border, in the next cell too."""
    anchors, seconds, thirds = _choose(peaks, among, each, SEEN_TICKS)
    d1, d2, ratio = _differences(peaks, anchors, seconds, thirds)
    span = peaks.ticks[thirds] - peaks.ticks[anchors]
    loose = np.clip(6.0 / span * RATIOS, 0.05, 0.5)  # a point's time is known to a few ticks
    rows = np.arange(len(anchors))
    found: list[tuple[Ints, Ints]] = []
    options1, options2 = _cells(d1, border), _cells(d2, border)
    options3 = _ratio_cells(ratio, loose)
    for cell1, there1 in options1:
        for cell2, there2 in options2:
            for cell3, there3 in options3:
                good = there1 & there2 & there3
                found.append((_key(cell1[good], cell2[good], cell3[good]), rows[good]))
    keys = np.concatenate([key for key, _ in found])
    row = np.concatenate([row for _, row in found])
    return Triplets(keys, anchors[row], span[row])


def _choose(peaks: Peaks, among: int, each: int, spans: tuple[int, int]) -> tuple[Ints, Ints, Ints]:
    """Of each point's strongest followers, the strongest pairs."""
    parts = [_choose_some(peaks, rows, among, each, spans) for rows in _chunks(len(peaks), 4096)]
    if not parts:
        none = np.zeros(0, np.int64)
        return none, none, none
    anchors, seconds, thirds = (np.concatenate(column) for column in zip(*parts, strict=True))
    return anchors, seconds, thirds


def _chunks(length: int, size: int) -> list[Ints]:
    return [np.arange(begin, min(begin + size, length)) for begin in range(0, length, size)]


def _choose_some(peaks: Peaks, rows: Ints, among: int, each: int, spans: tuple[int, int]) -> tuple[Ints, Ints, Ints]:
    length = len(peaks)
    after = rows[:, None] + 1 + np.arange(LOOK_AHEAD)
    there = after < length
    after = np.minimum(after, length - 1)
    gap = peaks.ticks[after] - peaks.ticks[rows][:, None]
    step = np.abs(peaks.cents[after] - peaks.cents[rows][:, None])
    there &= (gap >= CLOSEST_TICKS) & (gap <= spans[1]) & (step <= WIDEST_CENTS)
    strength = np.where(there, peaks.strengths[after], -np.inf)
    best = np.argpartition(-strength, among, axis=1)[:, :among]
    best.sort(axis=1)  # in order of time
    take = np.take_along_axis
    chosen, gap, strength = take(after, best, 1), take(gap, best, 1), take(strength, best, 1)
    left, right = np.triu_indices(among, 1)
    total = strength[:, left] + strength[:, right]
    span, between = gap[:, right], gap[:, right] - gap[:, left]
    good = np.isfinite(total) & (between >= CLOSEST_TICKS) & (span >= spans[0]) & (span <= spans[1])
    level1 = peaks.cents[chosen[:, left]] - peaks.cents[rows][:, None]
    level2 = peaks.cents[chosen[:, right]] - peaks.cents[rows][:, None]
    good &= (np.abs(level1) > CELL_CENTS) | (np.abs(level2) > CELL_CENTS)  # one held note says nothing
    total = np.where(good, total, -np.inf)
    keep = min(each, len(left))
    top = np.argpartition(-total, keep - 1, axis=1)[:, :keep]
    fine = np.isfinite(take(total, top, 1))
    anchor = np.broadcast_to(rows[:, None], top.shape)[fine]
    return anchor, take(chosen[:, left], top, 1)[fine], take(chosen[:, right], top, 1)[fine]


def _differences(
    peaks: Peaks, anchors: Ints, seconds: Ints, thirds: Ints
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    start, pitch = peaks.ticks[anchors], peaks.cents[anchors].astype(np.float64)
    d1 = (peaks.cents[seconds] - pitch + WIDEST_CENTS) / CELL_CENTS
    d2 = (peaks.cents[thirds] - pitch + WIDEST_CENTS) / CELL_CENTS
    ratio = (peaks.ticks[seconds] - start) / np.maximum(peaks.ticks[thirds] - start, 1) * RATIOS
    return d1, d2, ratio


def _cells(value: NDArray[np.float64], border: float) -> list[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    nearest = np.rint(value)
    rest = value - nearest
    other = nearest + np.sign(rest)
    return [
        (nearest, np.ones(len(value), bool)),
        (other, (np.abs(rest) > 0.5 - border) & (other >= 0) & (other < CELLS)),
    ]


def _ratio_cells(
    ratio: NDArray[np.float64], loose: NDArray[np.float64]
) -> list[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    cell = np.floor(ratio)
    rest = ratio - cell
    lower, upper = cell - 1, cell + 1
    return [
        (cell, np.ones(len(cell), bool)),
        (lower, (rest < loose) & (lower >= 0)),
        (upper, (rest > 1 - loose) & (upper < RATIOS)),
    ]


def _key(d1: NDArray[np.float64], d2: NDArray[np.float64], ratio: NDArray[np.float64]) -> Ints:
    key: Ints = ((d1 * CELLS + d2) * RATIOS + np.minimum(ratio, RATIOS - 1)).astype(np.int64)
    return key
