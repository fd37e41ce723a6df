"""What a sound is here: float32 samples at 44.1 kHz, of shape (length,) or, in stereo, (2, length)."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44_100

Sound = NDArray[np.float32]


def length_of(seconds: float) -> int:
    return round(seconds * RATE_HZ)


def silence(seconds: float) -> Sound:
    return np.zeros(length_of(seconds), np.float32)


def clock(length: int) -> NDArray[np.float64]:
    """The time of every sample, in seconds."""
    return np.arange(length) / RATE_HZ


def curve(length: int, points: Sequence[tuple[float, float]]) -> Sound:
    """Straight lines through (seconds, value), held before the first and after the last."""
    line = np.full(length, points[-1][1], np.float32)
    line[: length_of(points[0][0])] = points[0][1]
    for (before_s, before), (after_s, after) in pairwise(points):
        start, end = length_of(before_s), length_of(after_s)
        line[start:end] = np.linspace(before, after, end - start, endpoint=False, dtype=np.float32)[
            : max(0, length - start)
        ]
    return line


def joined(values: NDArray[np.float64], step: int, length: int) -> Sound:
    """Straight lines through values that lie `step` samples apart: what is slow need not be computed 44,100 times."""
    ramp = np.arange(step, dtype=np.float32) / np.float32(step)
    rough = values.astype(np.float32)
    lines = rough[:-1, None] + np.diff(rough)[:, None] * ramp
    return lines.reshape(-1)[:length]


def read_at(sound: Sound, where: NDArray[np.float64]) -> Sound:
    """The sound between its samples, at fractional places that must lie inside it."""
    whole = where.astype(np.int32)
    part = (where - whole).astype(np.float32)
    np.minimum(whole, sound.shape[-1] - 2, out=whole)
    before = sound[..., whole]
    return before + part * (sound[..., whole + 1] - before)


def drift(length: int, rate_hz: float, start: float = 0.0) -> Sound:
    """A slow sine."""
    time = np.arange(length // 220 + 2) * (220 / RATE_HZ)
    return joined(np.sin(2 * np.pi * (rate_hz * time + start)), 220, length)


def stereo(sound: Sound) -> Sound:
    return sound if sound.ndim == 2 else np.stack([sound, sound])


def level(sound: Sound, rms: float) -> Sound:
    """The same sound at a given RMS."""
    now = float(np.sqrt(np.mean(np.square(sound), dtype=np.float64)))
    return sound if now == 0 else (sound * np.float32(rms / now)).astype(np.float32)


def decibels(db: float) -> float:
    return float(10 ** (db / 20))
