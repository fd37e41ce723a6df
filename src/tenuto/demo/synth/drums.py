"""Drums from sines and filtered noise."""

import numpy as np

from tenuto.demo.synth.envelopes import unclicked
from tenuto.demo.synth.filters import bandpass, highpass, lowpass
from tenuto.demo.synth.modes import ring
from tenuto.demo.synth.oscillators import noise, pulse, sine
from tenuto.demo.synth.sound import Sound, clock, length_of


def kick(
    rng: np.random.Generator,
    *,
    low_hz: float = 48,
    high_hz: float = 190,
    bend_s: float = 0.03,
    long_s: float = 0.28,
    knock: float = 0.25,
) -> Sound:
    """A sine that falls from `high_hz` to `low_hz`, with the knock of a beater."""
    length = length_of(long_s * 2.2)
    time = clock(length)
    pitch = low_hz + (high_hz - low_hz) * np.exp(-time / bend_s)
    body = sine(pitch, length, 0.0) * np.exp(-((time / long_s) ** 1.4) * 2.2)
    beater = bandpass(noise(length, rng), 900, 3800) * np.exp(-time / 0.004) * knock
    return unclicked((body + beater).astype(np.float32), 0.3, 20)


def snare(rng: np.random.Generator, *, hz: float = 185, rattle: float = 0.8, long_s: float = 0.16) -> Sound:
    """Two skins and the wires under the lower one."""
    length = length_of(long_s * 3)
    time = clock(length)
    skins = ring([hz, hz * 1.58, hz * 2.2], [0.18, 0.11, 0.08], [0.7, 0.4, 0.2], long_s * 3)
    wires = bandpass(noise(length, rng), 1100, 8500) * np.exp(-time / long_s * 1.9) * rattle
    return unclicked((skins + 0.55 * wires).astype(np.float32), 0.3, 20)


def brush(rng: np.random.Generator, long_s: float = 0.22) -> Sound:
    """Wire on a coated skin, more a breath than a blow."""
    length = length_of(long_s)
    time = clock(length)
    shape = np.sin(np.pi * np.clip(time / long_s, 0, 1)) ** 0.8 * np.exp(-time / (long_s * 0.6))
    return (bandpass(noise(length, rng), 1400, 6000) * shape * 0.5).astype(np.float32)


def hat(rng: np.random.Generator, *, open_s: float = 0.045, bright_hz: float = 7500) -> Sound:
    """Six squares that agree about nothing, and air."""
    length = length_of(max(0.06, open_s * 4))
    metal = sum((pulse(f * 1.34, length) for f in (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)), np.zeros(length))
    sound = highpass(np.asarray(metal * 0.12, np.float32) + noise(length, rng) * np.float32(0.5), bright_hz, 3)
    return unclicked((sound * np.exp(-clock(length) / open_s)).astype(np.float32), 0.3, 10)


def clap(rng: np.random.Generator, long_s: float = 0.12) -> Sound:
    """Four hands that do not quite meet."""
    length = length_of(long_s * 3.5)
    time = clock(length)
    shape = np.exp(-np.maximum(time - 0.03, 0) / long_s) * (time > 0.03) * 0.7
    for start in (0.0, 0.011, 0.021, 0.03):
        shape += np.exp(-np.maximum(time - start, 0) / 0.0045) * (time >= start) * 0.8
    return unclicked((bandpass(noise(length, rng), 850, 3400) * shape * 0.6).astype(np.float32), 0.3, 20)


def rim(rng: np.random.Generator, hz: float = 1650) -> Sound:
    length_s = 0.09
    sound = ring([hz, hz * 0.48, hz * 2.1], [0.05, 0.07, 0.025], [0.6, 0.5, 0.2], length_s)
    stick = highpass(noise(len(sound), rng), 2500) * np.exp(-clock(len(sound)) / 0.004) * 0.25
    return unclicked((sound + stick).astype(np.float32), 0.2, 8)


def shaker(rng: np.random.Generator, long_s: float = 0.07) -> Sound:
    """Seeds that arrive before the beat is over."""
    length = length_of(long_s * 2)
    time = clock(length)
    shape = np.clip(time / (long_s * 0.45), 0, 1) ** 2 * np.exp(-np.maximum(time - long_s * 0.45, 0) / (long_s * 0.3))
    return unclicked((bandpass(noise(length, rng), 4200, 11000) * shape).astype(np.float32), 0.5, 10)


def tom(rng: np.random.Generator, hz: float = 110, long_s: float = 0.35) -> Sound:
    length = length_of(long_s * 2)
    time = clock(length)
    body = sine(hz * (1 + 0.5 * np.exp(-time / 0.04)), length) * np.exp(-time / long_s * 2.3)
    stick = lowpass(noise(length, rng), 1800) * np.exp(-time / 0.012) * 0.3
    return unclicked((body + stick).astype(np.float32), 0.4, 20)


def crash(rng: np.random.Generator, long_s: float = 1.6) -> Sound:
    length = length_of(long_s * 2)
    wash = bandpass(noise(length, rng), 2800, 12000) * np.exp(-clock(length) / long_s * 1.8)
    modes = ring(rng.uniform(1800, 9000, 40), rng.uniform(0.3, long_s, 40), rng.uniform(0.02, 0.06, 40), long_s * 2)
    return unclicked((0.5 * wash + modes).astype(np.float32), 1.0, 50)
