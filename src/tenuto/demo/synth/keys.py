"""Keyboards: a piano, an electric piano with tines, an accordion."""

from functools import lru_cache

import numpy as np

from tenuto.demo.synth.envelopes import adsr, unclicked
from tenuto.demo.synth.filters import bandpass, highpass, lowpass, peak
from tenuto.demo.synth.modes import ring
from tenuto.demo.synth.oscillators import fm, noise, pulse
from tenuto.demo.synth.score import hz
from tenuto.demo.synth.sound import RATE_HZ, Sound, clock, length_of


def piano(pitch: int, seconds: float, force: float, rng: np.random.Generator, *, felt: float = 0.0) -> Sound:
    """One note with stretched partials, a quick and a slow decay, a hammer, and a damper after `seconds`.

    `felt` from 0 to 1 lays a strip of felt between hammer and strings.
    """
    base = hz(pitch)
    number = np.arange(1, max(4, min(34, int(9500 / base))) + 1)
    stiffness = 0.00028 * 2 ** ((pitch - 60) / 9)
    partials = base * number * np.sqrt(1 + stiffness * number**2)
    brightness = (900 + 3600 * force**1.6) * (1 - 0.62 * felt) * (1 + base / 900)
    levels = np.exp(-partials / brightness) * np.abs(np.sin(np.pi * number / 7.6)) / number**0.55
    levels *= 0.9 * force / np.sqrt(np.sum(levels**2))
    slow = 13.0 * 2 ** ((48 - pitch) / 17) / (1 + 0.16 * (number - 1))
    # Two strings a hair apart; the first dies soon, the second sings on and beats against it.
    hair = 1 + rng.normal(0.00022, 0.00006)
    tail = 0.35 * (1 - 0.3 * felt)
    length_s = seconds + tail
    sound = ring(partials, slow * 0.22, levels * 0.72, length_s)
    sound += ring(partials * hair, slow, levels * 0.42, length_s)
    time = clock(len(sound))
    damper = np.exp(-np.maximum(time - seconds, 0) / 0.07).astype(np.float32)
    return unclicked(sound * damper + _thump(len(sound), force, rng, felt), 0.6, 15)


def _thump(length: int, force: float, rng: np.random.Generator, felt: float) -> Sound:
    count = min(length, length_of(0.09))
    thump = np.zeros(length, np.float32)
    body = lowpass(noise(count, rng), 320 if felt else 900, 2)
    thump[:count] = body * np.exp(-clock(count) / 0.018) * (0.10 + 0.12 * felt) * force
    return thump


@lru_cache(maxsize=256)
def electric_piano(pitch: int, seconds: float, force: float) -> Sound:
    """A tine before a pickup: a soft fundamental, a bell in the first moment, a bark when hit hard."""
    base = hz(pitch)
    length = length_of(seconds + 0.25)
    time = clock(length)
    bark = (0.25 + 1.5 * force**2) * np.exp(-time / (0.55 + 30 / base))
    body = fm(base, 1.0, bark.astype(np.float32), length)
    tine = fm(base, 14.0 if base < 500 else 7.0, (0.5 * force * np.exp(-time / 0.12)).astype(np.float32), length)
    decay = np.exp(-time / (1.5 * 2 ** ((60 - pitch) / 20)))
    damper = np.exp(-np.maximum(time - seconds, 0) / 0.06)
    return unclicked(((0.75 * body + 0.25 * tine) * decay * damper * (0.3 + 0.5 * force)).astype(np.float32), 1.5, 20)


def accordion(pitch: int, seconds: float, force: float, rng: np.random.Generator, attack: float = 0.12) -> Sound:
    """Two reeds some cents apart and a third an octave below, pushed by uneven bellows."""
    base = hz(pitch)
    length = length_of(seconds + 0.25)
    time = clock(length)
    reeds = pulse(base * 2 ** (-3 / 1200), length, 0.28, rng.random())
    reeds += pulse(base * 2 ** (5 / 1200), length, 0.3, rng.random())
    reeds += 0.4 * pulse(base / 2, length, 0.35, rng.random())
    bellows = 1 + 0.06 * np.sin(2 * np.pi * 0.45 * time + rng.random() * 6) + 0.03 * np.sin(2 * np.pi * 5.2 * time)
    air = bandpass(noise(length, rng), 900, 4000) * np.float32(0.05)
    box = peak(peak(highpass(lowpass(reeds + air, 2900, 2), 120, 1), 620, 4, 0.9), 1500, 3, 1.2)
    shape = adsr(seconds, attack, 0.4, 0.86, 0.25)[:length]
    shape = np.pad(shape, (0, length - len(shape)))
    return (0.22 * force * box * shape * bellows).astype(np.float32)


def click(rng: np.random.Generator, force: float = 1.0) -> Sound:
    """A button let go."""
    count = length_of(0.03)
    fall = np.exp(-np.arange(count) / RATE_HZ / 0.004)
    return (bandpass(noise(count, rng), 1200, 4200) * fall * 0.2 * force).astype(np.float32)
