"""Describes a recording in one pass: its tempo and beats, its key, its energy, its timbre.

    describer = Describer()
    for block in blocks:
        describer.feed(block)
    description = describer.finish()

Blocks are mono, 32-bit floating point, at RATE_HZ, of any length. What is kept grows by 2.4 kB a second of sound: 26 MB
for three hours. The same samples give the same description to the last bit, however they are divided into blocks.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms import beats, key, mel, tempo, vectors
from tenuto.algorithms.frames import Spectra
from tenuto.algorithms.key import Key
from tenuto.algorithms.notes import Notes
from tenuto.algorithms.onsets import Onsets
from tenuto.algorithms.tempo import Tempo
from tenuto.algorithms.timbre import Timbre, TimbreSums
from tenuto.algorithms.vectors import Vector

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

RATE_HZ = 22_050
FRAME_SAMPLES = 1024  # 46 ms
HOP_SAMPLES = 220
FRAMES_A_SECOND = RATE_HZ / HOP_SAMPLES  # 100.2
FRAMES_A_BATCH = 256
LOUDEST = 1e6  # nothing above is sound; its square still fits


@dataclass(frozen=True)
class Description:
    """What was found. `tempo` and `key` are None where none is clear."""

    seconds: float
    tempo: Tempo | None
    beats: Doubles = field(repr=False)  # seconds from the beginning
    key: Key | None
    tuning_cents: float  # how far the instruments stand from 440 Hz
    energy: float  # 0 is calm, 1 is wild
    timbre: Timbre
    vector: Vector = field(repr=False)  # for `similar` and `tags`


class Describer:
    """Takes a recording in, block by block, and says at its end what it is like."""

    def __init__(self) -> None:
        self._spectra = Spectra(FRAME_SAMPLES, HOP_SAMPLES, FRAMES_A_BATCH)
        self._bands = mel.bank(FRAME_SAMPLES, RATE_HZ)
        self._onsets = Onsets()
        self._timbre = TimbreSums(np.arange(FRAME_SAMPLES // 2 + 1) * RATE_HZ / FRAME_SAMPLES)
        self._notes = Notes(RATE_HZ)
        self._samples = 0

    def feed(self, block: Floats) -> None:
        """Take in the next samples. Refuses what is not one row of finite 32-bit floating-point numbers."""
        if block.ndim != 1 or block.dtype != np.float32:
            raise ValueError(f"a block is one row of float32, not {block.dtype} of shape {block.shape}")
        # Written so that NaN, which is neither more nor less than anything, fails it.
        if len(block) and not (block.min() >= -LOUDEST and block.max() <= LOUDEST):
            raise ValueError("a block holds what is no number, or louder than any sound")
        self._samples += len(block)
        block = block.copy()  # parts of it wait for the next one; the caller may use its own again
        for amplitudes in self._spectra.feed(block):
            self._add(amplitudes)
        self._notes.feed(block)

    def finish(self) -> Description:
        """All that was found. Nothing can be fed afterwards."""
        for amplitudes in self._spectra.finish():
            self._add(amplitudes)
        envelope, played, timbre = self._onsets.envelope(), self._notes.finish(), self._timbre.finish()
        speed = tempo.find(envelope, self._onsets.bass(), FRAMES_A_SECOND)
        return Description(
            seconds=self._samples / RATE_HZ,
            tempo=speed,
            beats=beats.grid(envelope, FRAMES_A_SECOND, speed.bpm) if speed else np.zeros(0),
            key=key.find(played),
            tuning_cents=100 * played.tuning,
            energy=energy(timbre, envelope),
            timbre=timbre,
            vector=vectors.vector(timbre, envelope, FRAMES_A_SECOND, played.strengths),
        )

    def _add(self, amplitudes: Floats) -> None:
        power: Floats = amplitudes * amplitudes
        bands: Floats = power @ self._bands
        self._onsets.add(bands)
        self._timbre.add(amplitudes, power, bands)


def energy(timbre: Timbre, envelope: Floats) -> float:
    """The mean of three figures from 0 to 1: how loud, how bright, and how much begins.

    From -40 to -8 dB of mean level, from 300 Hz to 4.8 kHz of mean centroid, from 0 to 0.16 of mean onset strength.
    It orders pieces; it is no measure of a listener's feelings.
    """
    if timbre.heard == 0:
        return 0.0
    parts = (
        (timbre.level_db.mean + 40) / 32,
        float(np.log2(max(timbre.centroid_hz.mean, 1.0) / 300)) / 4,
        float(envelope.mean(dtype=np.float64)) / 0.16,
    )
    return float(np.mean([min(1.0, max(0.0, part)) for part in parts]))
