"""What a piece sounds like, in numbers: enough to tell whether something is wrong, and one piece from another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

from tenuto.demo.pieces.piece import Piece
from tenuto.dsp.loudness import LoudnessMeter, PeakMeter, decibels

EDGES_HZ = (20, 60, 150, 400, 1000, 2000, 5000, 10_000, 20_000)


@dataclass(frozen=True)
class Impression:
    """What was heard of one piece."""

    seconds: float
    lufs: float
    true_peak_db: float
    bands_db: NDArray[np.float64]  # energy between EDGES_HZ, of the whole
    tones: NDArray[np.float64]  # share of each of the twelve tones, from C
    seconds_db: NDArray[np.float64]  # level of every second
    onsets_per_second: float
    sides_alike: float  # correlation of left and right
    dc: float

    def features(self) -> NDArray[np.float64]:
        """A point in a space in which one unit is a clear difference."""
        dynamics = [self.seconds_db.std() / 3, self.onsets_per_second, self.sides_alike * 3]
        return np.concatenate([np.maximum(self.bands_db, -50) / 6, self.tones * 5, dynamics])


def impression(piece: Piece) -> Impression:
    sound = np.ascontiguousarray(piece.samples.T)
    loudness, peaks = LoudnessMeter(piece.rate_hz, 2), PeakMeter(2)
    loudness.add(sound)
    peaks.add(sound)
    peaks.finish()
    lufs, peak = loudness.integrated_lufs(), decibels(peaks.true_peak)
    assert lufs is not None
    assert peak is not None
    middle = sound.mean(axis=0)
    # In silence up to a length of small factors: one with a large prime takes four times as long to transform.
    size = next_fast_len(len(middle), real=True)
    spectrum, frequency = np.abs(np.fft.rfft(middle, size)) ** 2, np.fft.rfftfreq(size, 1 / piece.rate_hz)
    whole = len(middle) // piece.rate_hz * piece.rate_hz
    energy = np.square(middle[:whole].reshape(-1, piece.rate_hz)).mean(axis=1, dtype=np.float64)
    return Impression(
        seconds=piece.seconds,
        lufs=lufs,
        true_peak_db=peak,
        bands_db=_bands(spectrum, frequency),
        tones=_tones(spectrum, frequency),
        seconds_db=10 * np.log10(energy + 1e-12),
        onsets_per_second=_onsets(middle, piece.rate_hz) / piece.seconds,
        sides_alike=_alikeness(sound),
        dc=float(np.abs(sound.mean(axis=1)).max()),
    )


def _alikeness(sound: NDArray[np.float32]) -> float:
    left, right = sound - sound.mean(axis=1, keepdims=True)
    return float(left @ right / np.sqrt((left @ left) * (right @ right)))


def _bands(energy: NDArray[np.floating], frequency: NDArray[np.floating]) -> NDArray[np.float64]:
    sums, _ = np.histogram(frequency, EDGES_HZ, weights=energy)
    return np.asarray(10 * np.log10(sums / sums.sum() + 1e-12))


def _tones(energy: NDArray[np.floating], frequency: NDArray[np.floating]) -> NDArray[np.float64]:
    melodic = (frequency > 100) & (frequency < 2000)
    tone = np.round(12 * np.log2(frequency[melodic] / 261.63)).astype(int) % 12
    sums = np.bincount(tone, np.sqrt(energy[melodic]), 12)
    return np.asarray(sums / np.linalg.norm(sums))


def _onsets(middle: NDArray[np.float32], rate_hz: int) -> int:
    """How often the level of 10 ms rises by 6 dB above the 50 ms before."""
    step = rate_hz // 100
    energy = np.mean(np.square(middle[: len(middle) // step * step].reshape(-1, step)), axis=1)
    level = np.asarray(np.sqrt(energy) + 1e-4, np.float64)
    before = np.convolve(level, np.ones(5) / 5)[: len(level)]
    rising = level[1:] > 2 * before[:-1]
    return int(np.sum(rising[1:] & ~rising[:-1]))
