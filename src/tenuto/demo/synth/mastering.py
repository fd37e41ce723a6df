"""The last step: no rumble, one loudness, no peak over the limit, soft edges."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from tenuto.demo.synth.filters import highpass
from tenuto.demo.synth.sound import RATE_HZ, Sound, joined, length_of
from tenuto.dsp.loudness import LoudnessMeter

CEILING = 10 ** (-2.4 / 20)  # of samples; what lies between them rises at most 1.2 dB above, by measurement
STEP = 32  # samples that share one gain
LOOK_AHEAD = 8  # steps: 6 ms


def mastered(sound: Sound, lufs: float, *, fade_in: float = 0.01, fade_out: float = 1.5) -> NDArray[np.float32]:
    """`sound` (2, n) as it goes into a file: (n, 2), at the loudness asked for."""
    sound = highpass(sound, 24, 2)
    rise, fall = length_of(fade_in), length_of(fade_out)
    sound[:, :rise] *= np.linspace(0, 1, rise, dtype=np.float32) ** 2
    sound[:, -fall:] *= np.cos(np.linspace(0, np.pi / 2, fall, dtype=np.float32)) ** 2
    for _ in range(2):  # limiting costs some loudness; the second round gives it back
        sound = limited(sound * np.float32(10 ** ((lufs - loudness(sound)) / 20)))
    return np.ascontiguousarray(sound.T)


def loudness(sound: Sound) -> float:
    meter = LoudnessMeter(RATE_HZ, 2)
    meter.add(sound)
    found = meter.integrated_lufs()
    if found is None:
        raise ValueError("a piece of silence has no loudness")
    return found


def limited(sound: Sound) -> Sound:
    """Peaks held under the ceiling by a gain that begins to fall before they come."""
    length = sound.shape[1]
    steps = -(-length // STEP) + 1
    peaks = np.zeros(steps * STEP, np.float32)
    np.maximum(np.abs(sound[0]), np.abs(sound[1]), out=peaks[:length])
    needed = np.minimum(1, CEILING / np.maximum(peaks.reshape(steps, STEP).max(axis=1), 1e-9))
    # The least gain within reach, then averaged twice over half of that reach: never above what any peak needs.
    held = minimum_filter1d(needed, 4 * LOOK_AHEAD + 3)
    smooth = uniform_filter1d(uniform_filter1d(held, 2 * LOOK_AHEAD + 1), 2 * LOOK_AHEAD + 1)
    return sound * joined(np.append(smooth, smooth[-1]), STEP, length)
