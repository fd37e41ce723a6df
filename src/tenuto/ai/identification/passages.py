"""What the engine found in a recording, as it is kept: of passages that say the same, the surest."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from tenuto.algorithms import fingerprint
from tenuto.algorithms.fingerprint import CERTAIN, Heard, Match, Segment
from tenuto.algorithms.fingerprint.passages import WINDOW_TICKS
from tenuto.algorithms.fingerprint.peaks import TICKS_PER_SECOND
from tenuto.algorithms.fingerprint.search import follow

MOST = 200  # passages of one recording that are kept, the longest first
SHORTEST_SECONDS = 3.0
# Where a passage was found first depends on what else was followed just then, and so on what lies in the same part of
# the index. From its ends it is followed on as far as it goes, by windows of which so much lies within and beyond it.
WITHIN_TICKS, BEYOND_TICKS = 3 * TICKS_PER_SECOND, 7 * TICKS_PER_SECOND
FURTHER_SECONDS = 0.5  # less is not worth another window


def passages(sides: Sequence[Heard], segments: Sequence[Segment], without: Collection[int]) -> list[Match]:
    """The passages of registered works in a recording, of which these are the sides; the longest first.

    What cancels out in one of its sides is found in another. Of ordinary music all is found in the first, so the others
    are searched in full only where a look at them, by windows that do not overlap, knows what was not found yet.
    """
    if not segments:
        return []
    found: list[Match] = []
    for number, side in enumerate(sides):
        if number == 0 or _knows_more(side, found, segments, without):
            found += [_whole(one, side, segments) for one in fingerprint.passages(side, segments, without)]
    kept: list[Match] = []
    for one in sorted(found, key=lambda match: -_seconds(match) * match.probability):
        # Music repeats itself, so a passage is known at several places of its piece. The longest is meant.
        if _seconds(one) >= SHORTEST_SECONDS and not any(_covers(other, one) for other in kept):
            kept.append(one)
    return kept[:MOST]


def _knows_more(side: Heard, found: Sequence[Match], segments: Sequence[Segment], without: Collection[int]) -> bool:
    """Is something in this side that was not found there yet?"""
    for begin in range(0, max(1, side.length_ticks), WINDOW_TICKS):
        for one in fingerprint.search(side.within(begin, begin + WINDOW_TICKS), segments, without):
            if one.probability >= CERTAIN and not any(_covers(other, one) for other in found):
                return True
    return False


def _whole(match: Match, side: Heard, segments: Sequence[Segment]) -> Match:
    """The passage from where it begins to where it ends."""
    while True:
        begin = round(match.query_seconds[0] * TICKS_PER_SECOND)
        more = follow(side.within(begin - BEYOND_TICKS, begin + WITHIN_TICKS), segments, match)
        if more is None or match.query_seconds[0] - more.query_seconds[0] < FURTHER_SECONDS:
            break
        match = _between(more, match, match)
    while True:
        end = round(match.query_seconds[1] * TICKS_PER_SECOND)
        more = follow(side.within(end - WITHIN_TICKS, end + BEYOND_TICKS), segments, match)
        if more is None or more.query_seconds[1] - match.query_seconds[1] < FURTHER_SECONDS:
            break
        match = _between(match, more, match)
    return match


def _between(first: Match, last: Match, match: Match) -> Match:
    """The match, from where the first begins to where the last ends."""
    return replace(
        match,
        query_seconds=(first.query_seconds[0], last.query_seconds[1]),
        piece_seconds=(first.piece_seconds[0], last.piece_seconds[1]),
    )


def _seconds(match: Match) -> float:
    return match.query_seconds[1] - match.query_seconds[0]


def _covers(match: Match, other: Match) -> bool:
    """Is most of the other, in the recording, this very piece already?"""
    both = min(match.query_seconds[1], other.query_seconds[1]) - max(match.query_seconds[0], other.query_seconds[0])
    return match.piece == other.piece and both > _seconds(other) / 2
