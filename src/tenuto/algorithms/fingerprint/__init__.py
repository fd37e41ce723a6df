"""Knowing a piece again: points of sound, keys that tempo and pitch do not change, an index, a search.

    from tenuto.algorithms import fingerprint

    segment = fingerprint.build([(1, fingerprint.fingerprint(fingerprint.find_peaks(sound)))])
    matches = fingerprint.search(fingerprint.hear(excerpt), [segment])

Sound is one channel of float32 at 12,000 Hz. Cover versions and other performances are another task: what is found is
the same recording, whatever was done to it.
"""

from tenuto.algorithms.fingerprint.passages import passages
from tenuto.algorithms.fingerprint.peaks import REFERENCE, Density, Heard, Peaks, find_peaks, hear
from tenuto.algorithms.fingerprint.search import CERTAIN, Match, search
from tenuto.algorithms.fingerprint.segments import Fingerprint, Segment, build, fingerprint, merge

__all__ = [
    "CERTAIN",
    "REFERENCE",
    "Density",
    "Fingerprint",
    "Heard",
    "Match",
    "Peaks",
    "Segment",
    "build",
    "find_peaks",
    "fingerprint",
    "hear",
    "merge",
    "passages",
    "search",
]
