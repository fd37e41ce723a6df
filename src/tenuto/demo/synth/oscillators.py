"""Raw tones: sines, band-limited saws and pulses, frequency modulation, and whole ensembles from one spectrum."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft

from tenuto.demo.synth.sound import RATE_HZ, Sound, length_of

Pitch = float | NDArray[np.floating]  # in hertz, fixed or for every sample
TABLE = 1 << 18  # 5.9 s: long enough that nobody hears an ensemble come round again


def turns(frequency: Pitch, length: int, start: float = 0.0) -> NDArray[np.float64]:
    """Phase in whole turns. Counted in float64: after a minute float32 would be audibly coarse."""
    if isinstance(frequency, np.ndarray):
        return np.asarray(start + np.cumsum(frequency[:length]) / RATE_HZ, np.float64)
    return np.asarray(start + np.arange(length) * (frequency / RATE_HZ), np.float64)


def sine_of(phase: NDArray[np.float64]) -> Sound:
    """Wrapped before float32: NumPy's float32 sine is 13 times faster than its float64 one."""
    return np.asarray(np.sin((phase - np.floor(phase)).astype(np.float32) * np.float32(2 * np.pi)), np.float32)


def sine(frequency: Pitch, length: int, start: float = 0.0) -> Sound:
    return sine_of(turns(frequency, length, start))


def saw(frequency: Pitch, length: int, start: float = 0.0) -> Sound:
    """A saw whose corner is rounded over two samples (PolyBLEP), so that it does not alias audibly."""
    phase = turns(frequency, length, start)
    phase -= np.floor(phase)
    return (2 * phase - 1 - _corner(phase, _step(frequency, length))).astype(np.float32)


def pulse(frequency: Pitch, length: int, width: float = 0.5, start: float = 0.0) -> Sound:
    """A rectangle without DC, as the difference of two saws."""
    phase = turns(frequency, length, start)
    phase -= np.floor(phase)
    step = _step(frequency, length)
    later = phase + width
    later -= np.floor(later)
    return (2 * (phase - later) - _corner(phase, step) + _corner(later, step)).astype(np.float32)


def triangle(frequency: Pitch, length: int, start: float = 0.0) -> Sound:
    phase = turns(frequency, length, start)
    return (4 * np.abs(phase - np.floor(phase + 0.5)) - 1).astype(np.float32)


def _step(frequency: Pitch, length: int) -> NDArray[np.float64]:
    step = frequency[:length] if isinstance(frequency, np.ndarray) else np.array(frequency)
    return np.broadcast_to(step / RATE_HZ, (length,))


def _corner(phase: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    corner = np.zeros_like(phase)
    low, high = phase < step, phase > 1 - step
    t = phase[low] / step[low]
    corner[low] = 2 * t - t * t - 1
    t = (phase[high] - 1) / step[high]
    corner[high] = t * t + 2 * t + 1
    return corner


def fm(frequency: Pitch, ratio: float, index: Sound | float, length: int, feedback: float = 0.0) -> Sound:
    """One sine bent by another at `ratio` times its pitch; `index` is how far, in radians."""
    modulator = sine(frequency * ratio, length)
    if feedback:
        modulator = sine_of(turns(frequency * ratio, length) + feedback * modulator / (2 * np.pi))
    return sine_of(turns(frequency, length) + index * modulator / (2 * np.pi))


def noise(length: int, rng: np.random.Generator) -> Sound:
    return rng.standard_normal(length, dtype=np.float32)


Loudness = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # of partials, by their frequency


@lru_cache(maxsize=128)
def dull(corner_hz: float, *, slope: float = 2.0, tilt: float = 0.0) -> Loudness:
    """Partials that grow soft above `corner_hz`, and everywhere with the power `tilt`."""
    return lambda frequency: frequency**-tilt / (1 + (frequency / corner_hz) ** slope)


def ensemble(
    frequency: float, seconds: float, rng: np.random.Generator, *, loudness: Loudness, spread_cents: float = 18.0
) -> Sound:
    """Many players on one note, in stereo, of RMS one, without beginning or end: shape it."""
    table = _ensemble(frequency, loudness, spread_cents)
    length, start = length_of(seconds), int(rng.integers(TABLE))
    out = np.empty((2, length), np.float32)
    filled = 0
    while filled < length:
        part = table[:, start : start + length - filled]
        out[:, filled : filled + part.shape[1]] = part
        filled, start = filled + part.shape[1], 0
    return out


@lru_cache(maxsize=24)
def _ensemble(frequency: float, loudness: Loudness, spread_cents: float) -> Sound:
    """Each partial a small hill in one long spectrum of random phases (PADsynth): one inverse FFT for all players."""
    rng = np.random.default_rng(round(frequency * 1000))
    count = max(1, int(min(14_000, RATE_HZ * 0.45) / frequency))
    partials = np.asarray(frequency * np.arange(1, count + 1), np.float64)
    spectrum = np.zeros(TABLE // 2 + 1)
    bin_hz = RATE_HZ / TABLE
    for partial, height in zip(partials, loudness(partials), strict=True):
        width = max((2 ** (spread_cents / 1200) - 1) * partial, 0.4) / bin_hz / 2
        centre = partial / bin_hz
        low, high = max(1, int(centre - 4 * width)), min(len(spectrum), int(centre + 4 * width) + 2)
        hill = (np.arange(low, high) - centre) / width
        spectrum[low:high] += height / np.sqrt(width) * np.exp(-0.5 * hill**2)
    heard = np.flatnonzero(spectrum > spectrum.max() * 1e-4)
    phases = rng.random((2, len(heard)), dtype=np.float32) * np.float32(2 * np.pi)
    bins = np.zeros((2, len(spectrum)), np.complex64)
    bins[:, heard] = spectrum[heard].astype(np.float32) * (np.cos(phases) + 1j * np.sin(phases))
    table = np.asarray(irfft(bins), np.float32)
    return np.asarray(table / np.sqrt(np.mean(np.square(table), axis=-1, keepdims=True)), np.float32)
