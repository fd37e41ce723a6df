"""Harbour, 5 a.m.: water, a borrowed accordion in D minor, an engine, and a hull that hums the same chord."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth import field
from tenuto.demo.synth.envelopes import swell
from tenuto.demo.synth.filters import bandpass, lowpass
from tenuto.demo.synth.keys import accordion, click
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.modes import chain_link, ring
from tenuto.demo.synth.oscillators import dull, ensemble, noise
from tenuto.demo.synth.score import chord, hz, line, pitch
from tenuto.demo.synth.sound import curve, length_of
from tenuto.demo.synth.space import reverb, room, widened
from tenuto.demo.synth.timing import Hands, Pulse

SECONDS = 106.0
RUBATO = Pulse(56, start=19.0)

# Dm, B flat major seventh, G minor ninth, A with its fourth held over; then the same road, ending on F.
CHORDS = ("D3 A3 F4", "Bb2 F3 D4", "G2 Bb3 D4", "A2 D4 E4", "D3 A3 F4", "Bb2 F3 D4", "C3 G3 E4", "F2 C4 A3")
MELODY = (
    "A4:2 F4:1 E4:1 | D4:3 -:1 | D5:2 C5:1 A4:1 | G4:2 E4:1 -:1 | A4:1.5 C5:.5 D5:2 | F5:3 -:1 | "
    "E5:1.5 D5:.5 C5:2 | A4:4"
)
FAREWELL = "D5:2 C5:1 A4:1 | F4:4"


def compose() -> Piece:
    rng = np.random.default_rng(5_00)
    quay, box, hull = Canvas(SECONDS), Canvas(SECONDS), Canvas(SECONDS)
    _quay(quay, rng)
    _accordion(box, rng)
    _hull(hull, rng)
    hall = room(3.6, rng, before_ms=35, dark=0.3)
    air = reverb(0.8 * box.sound + 0.25 * quay.sound + 0.35 * hull.sound, hall)
    mix = quay.sound + box.sound * np.float32(0.75) + hull.sound + 0.5 * air
    return Piece(mastered(widened(mix, 0.8), -20.0, fade_in=2.5, fade_out=6.0))


def _quay(quay: Canvas, rng: np.random.Generator) -> None:
    tide = curve(quay.length, [(0, 0.9), (24, 0.55), (50, 0.7), (64, 0.3), (84, 0.3), (96, 0.8), (106, 0.7)])
    quay.add(field.water(SECONDS, rng) * tide, 0, 0.9)
    wind = bandpass(noise(quay.length, rng), 250, 800) * (0.6 + 0.4 * field.wander(quay.length, rng, 0.2))
    quay.add(wind, 0, 0.011, -0.3)
    for at in (4.2, 4.9, 13.6, 34.8, 52.1, 52.8, 53.1, 71.5, 98.4):
        quay.add(chain_link(rng.uniform(0.3, 0.8), rng), at, 0.12, -0.75)
    for at, gain, pan in (
        (9.0, 0.05, 0.6),
        (16.4, 0.03, 0.8),
        (46.5, 0.035, -0.5),
        (95.0, 0.055, 0.2),
        (99.5, 0.03, 0.7),
    ):
        quay.add(lowpass(field.gull(rng), 3200), at, gain, pan)
    # The ferry starts while the accordion rests, comes near, and is what leaves at the end.
    motor = field.engine(50, rng, 10.5) * curve(
        length_of(50), [(0, 0), (8, 0.7), (16, 0.4), (34, 0.45), (41, 1), (50, 0)]
    )
    quay.add(motor, 51, 0.42, 0.25)
    for at, gain in ((61.0, 0.10), (87.0, 0.16)):
        quay.add(_horn(4.2 if gain > 0.1 else 2.6, rng), at, gain, 0.35)


def _horn(seconds: float, rng: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The ferry's horn is on D and A, which is why the piece is in D."""
    sound = sum(ensemble(hz(pitch(n)), seconds, rng, loudness=dull(300), spread_cents=5) for n in ("D2", "A2"))
    return np.asarray(sound * swell(seconds, 0.25, 0.7), np.float32)


def _accordion(box: Canvas, rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=45, touch=0.1)
    for number, names in enumerate(CHORDS):
        beat = number * 4.0
        for voice, step in enumerate(chord(names)):
            at = hands.when(RUBATO.at(beat)) + 0.05 * voice
            box.add(accordion(step, RUBATO.lasting(3.7), 0.42, rng, attack=0.5), at, 0.42, -0.25 + 0.2 * voice)
    for note in line(MELODY):
        at = hands.when(RUBATO.at(note.beat))
        box.add(accordion(note.pitch, RUBATO.lasting(note.beats) * 0.96, 0.62, rng, attack=0.16), at, 0.5, 0.1)
        if rng.random() < 0.5:
            box.add(click(rng), at + RUBATO.lasting(note.beats), 0.12, 0.15)
    for note in line(FAREWELL):
        at = 89.5 + RUBATO.lasting(note.beat) * 1.1
        box.add(lowpass(accordion(note.pitch, RUBATO.lasting(note.beats), 0.5, rng, attack=0.4), 1500), at, 0.42, 0.2)


def _hull(hull: Canvas, rng: np.random.Generator) -> None:
    """From 58 s: what sounds like a pad is a ship's side, struck by water and heard through iron."""
    parts = (
        ("D2 A2 D3 F3", 56.0, 17.0),
        ("Bb1 F2 D3 A3", 69.0, 14.0),
        ("G1 D2 Bb2 F3 A3", 79.0, 13.0),
        ("D2 A2 E3 F3", 88.0, 16.0),
    )
    for names, at, seconds in parts:
        for step in chord(names):
            tone = ensemble(hz(step), seconds, rng, loudness=dull(420, slope=2.4), spread_cents=14)
            hull.add(tone * swell(seconds, 5.0, 5.5), at, 0.065)
    for at in np.sort(rng.uniform(58, 92, 16)):
        plate = ring(hz(pitch("D3")) * np.array([1, 1.51, 2.33, 3.4]), [5, 3.5, 2, 1.2], [0.5, 0.3, 0.2, 0.1], 6.0)
        hull.add(lowpass(plate, 900), float(at), 0.05 * rng.uniform(0.4, 1), float(rng.uniform(-0.6, 0.6)))
