"""What a sound is like, apart from its notes and its beat: mean and spread of the usual descriptors of spectra.

Kept are sums only, so a piece may be as long as it likes. Frames 60 dB below full scale and quieter do not count.
"""

from dataclasses import dataclass, field

import numpy as np
import scipy  # its parts are loaded when first used: the web, which knows only our names, is spared 26 MB
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

COEFFICIENTS = 20
SILENT_POWER = 1e-6  # -60 dB
FLOOR_POWER = 1e-10
ROLL_OFF = 0.85


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation over the frames that are heard."""

    mean: float
    deviation: float


@dataclass(frozen=True)
class Timbre:
    """The descriptors of a piece. All zero for silence."""

    centroid_hz: Spread  # the middle of the spectrum, weighted by amplitude: how bright
    roll_off_hz: Spread  # 85 % of the power lies below
    flatness_db: Spread  # geometric to arithmetic mean of the power: 0 is noise, -60 a tone
    level_db: Spread  # mean power of a frame against full scale
    cepstrum_mean: Doubles = field(repr=False)  # 20 mel-frequency cepstral coefficients, in dB
    cepstrum_deviation: Doubles = field(repr=False)
    cepstrum_motion: Doubles = field(repr=False)  # root of the mean square of the change from frame to frame, in dB
    heard: float  # share of frames that count


class TimbreSums:
    """Adds up the descriptors of frames."""

    def __init__(self, hertz: Doubles) -> None:
        self._hertz = hertz.astype(np.float32)
        self._frames = 0
        self._heard = 0
        self._moved = 0
        self._sums = np.zeros((2, 4))
        self._cepstra = np.zeros((3, COEFFICIENTS))
        self._last: Floats | None = None

    def add(self, amplitudes: Floats, power: Floats, mel: Floats) -> None:
        """Take in frames: their amplitude and power spectra, and the power in bands of the ear."""
        total = power.sum(axis=1)
        # Parseval, for a Hann window whose sum is 1: a full-scale sine has 3/8 of its squared amplitude, 1/4, in bins.
        level = total * np.float32(4 / 3)
        heard = level > SILENT_POWER
        self._frames += len(heard)
        cepstra = scipy.fft.dct(10 * np.log10(mel + FLOOR_POWER), axis=1, norm="ortho")[:, :COEFFICIENTS]
        self._add_motion(cepstra, heard)
        if not heard.any():
            return
        amplitudes, power, total = amplitudes[heard], power[heard], total[heard]
        centroid = amplitudes @ self._hertz / amplitudes.sum(axis=1)
        reached = np.cumsum(power, axis=1) >= ROLL_OFF * total[:, None]
        roll_off = self._hertz[np.argmax(reached, axis=1)]
        geometric = np.log10(power[:, 1:] + np.float32(FLOOR_POWER * 1e-4)).mean(axis=1)
        flatness = 10 * (geometric - np.log10(power[:, 1:].mean(axis=1) + np.float32(FLOOR_POWER * 1e-4)))
        values = np.stack([centroid, roll_off, flatness, 10 * np.log10(level[heard])], axis=1).astype(np.float64)
        self._heard += len(values)
        self._sums += np.stack([values.sum(axis=0), (values**2).sum(axis=0)])
        kept = cepstra[heard].astype(np.float64)
        self._cepstra[:2] += np.stack([kept.sum(axis=0), (kept**2).sum(axis=0)])

    def _add_motion(self, cepstra: Floats, heard: NDArray[np.bool_]) -> None:
        joined = cepstra if self._last is None else np.concatenate([self._last, cepstra])
        change = np.diff(joined, axis=0)
        change = change[heard[-len(change) :]] if len(change) else change
        self._cepstra[2] += (change.astype(np.float64) ** 2).sum(axis=0)
        self._moved += len(change)
        self._last = cepstra[-1:].copy()

    def finish(self) -> Timbre:
        heard = max(1, self._heard)
        spreads = [
            Spread(mean, float(np.sqrt(max(0.0, square - mean**2)))) for mean, square in (self._sums.T / heard).tolist()
        ]
        mean, square = self._cepstra[:2] / heard
        centroid, roll_off, flatness, level = spreads
        return Timbre(
            centroid_hz=centroid,
            roll_off_hz=roll_off,
            flatness_db=flatness,
            level_db=level,
            cepstrum_mean=mean,
            cepstrum_deviation=np.sqrt(np.maximum(0, square - mean**2)),
            cepstrum_motion=np.sqrt(self._cepstra[2] / max(1, self._moved)),
            heard=self._heard / max(1, self._frames),
        )
