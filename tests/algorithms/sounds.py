"""Sound made to measure: every beat and every note of it is known."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.describe import RATE_HZ, Describer, Description

Floats = NDArray[np.float32]

MAJOR_CHORDS = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7))  # I, IV, V, I
MINOR_CHORDS = ((0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7))  # i, iv, V, i


def silence(seconds: float) -> Floats:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def noise(seconds: float, loudness: float = 0.1) -> Floats:
    made = np.random.default_rng(7).standard_normal(round(seconds * RATE_HZ)) * loudness
    return made.astype(np.float32)


def tone(seconds: float, hertz: float = 440.0) -> Floats:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.3 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def clicks(times: Sequence[float], seconds: float, *, loudness: Sequence[float] = ()) -> Floats:
    """Short bursts of noise, beginning at these times exactly to the sample."""
    made = silence(seconds)
    burst = np.random.default_rng(3).standard_normal(600) * np.exp(-np.arange(600) / 120) * 0.4
    for number, time in enumerate(times):
        at = round(time * RATE_HZ)
        part = made[at : at + len(burst)]
        part += (burst[: len(part)] * (loudness[number % len(loudness)] if loudness else 1.0)).astype(np.float32)
    return made


def beating(bpm: float, seconds: float, *, first: float = 0.2) -> Floats:
    """Clicks on every beat."""
    return clicks([float(time) for time in np.arange(first, seconds, 60 / bpm)], seconds)


def cadence(
    tonic: int, *, minor: bool = False, bpm: float = 100.0, bars: int = 8, cents: float = 0.0, low: int = 48
) -> Floats:
    """Chords of a key, one a bar of four beats, each beat struck, over their bass; soft clicks on the beats."""
    beat = 60 / bpm
    chords = MINOR_CHORDS if minor else MAJOR_CHORDS
    made = silence(bars * 4 * beat)
    for number in range(bars * 4):
        chord = chords[number // 4 % len(chords)]
        for note in (chord[0] - 12, *chord):
            at, part = round(number * beat * RATE_HZ), plucked(low + tonic + note + cents / 100, beat)
            place = made[at : at + len(part)]
            place += part[: len(place)]
    return made


def plucked(note: float, seconds: float) -> Floats:
    """Five harmonics that fade."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    hertz = 440 * 2 ** ((note - 69) / 12)
    wave = sum(np.sin(2 * np.pi * hertz * harmonic * at) / harmonic for harmonic in range(1, 6))
    return (0.06 * wave * np.exp(-at * 2.5)).astype(np.float32)


def described(sound: Floats, block: int = 32_768) -> Description:
    describer = Describer()
    for start in range(0, len(sound), block):
        describer.feed(sound[start : start + block])
    return describer.finish()


def faster(sound: Floats, ratio: float) -> Floats:
    """The same played `ratio` times as fast, as by a tape: higher too."""
    places = np.arange(0, len(sound) - 1, ratio)
    made: Floats = np.interp(places, np.arange(len(sound)), sound).astype(np.float32)
    return made
