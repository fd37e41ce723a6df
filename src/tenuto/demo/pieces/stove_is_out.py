"""The Stove Is Out: a slow movement in G minor for two violins, viola and cello."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth.bowed import cello, player, viola, violin
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.score import Note, line
from tenuto.demo.synth.space import reverb, room
from tenuto.demo.synth.timing import Hands, Pulse

TIME = Pulse(63, start=0.6)
BARS = 24
SECONDS = TIME.at(BARS * 4) + 5.0

# Bars 1-8: Gm, Gm/F, Eb, D7 | Gm, Cm6, D7, Gm. Bars 9-16: Bb, F/A, Gm, Eb | Cm7, F7, Bb, D7.
# Bars 17-24: the first phrase again, the melody in the cello, and an ending that turns to G major for one bar.
FIRST_VIOLIN = (
    "D5:3 Eb5:.5 D5:.5 | D5:2 C5:1 Bb4:1 | Bb4:2 G4:1 Bb4:1 | A4:3 -:1 |"
    "D5:2 G5:1.5 F5:.5 | Eb5:2 D5:1 C5:1 | C5:1.5 Bb4:.5 A4:1 F#4:1 | G4:3 -:1 |"
    "F5:2! D5:1 F5:1 | F5:2 Eb5:.5 D5:.5 C5:1 | D5:2 G5:1 Bb5:1 | G5:3 Eb5:1 |"
    "Eb5:2 G5:1 Bb5:1! | A5:1.5 G5:.5 F5:1 Eb5:1 | D5:2 F5:1 Bb5:1 | A5:2 F#5:1 D5:1 |"
    "Bb5:2? A5:1? G5:1? | F5:2? G5:2? | G5:3? F5:1? | F#5:4? |"
    "G5:3 F5:1 | Eb5:2 D5:2 | C5:2 Bb4:1 A4:1 | B4:4"
)
SECOND_VIOLIN = (
    "Bb4:1 A4:1 Bb4:1 C5:1 | Bb4:2 A4:1 G4:1 | G4:2 Eb4:1 G4:1 | F#4:2 G4:.5 F#4:.5 -:1 |"
    "Bb4:2 Bb4:2 | A4:2 A4:2 | A4:1.5 G4:.5 F#4:1 D4:1 | D4:3 -:1 |"
    "D5:1 C5:1 Bb4:1 D5:1 | C5:2 C5:1 A4:1 | Bb4:2 Bb4:1 D5:1 | Bb4:1 C5:1 Bb4:2 |"
    "G4:1 Bb4:1 Eb5:1 G5:1 | C5:2 C5:1 A4:1 | Bb4:2 D5:1 D5:1 | C5:2 A4:1 F#4:1 |"
    "D5:1? D5:.5? Eb5:.5? D5:2? | D5:1? C5:1? Bb4:2? | Bb4:1? Ab4:1? Bb4:2? | A4:2? C5:2? |"
    "Bb4:2 Bb4:2 | G4:2 A4:2 | A4:2 G4:1 F#4:1 | G4:4"
)
VIOLA = (
    "G4:2 G4:1 A4:1 | G4:2 D4:1 D4:1 | Eb4:2 Bb3:1 Eb4:1 | D4:3 -:1 |"
    "G4:2 D4:2 | Eb4:2 Eb4:2 | D4:1.5 D4:.5 C4:1 C4:1 | Bb3:3 -:1 |"
    "Bb4:2 F4:1 Bb4:1 | A4:2 F4:1 F4:1 | G4:1 F4:1 D4:1 G4:1 | Eb4:2 G4:2 |"
    "Eb4:2 Bb4:1 Bb4:1 | F4:1 G4:1 A4:1 Eb4:1 | F4:2 F4:1 F4:1 | D4:2 D4:1 C4:1 |"
    "G4:2? Bb4:2? | Bb4:1? A4:1? G4:2? | Eb4:2? G4:2? | D4:2? F#4:2? |"
    "D4:2 D4:2 | Eb4:2 F#4:2 | Eb4:2 D4:2 | D4:4"
)
CELLO = (
    "G3:2 G2:2 | F3:2 F3:1 F3:1 | Eb3:2 Eb3:1 C3:1 | D3:2 D2:1 -:1 |"
    "G2:2 G3:1 F3:1 | C3:2 C3:1 Eb3:1 | D3:2 D2:2 | G2:3 -:1 |"
    "Bb2:2 Bb3:2 | A2:2 A3:2 | G2:2 G3:2 | Eb3:2 Eb2:1 D2:1 |"
    "C2:2 C3:2 | F2:2 F3:2 | Bb2:2 Bb3:1 Bb2:1 | D3:2 D3:1 D2:1 |"
    "D4:3! Eb4:.5 D4:.5 | D4:2 C4:1 Bb3:1 | Bb3:2 G3:1 Bb3:1 | A3:3 C3:1 |"
    "G2:2 D3:2 | C3:2 D3:2 | D2:2 D3:2 | G2:4"
)


def compose() -> Piece:
    rng = np.random.default_rng(63)
    chairs = Canvas(SECONDS)
    parts = (
        (FIRST_VIOLIN, violin, -0.5, 0.92),
        (SECOND_VIOLIN, violin, -0.2, 0.7),
        (VIOLA, viola, 0.2, 0.85),
        (CELLO, cello, 0.5, 1.05),
    )
    for text, instrument, place, gain in parts:
        notes = [_shaped(note) for note in line(text, force=0.66)]
        hands = Hands(rng, stray_ms=16, touch=0.05)
        chairs.add(instrument(player(notes, TIME, hands, SECONDS)), 0, 0.4 * gain, place)
    chapel = room(2.1, rng, before_ms=20, dark=0.4)
    mix = chairs.sound + 0.30 * reverb(chairs.sound, chapel)
    return Piece(mastered(mix.astype(np.float32), -17.5, fade_in=0.05, fade_out=3.0))


def _shaped(note: Note) -> Note:
    """Phrases of four bars swell and give way; the middle of the piece is its height, the end its softest place."""
    within = (note.beat % 16) / 16
    phrase = 0.86 + 0.22 * np.sin(np.pi * within)
    arch = np.interp(note.beat, [0, 30, 52, 62, 68, 84, 96], [0.72, 0.85, 1.25, 1.2, 0.8, 0.8, 0.5])
    # The last two bars broaden: a fermata in all but name.
    beats = note.beats * (1.25 if note.beat >= 92 else 1.0)
    return Note(note.beat, note.pitch, beats, float(min(1.0, note.force * phrase * arch)))
