"""Plucked strings: noise sent round a delay line that loses a little at each turn (Karplus and Strong)."""

import numpy as np

from tenuto.demo.synth.envelopes import unclicked
from tenuto.demo.synth.filters import highpass, lowpass, peak
from tenuto.demo.synth.oscillators import noise
from tenuto.demo.synth.score import hz
from tenuto.demo.synth.sound import RATE_HZ, Sound, clock, length_of


def string(
    pitch: float,
    seconds: float,
    force: float,
    rng: np.random.Generator,
    *,
    rt60_s: float = 4.0,
    damping: float = 0.5,
    place: float = 0.18,
    bright_hz: float = 4200.0,
) -> Sound:
    """One string. `damping` from 0 to 0.5 is how fast high partials die, `place` where along it the finger plucks."""
    base = hz(pitch)
    period = max(8, int(RATE_HZ / base - damping))
    turns = int(np.ceil((seconds + 0.3) * RATE_HZ / period)) + 2
    burst = lowpass(np.tile(noise(period, rng), 3), bright_hz * (0.45 + 0.75 * force), 1)[period : 2 * period]
    burst = burst - np.roll(burst, max(1, int(place * period)))
    burst -= burst.mean()
    burst /= np.sqrt(np.mean(burst**2)) + 1e-9
    loss = np.float32(10 ** (-3 * period / RATE_HZ / rt60_s))
    rows = np.empty((turns, period), np.float32)
    rows[0] = burst
    near, far = np.float32(1 - damping) * loss, np.float32(damping) * loss
    for turn in range(1, turns):
        before = rows[turn - 1]
        rows[turn, 1:] = near * before[1:] + far * before[:-1]
        rows[turn, 0] = near * before[0] + far * (rows[turn - 2, -1] if turn > 1 else before[-1])
    raw = rows.reshape(-1)
    # The line is a whole number of samples; reading it a little slower or faster tunes it.
    length = min(length_of(seconds + 0.25), int((len(raw) - 2) * (period + damping) / RATE_HZ * base) - 2)
    length = min(length, int((len(raw) - 2) * RATE_HZ / (base * (period + damping))))
    where = np.arange(length) * (base * (period + damping) / RATE_HZ)
    sound = np.interp(where, np.arange(len(raw)), raw).astype(np.float32)
    finger = np.exp(-np.maximum(clock(length) - seconds, 0) / 0.05).astype(np.float32)
    return unclicked(sound * finger * np.float32(0.3 * force), 0.5, 20)


def nylon(pitch: float, seconds: float, force: float, rng: np.random.Generator) -> Sound:
    return string(pitch, seconds, force, rng, rt60_s=3.4, damping=0.5, place=0.24, bright_hz=2600)


def steel(pitch: float, seconds: float, force: float, rng: np.random.Generator) -> Sound:
    return string(pitch, seconds, force, rng, rt60_s=6.0, damping=0.28, place=0.13, bright_hz=6500)


def double_bass(pitch: float, seconds: float, force: float, rng: np.random.Generator) -> Sound:
    """A gut string under a thumb, with the growl taken out and the wood left in."""
    sound = string(pitch, seconds, force, rng, rt60_s=2.4, damping=0.5, place=0.3, bright_hz=900)
    return peak(lowpass(sound, 1400, 1), 110, 4, 0.8) * np.float32(1.5)


def guitar_body(sound: Sound) -> Sound:
    """The air and the top of a guitar around its strings."""
    sound = peak(peak(highpass(sound, 75, 2), 108, 5, 2.2), 215, 4, 1.8)
    return peak(peak(sound, 430, 2, 1.5), 2600, -3, 0.8)
