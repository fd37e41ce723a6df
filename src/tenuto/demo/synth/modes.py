"""Things that are struck and ring: sums of dying sines, all at once as one product of two small matrices."""

import numpy as np
from numpy.typing import ArrayLike

from tenuto.demo.synth.sound import RATE_HZ, Sound, length_of

BLOCK = 512


def ring(hz: ArrayLike, rt60_s: ArrayLike, levels: ArrayLike, seconds: float, phases: ArrayLike = 0.0) -> Sound:
    """Partials at `hz`, each dying by 60 dB in its `rt60_s`.

    Sample k*BLOCK+b of one partial is z**(k*BLOCK) * z**b, so that all partials together are a matrix product:
    25 partials of three seconds take 2 ms, where as many sines take 40.
    """
    frequency, decay, level, phase = np.broadcast_arrays(*(np.atleast_1d(v) for v in (hz, rt60_s, levels, phases)))
    heard = frequency < RATE_HZ * 0.46
    step = (-6.91 / decay[heard] + 2j * np.pi * frequency[heard]) / RATE_HZ
    length = length_of(seconds)
    blocks = np.arange(-(-length // BLOCK))[:, None] * BLOCK
    # Minus i: partials begin at zero, as sines do, and make no click.
    coarse = -1j * level[heard] * np.exp(1j * phase[heard] + blocks * step)
    fine = np.exp(np.arange(BLOCK)[:, None] * step).T
    grid = coarse.real.astype(np.float32) @ fine.real.astype(np.float32)
    grid -= coarse.imag.astype(np.float32) @ fine.imag.astype(np.float32)
    return grid.reshape(-1)[:length]


def gong(hz: float, seconds: float, force: float, rng: np.random.Generator) -> Sound:
    """A hanging bronze gong: slow beating between split modes, the upper ones blooming with the blow."""
    ratios = np.array([1.0, 1.005, 1.48, 1.99, 2.01, 2.74, 3.01, 3.76, 4.07, 5.2])
    levels = np.array([1, 0.8, 0.35, 0.6, 0.5, 0.25, 0.3, 0.16, 0.14, 0.08]) * force ** (ratios / 3)
    return ring(hz * ratios, seconds * 1.3 / ratios**0.7, levels * 0.4, seconds, rng.random(10) * 0.4)


def bronze_key(hz: float, seconds: float, force: float, beat_hz: float = 0.0) -> Sound:
    """A key of a metallophone over a tube; `beat_hz` sets it against its partner, as pairs in Bali are tuned."""
    ratios = np.array([1.0, 2.76, 5.40, 8.93, 11.3])
    levels = np.array([1.0, 0.55, 0.34, 0.18, 0.10]) * force ** np.array([0.6, 1.2, 1.8, 2.2, 2.4])
    decay = seconds * np.array([1.0, 0.5, 0.25, 0.12, 0.08])
    return ring(hz * ratios + beat_hz, decay, levels * 0.5, seconds)


def mallet(hz: float, seconds: float, force: float) -> Sound:
    """A bar of a vibraphone struck with yarn: tuned overtones at four and ten times."""
    ratios, decay = np.array([1.0, 3.98, 9.9]), np.array([1.0, 0.3, 0.1])
    return ring(hz * ratios, seconds * decay, np.array([1.0, 0.22 * force, 0.10 * force**2]) * 0.5 * force, seconds)


def wood(hz: float, force: float, rt60_s: float = 0.12) -> Sound:
    """A small block of wood."""
    ratios = np.array([1.0, 2.57, 4.6])
    return ring(hz * ratios, rt60_s / ratios, np.array([0.6, 0.35, 0.2]) * force, rt60_s * 1.5)


def chain_link(force: float, rng: np.random.Generator) -> Sound:
    """Iron against iron, somewhere on a quay."""
    modes = rng.uniform(900, 6200, 14)
    return ring(modes, rng.uniform(0.05, 0.5, 14), rng.uniform(0.1, 1, 14) * force * 0.15, 0.6)
