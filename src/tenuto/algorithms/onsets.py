"""Where something begins: how much louder the bands of the ear get, a hundred times a second."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Loudness is heard as a ratio, down to a floor: log(1 + GAIN * power), where the floor lies 40 dB below full scale
# in one band. Lower, the hiss of old recordings gets a rhythm.
GAIN = np.float32(1e4)
BASS_BANDS = 3  # of the ear's, up to 220 Hz: bass drums and bass lines
LAG = 2  # frames between which a rise is measured: a window of 46 ms hides faster ones


class Onsets:
    """Adds up the rises of all bands (spectral flux), frame by frame."""

    def __init__(self) -> None:
        self._last: Floats | None = None
        self._parts: list[Floats] = []
        self._bass: list[Floats] = []

    def add(self, power: Floats) -> None:
        """Take in (frames, bands) of power."""
        levels = np.log1p(GAIN * power)
        if self._last is None:
            self._last = np.repeat(levels[:1], LAG, axis=0)
        joined = np.concatenate([self._last, levels])
        before = joined[:-LAG]
        # What a band lost to its neighbour is no onset but a gliding note: compare with the greatest of three
        # (Boeck and Widmer, 2013).
        widest = before.copy()
        np.maximum(widest[:, 1:], before[:, :-1], out=widest[:, 1:])
        np.maximum(widest[:, :-1], before[:, 1:], out=widest[:, :-1])
        rises = np.maximum(0, levels - widest)
        self._parts.append(rises.mean(axis=1))
        self._bass.append(rises[:, :BASS_BANDS].mean(axis=1))
        self._last = joined[-LAG:].copy()

    def envelope(self) -> Floats:
        """One figure a frame; nothing for nothing."""
        return np.concatenate([np.zeros(0, np.float32), *self._parts])

    def bass(self) -> Floats:
        """The same of the lowest bands only."""
        return np.concatenate([np.zeros(0, np.float32), *self._bass])
