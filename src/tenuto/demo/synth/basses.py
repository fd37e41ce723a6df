"""Electric low ends: a round one, one with a moving filter, one that bends and growls. Each remembers its notes."""

from functools import lru_cache

import numpy as np

from tenuto.demo.synth.envelopes import adsr
from tenuto.demo.synth.filters import lowpass, sweep
from tenuto.demo.synth.oscillators import pulse, saw, sine
from tenuto.demo.synth.score import hz
from tenuto.demo.synth.sound import Sound, clock


@lru_cache(maxsize=128)
def round_bass(pitch: int, seconds: float, force: float) -> Sound:
    """A sine with a little of its octave, as from a flat-wound string."""
    shape = adsr(seconds, 0.008, 0.6, 0.7, 0.07)
    length = len(shape)
    base = hz(pitch)
    edge = lowpass(saw(base, length), base * 3.2) * np.exp(-clock(length) / 0.25).astype(np.float32)
    return (sine(base, length) * 0.85 + 0.3 * edge) * shape * np.float32(force * 0.7)


@lru_cache(maxsize=128)
def filtered_bass(pitch: int, seconds: float, force: float, *, open_hz: float = 1100, fall_s: float = 0.16) -> Sound:
    """A saw and a square an octave under it, through a filter that closes."""
    shape = adsr(seconds, 0.004, 0.3, 0.75, 0.05)
    length = len(shape)
    base = hz(pitch)
    raw = 0.6 * saw(base, length) + 0.4 * saw(base * 1.006, length, 0.4) + 0.5 * pulse(base / 2, length)
    corner = base * 1.5 + open_hz * force * np.exp(-clock(length) / fall_s)
    return sweep(raw.astype(np.float32), corner.astype(np.float32), 1.3) * shape * np.float32(0.42 * force)


@lru_cache(maxsize=128)
def reese(pitch: int, seconds: float, force: float, turn_hz: float = 0.7) -> Sound:
    """Detuned saws that grind against each other over a clean sub."""
    shape = adsr(seconds, 0.012, 0.4, 0.9, 0.09)
    length = len(shape)
    base = hz(pitch)
    saws = saw(base * 0.993, length) + saw(base * 1.007, length, 0.3) + 0.7 * saw(base * 2.004, length, 0.6)
    corner = 240 + 420 * (1 + np.sin(2 * np.pi * turn_hz * clock(length)))
    mid = sweep(saws.astype(np.float32), corner.astype(np.float32), 1.0)
    return (0.3 * mid + 0.75 * sine(base, length)) * shape * np.float32(0.6 * force)


@lru_cache(maxsize=128)
def sub(pitch: int, seconds: float, force: float) -> Sound:
    shape = adsr(seconds, 0.012, 0.5, 0.85, 0.09)
    return sine(hz(pitch), len(shape)) * shape * np.float32(force)
