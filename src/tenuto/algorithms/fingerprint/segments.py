"""An index as immutable, sorted arrays: built once, searched by many, merged into larger ones, never changed in place.

The arrays may lie in memory or be mapped from files: who holds them decides, nothing here opens anything. Per hour of
music a segment takes about 0.2 MB of points, 0.4 MB of postings and 0.13 MB of bits of bands.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.fingerprint import bands, triplets
from tenuto.algorithms.fingerprint.bands import Bits
from tenuto.algorithms.fingerprint.peaks import CENTS, Floats, Ints, Peaks

BLOCK_TICKS = 1 << 16
PEAK_BITS = 24
MOST_PEAKS = (1 << PEAK_BITS) - 1
COARSE_BITS = 6
SPAN_TICKS = 2  # a span is kept in steps of 8 ms, in eight bits
CENTS_STEP = CENTS / 255
TOGETHER = 1 << 17  # postings that are rewritten at a time: what a processor's cache holds


@dataclass(frozen=True)
class Segment:
    """Attributes:
    pieces: (p,) int64, the numbers of the pieces within, ascending
    piece_blocks: (p + 1,) uint32, which blocks of 262 seconds are whose
    block_peaks: (b + 1,) uint32, which points are in which block
    piece_lengths: (p,) uint32, ticks
    peak_ticks: (n,) uint16, within the block
    peak_cents: (n,) uint8, on the axis of 255 steps
    key_starts: (keys + 1,) uint32, where the postings of a key begin
    postings: (m,) uint32, span above number of the first point; sorted within the key
    band_bits: (rows, 7) uint8, five rows a second (`bands`), so many for each piece as its length has; rows of zeros
        where none were kept
    """

    pieces: NDArray[np.int64]
    piece_blocks: NDArray[np.uint32]
    block_peaks: NDArray[np.uint32]
    piece_lengths: NDArray[np.uint32]
    peak_ticks: NDArray[np.uint16]
    peak_cents: NDArray[np.uint8]
    key_starts: NDArray[np.uint32]
    postings: NDArray[np.uint32]
    band_bits: Bits

    def located(self, peaks: Ints) -> tuple[Ints, Ints]:
        """Of points by number: index of the piece within the segment, ticks from its beginning."""
        block = self._coarse[peaks >> COARSE_BITS]
        unsure = np.flatnonzero(self._coarse[(peaks >> COARSE_BITS) + 1] != block)
        block[unsure] = np.searchsorted(self.block_peaks, peaks[unsure], side="right") - 1
        piece = self._piece_of_block[block]
        ticks = self.peak_ticks[peaks].astype(np.int64) + (block - self.piece_blocks[piece]) * BLOCK_TICKS
        return piece, ticks

    def cents_of(self, peaks: Ints) -> Floats:
        """Of points by number."""
        return self.peak_cents[peaks] * np.float32(CENTS_STEP)

    @cached_property
    def _coarse(self) -> Ints:
        """The block in which every 64th point lies: for most points that is theirs."""
        some = np.arange((len(self.peak_ticks) >> COARSE_BITS) + 2) << COARSE_BITS
        return np.searchsorted(self.block_peaks, some, side="right") - 1

    @cached_property
    def _piece_of_block(self) -> Ints:
        return np.repeat(np.arange(len(self.pieces)), _lengths(self.piece_blocks))

    def index_of(self, number: int) -> int | None:
        """Of a piece within the segment."""
        place = int(np.searchsorted(self.pieces, number))
        return place if place < len(self.pieces) and self.pieces[place] == number else None

    def bits_of(self, piece: int) -> Bits:
        """All rows of one, by its index within the segment."""
        first, last = self._row_starts[piece : piece + 2].tolist()
        return self.band_bits[first:last]

    @cached_property
    def band_words(self) -> NDArray[np.uint64]:
        """All rows, each as one number (`bands.scan`)."""
        return bands.words_of(self.band_bits)

    def rows_of(self, pieces: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(rows,) which rows of bits are of these pieces."""
        return np.repeat(pieces, _rows(self.piece_lengths))

    def of_row(self, row: int) -> tuple[int, int]:
        """In which piece a row of bits is, by its index within the segment, and with which row that piece begins."""
        piece = int(np.searchsorted(self._row_starts, row, side="right")) - 1
        return piece, int(self._row_starts[piece])

    @cached_property
    def _row_starts(self) -> Ints:
        return np.concatenate([[0], np.cumsum(_rows(self.piece_lengths))]).astype(np.int64)

    def peaks_between(self, piece: int, begin: int, end: int) -> Peaks:
        """Points of a passage of one, by its index within the segment. Ticks may lie outside the piece."""
        blocks = int(self.piece_blocks[piece]), int(self.piece_blocks[piece + 1])
        first = min(max(blocks[0] + begin // BLOCK_TICKS, blocks[0]), blocks[1])
        last = min(max(blocks[0] + end // BLOCK_TICKS + 1, first), blocks[1])
        if first == last:
            return self._between(piece, 0, 0)
        low = self._place(first, begin - (first - blocks[0]) * BLOCK_TICKS)
        high = self._place(last - 1, end - (last - 1 - blocks[0]) * BLOCK_TICKS)
        return self._between(piece, low, max(low, high))

    def _place(self, block: int, ticks: int) -> int:
        """The first point of a block that is not before these ticks."""
        first, last = int(self.block_peaks[block]), int(self.block_peaks[block + 1])
        return first + int(np.searchsorted(self.peak_ticks[first:last], ticks))

    def peaks_of(self, piece: int) -> Peaks:
        """All points of one, by its index within the segment. Strengths are not kept."""
        first, last = (int(self.block_peaks[self.piece_blocks[piece + more]]) for more in (0, 1))
        return self._between(piece, first, last)

    def _between(self, piece: int, first: int, last: int) -> Peaks:
        ticks = self.peak_ticks[first:last].astype(np.int64)
        begins = self.block_peaks[self.piece_blocks[piece] : self.piece_blocks[piece + 1]]
        for begin in begins[1:].tolist():  # of what lies in a later block, so much more
            ticks[max(0, begin - first) :] += BLOCK_TICKS
        cents = self.peak_cents[first:last] * np.float32(CENTS_STEP)
        return Peaks(ticks, cents, np.zeros(len(ticks), np.float32), int(self.piece_lengths[piece]))


@dataclass(frozen=True)
class Fingerprint:
    """Of one piece, as it goes into a segment: points, triplets by key, and bits of bands."""

    peaks: Peaks
    triplets: triplets.Triplets
    bits: Bits


def fingerprint(peaks: Peaks, bits: Bits | None = None) -> Fingerprint:
    """Of what `listen` heard. Without bits, the piece is known by its points alone."""
    bits = bands.unknown(bands.rows_of(peaks.length_ticks)) if bits is None else bits
    return Fingerprint(peaks, triplets.of_reference(peaks), bits)


def without_bits(piece_lengths: NDArray[np.uint32]) -> Bits:
    """`band_bits` for pieces of these lengths of which none were kept."""
    return bands.unknown(int(_rows(piece_lengths).sum()))


def build(pieces: Sequence[tuple[int, Fingerprint]]) -> Segment:
    """A segment of these pieces (number, fingerprint).

    Raises:
        ValueError: a number occurs twice, or there are more points than a segment can hold (200 hours of music)
    """
    ordered = sorted(pieces, key=lambda piece: piece[0])
    numbers = np.array([number for number, _ in ordered], np.int64)
    if len(np.unique(numbers)) != len(numbers):
        raise ValueError("a piece is in a segment once")
    counts = [len(print_.peaks) for _, print_ in ordered]
    if sum(counts) > MOST_PEAKS:
        raise ValueError("too many points for one segment")
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    blocks, block_peaks = [0], [0]
    for start, (_, print_) in zip(starts, ordered, strict=False):
        ticks = print_.peaks.ticks
        many = int(ticks[-1]) // BLOCK_TICKS + 1 if len(ticks) else 1
        block_peaks += [int(start + place) for place in np.searchsorted(ticks, np.arange(1, many + 1) * BLOCK_TICKS)]
        blocks.append(blocks[-1] + many)
    keys = _joined([print_.triplets.keys for _, print_ in ordered])
    anchors = _joined([print_.triplets.anchors + start for start, (_, print_) in zip(starts, ordered, strict=False)])
    spans = _joined([print_.triplets.spans for _, print_ in ordered])
    cents = _joined([print_.peaks.cents for _, print_ in ordered])
    ticks = _joined([print_.peaks.ticks for _, print_ in ordered])
    return Segment(
        pieces=numbers,
        piece_blocks=np.array(blocks, np.uint32),
        block_peaks=np.array(block_peaks, np.uint32),
        piece_lengths=np.array([print_.peaks.length_ticks for _, print_ in ordered], np.uint32),
        peak_ticks=(ticks % BLOCK_TICKS).astype(np.uint16),
        peak_cents=np.clip(np.rint(cents / CENTS_STEP), 0, 255).astype(np.uint8),
        band_bits=np.concatenate([bands.unknown(0), *(print_.bits for _, print_ in ordered)]),
        **_sorted_postings(keys, anchors, np.minimum(spans // SPAN_TICKS, 255)),
    )


def _rows(piece_lengths: NDArray[np.uint32]) -> Ints:
    """How many rows of bits pieces of these lengths have."""
    return piece_lengths.astype(np.int64) // bands.TICKS_PER_ROW


def _lengths(starts: NDArray[np.uint32]) -> Ints:
    """Of what begins at each and ends where the next begins."""
    places = starts.astype(np.int64)
    return places[1:] - places[:-1]


def _joined(parts: Sequence[NDArray[np.generic]]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _sorted_postings(keys: Ints, anchors: Ints, spans: Ints) -> dict[str, NDArray[np.uint32]]:
    composed = (keys.astype(np.uint64) << np.uint64(32)) | (spans.astype(np.uint64) << np.uint64(PEAK_BITS))
    composed |= anchors.astype(np.uint64)
    composed.sort()
    starts = np.searchsorted(composed, np.arange(triplets.KEYS + 1, dtype=np.uint64) << np.uint64(32))
    return {"key_starts": starts.astype(np.uint32), "postings": (composed & np.uint64(0xFFFFFFFF)).astype(np.uint32)}


def merge(segments: Sequence[Segment], without: Collection[int] = ()) -> Segment:
    """One segment of several; nothing of the pieces `without` remains in it, neither point nor posting."""
    left = [_stripped(segment, without) for segment in segments]
    return left[0] if len(left) == 1 else build([piece for segment in left for piece in _pieces(segment)])


def _stripped(segment: Segment, without: Collection[int]) -> Segment:
    """The segment without these pieces. What is left stays in its order, so nothing is sorted anew."""
    stays = ~np.isin(segment.pieces, np.fromiter(without, np.int64, len(without)))
    if stays.all():
        return segment
    block_stays = np.repeat(stays, _lengths(segment.piece_blocks))
    point_stays = np.repeat(block_stays, _lengths(segment.block_peaks))
    kept, postings = _moved(segment.postings, point_stays)
    return Segment(
        pieces=segment.pieces[stays],
        piece_blocks=_starts(_lengths(segment.piece_blocks)[stays]),
        block_peaks=_starts(_lengths(segment.block_peaks)[block_stays]),
        piece_lengths=segment.piece_lengths[stays],
        peak_ticks=segment.peak_ticks[point_stays],
        peak_cents=segment.peak_cents[point_stays],
        key_starts=_starts(_kept_of_each(kept, segment.key_starts)),
        postings=postings,
        band_bits=segment.band_bits[segment.rows_of(stays)],
    )


def _moved(
    postings: NDArray[np.uint32], point_stays: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.uint32]]:
    """Which postings are of points that stay, and those, with the points' new numbers.

    Of 64 points in a row mostly all stay or none does. So it is looked up for them together, in tables that a
    processor's cache holds, and point by point only where a piece begins or ends.
    """
    gone_before = np.cumsum(~point_stays, dtype=np.uint32)
    row = 1 << COARSE_BITS
    padded = np.zeros(-(-len(point_stays) // row) * row, bool)
    padded[: len(point_stays)] = point_stays
    how_many = padded.reshape(-1, row).sum(axis=1, dtype=np.uint8)
    gone_before_row = gone_before[::row].copy()  # next to each other
    kept, moved, many = np.empty(len(postings), bool), np.empty_like(postings), 0
    for begin in range(0, len(postings), TOGETHER):
        some = postings[begin : begin + TOGETHER]
        rows = ((some & np.uint32(MOST_PEAKS)) >> np.uint32(COARSE_BITS)).astype(np.intp)
        of_row = how_many[rows]
        stay = of_row > 0
        unsure = np.flatnonzero(stay & (of_row < row))
        stay[unsure] = point_stays[some[unsure] & np.uint32(MOST_PEAKS)]
        kept[begin : begin + TOGETHER] = stay
        staying = np.flatnonzero(stay)
        left, of_row = some[staying], of_row[staying]
        gone = gone_before_row[rows[staying]]
        unsure = np.flatnonzero(of_row < row)
        gone[unsure] = gone_before[left[unsure] & np.uint32(MOST_PEAKS)]
        moved[many : many + len(left)] = left - gone  # the span above the number stays as it is
        many += len(left)
    return kept, moved[:many]


def _kept_of_each(kept: NDArray[np.bool_], starts: NDArray[np.uint32]) -> Ints:
    """How many are kept of what begins at each start and ends where the next begins."""
    lengths = _lengths(starts)
    filled = np.flatnonzero(lengths)
    counts = np.zeros(len(lengths), np.int64)
    if len(filled):
        counts[filled] = np.add.reduceat(kept, starts[filled], dtype=np.int64)
    return counts


def _starts(lengths: NDArray[np.generic]) -> NDArray[np.uint32]:
    """Where each begins that follows the one before, and where the last ends."""
    starts = np.zeros(len(lengths) + 1, np.uint32)
    np.cumsum(lengths, dtype=np.uint32, out=starts[1:])
    return starts


def _pieces(segment: Segment) -> Iterator[tuple[int, Fingerprint]]:
    """What a segment was built of."""
    keys = np.repeat(np.arange(triplets.KEYS), _lengths(segment.key_starts))
    anchors = (segment.postings & MOST_PEAKS).astype(np.int64)
    spans = (segment.postings >> PEAK_BITS).astype(np.int64) * SPAN_TICKS
    order = np.argsort(anchors, kind="stable")
    keys, anchors, spans = keys[order], anchors[order], spans[order]
    for index, number in enumerate(segment.pieces.tolist()):
        first, last = (int(segment.block_peaks[segment.piece_blocks[index + more]]) for more in (0, 1))
        mine = slice(*np.searchsorted(anchors, [first, last]))
        three = triplets.Triplets(keys[mine], anchors[mine] - first, spans[mine])
        yield number, Fingerprint(segment.peaks_of(index), three, segment.bits_of(index))
