"""What a whole recording is made of: the passages of known pieces in it, one after the other.

A long recording (a mix, a set, a piece with a sample) is asked window by window. Windows that tell of the same piece,
continued at the same speed and pitch, are one passage. While a passage goes on, it is followed instead of searched for.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from tenuto.algorithms.fingerprint.peaks import TICKS_PER_SECOND, Heard
from tenuto.algorithms.fingerprint.search import CERTAIN, Match, follow, search
from tenuto.algorithms.fingerprint.segments import Segment

WINDOW_TICKS = 10 * TICKS_PER_SECOND
STEP_TICKS = 5 * TICKS_PER_SECOND
SEARCHED_ANYWAY = 3  # of so many windows that are followed, one is searched too: two pieces may sound at once
SAME_PLACE_SECONDS, SAME_TEMPO, SAME_SEMITONES = 0.5, 0.02, 0.5
LONGEST_GAP_SECONDS = 10.0  # within a passage, where something else is louder


def passages(heard: Heard, segments: Sequence[Segment], without: Collection[int] = ()) -> list[Match]:
    """Every passage of a known piece in a recording of any length, in the order in which they begin.

    Args:
        heard: the whole recording
        segments: what is searched
        without: pieces that are deleted though segments still hold them

    Of several registered pieces that contain the same recording, all are told; of one piece that repeats itself, one
    place. Memory is that of one window and of what is found.
    """
    done: list[Match] = []
    going_on: list[Match] = []
    followed = 0
    for begin in range(0, max(1, heard.length_ticks - WINDOW_TICKS // 2), STEP_TICKS):
        window = heard.within(begin, begin + WINDOW_TICKS)
        longer = [(passage, follow(window, segments, passage)) for passage in going_on]
        done += [passage for passage, more in longer if more is None]
        going_on = [_together(passage, more) for passage, more in longer if more is not None]
        followed = followed + 1 if going_on else 0
        if followed % SEARCHED_ANYWAY:
            continue
        for match in search(window, segments, without):
            if match.probability >= CERTAIN and all(match.piece != passage.piece for passage in going_on):
                before = next((passage for passage in done if _continues(match, passage)), None)
                if before is not None:
                    done.remove(before)
                    match = _together(before, match)
                going_on.append(match)
    return sorted(done + going_on, key=lambda passage: (passage.query_seconds, -passage.score))


def _continues(match: Match, passage: Match) -> bool:
    """Whether it is the same piece that goes on, after a gap."""
    ahead = match.query_seconds[0] - passage.query_seconds[0]
    return (
        match.piece == passage.piece
        and match.query_seconds[0] - passage.query_seconds[1] < LONGEST_GAP_SECONDS
        and abs(match.piece_seconds[0] - passage.piece_seconds[0] - ahead * passage.tempo) < SAME_PLACE_SECONDS
        and abs(match.tempo / passage.tempo - 1) < SAME_TEMPO
        and abs(match.semitones - passage.semitones) < SAME_SEMITONES
    )


def _together(passage: Match, more: Match) -> Match:
    """A passage up to where the next window ends; as certain as its best window."""
    best = max(passage, more, key=lambda match: match.score)
    return replace(
        best,
        query_seconds=(
            min(passage.query_seconds[0], more.query_seconds[0]),
            max(passage.query_seconds[1], more.query_seconds[1]),
        ),
        piece_seconds=(
            min(passage.piece_seconds[0], more.piece_seconds[0]),
            max(passage.piece_seconds[1], more.piece_seconds[1]),
        ),
        matches=passage.matches + more.matches,
    )
