"""Loops for Leaving: two pianos begin together, and one of them leaves, a sixteenth at a time."""

from functools import lru_cache

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth.envelopes import swell
from tenuto.demo.synth.keys import piano
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.oscillators import dull, ensemble
from tenuto.demo.synth.score import chord, hz, pitch
from tenuto.demo.synth.sound import Sound
from tenuto.demo.synth.space import reverb, room
from tenuto.demo.synth.timing import Hands

STEP_S = 0.1505  # a sixteenth at 99.7 beats a minute
CYCLE = 12
CYCLES = 52
START_S = 1.0
SECONDS = START_S + CYCLES * CYCLE * STEP_S + 7.0

# Six notes in twelve places. Each harmony keeps the contour, so that the ear follows the loop and not the change.
CONTOUR = (0, 1, 4, 5, 3, 1, 0, 4, 3, 1, 5, 3)
HARMONIES = (
    # cycles, bass, the six notes
    (8, "E2", "E4 F#4 B4 C#5 D5 G5"),
    (8, "C2", "E4 G4 B4 C5 D5 G5"),
    (8, "G1", "D4 G4 B4 C5 D5 F#5"),
    (8, "A1", "E4 G4 A4 C5 D5 E5"),
    (4, "B1", "D4 F#4 A4 C#5 D5 F#5"),
    (8, "C2", "D4 G4 B4 C5 E5 F#5"),
    (8, "E2", "E4 F#4 B4 C#5 D5 G#5"),
)


def compose() -> Piece:
    rng = np.random.default_rng(12)
    pianos, low, glow = Canvas(SECONDS), Canvas(SECONDS), Canvas(SECONDS)
    hands = Hands(rng, stray_ms=3.5, touch=0.09)
    for cycle, (bass, names) in enumerate(_by_cycle()):
        notes = chord(names)
        for place in range(CYCLE):
            at = START_S + (cycle * CYCLE + place) * STEP_S
            force = 0.30 + 0.22 * np.sin(np.pi * cycle / CYCLES) + (0.12 if place in (0, 5) else 0)
            _strike(pianos, hands, notes[CONTOUR[place]], at, force, -0.55)
            if cycle >= 4:
                ahead = _lead(cycle + place / CYCLE)
                whole, part = divmod(ahead, 1)
                step = notes[CONTOUR[int(place + whole) % CYCLE]]
                _strike(pianos, hands, step, at - part * STEP_S, force * 0.92, 0.55)
            if 12 <= cycle < 48 and place in ((0, 7) if cycle % 2 else (3, 10)):
                _strike(pianos, hands, notes[-1 - (place + cycle) % 3] + 12, at, 0.26, 0.1)
        if cycle >= 6 and cycle % 4 == 2:
            _strike(low, hands, pitch(bass) + 12, START_S + cycle * CYCLE * STEP_S, 0.55, 0.0, 5.5)
            _strike(low, hands, pitch(bass), START_S + cycle * CYCLE * STEP_S, 0.5, 0.0, 5.5)
    _glow(glow, rng)
    for number, step in enumerate(chord("E2 B2 G#3 E4 B4")):
        _strike(low, hands, step, START_S + CYCLES * CYCLE * STEP_S + 0.03 * number, 0.4, 0.1 * number, 6.0)
    hall = room(2.8, rng, before_ms=22, dark=0.45)
    mix = 0.9 * pianos.sound + 1.1 * low.sound + glow.sound
    mix = mix + 0.30 * reverb(mix, hall)
    return Piece(mastered(mix.astype(np.float32), -17.0, fade_in=0.02, fade_out=4.0))


def _by_cycle() -> list[tuple[str, str]]:
    return [(bass, names) for cycles, bass, names in HARMONIES for _ in range(cycles)]


def _lead(cycle: float) -> float:
    """How many places the second piano is ahead: it holds for three cycles, walks on during the fourth, twelve times
    over, and so ends where it began."""
    turns, within = divmod(cycle - 4, 4)
    return float(turns + np.clip(within - 3, 0, 1)) if turns < 12 else 12.0


def _strike(
    canvas: Canvas, hands: Hands, step: int, at: float, force: float, pan: float, seconds: float = 0.55
) -> None:
    soft = round(hands.force(force) * 24) / 24
    canvas.add(_note(step, seconds, max(soft, 1 / 24), int(hands.rng.integers(2))), hands.when(at), 0.4, pan)


@lru_cache(maxsize=2048)
def _note(step: int, seconds: float, force: float, variant: int) -> Sound:
    return piano(step, seconds, force, np.random.default_rng((step, round(force * 24), variant)), felt=0.35)


def _glow(glow: Canvas, rng: np.random.Generator) -> None:
    """Under the pianos, the harmony held by something that is hardly there."""
    cycle = 0
    for cycles, bass, names in HARMONIES:
        seconds = cycles * CYCLE * STEP_S + 3.0
        at = START_S + cycle * CYCLE * STEP_S - 0.8
        for step in (pitch(bass) + 12, chord(names)[0], chord(names)[2]):
            tone = ensemble(hz(step), seconds, rng, loudness=dull(600, tilt=1), spread_cents=10)
            glow.add(tone * swell(seconds, 3.0, 3.5), at, 0.010 if cycle < 8 else 0.017)
        cycle += cycles
