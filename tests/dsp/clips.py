"""Short sounds to test with, and the way to hear a file again."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tenuto.dsp.encode import write_audio

Floats = NDArray[np.float32]


def sine(
    seconds: float, level_dbfs: float = -6.0, *, pitch_hz: float = 997.0, rate_hz: int = 48_000, channels: int = 2
) -> Floats:
    """A steady tone, the same in every channel."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    tone = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * pitch_hz * time)
    return np.repeat(tone.astype(np.float32)[:, None], channels, axis=1)


def music(seconds: float, *, rate_hz: int = 44_100, channels: int = 2, seed: int = 1) -> Floats:
    """Something with dynamics, transients and width: plucked chords over noise that swells and fades."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    sides = []
    for side in range(channels):
        pluck = np.exp(-4 * (time % 0.5))
        chord = sum(np.sin(2 * np.pi * pitch * (1 + 0.001 * side) * time) for pitch in (110, 220, 330, 987))
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * time / 7 + side)
        sides.append(0.12 * chord * pluck + 0.05 * swell * random.standard_normal(len(time)))
    return np.stack(sides, axis=1).astype(np.float32)


def written(path: Path, samples: Floats, rate_hz: int, *, bits: int = 16, lossless: bool = False) -> Path:
    write_audio(path, samples, rate_hz, bits=bits, lossless=lossless)
    return path


def heard(path: Path) -> tuple[Floats, int]:
    """Decode a file with FFmpeg alone: samples of shape (channels, length), and their rate."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp")
        parts = [part.to_ndarray() for frame in container.decode(stream) for part in resampler.resample(frame)]
        return np.concatenate(parts, axis=1).astype(np.float32), stream.rate
