"""Cuts a stream of samples into overlapping frames, and says what their spectra are.

Frames leave in batches of one size wherever the blocks of the stream end, so that the same sound gives the same
figures, to the last bit, however it was divided on its way.
"""

from collections.abc import Iterator

import numpy as np
import scipy  # its parts are loaded when first used: the web, which knows only our names, is spared 26 MB
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Spectra:
    """Amplitude spectra of a stream. Frame k is centred on sample k * hop; a full-scale sine has the amplitude 0.5."""

    def __init__(self, size: int, hop: int, frames_a_batch: int) -> None:
        self._size = size
        self._hop = hop
        self._window = np.hanning(size + 1)[:size].astype(np.float32)
        self._window /= self._window.sum()
        self._frames_a_batch = frames_a_batch
        self._waiting: list[Floats] = [np.zeros(size // 2, np.float32)]
        self._waiting_samples = size // 2
        self._samples = 0
        self._frames = 0

    def feed(self, block: Floats) -> Iterator[Floats]:
        """Take in samples; hand out (frames, size // 2 + 1) as often as a batch is full."""
        self._samples += len(block)
        self._waiting.append(block)
        self._waiting_samples += len(block)
        needed = (self._frames_a_batch - 1) * self._hop + self._size
        if self._waiting_samples < needed:
            return
        joined = np.concatenate(self._waiting)
        at = 0
        while len(joined) - at >= needed:
            yield self._transformed(joined[at : at + needed])
            at += self._frames_a_batch * self._hop
        self._waiting = [joined[at:].copy()]
        self._waiting_samples = len(joined) - at

    def finish(self) -> Iterator[Floats]:
        """Hand out the frames whose centres lie before the end, with silence behind it."""
        missing = -(-self._samples // self._hop) - self._frames
        if missing > 0:
            length = (missing - 1) * self._hop + self._size
            joined = np.concatenate(self._waiting)[:length]
            yield self._transformed(np.pad(joined, (0, length - len(joined))))
        self._waiting = []

    def _transformed(self, samples: Floats) -> Floats:
        frames = sliding_window_view(samples, self._size)[:: self._hop]
        self._frames += len(frames)
        spectra: Floats = np.abs(scipy.fft.rfft(frames * self._window, axis=1))
        return spectra
