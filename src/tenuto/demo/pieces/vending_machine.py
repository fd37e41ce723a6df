"""Vending Machine, Redondela: two pulses, a triangle and a noise, as a machine in a bus station would play them."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth.colour import crushed
from tenuto.demo.synth.envelopes import adsr
from tenuto.demo.synth.filters import lowpass
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.oscillators import noise, pulse, sine, triangle
from tenuto.demo.synth.score import Note, chord, hz, line, shifted
from tenuto.demo.synth.sound import RATE_HZ, Sound, clock, length_of
from tenuto.demo.synth.space import reverb, room
from tenuto.demo.synth.timing import Pulse

TIME = Pulse(152, swing=0.53, unit=0.25, start=1.3)
BARS = 42
SECONDS = TIME.at(BARS * 4) + 2.5

VERSE = ("C4 E4 G4", "A3 C4 E4", "F3 A3 C4", "G3 B3 D4", "C4 E4 G4", "E3 G#3 B3", "A3 C4 E4", "F3 A3 D4")
BRIDGE = ("F3 A3 C4 E4", "F3 Ab3 C4 D4", "E3 G3 C4", "A3 C#4 G4", "D4 F4 A4", "G3 B3 F4", "E3 G3 B3", "G3 B3 D4")
VERSE_TUNE = (
    "E5:.5 G5:.5 C6:1 B5:.5 G5:.5 E5:1 | A5:1.5 E5:.5 C5:1 E5:1 | F5:.5 A5:.5 C6:1 A5:.5 F5:.5 A5:1 | "
    "G5:2 D5:.5 E5:.5 F5:.5 D5:.5 |"
    "E5:.5 G5:.5 C6:1 D6:.5 C6:.5 G5:1 | G#5:1.5 B5:.5 E6:1 D6:.5 B5:.5 | C6:1 B5:.5 A5:.5 E5:1 C5:1 | "
    "D5:.5 F5:.5 A5:.5 F5:.5 G5:1 B5:1"
)
BRIDGE_TUNE = (
    "C6:1.5 A5:.5 E5:2 | C6:1 D6:.5 C6:.5 Ab5:2 | G5:1.5 E5:.5 C5:1 G5:1 | C#6:1 A5:.5 G5:.5 E5:2 |"
    "F5:.5 A5:.5 D6:1 C6:.5 A5:.5 F5:1 | G5:.5 B5:.5 D6:1 F6:.5 D6:.5 B5:1 | E6:2 B5:.5 G5:.5 E5:1 | "
    "D5:.25 G5:.25 B5:.25 D6:.25 G5:.25 B5:.25 D6:.25 G6:.25 -:2"
)
END_TUNE = "C6:.5 G5:.5 E5:.5 G5:.5 C6:.5 E6:.5 G6:1 | C7:.25 -:1.75 C5:.5 -:1.5"


def compose() -> Piece:
    rng = np.random.default_rng(1985)
    tune, second, low, hits = (Canvas(SECONDS) for _ in range(4))
    verse, bridge = line(VERSE_TUNE), line(BRIDGE_TUNE)
    for bar, notes in (
        (8, verse),
        (16, bridge),
        (24, verse),
        (32, shifted(verse, steps=2)),
        (40, shifted(line(END_TUNE), steps=2)),
    ):
        _tune(tune, shifted(notes, beats=bar * 4.0), width=0.25 if bar != 16 else 0.125)
        if bar in (24, 32):  # a third player answers from below, a bar's quarter late
            _tune(second, shifted(notes, beats=bar * 4.0 + 0.5, steps=-12, force=0.4), width=0.5)
    plan = [(0, VERSE, 0), (8, VERSE, 0), (16, BRIDGE, 0), (24, VERSE, 0), (32, VERSE, 2)]
    for start, chords, up in plan:
        for bar, names in enumerate(chords):
            steps = [step + up for step in chord(names)]
            _flicker(second, start + bar, steps, thin=start == 0)
            if start or bar >= 4:
                _triangle(low, start + bar, steps[0])
            # The bridge begins without drums, so that there is somewhere to come back to.
            if (start >= 8 and not (start == 16 and bar < 4)) or bar == 7:
                _noise(hits, start + bar, rng, fill=bar == 7 or start + bar == 20)
    _coin(tune)
    mix = (
        tune.sound * np.float32(0.21)
        + second.sound * np.float32(0.12)
        + low.sound * np.float32(0.25)
        + hits.sound * np.float32(0.2)
    )
    old = lowpass(crushed(mix, 8, 2), 9500, 2)
    return Piece(mastered(old + 0.10 * reverb(old, room(0.7, rng, dark=0.6)), -15.0, fade_in=0.01, fade_out=0.8))


def _tune(canvas: Canvas, notes: list[Note], width: float) -> None:
    for note in notes:
        shape = adsr(TIME.lasting(note.beats) * 0.86, 0.002, 0.35, 0.6, 0.04)
        time = clock(len(shape))
        shake = 20 * np.clip((time - 0.2) / 0.15, 0, 1) * np.sin(2 * np.pi * 6.2 * time)
        tone = pulse(hz(note.pitch) * 2 ** (shake / 1200), len(shape), width) * shape
        canvas.add(_stairs(tone), TIME.at(note.beat), note.force, 0.15)


def _stairs(sound: Sound) -> Sound:
    return np.asarray(np.round(sound * 15) / 15, np.float32)  # sixteen levels, as four bits have


def _flicker(canvas: Canvas, bar: int, steps: list[int], thin: bool) -> None:
    """A chord on one voice: its notes in turn, fifty times a second."""
    length = length_of(TIME.lasting(0.5))
    turn = (np.arange(length) / RATE_HZ * 50).astype(int) % len(steps)
    frequency = np.array([hz(step) for step in steps])[turn]
    for eighth in range(8):
        if thin and eighth in (2, 5, 7):
            continue
        shape = adsr(TIME.lasting(0.5) * (0.8 if eighth % 3 == 0 else 0.45), 0.002, 0.2, 0.4, 0.03)[:length]
        sound = pulse(frequency[: len(shape)], len(shape), 0.5 if eighth % 2 else 0.25) * shape
        canvas.add(_stairs(sound), TIME.at(bar * 4 + eighth / 2), 0.8 if eighth % 3 == 0 else 0.55, -0.3)


def _triangle(canvas: Canvas, bar: int, root: int) -> None:
    root -= 24 if root > 55 else 12
    for eighth, up in enumerate((0, 12, 0, 7, 0, 12, 7, 12)):
        shape = adsr(TIME.lasting(0.4), 0.003, 0.3, 0.9, 0.02)
        canvas.add(_stairs(triangle(hz(root + up), len(shape)) * shape), TIME.at(bar * 4 + eighth / 2), 0.8)


def _noise(canvas: Canvas, bar: int, rng: np.random.Generator, fill: bool) -> None:
    for place in range(16):
        beat = bar * 4 + place / 4
        if place in (0, 7, 8) or (fill and place == 10):
            length = length_of(0.11)
            fall = 55 + 190 * np.exp(-clock(length) / 0.022)
            canvas.add((sine(fall, length) * np.exp(-clock(length) / 0.05)).astype(np.float32), TIME.at(beat), 1.6)
        if place in (4, 12) or (fill and place >= 12):
            _burst(canvas, TIME.at(beat), 0.1, 4, 0.9, rng)
        elif place % 2 == 0:
            _burst(canvas, TIME.at(beat), 0.025, 1, 0.35, rng)


def _burst(canvas: Canvas, at: float, seconds: float, hold: int, gain: float, rng: np.random.Generator) -> None:
    length = length_of(seconds * 2)
    grain = np.repeat(np.sign(noise(length // hold + 1, rng)), hold)[:length]
    canvas.add((grain * np.exp(-clock(length) / (seconds * 0.4))).astype(np.float32), at, gain, 0.1)


def _coin(canvas: Canvas) -> None:
    """Somebody puts a coin in; without it nothing happens."""
    for at, step, seconds in ((0.25, 83, 0.08), (0.33, 88, 0.5)):
        shape = adsr(seconds, 0.001, 0.4, 0.3, 0.1)
        canvas.add(_stairs(pulse(hz(step), len(shape), 0.5) * shape), at, 0.7, 0.3)
