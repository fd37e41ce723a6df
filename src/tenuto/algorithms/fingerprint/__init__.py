"""Knowing a piece again: points of sound, keys that tempo and pitch do not change, an index, a search.

    from tenuto.algorithms import fingerprint

    segment = fingerprint.build([(1, fingerprint.fingerprint(*fingerprint.listen(sound)))])
    matches = fingerprint.search(fingerprint.hear(excerpt), [segment])

Sound is one channel of float32 at 12,000 Hz. Cover versions and other performances are another task: what is found is
the same recording, whatever was done to it.
"""

from tenuto.algorithms.fingerprint.bands import BANDS, PITCHES, ROW_BYTES, Contrast
from tenuto.algorithms.fingerprint.passages import passages
from tenuto.algorithms.fingerprint.peaks import Density, Heard, Peaks, hear, listen
from tenuto.algorithms.fingerprint.search import CERTAIN, Match, search
from tenuto.algorithms.fingerprint.segments import Fingerprint, Segment, build, fingerprint, merge, without_bits

__all__ = [
    "BANDS",
    "CERTAIN",
    "PITCHES",
    "ROW_BYTES",
    "Contrast",
    "Density",
    "Fingerprint",
    "Heard",
    "Match",
    "Peaks",
    "Segment",
    "build",
    "fingerprint",
    "hear",
    "listen",
    "merge",
    "passages",
    "search",
    "without_bits",
]
