"""Forty bands as wide as the ear hears them: what rhythm and timbre are found in."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BANDS = 40
LOWEST_HZ = 30.0
HIGHEST_HZ = 10_000.0


def bank(size: int, rate_hz: int) -> Floats:
    """A matrix (bins, BANDS) that turns power spectra of frames of `size` samples into mean power a band.

    Triangles on the mel scale of O'Shaughnessy (1987): 2595 log10(1 + f / 700 Hz).
    """
    lowest, highest = (2595 * np.log10(1 + hertz / 700) for hertz in (LOWEST_HZ, HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(lowest, highest, BANDS + 2) / 2595) - 1)
    hertz = np.arange(size // 2 + 1) * rate_hz / size
    rising = (hertz[:, None] - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - hertz[:, None]) / np.diff(edges)[1:]
    triangles = np.maximum(0, np.minimum(rising, falling))
    # The lowest bands are narrower than a bin of the spectrum: they get the nearest one.
    for band in np.flatnonzero(triangles.sum(axis=0) == 0):
        triangles[np.argmin(np.abs(hertz - edges[band + 1])), band] = 1
    bands: Floats = (triangles / triangles.sum(axis=0)).astype(np.float32)
    return bands
