"""When each beat falls: the path through the onsets that is strongest and most even (Ellis, 2007).

Found by dynamic programming. No beat can follow another sooner than after half a beat, so all frames of half a beat are
decided at once.
"""

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.tempo import without_trend

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

# What an interval of twice or half the beat costs, in standard deviations of the onsets.
EVENNESS = 100.0
SMOOTHED_BEATS = 8  # each way; onsets of players and of analysis frames scatter by some milliseconds


def grid(envelope: Floats, frames_a_second: float, bpm: float) -> Doubles:
    """The times of the beats in seconds, at about `bpm`; from the first onset to the last."""
    onsets = without_trend(envelope, frames_a_second).astype(np.float64)
    audible = np.flatnonzero(onsets)
    spread = onsets.std()
    if not len(audible) or spread == 0:
        return np.zeros(0)
    period = 60 * frames_a_second / bpm
    frames = _path(_blurred(onsets / spread, period / 32), period)
    within = (frames >= audible[0] - period / 2) & (frames <= audible[-1] + period / 2)
    return _even(frames[within], period) / frames_a_second


def _blurred(onsets: Doubles, width: float) -> Doubles:
    reach = max(1, int(3 * width))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    return np.convolve(onsets, bell / bell.sum(), "same")


def _path(onsets: Doubles, period: float) -> Doubles:
    """The frames of the best chain of beats, between frames by the shape of the peaks."""
    nearest, farthest = max(1, round(period / 2)), max(2, round(period * 2))
    intervals = np.arange(farthest, nearest - 1, -1)
    cost = -EVENNESS * np.log2(intervals / period) ** 2
    score = np.concatenate([np.full(farthest, -np.inf), onsets])
    came_from = np.full(len(onsets), -1)
    for start in range(0, len(onsets), nearest):
        places = np.arange(start, min(start + nearest, len(onsets)))
        # Column j is the score `intervals[j]` frames earlier.
        earlier = score[places[:, None] + farthest - intervals] + cost
        best = np.argmax(earlier, axis=1)
        gain = earlier[np.arange(len(places)), best]
        follows = gain > 0  # otherwise a chain begins here
        came_from[places[follows]] = (places - intervals[best])[follows]
        score[farthest + places] += np.where(follows, gain, 0.0)
    reached = score[farthest:]
    # The chain ends where the score is greatest among the last beats.
    last = len(reached) - 1 - int(np.argmax(reached[::-1][: int(period) + 1])) if len(reached) > period else -1
    chain = []
    while last >= 0:
        chain.append(last)
        last = int(came_from[last])
    return _between(onsets, np.array(chain[::-1], dtype=np.int64))


def _between(onsets: Doubles, frames: NDArray[np.int64]) -> Doubles:
    """Where the peaks around these frames really stand, by a parabola through three points."""
    inner = np.clip(frames, 1, len(onsets) - 2)
    before, here, after = onsets[inner - 1], onsets[inner], onsets[inner + 1]
    bend = before - 2 * here + after
    peak = (here >= before) & (here >= after) & (bend < 0)
    shift = np.where(peak, 0.5 * (before - after) / np.where(peak, bend, -1.0), 0.0)
    places: Doubles = frames.astype(np.float64) + shift
    return places


def _even(frames: Doubles, period: float) -> Doubles:
    """Each beat moved to the line through its neighbours, where these stand in even distances."""
    if len(frames) < 3:
        return frames
    numbers = np.concatenate([[0], np.cumsum(np.maximum(1, np.round(np.diff(frames) / period)))])
    moved = frames.copy()
    for place in range(len(frames)):
        near = slice(max(0, place - SMOOTHED_BEATS), place + SMOOTHED_BEATS + 1)
        x, y = numbers[near] - numbers[place], frames[near]
        centre = x.mean()
        slope = ((x - centre) * (y - y.mean())).sum() / ((x - centre) ** 2).sum()
        line = y.mean() + slope * (x - centre)
        if np.abs(line - y).max() < period / 8:
            moved[place] = y.mean() - slope * centre
    return moved
