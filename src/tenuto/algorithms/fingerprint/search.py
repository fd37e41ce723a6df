"""Which piece is this, where in it, how fast and how high: look up, vote, verify.

Voting (`voting`) finds a few dozen transformations that many keys agree on; verifying (`verifying`) compares them point
by point with what is kept of the piece. Only that decides. Where nothing is certain, what is as it was is looked for
once more by itself (`unmoved`), among twice as many points.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from math import tanh

import numpy as np

from tenuto.algorithms.fingerprint.bands import liken
from tenuto.algorithms.fingerprint.peaks import TICKS_PER_SECOND, Heard, Ints, Peaks
from tenuto.algorithms.fingerprint.segments import Segment
from tenuto.algorithms.fingerprint.triplets import Triplets, of_query
from tenuto.algorithms.fingerprint.unmoved import vote_unmoved
from tenuto.algorithms.fingerprint.verifying import (
    AROUND_TICKS,
    Comparison,
    Evidence,
    Proposal,
    asked,
    compare,
    is_unmoved,
    weigh,
    weigh_unmoved,
)
from tenuto.algorithms.fingerprint.voting import BUDGET, FEWEST_EACH, PROPOSED, Voted, vote

CANDIDATES = 64  # that are compared
VERIFIED = 20  # of them, in which most falls together
FAR_LESS = 0.4  # falls together than with what is known: not looked at any more
UNMOVED_TRIPLETS = 40  # of each point
UNMOVED_LIKENED, UNMOVED_VERIFIED = 512, 6  # places of what is as it was; of them the best by bands and by votes
FEWEST_POINTS = 8  # of a query; with fewer nothing is known of any piece
# A logistic curve through the best answers to 1,024 queries of the tuning half of bench/identify.py, members and
# outsiders weighing the same. CERTAIN is at 23.0: by 3 above the best answer to any of its outsiders (20.1).
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
    voted = _voted(vote, peaks, of_query(peaks), segments, deleted, of_each)[:CANDIDATES]
    numbers = [int(segment.pieces[one.piece]) for one, segment in voted]
    around = [_around(peaks, segment, one.piece, one.proposal) for one, segment in voted]
    compared = list(zip(compare(asked(peaks), around), numbers, strict=True))
    compared.sort(key=lambda pair: -pair[0].together)
    return list(_worth_telling(compared))


def _unmoved(heard: Heard, segments: Sequence[Segment], deleted: Ints) -> Iterator[Match]:
    """As it was, with something beside it."""
    triplets = of_query(heard.crowd, UNMOVED_TRIPLETS)
    voted = _voted(vote_unmoved, heard.crowd, triplets, segments, deleted, UNMOVED_LIKENED)[:UNMOVED_LIKENED]
    bits = [segment.bits_of(one.piece) for one, segment in voted]
    alike = liken(heard.contrast, bits, [one.proposal.offset for one, _ in voted])
    most_alike = sorted(range(len(voted)), key=lambda place: -(alike[place] or 0.0))[:UNMOVED_VERIFIED]
    ready = asked(heard.crowd)
    for place in sorted({*most_alike, *range(min(len(voted), UNMOVED_VERIFIED))}):
        one, segment = voted[place]
        around = _around(heard.crowd, segment, one.piece, one.proposal)
        evidence = weigh_unmoved(ready, *around, alike[place])
        if evidence is not None:
            yield _told(evidence, int(segment.pieces[one.piece]))


def _voted(
    vote: Callable[[Peaks, Triplets, Segment, Ints, int, int], list[Voted]],
    peaks: Peaks,
    query: Triplets,
    segments: Sequence[Segment],
    deleted: Ints,
    of_each: int,
) -> list[tuple[Voted, Segment]]:
    """What the segments propose, so many each; what most speaks for first."""
    budget = BUDGET // len(segments)
    voted = [(one, segment) for segment in segments for one in vote(peaks, query, segment, deleted, budget, of_each)]
    return sorted(voted, key=lambda pair: -pair[0].votes)


def follow(heard: Heard, segments: Sequence[Segment], match: Match) -> Match | None:
    """The same piece at the same speed and pitch in what comes next, if it goes on."""
    offset = (match.piece_seconds[0] - match.tempo * match.query_seconds[0]) * TICKS_PER_SECOND
    proposal = Proposal(offset, match.tempo, match.semitones * 100)
    for segment in segments:
        place = segment.index_of(match.piece)
        if place is not None and len(heard.points) >= FEWEST_POINTS:
            around = _around(heard.points, segment, place, proposal)
            more = _certain(weigh(compare(asked(heard.points), [around])[0]), match.piece)
            if more is None and is_unmoved(proposal):
                (alike,) = liken(heard.contrast, [segment.bits_of(place)], [proposal.offset])
                more = _certain(weigh_unmoved(asked(heard.crowd), *around, alike), match.piece)
            return more
    return None


def _certain(evidence: Evidence | None, piece: int) -> Match | None:
    match = None if evidence is None else _told(evidence, piece)
    return match if match is not None and match.probability >= CERTAIN else None


def _around(peaks: Peaks, segment: Segment, piece: int, proposal: Proposal) -> tuple[Peaks, Proposal]:
    """The proposal with what it is to be compared with."""
    bounds = proposal.offset + proposal.slope * peaks.ticks[[0, -1]]
    margin = 2 * AROUND_TICKS  # what it may be moved, and what lies around
    return segment.peaks_between(piece, int(bounds[0] - margin), int(bounds[1] + margin)), proposal


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
