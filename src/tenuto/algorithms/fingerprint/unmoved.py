"""The same sound at its own tempo and pitch, with something as loud beside it: voices, a room, noise.

What comes again mostly comes unmoved. Whoever looks for that alone need not leave open how fast and how high it is
played: a place for which a single point speaks is worth a look, where among all tempi and pitches it takes a dozen,
and twice as many points of the query can be looked at. At some hundred places it is asked how well bits of bands agree
(`bands`); where they or the points do best, both are weighed.
"""

import numpy as np

from tenuto.algorithms.fingerprint.peaks import Ints, Peaks
from tenuto.algorithms.fingerprint.segments import Segment
from tenuto.algorithms.fingerprint.triplets import Triplets
from tenuto.algorithms.fingerprint.verifying import Proposal
from tenuto.algorithms.fingerprint.voting import Voted, look_up

TEMPI = (0.96, 1.04)  # spans are kept in steps of 8 ms, and a point is a few from where it was
NEAR_TEMPO, NEAR_CENTS = 0.03, 30.0
CELL_TICKS = 13
NEXT_CELLS = 4  # so far away, it is looked for anyway


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
