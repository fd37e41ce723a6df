"""Reads notes written as people write them: `A4:1.5` is the A above middle C for a beat and a half, `-:1` a rest."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAME = re.compile(r"([A-G])([#b]?)(-?\d)")


@dataclass(frozen=True)
class Note:
    """A pitch (60 is middle C) with its place and length in beats."""

    beat: float
    pitch: int
    beats: float
    force: float = 0.7


def pitch(name: str) -> int:
    found = _NAME.fullmatch(name)
    if not found:
        raise ValueError(f"{name!r} is not a note: write C4, F#3 or Bb2")
    step, sign, octave = found.groups()
    return 12 * (int(octave) + 1) + _STEPS[step] + {"": 0, "#": 1, "b": -1}[sign]


def hz(midi: float) -> float:
    return float(440.0 * 2 ** ((midi - 69) / 12))


def chord(names: str) -> list[int]:
    """`D3 F3 A3` as pitches."""
    return [pitch(name) for name in names.split()]


def bars(*rows: str) -> tuple[str, ...]:
    """What stands between bar lines, bar by bar."""
    return tuple(bar.strip() for row in rows for bar in row.split("|"))


def line(text: str, start: float = 0.0, force: float = 0.7) -> list[Note]:
    """A melody. `A4:1` lasts a beat; `!` behind makes it an accent, `?` a ghost; bar lines `|` are for the eye."""
    notes: list[Note] = []
    beat = start
    for word in text.replace("|", " ").split():
        name, _, beats_text = word.rstrip("!?").partition(":")
        beats = float(beats_text)
        if name != "-":
            weight = {"!": 1.3, "?": 0.55}.get(word[-1], 1.0)
            notes.append(Note(beat, pitch(name), beats, min(1.0, force * weight)))
        beat += beats
    return notes


def shifted(notes: Iterable[Note], *, beats: float = 0.0, steps: int = 0, force: float = 1.0) -> list[Note]:
    """The same notes later, higher, or softer."""
    return [Note(n.beat + beats, n.pitch + steps, n.beats, min(1.0, n.force * force)) for n in notes]
