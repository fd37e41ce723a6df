"""What gear does to sound: saturation, tape, coarse converters, and a kick that pushes the rest aside."""

from collections.abc import Iterable

import numpy as np

from tenuto.demo.synth.filters import lowpass
from tenuto.demo.synth.sound import RATE_HZ, Sound, drift, length_of, read_at


def saturate(sound: Sound, drive: float) -> Sound:
    """Bends loud parts softly; quiet parts keep their level."""
    return np.asarray(np.tanh(sound * np.float32(drive)) / np.float32(drive), np.float32)


def tape(
    sound: Sound, rng: np.random.Generator, *, wow: float = 1.0, drive: float = 1.2, top_hz: float = 9000
) -> Sound:
    """A tired cassette: pitch that wanders by some cents, rounded peaks, no top."""
    length = sound.shape[-1]
    # A sine of rate r and depth d ms shifts pitch by 2 pi r d / 1000: 0.55 Hz and 1.1 ms are 6.6 cents.
    late_ms = wow * (1.2 - 1.1 * drift(length, 0.55, rng.random()) - 0.05 * drift(length, 6.3))
    where = np.maximum(np.arange(length) - late_ms * (RATE_HZ / 1000), 0)
    return lowpass(saturate(read_at(sound, where), drive), top_hz, 1)


def crushed(sound: Sound, bits: int, every: int) -> Sound:
    """An early sampler: few levels, and each value held for `every` samples."""
    steps = np.float32(2 ** (bits - 1))
    held = np.repeat(sound[..., ::every], every, axis=-1)[..., : sound.shape[-1]]
    return (np.round(held * steps) / steps).astype(np.float32)


def pushed_aside(length: int, times: Iterable[float], depth: float, back_s: float) -> Sound:
    """A gain that falls at each of `times` and comes back within `back_s`."""
    gain = np.ones(length, np.float32)
    count = length_of(back_s)
    attack = length_of(0.004)
    dip = (1 - depth * np.cos(np.linspace(0, np.pi / 2, count)) ** 2).astype(np.float32)
    dip[:attack] = np.linspace(1, dip[attack], attack)
    for time in times:
        at = length_of(time)
        if at < length:
            gain[at : at + count] = np.minimum(gain[at : at + count], dip[: length - at])
    return gain
