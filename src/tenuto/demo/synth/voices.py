"""Choirs: many throats on one pitch, coloured by the formants of a vowel."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tenuto.demo.synth.oscillators import Loudness, ensemble
from tenuto.demo.synth.score import hz
from tenuto.demo.synth.sound import Sound

Floats = NDArray[np.float64]

# Centre, width and level of five formants, between the published tables for tenors and altos.
VOWELS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "a": ((720, 90, 0), (1150, 100, -5), (2700, 140, -20), (3300, 160, -24), (4700, 200, -42)),
    "o": ((430, 70, 0), (820, 90, -9), (2600, 120, -24), (3000, 140, -26), (4400, 200, -46)),
    "u": ((340, 60, 0), (620, 80, -16), (2500, 120, -34), (2900, 140, -36), (4200, 200, -52)),
    "e": ((440, 75, 0), (1750, 110, -13), (2550, 130, -20), (3100, 150, -24), (4600, 200, -44)),
    "m": ((240, 60, 0), (900, 160, -30), (2200, 200, -42), (3000, 200, -48), (4200, 250, -60)),
}


@lru_cache(maxsize=8)
def vowel(name: str) -> Loudness:
    """The level that a vowel gives to a partial at each frequency."""

    def loudness(frequency: Floats) -> Floats:
        levels = np.zeros_like(frequency)
        for centre, width, db in VOWELS[name]:
            levels += 10 ** (db / 20) / (1 + ((frequency - centre) / (width * 1.3)) ** 2)
        # A throat falls by 12 dB an octave, lips give 6 back.
        return levels * (200 / np.maximum(frequency, 200)) ** 0.5

    return loudness


def choir(pitch: int, seconds: float, vowel_name: str, rng: np.random.Generator, *, spread_cents: float = 26) -> Sound:
    """A section in stereo, RMS one, without beginning or end: shape it."""
    return ensemble(hz(pitch), seconds, rng, loudness=vowel(vowel_name), spread_cents=spread_cents)
