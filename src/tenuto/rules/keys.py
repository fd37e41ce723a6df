"""Musical keys: how they are written, where they stand on the Camelot wheel, and which go together."""

import re
from dataclasses import dataclass
from functools import cached_property

# As musicians spell them: D♭ major has five flats, C♯ major would have seven sharps.
MAJOR_TONICS = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
MINOR_TONICS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B")

_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_ACCIDENTALS = {"": 0, "♯": 1, "#": 1, "♭": -1, "b": -1}
_WRITTEN = re.compile(r"([A-Ga-g])([♯#♭b]?)\s*(major|maj|minor|min|m)?")
_WHEEL = re.compile(r"(1[0-2]|[1-9])([ABab])")


@dataclass(frozen=True)
class Key:
    """A tonic, counted in semitones from C, and a mode."""

    tonic: int
    minor: bool

    @property
    def name(self) -> str:
        """As musicians write it: “E♭ major”."""
        return f"{self.note} {'minor' if self.minor else 'major'}"

    @property
    def note(self) -> str:
        """The tonic alone, spelled as this mode wants it."""
        return (MINOR_TONICS if self.minor else MAJOR_TONICS)[self.tonic]

    @cached_property
    def camelot(self) -> str:
        """Its place on the Camelot wheel: “8A” is A minor, “8B” its relative C major."""
        relative_major = self.tonic + 3 if self.minor else self.tonic
        # The wheel goes by fifths, seven semitones each, and calls C the eighth.
        return f"{(relative_major * 7 + 7) % 12 + 1}{'A' if self.minor else 'B'}"

    @property
    def compatible(self) -> tuple["Key", ...]:
        """Keys that mix with it: itself, its relative, and its neighbours on the wheel, a fifth up and down."""
        relative = Key((self.tonic + (3 if self.minor else -3)) % 12, not self.minor)
        return (
            self,
            relative,
            Key((self.tonic + 7) % 12, self.minor),
            Key((self.tonic - 7) % 12, self.minor),
        )


# In the order of the wheel, so that neighbours stand beside each other.
KEYS = tuple(
    sorted(
        (Key(tonic, minor) for tonic in range(12) for minor in (False, True)),
        key=lambda key: (int(key.camelot[:-1]), key.camelot[-1]),
    )
)
_BY_CAMELOT = {key.camelot: key for key in KEYS}


def read_key(text: str) -> Key | None:
    """The key that somebody wrote, as “E♭ major”, “Ebm”, “F# min” or “8A”. None if it is none."""
    text = text.strip()
    if _WHEEL.fullmatch(text):
        return _BY_CAMELOT[text.upper()]
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    letter, accidental, mode = found.groups()
    return Key((_STEPS[letter.lower()] + _ACCIDENTALS[accidental]) % 12, mode in {"minor", "min", "m"})
