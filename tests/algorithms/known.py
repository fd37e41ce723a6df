"""Sound and points for the tests of what is known again, and short ways of indexing and asking."""

import numpy as np
from hypothesis import settings
from numpy.typing import NDArray
from scipy import signal

from tenuto.algorithms import fingerprint
from tenuto.algorithms.fingerprint import Heard, Match, Peaks, Segment

Floats = NDArray[np.float32]
HZ = 12_000
NOTHING = fingerprint.hear(np.zeros(0, np.float32)).contrast
quick = settings(max_examples=6, deadline=None)


def music(seed: int, seconds: float) -> Floats:
    """Ten struck notes a second, of many pitches, at no regular times."""
    random = np.random.default_rng(seed)
    made = np.zeros(int(seconds * HZ), np.float32)
    at = np.arange(HZ // 2) / HZ
    for begin in np.sort(random.uniform(0, seconds - 0.6, int(seconds * 10))):
        hertz = 200 * 2 ** random.uniform(0.2, 4.4)
        note = 0.1 * random.uniform(0.3, 1) * np.sin(2 * np.pi * hertz * at) * np.exp(-at * 9)
        place = int(begin * HZ)
        made[place : place + len(at)] += note.astype(np.float32)
    return made


def speech(seed: int, seconds: float) -> Floats:
    """Vowels of a voice that rises and falls, four syllables a second, hisses between them: by formants, as a Klatt
    synthesizer makes them ("Software for a cascade/parallel formant synthesizer", JASA 1980), much simplified.
    """
    random = np.random.default_rng(seed)
    vowels = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
    made = []
    for _ in range(int(seconds * 4) + 1):
        at = np.arange(int(HZ * random.uniform(0.18, 0.26))) / HZ
        pitch = random.uniform(95, 150) * (1 + random.uniform(-0.2, 0.2) * at / at[-1])
        pulses = np.diff(np.floor(np.cumsum(pitch) / HZ), prepend=0.0)
        voice = pulses + 0.01 * random.standard_normal(len(at))
        for hertz in vowels[random.integers(len(vowels))]:
            pole = np.exp((-np.pi * 90 + 2j * np.pi * hertz) / HZ)
            voice = signal.lfilter([1 - 2 * pole.real + abs(pole) ** 2], [1, -2 * pole.real, abs(pole) ** 2], voice)
        hiss = 0.02 * np.diff(random.standard_normal(int(HZ * random.uniform(0.02, 0.09))), prepend=0.0)
        made += [0.3 * voice / np.abs(voice).max() * np.hanning(len(at)), hiss]
    return np.concatenate(made)[: int(seconds * HZ)].astype(np.float32)


def landmarks(seed: int, seconds: int, per_second: int = 16) -> Peaks:
    """Points as music has them, without the music."""
    random = np.random.default_rng(seed)
    many = seconds * per_second
    ticks = np.sort(random.integers(0, seconds * 250, many))
    cents, strengths = random.uniform(0, 5_700, many), random.uniform(-60, 0, many)
    return Peaks(ticks, cents.astype(np.float32), strengths.astype(np.float32), seconds * 250)


def moved(peaks: Peaks, begin: int, end: int, tempo: float = 1.0, semitones: float = 0.0) -> Heard:
    """A passage of them by itself, played faster and higher."""
    part = peaks.within(begin, end)
    ticks = np.rint((part.ticks - begin) / tempo).astype(np.int64)
    played = Peaks(ticks, part.cents + np.float32(100 * semitones), part.strengths, round((end - begin) / tempo))
    return Heard(played, played, NOTHING)


def indexed(*pieces: tuple[int, Peaks]) -> Segment:
    return fingerprint.build([(number, fingerprint.fingerprint(peaks)) for number, peaks in pieces])


def taught(*pieces: tuple[int, Floats]) -> Segment:
    return fingerprint.build(
        [(number, fingerprint.fingerprint(*fingerprint.listen(sound))) for number, sound in pieces]
    )


def asked(sound: Floats, *segments: Segment) -> list[Match]:
    """What is told of it, not what is merely guessed."""
    found = fingerprint.search(fingerprint.hear(sound), segments)
    return [match for match in found if match.probability >= fingerprint.CERTAIN]
