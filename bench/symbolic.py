"""The key of a piece told from its notes instead of its sound, and only where nobody would call it otherwise.

A declared key signature is weak evidence: editors write C major where nobody chose. So three profiles that other people
published (the product uses the mean of these and a fourth) are laid over the exact durations of all notes but drums.
Where all three name one key, where its tonic is among the two notes most often in the bass, and where the file declares
either nothing or the same, that is its key. Everything else is ambiguous, by this rule, and not counted: blues with
both thirds, modes, pieces that modulate.
"""

from collections import Counter

import numpy as np
from bench.midi import DRUMS, Note, Song
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
KeyName = tuple[int, bool]  # tonic, 0 is C; minor

# Major and minor, from the tonic upwards. The product has the same three and one more in a table of its own: a
# yardstick that took its figures from what it measures would change with it.
PROFILES = (
    # Krumhansl and Kessler (1982), listeners' ratings.
    (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    # Temperley (2007), from the harmonic examples of Kostka and Payne's textbook.
    (
        (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
        (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
    ),
    # Aarden (2003), from folk songs of the Essen collection.
    (
        (17.77, 0.1456, 14.93, 0.1602, 19.80, 11.36, 0.2912, 22.06, 0.1456, 8.155, 0.2330, 4.951),
        (18.26, 0.7376, 14.05, 16.86, 0.7025, 14.44, 0.7025, 18.62, 4.566, 1.932, 7.376, 1.756),
    ),
)
LONGEST_BEATS = 4.0  # what is held longer is a drone, no more important for it
LOW = 55  # G3: what sounds above is no bass


def unambiguous_key(song: Song) -> KeyName | None:
    notes = [note for note in song.notes if note.channel != DRUMS]
    if not notes:
        return None
    pitches = np.zeros(12)
    for note in notes:
        pitches[note.pitch % 12] += min(note.end - note.start, LONGEST_BEATS) * note.velocity
    named = {nearest_key(pitches, profiles) for profiles in PROFILES}
    if len(named) != 1:
        return None
    [key] = named
    declared = song.keys[-1][1:] if song.keys else key
    at_home = key[0] in [pitch for pitch, _ in bass(notes).most_common(2)]
    return key if at_home and declared == key else None


def nearest_key(pitches: Doubles, profiles: tuple[tuple[float, ...], tuple[float, ...]]) -> KeyName:
    keys = [(tonic, minor) for minor in (False, True) for tonic in range(12)]
    likeness = [np.corrcoef(pitches, np.roll(profiles[minor], tonic))[0, 1] for tonic, minor in keys]
    return keys[int(np.argmax(likeness))]


def bass(notes: list[Note]) -> Counter[int]:
    """How often each pitch class is the lowest note, looked at twice a beat."""
    found: Counter[int] = Counter()
    for half in range(int(2 * max(note.end for note in notes))):
        sounding = [note.pitch for note in notes if note.start <= half / 2 + 0.01 and note.end > half / 2 + 0.05]
        if sounding and min(sounding) < LOW:
            found[min(sounding) % 12] += 1
    return found


def mirex(told: KeyName | None, truth: KeyName) -> float:
    """The weights of the MIREX contests: 1 the same, 0.5 a fifth above, 0.3 the relative, 0.2 the parallel key."""
    if told is None:
        return 0.0
    apart = (told[0] - truth[0]) % 12
    if told[1] == truth[1]:
        return {0: 1.0, 7: 0.5}.get(apart, 0.0)
    relative = 9 if told[1] else 3
    return {relative: 0.3, 0: 0.2}.get(apart, 0.0)
