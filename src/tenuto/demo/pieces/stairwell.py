"""Stairwell, Held: one accordion chord cut into grains, and what four floors make of it."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth import field
from tenuto.demo.synth.envelopes import swell
from tenuto.demo.synth.filters import lowpass
from tenuto.demo.synth.keys import accordion, piano
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.oscillators import dull, ensemble
from tenuto.demo.synth.score import chord, hz, line
from tenuto.demo.synth.sound import Sound
from tenuto.demo.synth.space import reverb, room, widened
from tenuto.demo.synth.timing import Hands, Pulse

SECONDS = 78.0
TIME = Pulse(48, start=14.0)

# F major ninth, D minor eleventh, B flat with its sharp fourth, C with a ninth, and F again with nothing in it but
# fifths.
CHORDS = ("F3 C4 E4 G4", "D3 C4 E4 G4", "Bb2 D4 E4 A4", "C3 D4 E4 G4", "F2 C4 F4 G4")
TUNE = (
    "C5:2 A4:1 G4:1 | E5:3 D5:1 | D5:2 E5:1 A4:1 | G4:3 -:1 | C5:1.5 D5:.5 E5:2 | A5:2 G5:1 E5:1 | "
    "D5:2 C5:1 A4:1 | G4:2 C5:3"
)


def compose() -> Piece:
    rng = np.random.default_rng(4_00)
    floors, low, keys = Canvas(SECONDS), Canvas(SECONDS), Canvas(SECONDS)
    for number, names in enumerate(CHORDS):
        at, seconds = 13.5 * number, 19.0
        cut = field.grains(
            _chord(names, rng), seconds, rng, grain_s=0.34, per_second=16, speeds=(1.0, 1.0, 2.0, 0.5, 1.5)
        )
        floors.add(cut * swell(seconds, 5.0, 6.0), at, 0.5)
        root = ensemble(hz(chord(names)[0] - 12), seconds, rng, loudness=dull(300, tilt=1), spread_cents=7)
        low.add(root * swell(seconds, 5.0, 6.0), at, 0.02)
    hands = Hands(rng, stray_ms=25)
    for note in line(TUNE, force=0.42):
        keys.add(
            piano(note.pitch, TIME.lasting(note.beats) + 0.8, hands.force(note.force), rng, felt=0.9),
            hands.when(TIME.at(note.beat)),
            0.42,
            -0.1,
        )
    stairs = room(4.8, rng, before_ms=55, dark=0.28)
    dry = floors.sound + keys.sound
    mix = 0.7 * dry + low.sound + 0.55 * reverb(dry, stairs)
    rain = lowpass(field.rain(SECONDS, rng, 18), 5000)
    return Piece(mastered(widened(mix + np.float32(0.05) * rain, 0.75, 60), -20.0, fade_in=2.0, fade_out=6.0))


def _chord(names: str, rng: np.random.Generator) -> Sound:
    reeds = np.stack([accordion(step, 6.0, 0.5, rng, attack=0.8) for step in chord(names)])
    return np.asarray(reeds.sum(axis=0), np.float32)
