"""Which notes sound: every half second, how strongly each note from C1 to B6 is played.

A spectrum is explained as a sum of notes, each with its harmonics, and of noise that has no pitch, by non-negative
factorisation with fixed parts. So the third harmonic of a C is not taken for a G, nor a snare drum for a chord. How the
instruments are tuned is measured first, and the notes' templates are built for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.frames import Spectra

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

FRAME_SAMPLES = 8192  # 0.37 s at 22,050 Hz: tells semitones apart from G2 upwards
GROUP = 5  # frames whose median is kept: what sounds shorter than half of them, drums above all, is gone

LOWEST_NOTE, NOTES = 24, 72  # C1, in MIDI's count, and six octaves. Basses that had no note of
# their own would all be taken for the lowest there is
BANDS_A_SEMITONE = 3
LOWEST_BAND, BANDS = 35.0, 195  # in semitones, up to MIDI 100: E7
HARMONICS, FALL = 10, 0.7  # each harmonic has so much of the amplitude of the one before
HIGHEST_HARMONIC_HZ = 4_900.0
NOISE_APART, NOISE_WIDTH = 6.0, 5.0  # semitones between bells of noise, and their standard deviation
ROUNDS = 15  # of the factorisation; 30 change no key on the pieces it was tuned on
LOBE_BINS = 3  # further than that from a sine nothing of it is left
TUNED_FROM_HZ, TUNED_TO_HZ = 110.0, 2_500.0
ROWS_A_BATCH = 512


@dataclass(frozen=True)
class Played:
    """What was found: strengths of shape (half seconds, NOTES), the tuning, how much of all is pitched."""

    strengths: Floats = field(repr=False)
    tuning: float  # by how many semitones the instruments stand above 440 Hz; between -0.5 and 0.5
    pitched: float  # share of the amplitude that notes explain: of noise 0.16, of music with drums at least 0.35


class Notes:
    """Collects, from a stream of samples, what is needed to tell the notes at its end."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._spectra = Spectra(FRAME_SAMPLES, rate_hz // 10, frames_a_batch=8 * GROUP)
        self._bands = _bands(rate_hz)
        self._used = len(self._bands)
        self._rows: list[Floats] = []
        self._mistuned = 0j

    def feed(self, block: Floats) -> None:
        self._add(self._spectra.feed(block))

    def finish(self) -> Played:
        """Tell the notes from all that came in."""
        self._add(self._spectra.finish())
        if not self._rows:
            return Played(np.zeros((0, NOTES), np.float32), 0.0, 0.0)
        tuning = float(np.angle(self._mistuned) / (2 * np.pi)) if self._mistuned else 0.0
        parts = templates(self._rate_hz, tuning)
        rows = np.concatenate(self._rows)
        batches = [rows[at : at + ROWS_A_BATCH] for at in range(0, len(rows), ROWS_A_BATCH)]
        strengths = np.concatenate([_explained(batch, parts)[:, :NOTES] for batch in batches])
        whole = float(rows.sum(dtype=np.float64))
        return Played(strengths, tuning, float(strengths.sum(dtype=np.float64)) / whole if whole > 0 else 0.0)

    def _add(self, batches: Iterator[Floats]) -> None:
        for spectra in batches:
            spectra = spectra[:, : self._used]
            for start in range(0, len(spectra), GROUP):
                kept = np.median(spectra[start : start + GROUP], axis=0).astype(np.float32)
                self._mistuned += _mistuning(kept, self._rate_hz)
                self._rows.append((kept @ self._bands)[None])


def _mistuning(spectrum: Floats, rate_hz: int) -> complex:
    """The peaks' distances from the nearest semitone as angles, added up by their amplitudes."""
    first, last = (int(hertz * FRAME_SAMPLES / rate_hz) for hertz in (TUNED_FROM_HZ, TUNED_TO_HZ))
    left, here, right = spectrum[first - 1 : last - 1], spectrum[first:last], spectrum[first + 1 : last + 1]
    peaks = np.flatnonzero((here > left) & (here >= right))
    if not len(peaks):
        return 0j
    a, b, c = (np.log(np.maximum(side[peaks], 1e-9)).astype(np.float64) for side in (left, here, right))
    bend = np.minimum(a - 2 * b + c, -1e-9)
    hertz = (first + peaks + 0.5 * (a - c) / bend) * rate_hz / FRAME_SAMPLES
    return complex((here[peaks] * np.exp(2j * np.pi * 12 * np.log2(hertz / 440))).sum())


def _bands(rate_hz: int) -> Floats:
    """A matrix from the bins of a spectrum to bands a third of a semitone apart."""
    bins = int(HIGHEST_HARMONIC_HZ * 1.02 * FRAME_SAMPLES / rate_hz)
    hertz = np.arange(bins) * rate_hz / FRAME_SAMPLES
    centres = 440 * 2 ** ((LOWEST_BAND + np.arange(BANDS) / BANDS_A_SEMITONE - 69) / 12)
    widths = np.maximum(centres * (2 ** (1 / (12 * BANDS_A_SEMITONE)) - 1), rate_hz / FRAME_SAMPLES)
    bands: Floats = np.maximum(0, 1 - np.abs(hertz[:, None] - centres) / widths).astype(np.float32)
    return bands


def templates(rate_hz: int, tuning: float) -> Floats:
    """What a note of each pitch, and noise around each, looks like in the bands: (NOTES and noises, BANDS)."""
    bands = _bands(rate_hz).astype(np.float64)  # once, not with each note
    bins = np.arange(len(bands))
    notes = []
    for note in range(LOWEST_NOTE, LOWEST_NOTE + NOTES):
        lowest_hz = 440 * 2 ** ((note + tuning - 69) / 12)
        spectrum = np.zeros(len(bins))
        for harmonic in range(1, HARMONICS + 1):
            if lowest_hz * harmonic <= HIGHEST_HARMONIC_HZ:
                centre = lowest_hz * harmonic * FRAME_SAMPLES / rate_hz
                near = slice(max(0, int(centre) - LOBE_BINS), int(centre) + LOBE_BINS + 1)
                spectrum[near] = np.maximum(spectrum[near], FALL ** (harmonic - 1) * _lobe(bins[near] - centre))
        notes.append(spectrum @ bands)
    semitones = LOWEST_BAND + np.arange(BANDS) / BANDS_A_SEMITONE
    centres = np.arange(LOWEST_BAND, LOWEST_BAND + BANDS / BANDS_A_SEMITONE, NOISE_APART)
    noises = np.exp(-0.5 * ((semitones - centres[:, None]) / NOISE_WIDTH) ** 2)
    parts = np.concatenate([np.array(notes), noises])
    shares: Floats = (parts / parts.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def _lobe(away_bins: NDArray[np.floating]) -> Doubles:
    """How far into neighbouring bins a sine reaches through a Hann window."""
    lobe = np.abs(np.sinc(away_bins) + 0.5 * np.sinc(away_bins - 1) + 0.5 * np.sinc(away_bins + 1))
    main: Doubles = np.where(np.abs(away_bins) < 2.5, lobe, 0.0)
    return main


def _explained(rows: Floats, parts: Floats) -> Floats:
    """How much of each part there is in each row, by Lee and Seung's rule for the Kullback-Leibler distance."""
    loudest = rows.max()
    if loudest <= 0:
        return np.zeros((len(rows), len(parts)), np.float32)
    amounts = np.repeat(rows.mean(axis=1, keepdims=True), len(parts), axis=1)
    floor = np.float32(1e-7) * loudest
    for _ in range(ROUNDS):
        amounts *= (rows / (amounts @ parts + floor)) @ parts.T
    return amounts
