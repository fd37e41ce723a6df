"""In which key a piece stands: what its notes have most in common with, of twelve major and twelve minor keys.

How well each note fits a key was asked of listeners (Krumhansl and Kessler, 1982). Nothing was learned from recordings.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.notes import Played

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

TONICS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")

# Ratings of the twelve notes from the tonic upwards, on a scale from 1 to 7: Krumhansl and Kessler (1982), table 1.
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

LEAST_LIKENESS = 0.4  # chance reaches it
LEAST_PITCHED = 0.25  # drums and noise have no key, however their notes may fall
QUIET = 0.1  # of the mean strength: rows below count less and less
SHARPNESS = 12.0  # how fast a key's weight falls with its likeness


@dataclass(frozen=True)
class Key:
    """A tonic (0 is C, 11 is B) and a mode. `confidence` is its weight among all 24 keys, which add up to one."""

    tonic: int
    minor: bool
    confidence: float
    likeness: float  # correlation with the key's profile, -1 to 1

    @property
    def name(self) -> str:
        """As musicians write it: "E♭ major"."""
        return f"{TONICS[self.tonic]} {'minor' if self.minor else 'major'}"


def find(played: Played) -> Key | None:
    """The key of a piece, or None if none is clear."""
    pitches = pitch_classes(played.strengths)
    if played.pitched < LEAST_PITCHED or np.ptp(pitches) == 0:
        return None
    likeness = likenesses(pitches)
    best = int(np.argmax(likeness))
    if likeness[best] < LEAST_LIKENESS:
        return None
    weights = np.exp(SHARPNESS * (likeness - likeness[best]))
    return Key(best % 12, best >= 12, float(weights[best] / weights.sum()), float(likeness[best]))


def pitch_classes(strengths: Floats) -> Doubles:
    """How much each of the twelve notes is played, from strengths of shape (rows, notes from a C upwards).

    Each row counts alike, but for what is nearly silent.
    """
    if not strengths.size:
        return np.zeros(12)
    folded = strengths.astype(np.float64).reshape(len(strengths), -1, 12).sum(axis=1)
    loudness = folded.sum(axis=1, keepdims=True)
    if not loudness.any():
        return np.zeros(12)
    pitches: Doubles = (folded / (loudness + QUIET * loudness.mean())).mean(axis=0)
    return pitches


def likenesses(pitches: Doubles) -> Doubles:
    """Correlations with the profiles of C major to B major, then C minor to B minor."""
    profiles = np.array([np.roll(profile, tonic) for profile in (MAJOR, MINOR) for tonic in range(12)])
    profiles = profiles - profiles.mean(axis=1, keepdims=True)
    centred = pitches - pitches.mean()
    found: Doubles = profiles @ centred / (np.linalg.norm(profiles, axis=1) * np.linalg.norm(centred))
    return found
