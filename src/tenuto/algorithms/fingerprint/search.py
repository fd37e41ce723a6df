"""Which piece is this, where in it, how fast and how high: look up, vote, verify.

Voting (`voting`) finds a few dozen transformations that many keys agree on; verifying (`verifying`) compares them point
by point with what is kept of the piece. Only that decides. Where nothing is certain, what is as it was is looked for
once more by itself (`unmoved`), among twice as many points and by bits of bands; there these are weighed too.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import tanh

import numpy as np

from tenuto.algorithms.fingerprint.peaks import TICKS_PER_SECOND, Heard, Ints, Peaks
from tenuto.algorithms.fingerprint.segments import Segment
from tenuto.algorithms.fingerprint.triplets import of_query
from tenuto.algorithms.fingerprint.unmoved import at, most_likely
from tenuto.algorithms.fingerprint.verifying import (
    Comparison,
    Evidence,
    Proposal,
    asked,
    compare,
    is_unmoved,
    weigh,
    weigh_unmoved,
)
from tenuto.algorithms.fingerprint.voting import FEWEST_EACH, PROPOSED, around, of_all, vote

CANDIDATES = 64  # that are compared
VERIFIED = 20  # of them, in which most falls together
FAR_LESS = 0.4  # falls together than with what is known: not looked at any more
FEWEST_POINTS = 8  # of a query; with fewer nothing is known of any piece
# A logistic curve through the best answers to 1,024 queries of the tuning half of bench/identify.py, members and
# outsiders weighing the same. CERTAIN is at 23.0: by 3 above the best answer to any of its outsiders (20.2).
CERTAINTY_MIDDLE, CERTAINTY_SLOPE = 16.0, 0.655
CERTAIN = 0.99


@dataclass(frozen=True)
class Match:
    """One passage found again.

    Attributes:
        piece: the number it was indexed under
        query_seconds: where the passage begins and ends in what was asked
        piece_seconds: and in the piece
        tempo: how much faster the query plays it (1.05: five per cent)
        semitones: how much higher
        score: how much likelier it is the same than an accident, as a logarithm
        probability: that it is the same; from CERTAIN on it may be relied upon
        matches: points that agree
    """

    piece: int
    query_seconds: tuple[float, float]
    piece_seconds: tuple[float, float]
    tempo: float
    semitones: float
    score: float
    probability: float
    matches: int


def search(heard: Heard, segments: Sequence[Segment], without: Collection[int] = (), most: int = 5) -> list[Match]:
    """The best matches of a short query (5 to 30 seconds), the likeliest first.

    Args:
        heard: what is asked about
        segments: what is searched
        without: pieces that are deleted though segments still hold them
        most: how many are returned

    What is found with a probability below CERTAIN is a guess, told for those who look closer.
    """
    if len(heard.points) < FEWEST_POINTS or not segments:
        return []
    deleted = np.fromiter(without, np.int64, len(without))
    found = _however_moved(heard.points, segments, deleted)
    if not any(match.probability >= CERTAIN for match in found):
        found += _unmoved(heard, segments, deleted)
    return list(_different(sorted(found, key=lambda match: -match.score)))[:most]


def _however_moved(peaks: Peaks, segments: Sequence[Segment], deleted: Ints) -> list[Match]:
    """At any tempo and pitch."""
    of_each = max(FEWEST_EACH, PROPOSED // len(segments))
    voted = of_all(vote, peaks, of_query(peaks), segments, deleted, of_each)[:CANDIDATES]
    numbers = [int(segment.pieces[one.piece]) for one, segment in voted]
    nearby = [around(peaks, segment, one.piece, one.proposal) for one, segment in voted]
    compared = list(zip(compare(asked(peaks), nearby), numbers, strict=True))
    compared.sort(key=lambda pair: -pair[0].together)
    return list(_worth_telling(compared))


def _unmoved(heard: Heard, segments: Sequence[Segment], deleted: Ints) -> Iterator[Match]:
    """As it was, with something beside it."""
    ready = asked(heard.crowd)
    for place in most_likely(heard, segments, deleted):
        evidence = weigh_unmoved(ready, place.reference, place.proposal, place.agreement)
        if evidence is not None:
            yield _told(evidence, int(place.segment.pieces[place.piece]))


def follow(heard: Heard, segments: Sequence[Segment], match: Match) -> Match | None:
    """The same piece at the same speed and pitch in what comes next, if it goes on."""
    offset = (match.piece_seconds[0] - match.tempo * match.query_seconds[0]) * TICKS_PER_SECOND
    proposal = Proposal(offset, match.tempo, match.semitones * 100)
    for segment in segments:
        place = segment.index_of(match.piece)
        if place is not None and len(heard.points) >= FEWEST_POINTS:
            nearby = around(heard.points, segment, place, proposal)
            more = _certain(weigh(compare(asked(heard.points), [nearby])[0]), match.piece)
            if more is None and is_unmoved(proposal):
                there = at(heard, segment, place, proposal)
                evidence = weigh_unmoved(asked(heard.crowd), there.reference, proposal, there.agreement)
                more = _certain(evidence, match.piece)
            return more
    return None


def _certain(evidence: Evidence | None, piece: int) -> Match | None:
    match = None if evidence is None else _told(evidence, piece)
    return match if match is not None and match.probability >= CERTAIN else None


def _told(evidence: Evidence, piece: int) -> Match:
    begin, end = float(evidence.query_ticks.min()), float(evidence.query_ticks.max())
    found, second = evidence.found, float(TICKS_PER_SECOND)
    return Match(
        piece=piece,
        query_seconds=(begin / second, end / second),
        piece_seconds=((found.offset + found.slope * begin) / second, (found.offset + found.slope * end) / second),
        tempo=found.slope,
        semitones=found.cents / 100,
        score=evidence.ratio,
        probability=0.5 + 0.5 * tanh(CERTAINTY_SLOPE * (evidence.ratio - CERTAINTY_MIDDLE) / 2),  # the logistic curve
        matches=len(evidence.query_ticks),
    )


def _worth_telling(compared: Sequence[tuple[Comparison, int]]) -> Iterator[Match]:
    """Of comparisons, the best first, with the numbers of their pieces."""
    certain = False
    for comparison, number in compared[:VERIFIED]:
        if certain and comparison.together < FAR_LESS * compared[0][0].together:
            return  # what is known is so much better that this is chance
        evidence = weigh(comparison)
        if evidence is not None:
            match = _told(evidence, number)
            certain |= match.probability >= CERTAIN
            yield match


def _different(matches: Sequence[Match]) -> Iterator[Match]:
    """Without those that say the same again."""
    seen: list[Match] = []
    for match in matches:
        if not any(match.piece == one.piece and abs(match.piece_seconds[0] - one.piece_seconds[0]) < 1 for one in seen):
            seen.append(match)
            yield match
