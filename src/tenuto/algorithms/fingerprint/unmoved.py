"""The same sound at its own tempo and pitch, with something as loud beside it: voices, a room, noise.

What comes again mostly comes unmoved. Whoever looks for that alone need not leave open how fast and how high it is
played: a place for which a single point speaks is worth a look, where among all tempi and pitches it takes a dozen,
and twice as many points of the query can be looked at. Where the index is not too large, bits alone find places too.
At all of them it is asked how well bits agree, at the best of these how far the query stands out where the piece has
its points (`bands`); the most likely are compared point by point.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tenuto.algorithms.fingerprint.bands import (
    TICKS_PER_FRAME,
    TICKS_PER_ROW,
    Contrast,
    liken,
    scan,
    stand_out,
)
from tenuto.algorithms.fingerprint.peaks import Heard, Ints, Peaks, pitches_of
from tenuto.algorithms.fingerprint.segments import Segment
from tenuto.algorithms.fingerprint.triplets import Triplets, of_query
from tenuto.algorithms.fingerprint.verifying import Agreement, Proposal
from tenuto.algorithms.fingerprint.voting import Voted, around, look_up, of_all

TRIPLETS = 40  # of each point
TEMPI = (0.96, 1.04)  # spans are kept in steps of 8 ms, and a point is a few from where it was
NEAR_TEMPO, NEAR_CENTS = 0.03, 30.0
CELL_TICKS = 13
NEXT_CELLS = 4  # so far away, it is looked for anyway
VOTED, SCANNED = 256, 48  # places, by points and by bits
MOST_SCANNED = 400_000  # rows of bits, of 21 hours: in a larger index, points alone find places
STOOD_OUT, LIKELY = 64, 8  # of these places
BY_VOTES = 4  # places that are compared whatever bits say


@dataclass(frozen=True)
class Place:
    """Attributes:
    piece: its index within the segment
    reference: points of the piece around
    agreement: what bits and pitches say
    """

    segment: Segment
    piece: int
    reference: Peaks
    proposal: Proposal
    agreement: Agreement


def most_likely(heard: Heard, segments: Sequence[Segment], deleted: Ints) -> list[Place]:
    """The places worth comparing point by point."""
    found = _voted(heard.crowd, segments, deleted)
    many_voted = len(found)
    if sum(len(segment.band_bits) for segment in segments) <= MOST_SCANNED:
        found += _scanned(heard.contrast, segments, deleted)
    alike = liken(
        heard.contrast, [segment.bits_of(piece) for segment, piece, _ in found], [offset for *_, offset in found]
    )
    known = [(-one, number) for number, one in enumerate(alike) if one is not None]
    unknown = [number for number in range(many_voted) if alike[number] is None][:LIKELY]  # as before there were bits
    first = [*unknown, *range(min(many_voted, BY_VOTES))]
    numbers = sorted({*first, *(number for _, number in sorted(known)[:STOOD_OUT])})
    at_them = _with_points(heard, [found[number] for number in numbers], [alike[number] for number in numbers])
    places = dict(zip(numbers, at_them, strict=True))
    likely = sorted(
        (number for number in numbers if alike[number] is not None), key=lambda n: -places[n].agreement.said
    )
    return [places[number] for number in sorted({*likely[:LIKELY], *first})]


def at(heard: Heard, segment: Segment, piece: int, proposal: Proposal) -> Place:
    """A place that is known already."""
    begin = float(heard.crowd.ticks[0])
    offset = proposal.offset + (proposal.slope - 1) * begin  # in a long recording, its beginning is far away
    (place,) = _with_points(
        heard, [(segment, piece, offset)], liken(heard.contrast, [segment.bits_of(piece)], [offset])
    )
    return place


def _with_points(
    heard: Heard, found: Sequence[tuple[Segment, int, float]], alike: Sequence[float | None]
) -> list[Place]:
    """What the piece has there, and how far the query stands out at it."""
    nearby = [around(heard.crowd, segment, piece, Proposal(offset, 1.0, 0.0)) for segment, piece, offset in found]
    columns = [(peaks.ticks, pitches_of(peaks.cents)) for peaks, _ in nearby]
    standing = stand_out(heard.contrast, columns, [offset for *_, offset in found])
    return [
        Place(segment, piece, *near, Agreement(bits, pitches))
        for (segment, piece, _), near, bits, pitches in zip(found, nearby, alike, standing, strict=True)
    ]


def _voted(crowd: Peaks, segments: Sequence[Segment], deleted: Ints) -> list[tuple[Segment, int, float]]:
    """Where most points speak for: segment, piece, offset."""
    voted = of_all(vote_unmoved, crowd, of_query(crowd, TRIPLETS), segments, deleted, VOTED)[:VOTED]
    return [(segment, one.piece, one.proposal.offset) for one, segment in voted]


def _scanned(contrast: Contrast, segments: Sequence[Segment], deleted: Ints) -> list[tuple[Segment, int, float]]:
    """Where most bits are alike, whatever the points say."""
    found = []
    middle = contrast.rows // 2
    for segment in segments:
        left_out = segment.rows_of(np.isin(segment.pieces, deleted))
        for row, before, agree in scan(contrast, segment.band_words, left_out, SCANNED):
            piece, begin = segment.of_row(row + middle)
            offset = float((row - begin) * TICKS_PER_ROW - before - contrast.first * TICKS_PER_FRAME)
            found.append((-agree, int(segment.pieces[piece]), offset, segment, piece))
    found.sort(key=lambda one: one[:3])
    return [(segment, piece, offset) for *_, offset, segment, piece in found[:SCANNED]]


def vote_unmoved(
    crowd: Peaks, query: Triplets, segment: Segment, deleted: Ints, budget: int, proposed: int
) -> list[Voted]:
    """Where in one segment most points of the query speak for; those first."""
    hits = look_up(query, segment, budget, TEMPI)
    anchors, spans = query.anchors[hits.rows], query.spans[hits.rows]
    near = np.abs(crowd.cents[anchors] - segment.cents_of(hits.points)) <= NEAR_CENTS
    near &= np.abs(hits.spans - spans) <= NEAR_TEMPO * spans
    anchors, points = anchors[near], hits.points[near]
    piece, ticks = segment.located(points)
    there = ~np.isin(segment.pieces[piece], deleted)
    anchors, points, piece, ticks = anchors[there], points[there], piece[there], ticks[there]
    cell = (ticks - crowd.ticks[anchors]) // CELL_TICKS
    # Of a point of the query and one of the piece, many triplets say the same.
    once = np.unique(np.stack([piece, cell, anchors, points]), axis=1)
    cells, votes = np.unique(once[:2], axis=1, return_counts=True)
    with_next = votes.copy()  # a place near the border of two cells has its votes in both
    follows = np.flatnonzero((np.diff(cells[0]) == 0) & (np.diff(cells[1]) == 1))
    with_next[follows] += votes[follows + 1]
    places = _highest(cells, with_next)
    places = places[np.argsort(-with_next[places], kind="stable")[:proposed]]
    offsets = (cells[1] + 1.0) * CELL_TICKS  # where both cells meet
    return [
        Voted(int(cells[0, place]), Proposal(float(offsets[place]), 1.0, 0.0), float(with_next[place]))
        for place in places.tolist()
    ]


def _highest(cells: Ints, votes: Ints) -> Ints:
    """Those that no cell of the same piece within NEXT_CELLS exceeds; of equals next to each other, the first."""
    highest = np.ones(len(votes), bool)
    for step in range(1, NEXT_CELLS + 1):
        near = (cells[0, step:] == cells[0, :-step]) & (cells[1, step:] - cells[1, :-step] <= NEXT_CELLS)
        before, after = votes[:-step], votes[step:]
        highest[:-step] &= ~(near & (after > before))
        highest[step:] &= ~(near & (after <= before))
    return np.flatnonzero(highest)
