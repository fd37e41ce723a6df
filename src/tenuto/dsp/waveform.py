"""The picture of a sound: least and greatest sample of every stretch, in the BBC audiowaveform binary format, and a
sketch of a few hundred bytes for lists.

Format: github.com/bbc/audiowaveform, doc/DataFormat.md, version 2, 8 bit, one channel.
"""

import struct

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FINEST = 256  # samples per pixel; every other zoom is a multiple of it
SKETCH_POINTS = 400
_HEADER = struct.Struct("<iIiiIi")
_VERSION = 2
_EIGHT_BIT = 1


class WaveformMeter:
    """Keeps least, greatest and mean square of every FINEST samples: six bytes for 256 samples."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._least: list[NDArray[np.int8]] = []
        self._greatest: list[NDArray[np.int8]] = []
        self._squares: list[Floats] = []

    def add(self, mono: Floats) -> None:
        """Take in samples of the one channel that is drawn."""
        joined = np.concatenate([self._rest, mono]) if len(self._rest) else mono
        whole = len(joined) // FINEST * FINEST
        self._take(joined[:whole].reshape(-1, FINEST))
        self._rest = joined[whole:].copy()

    def finish(self) -> None:
        """Take in the last, shorter stretch."""
        if len(self._rest):
            self._take(self._rest[None, :])
            self._rest = np.zeros(0, np.float32)

    def _take(self, stretches: Floats) -> None:
        if not len(stretches):
            return
        self._least.append(_eight_bit(stretches.min(axis=1)))
        self._greatest.append(_eight_bit(stretches.max(axis=1)))
        self._squares.append(np.einsum("ij,ij->i", stretches, stretches) / stretches.shape[1])

    def file(self, rate_hz: int, samples_per_pixel: int) -> bytes:
        """The whole waveform at one zoom, as audiowaveform would write it."""
        if samples_per_pixel % FINEST:
            raise ValueError(f"{samples_per_pixel} samples per pixel is not a multiple of {FINEST}")
        step = samples_per_pixel // FINEST
        least, greatest = _joined(self._least), _joined(self._greatest)
        starts = np.arange(0, len(least), step)
        pairs = np.empty((len(starts), 2), np.int8)
        if len(starts):
            pairs[:, 0] = np.minimum.reduceat(least, starts)
            pairs[:, 1] = np.maximum.reduceat(greatest, starts)
        header = _HEADER.pack(_VERSION, _EIGHT_BIT, rate_hz, samples_per_pixel, len(pairs), 1)
        return header + pairs.tobytes()

    def sketch(self) -> bytes:
        """SKETCH_POINTS peaks, then as many RMS values, each from 0 to 255 for full scale."""
        count = sum(map(len, self._squares))
        if not count:
            return bytes(2 * SKETCH_POINTS)
        peaks = np.maximum(np.abs(_joined(self._least).astype(np.int16)), _joined(self._greatest)) / 127
        # A sound of fewer stretches than points repeats some of them.
        starts = np.arange(SKETCH_POINTS) * count // SKETCH_POINTS
        peak = np.maximum.reduceat(peaks, starts)
        ends = np.maximum(np.append(starts[1:], count), starts + 1)
        rms = np.sqrt(np.add.reduceat(np.concatenate(self._squares), starts) / (ends - starts))
        return b"".join(np.clip(np.rint(row * 255), 0, 255).astype(np.uint8).tobytes() for row in (peak, rms))


def _joined(parts: list[NDArray[np.int8]]) -> NDArray[np.int8]:
    return np.concatenate(parts) if parts else np.zeros(0, np.int8)


def _eight_bit(values: Floats) -> NDArray[np.int8]:
    """As audiowaveform: to 16 bit first, then divided by 256 towards zero."""
    return np.trunc(np.clip(np.rint(values * 32767), -32768, 32767) / 256).astype(np.int8)
