"""Which transformations are worth a closer look: every posting under a key of the query proposes one.

A proposal is a piece, an offset, a tempo and a pitch. True ones fall into one cell, chance ones anywhere. Cells are
counted by a hash of them, so that a vote takes time in proportion to the postings and no sorting.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.fingerprint.peaks import TICKS_PER_SECOND, Floats, Ints, Peaks
from tenuto.algorithms.fingerprint.segments import MOST_PEAKS, PEAK_BITS, SPAN_TICKS, Segment
from tenuto.algorithms.fingerprint.triplets import Triplets
from tenuto.algorithms.fingerprint.verifying import AROUND_TICKS, Proposal

SLOWEST, FASTEST = 0.80, 1.25  # of the reference's tempo
HIGHEST_CENTS = 560.0  # up or down
BUDGET = 500_000  # postings that one query looks at, over all segments
OFFSET_CELL = TICKS_PER_SECOND / 2
RATE_CELL = 0.04  # of the tempo's logarithm
PITCH_CELL = 60.0  # cents
PROPOSED, FEWEST_EACH = 64, 8  # by all segments, and by each at least
LOOKED_AT = 1024  # cells by themselves, of which those are chosen
HASH_BITS = (14, 20)  # at least and at most: twice as many places as hits
COMMON = 1 << 13  # keys with more postings are never looked up
_ODD = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)
_NEIGHBOURS = np.array(np.meshgrid([0], [-1, 0, 1], [-1, 0, 1], [-1, 0, 1]), np.int32).reshape(4, -1)


@dataclass(frozen=True)
class Voted:
    """A proposal with the index of its piece within the segment, and what speaks for it."""

    piece: int
    proposal: Proposal
    votes: float


@dataclass(frozen=True)
class Hits:
    """Postings that agree with a key of the query; one row each.

    Attributes:
        rows: which triplet of the query
        points: which point of the segment
        spans: ticks
        weights: the rarer the key, the more
    """

    rows: Ints
    points: Ints
    spans: Ints
    weights: Floats


Vote = Callable[[Peaks, Triplets, Segment, Ints, int, int], list[Voted]]


def of_all(
    vote: Vote, peaks: Peaks, query: Triplets, segments: Sequence[Segment], deleted: Ints, of_each: int
) -> list[tuple[Voted, Segment]]:
    """What the segments propose, so many each; what most speaks for first."""
    budget = BUDGET // len(segments)
    voted = [(one, segment) for segment in segments for one in vote(peaks, query, segment, deleted, budget, of_each)]
    return sorted(voted, key=lambda pair: -pair[0].votes)


def around(peaks: Peaks, segment: Segment, piece: int, proposal: Proposal) -> tuple[Peaks, Proposal]:
    """The proposal, after the points of the piece that it is to be compared with."""
    bounds = proposal.offset + proposal.slope * peaks.ticks[[0, -1]]
    margin = 2 * AROUND_TICKS  # what it may be moved, and what lies around
    return segment.peaks_between(piece, int(bounds[0] - margin), int(bounds[1] + margin)), proposal


def vote(peaks: Peaks, query: Triplets, segment: Segment, deleted: Ints, budget: int, proposed: int) -> list[Voted]:
    """What most speaks for in one segment, in no order."""
    hits = look_up(query, segment, budget)
    shift = peaks.cents[query.anchors[hits.rows]] - segment.cents_of(hits.points)
    kept = np.flatnonzero(np.abs(shift) <= HIGHEST_CENTS)
    piece, ticks = segment.located(hits.points[kept])
    if len(deleted):
        there = np.flatnonzero(~np.isin(segment.pieces, deleted)[piece])
        kept, piece, ticks = kept[there], piece[there], ticks[there]
    shift, weights, anchor = shift[kept], hits.weights[kept], query.anchors[hits.rows[kept]]
    slope = (hits.spans[kept] / query.spans[hits.rows[kept]]).astype(np.float32)
    middle = int(peaks.ticks[0] + peaks.ticks[-1]) // 2
    from_middle = peaks.ticks[anchor] - middle
    offset, rate = ticks - slope * from_middle, np.log(slope)
    columns = (piece.astype(np.float32), offset / OFFSET_CELL, rate / RATE_CELL, shift / PITCH_CELL)
    voted = []
    for cell, members in _fullest([np.floor(column).astype(np.int32) for column in columns], weights, proposed):
        away = [
            np.abs(column[members] - part - 0.5) for column, part in zip(columns[1:], cell[1:].tolist(), strict=True)
        ]
        near = members[(np.maximum.reduce(away) < 1) & (piece[members] == cell[0])]
        slope_here = float(np.exp(_middle(rate[near])))
        offset_here = _middle(ticks[near] - slope_here * from_middle[near])
        proposal = Proposal(offset_here - slope_here * middle, slope_here, _middle(shift[near]))
        voted.append(Voted(int(cell[0]), proposal, float(weights[near].sum())))
    return voted


def _fullest(cells: list[NDArray[np.int32]], weights: Floats, proposed: int) -> list[tuple[NDArray[np.int32], Ints]]:
    """The cells that are heaviest together with what surrounds them, no two next to each other: with their hits."""
    bits = min(max(HASH_BITS[0], (2 * len(weights)).bit_length()), HASH_BITS[1])
    hashed = _hashed(bits, *cells)
    sums = np.bincount(hashed, weights, 1 << bits)
    many = min(LOOKED_AT, int(np.count_nonzero(sums)))
    marked = np.zeros(1 << bits, bool)
    if many:
        marked[np.argpartition(-sums, many - 1)[:many]] = True
    inside = np.flatnonzero(marked[hashed])
    # Where cells share a hash the first is taken: the heavy one makes most of the sum.
    _, first = np.unique(hashed[inside], return_index=True)
    chosen = np.stack([cell[inside[first]] for cell in cells])
    around = _hashed(bits, *(chosen[:, :, None] + _NEIGHBOURS[:, None, :]))
    apart = _apart(chosen, sums[around].sum(axis=1), proposed)
    chosen, around = chosen[:, apart], around[apart]
    marked[:] = False
    marked[around] = True
    inside = np.flatnonzero(marked[hashed])
    order = inside[np.argsort(hashed[inside], kind="stable")]
    begins = np.searchsorted(hashed[order], around)
    ends = np.searchsorted(hashed[order], around, side="right")
    return [
        (cell, np.unique(np.concatenate([order[a:b] for a, b in zip(begin, end, strict=True)])))
        for cell, begin, end in zip(chosen.T, begins.tolist(), ends.tolist(), strict=True)
    ]


def _apart(cells: NDArray[np.int32], sums: NDArray[np.float64], proposed: int) -> list[int]:
    """The heaviest, and of those that touch each other the heaviest."""
    taken: list[int] = []
    order = np.argsort(-sums, kind="stable")
    left = np.ones(len(order), bool)
    for place in order.tolist():
        if left[place] and len(taken) < proposed:
            taken.append(place)
            step = np.abs(cells - cells[:, place, None])
            left &= (step[0] > 0) | (step[1:].max(axis=0) > 1)
    return taken


def _hashed(bits: int, *columns: NDArray[np.int32]) -> NDArray[np.uint32]:
    code = np.zeros(columns[0].shape, np.uint32)
    for column, odd in zip(columns, _ODD, strict=True):
        code += column.astype(np.uint32) * np.uint32(odd)
    return code >> np.uint32(32 - bits)


def _middle(values: NDArray[np.floating]) -> float:
    """The median, or the higher of two."""
    return float(np.partition(values, len(values) // 2)[len(values) // 2])


def look_up(query: Triplets, segment: Segment, budget: int, tempi: tuple[float, float] = (SLOWEST, FASTEST)) -> Hits:
    """Postings under the query's keys whose span a tempo between these allows, the rarest keys first."""
    low = segment.key_starts[query.keys].astype(np.int64)
    full = segment.key_starts[query.keys + 1].astype(np.int64) - low
    rows = np.flatnonzero((full > 0) & (full <= _rare_enough(full, 4 * budget)))
    rows = rows[np.argsort(full[rows].astype(np.uint16), kind="stable")]
    low, full = low[rows], full[rows]
    least = np.clip(query.spans[rows] * tempi[0] / SPAN_TICKS, 0, 256).astype(np.int64) << PEAK_BITS
    most = np.clip(query.spans[rows] * tempi[1] / SPAN_TICKS + 1, 0, 256).astype(np.int64) << PEAK_BITS
    begin = _bisect(segment.postings, low, full, least)
    counts = _bisect(segment.postings, low, full, most) - begin
    kept = int(np.searchsorted(np.cumsum(counts), budget, side="right"))
    rows, begin, counts, full = rows[:kept], begin[:kept], counts[:kept], full[:kept]
    total = int(counts.sum())
    places = np.arange(total) + np.repeat(begin - (np.cumsum(counts) - counts), counts)
    posting = segment.postings[places].astype(np.int64)
    return Hits(
        rows=np.repeat(rows, counts),
        points=posting & MOST_PEAKS,
        spans=(posting >> PEAK_BITS) * SPAN_TICKS + SPAN_TICKS // 2,
        weights=np.repeat((1.0 / np.log2(2.0 + full)).astype(np.float32), counts),
    )


def _rare_enough(full: Ints, most: int) -> int:
    """How many postings a key may have, so that all keys with no more have at most so many together."""
    keys = np.bincount(np.minimum(full, COMMON), minlength=COMMON + 1)
    together = np.cumsum(keys * np.arange(COMMON + 1))
    return int(np.clip(np.searchsorted(together, most, side="right") - 1, 1, COMMON - 1))


def _bisect(values: NDArray[np.uint32], low: Ints, many: Ints, wanted: Ints) -> Ints:
    """For sorted ranges (where each begins, how many it has, ascending), all at once: where the wanted value stands."""
    at, left = low.copy(), many.copy()
    first = 0  # of the ranges of which more than one value is left
    while (first := first + int(np.searchsorted(left[first:], 1, side="right"))) < len(left):
        half = left[first:] >> 1
        below = values[at[first:] + half - 1] < wanted[first:]
        at[first:] += half * below
        left[first:] -= half
    return at + (values[at] < wanted)
