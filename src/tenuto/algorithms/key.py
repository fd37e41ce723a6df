"""In which key a piece stands: what its notes have most in common with, of twelve major and twelve minor keys.

How well each note fits a key was asked of listeners and counted in music, by four authors who differ; the mean of their
profiles is used. Nothing was learned from recordings. Notes count by how far they lie from the middle of the piece
itself, not of the keyboard, so that a piece that is transposed keeps its notes' weights. What is lowest speaks for a
tonic besides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.notes import Played

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

# What each of the twelve notes, from the tonic upwards, has to do with a major and with a minor key.
PROFILES = (
    # Krumhansl and Kessler (1982), table 1: listeners' ratings on a scale from 1 to 7.
    (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    # Temperley (2007): how often in the examples of Kostka and Payne's textbook of harmony.
    (
        (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
        (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
    ),
    # Aarden (2003): how often in folk songs of the Essen collection.
    (
        (17.77, 0.1456, 14.93, 0.1602, 19.80, 11.36, 0.2912, 22.06, 0.1456, 8.155, 0.2330, 4.951),
        (18.26, 0.7376, 14.05, 16.86, 0.7025, 14.44, 0.7025, 18.62, 4.566, 1.932, 7.376, 1.756),
    ),
    # Sha'ath (2011): Krumhansl's, changed by hand for popular and electronic music.
    (
        (6.6, 2.0, 3.5, 2.3, 4.6, 4.0, 2.5, 5.2, 2.4, 3.7, 2.3, 3.4),
        (6.5, 2.7, 3.5, 5.4, 2.6, 3.5, 2.5, 5.2, 4.0, 2.7, 4.3, 3.2),
    ),
)

LEAST_LIKENESS = 0.4  # chance reaches it
LEAST_PITCHED = 0.25  # drums and noise have no key, however their notes may fall
LEAST_TOGETHER = 0.175  # likeness times pitched share: untuned drums reach 0.161, music with drums at least 0.187
QUIET = 0.1  # of the mean strength: rows below count less and less
ROWS_QUIET = 0.2  # the same, after each note was evened
EVENED = 0.6  # power of a note's share of its moment, and again of its share of all: a loud bass or a long pedal
# must not drown the others
ABOVE_MIDDLE, REACH = 6.0, 15.0  # semitones: a bell above the piece's middle, and its standard deviation
LOWEST_HAS = 0.4  # of its row's strongest note, at least, has the lowest that counts as its bass
BASS_WEIGHT = 0.25
SHARPNESS = 12.0  # how fast a key's weight falls with its likeness


@dataclass(frozen=True)
class Key:
    """A tonic (0 is C, 11 is B) and a mode. `confidence` is its weight among all 24 keys, which add up to one."""

    tonic: int
    minor: bool
    confidence: float
    likeness: float  # correlation with the key's profile, -1 to 1


def find(played: Played) -> Key | None:
    """The key of a piece, or None if none is clear."""
    pitches = pitch_classes(played.strengths)
    if played.pitched < LEAST_PITCHED or np.ptp(pitches) == 0:
        return None
    likeness = likenesses(pitches)
    scores = likeness + BASS_WEIGHT * np.tile(basses(played.strengths), 2)
    best = int(np.argmax(scores))
    if likeness[best] < LEAST_LIKENESS or likeness[best] * played.pitched < LEAST_TOGETHER:
        return None
    weights = np.exp(SHARPNESS * (scores - scores[best]))
    return Key(best % 12, best >= 12, float(weights[best] / weights.sum()), float(likeness[best]))


def pitch_classes(strengths: Floats) -> Doubles:
    """How much each of the twelve notes is played, from strengths of shape (rows, notes from a C upwards).

    Each row counts alike, but for what is nearly silent, and each note by its distance from the middle of all.
    """
    loudness = strengths.sum(axis=1, keepdims=True, dtype=np.float64)
    if not loudness.any():
        return np.zeros(12)
    evened = (strengths / (loudness + QUIET * loudness.mean())) ** EVENED
    notes = np.arange(strengths.shape[1])
    middle = evened.sum(axis=0) @ notes / evened.sum()
    near = evened * np.exp(-0.5 * ((notes - middle - ABOVE_MIDDLE) / REACH) ** 2)
    whole = near.sum(axis=1, keepdims=True)
    pitches: Doubles = (near / (whole + ROWS_QUIET * whole.mean())).mean(axis=0).reshape(-1, 12).sum(axis=0)
    return pitches


def basses(strengths: Floats) -> Doubles:
    """In which share of the rows, but for quiet ones, each of the twelve notes is the lowest that is strong."""
    loudness = strengths.sum(axis=1, dtype=np.float64)
    loud = strengths[loudness > ROWS_QUIET * loudness.mean()] if loudness.any() else strengths[:0]
    lowest = np.argmax(loud > LOWEST_HAS * loud.max(axis=1, keepdims=True, initial=0), axis=1)
    shares: Doubles = np.bincount(lowest % 12, minlength=12) / max(1, len(loud))
    return shares


def likenesses(pitches: Doubles) -> Doubles:
    """Correlations with the mean profiles of C major to B major, then C minor to B minor."""
    profiles = np.mean([_standardised(np.array(both)) for both in PROFILES], axis=0)
    keys = _standardised(np.array([np.roll(profile, tonic) for profile in profiles for tonic in range(12)]))
    found: Doubles = keys @ _standardised(pitches**EVENED)
    return found


def _standardised(rows: Doubles) -> Doubles:
    """Each row with its mean taken away, one long."""
    centred = rows - rows.mean(axis=-1, keepdims=True)
    alone: Doubles = centred / np.linalg.norm(centred, axis=-1, keepdims=True)
    return alone
