"""Kettle Song: two guitars and a kettle that comes to the boil on their last note but one."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth import field
from tenuto.demo.synth.filters import bandpass
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.modes import wood
from tenuto.demo.synth.oscillators import noise
from tenuto.demo.synth.plucked import double_bass, guitar_body, nylon, steel
from tenuto.demo.synth.score import bars, chord, line
from tenuto.demo.synth.sound import Sound, clock, length_of
from tenuto.demo.synth.space import reverb, room
from tenuto.demo.synth.timing import Hands, Pulse

TIME = Pulse(128, start=5.0)
BARS = 52
SECONDS = TIME.at(BARS * 3) + 6.0

# Three beats a bar: a bass string, then what three fingers find above it.
A = bars(
    "G2 G3 B3 D4 | G2 G3 B3 D4 | F#2 A3 D4 F#4 | E2 G3 B3 E4",
    "C3 G3 C4 E4 | B2 G3 B3 D4 | A2 G3 C4 E4 | D3 F#3 C4 D4",
    "G2 G3 B3 D4 | B2 A3 D#4 F#4 | E2 G3 B3 E4 | C#3 G3 Bb3 E4",
    "D3 G3 B3 D4 | D3 F#3 C4 D4 | G2 G3 B3 D4 | G2 G3 B3 D4",
)
B = bars(
    "E2 G3 B3 E4 | B2 A3 B3 D#4 | E2 G3 B3 E4 | E2 G#3 D4 E4",
    "A2 A3 C4 E4 | A2 G3 C4 E4 | D3 F#3 A3 D4 | D3 F#3 C4 D4",
    "G2 G3 B3 D4 | G2 F3 B3 D4 | C3 G3 C4 E4 | C3 Eb3 G3 C4",
    "B2 G3 B3 D4 | E2 G#3 B3 D4 | A2 G3 C#4 E4 | D3 F#3 C4 D4",
)
END = ("C3 G3 C4 E4", "C3 Eb3 A3 C4", "G2 G3 B3 D4", "G2 D3 B3 G4")
CHORDS = (*A, *B, *A, *END)

A_TUNE = (
    "D5:2 B4:1 | G4:3 | A4:1 F#4:1 D5:1 | B4:2 G4:1 | E5:2 D5:.5 C5:.5 | D5:1 B4:1 G4:1 | C5:1.5 B4:.5 A4:1 | F#4:3 |"
    "D5:2 B4:1 | D#5:1.5 F#5:.5 B4:1 | E5:2 B4:1 | G5:1 E5:1 C#5:1 | D5:2 B4:1 | A4:1 F#4:1 A4:1 | G4:3 | -:3"
)
B_TUNE = (
    "B4:1 E5:1 F#5:1 | G5:1.5 F#5:.5 D#5:1 | E5:2 B4:1 | G#4:1 B4:1 D5:1 | C5:1.5 B4:.5 A4:1 | E5:2 C5:1 | "
    "D5:1 A4:1 F#5:1 | E5:1 D5:1 C5:1 |"
    "B4:2 D5:1 | F5:2 D5:1 | E5:1.5 G5:.5 E5:1 | Eb5:2 C5:1 | D5:1 G5:1 B5:1 | B5:1 G#5:1 D5:1 | "
    "C#5:1 E5:1 G5:1 | F#5:3"
)
END_TUNE = "E5:2 G5:1 | Eb5:1.5 C5:.5 A4:1 | B4:1 D5:2 | G5:3"


def compose() -> Piece:
    rng = np.random.default_rng(1_28_3)
    mother, daughter, kitchen, bass = (Canvas(SECONDS) for _ in range(4))
    _accompany(mother, rng)
    _sing(daughter, rng)
    _bass(bass, rng)
    _kitchen(kitchen, rng)
    guitars = [np.stack([guitar_body(side) for side in canvas.sound]) for canvas in (mother, daughter)]
    mix = guitars[0] + 1.15 * guitars[1] + bass.sound
    mix = mix + 0.16 * reverb(mix + 0.4 * kitchen.sound, room(1.0, rng, before_ms=6, dark=0.5)) + kitchen.sound
    return Piece(mastered(mix.astype(np.float32), -16.5, fade_in=0.8, fade_out=3.5))


def _bend(bar: int) -> float:
    """Seconds by which a bar comes late: phrases breathe at their end, and the last bars slow down."""
    breath = 0.05 * (bar // 8)
    return breath + (0.05 * max(0, bar - 47) ** 2 if bar > 47 else 0.0)


def _at(beat: float) -> float:
    return TIME.at(beat) + _bend(int(beat // 3))


def _accompany(mother: Canvas, rng: np.random.Generator) -> None:
    """Fingers go up and come back in eighths; which way round changes with the phrase."""
    hands = Hands(rng, stray_ms=9, touch=0.11)
    up_and_back = ((0.5, 1), (1.0, 2), (1.5, 3), (2.0, 2), (2.5, 1))
    waltz = ((1.0, 1), (1.0, 2), (1.0, 3), (2.0, 1), (2.0, 2), (2.0, 3))
    for bar, names in enumerate(CHORDS):
        steps = chord(names)
        if bar == len(CHORDS) - 1:
            for number, step in enumerate(steps):
                mother.add(nylon(step, 5.5, 0.6, rng), _at(bar * 3) + 0.09 * number, 0.6, -0.3)
            break
        mother.add(nylon(steps[0], TIME.lasting(2.9), hands.force(0.72), rng), hands.when(_at(bar * 3)), 0.6, -0.32)
        picked = waltz if 16 <= bar < 24 else up_and_back
        for beat, which in picked:
            strum = 0.012 * which if picked is waltz else 0.0
            force = hands.force(0.42 + 0.1 * (beat == 1.0))
            mother.add(
                nylon(steps[which], TIME.lasting(1.6), force, rng), hands.when(_at(bar * 3 + beat)) + strum, 0.55, -0.32
            )


def _sing(daughter: Canvas, rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=11, late_ms=8, touch=0.1)
    second_time = [note for note in line(A_TUNE) if note.beat >= 24]
    tunes = (
        (line(A_TUNE, start=0)[:0], 0),
        (line(A_TUNE), 0),
        (line(B_TUNE), 48),
        (second_time, 96),
        (line(END_TUNE), 144),
    )
    for notes, start in tunes:
        for note in notes:
            at = hands.when(_at(note.beat + start))
            daughter.add(steel(note.pitch, TIME.lasting(note.beats) + 0.25, hands.force(note.force), rng), at, 0.5, 0.3)
            # In the last verse she adds the sixth below, softly, on long notes.
            if start == 96 and note.beats >= 2:
                daughter.add(
                    steel(note.pitch - 9, TIME.lasting(note.beats), hands.force(0.4), rng), at + 0.02, 0.4, 0.42
                )
    for number, note in enumerate(
        line("B4:1 D5:1 G5:1 | F#5:1 D5:1 A4:1 | G4:1 B4:1 E5:1 | E5:1 B4:1 G4:1", start=96 + 0)
    ):
        daughter.add(
            steel(note.pitch, TIME.lasting(1.5), hands.force(0.45), rng),
            hands.when(_at(note.beat)),
            0.42,
            0.36 - 0.01 * number,
        )


def _bass(bass: Canvas, rng: np.random.Generator) -> None:
    for bar, names in enumerate(CHORDS):
        if 16 <= bar < 48:
            root = chord(names)[0]
            bass.add(
                double_bass(root - 12 if root > 43 else root, TIME.lasting(2.2), 0.6, rng), _at(bar * 3), 0.42, 0.05
            )


def _kitchen(kitchen: Canvas, rng: np.random.Generator) -> None:
    """Gas, a tap on the table for a count-in, and the kettle, which has the last word."""
    for start, seconds in ((0.4, 4.4),):
        kitchen.add(_gas(seconds, rng), start, 0.05, -0.2)
    for beat in (-3, -2, -1):
        kitchen.add(wood(420 if beat == -3 else 360, 0.5), TIME.at(0) + TIME.lasting(beat), 0.35, 0.2)
    boil = 34.0
    kitchen.add(field.kettle(boil, rng), _at(48 * 3) - boil + 1.2, 0.5, 0.15)
    for beat in (48, 51, 60, 66, 72, 84, 90):
        kitchen.add(wood(240, 0.5, 0.2), _at(beat), 0.10, 0.1)


def _gas(seconds: float, rng: np.random.Generator) -> Sound:
    length = length_of(seconds)
    flame = bandpass(noise(length, rng), 120, 1400)
    flame[: length_of(0.12)] *= 4 * np.hanning(length_of(0.12)).astype(np.float32)
    return (flame * np.minimum(1, (seconds - clock(length)) / 1.5)).astype(np.float32)
