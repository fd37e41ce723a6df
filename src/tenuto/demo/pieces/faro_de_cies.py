"""Faro de Cíes: one sequence, one beat that never turns round, and a light that comes by every eight bars."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth import drums
from tenuto.demo.synth.basses import round_bass
from tenuto.demo.synth.envelopes import adsr, swell
from tenuto.demo.synth.filters import sweep
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.oscillators import dull, ensemble, saw, sine, triangle
from tenuto.demo.synth.score import chord, hz, line
from tenuto.demo.synth.sound import clock, curve
from tenuto.demo.synth.space import chorus, echo, reverb, room
from tenuto.demo.synth.timing import Hands, Pulse

TIME = Pulse(128, start=0.3)
BARS = 44
SECONDS = TIME.at(BARS * 4) + 6.0

# Everything over E until the lamp turns: E, A over E, D over E; then C sharp minor and B lead it home.
HARMONY = (
    (0, 8, "E2", "E3 B3 F#4 G#4"),
    (8, 4, "E2", "E3 A3 C#4 E4"),
    (12, 4, "E2", "F#3 A3 D4 F#4"),
    (16, 4, "E2", "E3 B3 F#4 G#4"),
    (20, 4, "C#2", "E3 G#3 B3 D#4"),
    (24, 4, "A1", "E3 A3 C#4 G#4"),
    (28, 4, "B1", "F#3 A3 B3 E4"),
    (32, 4, "E2", "E3 B3 E4 G#4"),
    (36, 4, "A1", "E3 A3 C#4 F#4"),
    (40, 4, "E2", "E3 B3 F#4 G#4"),
)
TUNE = (
    "B4:3 G#4:1 | F#4:2 E4:2 | C#5:3 B4:1 | A4:4 | A4:3 D5:1 | F#5:2 E5:1 D5:1 | B4:6 -:2 |"
    "G#5:3 E5:1 | D#5:2 C#5:2 | B4:3 C#5:1 | G#4:4 | C#5:3 B4:1 | A4:2 E5:2 | D#5:2 F#5:2 | "
    "A5:2 F#5:1 E5:1 | B4:4 | F#5:2 E5:2 |"
    "G#5:6 F#5:1 E5:1 | C#5:4 | B4:2 A4:2 | F#4:3 G#4:1 | E4:6"
)


def compose() -> Piece:
    rng = np.random.default_rng(1_28)
    strings, sequence, bass, lead, kit = (Canvas(SECONDS) for _ in range(5))
    for bar, bars, root, names in HARMONY:
        _strings(strings, bar, bars, names, rng)
        for place in range(bar, bar + bars):
            _sequence(sequence, place, chord(names))
            _bass(bass, place, chord(root)[0])
    _lead(lead, rng)
    _motor(kit, rng)
    # The lamp: the filter over the sequence opens once in eight bars, wider every time.
    lamp = 600 + 500 * (1 - np.cos(2 * np.pi * clock(sequence.length) / TIME.lasting(32)))
    growth = curve(sequence.length, [(0, 0.55), (30, 1.3), (60, 2.6), (80, 2.9), (SECONDS - 7, 0.9), (SECONDS, 0.4)])
    runs = sweep(sequence.sound, (lamp * growth).astype(np.float32), 2.2)
    hall = room(2.2, rng, dark=0.5)
    machine = chorus(strings.sound, depth_ms=3.5, rate_hz=0.45, mix=0.7)
    repeats = echo(0.5 * runs + 0.6 * lead.sound, TIME.lasting(0.75), 0.45, high_hz=3200)
    wet = reverb(0.5 * machine + 0.6 * lead.sound + 0.25 * kit.sound, hall)
    mix = 0.8 * machine + 0.9 * runs + bass.sound + lead.sound + kit.sound + 0.55 * repeats + 0.3 * wet
    return Piece(mastered(mix.astype(np.float32), -14.0, fade_in=0.1, fade_out=5.5))


def _strings(strings: Canvas, bar: int, bars: int, names: str, rng: np.random.Generator) -> None:
    last = bar == 40
    seconds = TIME.lasting(bars * 4) + (4.0 if last else 1.2)
    gain = 0.045 if bar >= 8 else 0.03
    for step in chord(names):
        tone = ensemble(hz(step), seconds, rng, loudness=dull(3000, tilt=1), spread_cents=15)
        strings.add(
            tone * swell(seconds, 3.0 if bar == 0 else 0.6, 3.5 if last else 1.2), TIME.at(bar * 4) - 0.15, gain
        )


def _sequence(sequence: Canvas, bar: int, steps: list[int]) -> None:
    """Sixteen steps; which of them rise an octave changes from bar to bar and comes round after five."""
    if bar >= 43:
        return
    pattern = (0, 1, 0, 2, 0, 3, 1, 2, 0, 1, 3, 2, 0, 2, 1, 3)
    for place in range(16):
        if bar < 4 and place % 2:
            continue
        step = steps[pattern[place]] - 12 * (pattern[place] == 0) + 12 * ((place * 3 + bar) % 5 == 0)
        shape = adsr(0.05, 0.002, 0.08, 0.35, 0.07)
        tone = (0.7 * saw(hz(step), len(shape)) + 0.5 * triangle(hz(step), len(shape))) * shape
        sequence.add(
            tone.astype(np.float32),
            TIME.at(bar * 4 + place / 4),
            0.12 if place % 4 == 0 else 0.085,
            0.45 * np.cos(place * 1.9),
        )


def _bass(bass: Canvas, bar: int, root: int) -> None:
    if bar < 4 or bar > 42:
        return
    root = root + 12 if root < 33 else root
    steps = (0, 0, 12, 0, 7, 0, 12, 10 if bar % 4 == 3 else 7)
    for eighth, up in enumerate(steps):
        force = 0.9 if eighth % 4 == 0 else 0.62
        bass.add(round_bass(root + up, TIME.lasting(0.44), force), TIME.at(bar * 4 + eighth / 2), 0.27)


def _lead(lead: Canvas, rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=10)
    before = 71
    for note in line(TUNE, start=8 * 4.0):
        shape = adsr(TIME.lasting(note.beats) * 0.97, 0.07, 0.5, 0.8, 0.3)
        time = clock(len(shape))
        bend = (before - note.pitch) * np.exp(-time / 0.09)
        shake = 14 * np.clip((time - 0.25) / 0.6, 0, 1) * np.sin(2 * np.pi * 5.0 * time)
        tune = hz(note.pitch) * 2 ** (bend / 12 + shake / 1200)
        tone = sine(tune, len(shape)) + 0.28 * sine(2 * tune, len(shape)) + 0.16 * triangle(3 * tune, len(shape))
        lead.add((tone * shape).astype(np.float32), hands.when(TIME.at(note.beat)), 0.11, -0.12)
        before = note.pitch


def _motor(kit: Canvas, rng: np.random.Generator) -> None:
    """The beat of long straight roads: kick on every quarter but the third, snare there, hats in eighths."""
    hands = Hands(rng, stray_ms=3.5, touch=0.1)
    kick = drums.kick(rng, low_hz=54, high_hz=150, long_s=0.2, knock=0.4)
    snares = [drums.snare(rng, hz=210, long_s=0.11, rattle=0.7) for _ in range(3)]
    hats = [drums.hat(rng, open_s=0.03, bright_hz=6500) for _ in range(5)]
    open_hat = drums.hat(rng, open_s=0.14, bright_hz=6500)
    for bar in range(4, 43):
        if bar in (20, 21):
            continue
        for beat in (0.0, 0.5, 2.0, 2.5) if bar % 2 else (0.0, 1.5, 2.0, 2.5):
            kit.add(kick, hands.when(TIME.at(bar * 4 + beat)), 0.42 * hands.force(1 if beat in (0, 2) else 0.75))
        for beat in (1.0, 3.0):
            kit.add(snares[int(rng.integers(3))], hands.when(TIME.at(bar * 4 + beat)), 0.3 * hands.force(0.9), -0.05)
        for eighth in range(8):
            sound = open_hat if eighth == 7 and bar % 4 == 3 else hats[int(rng.integers(5))]
            kit.add(
                sound, hands.when(TIME.at(bar * 4 + eighth / 2)), hands.force(0.1 if eighth % 2 == 0 else 0.065), 0.35
            )
        if bar % 8 == 3:
            for number in range(6):
                kit.add(
                    drums.tom(rng, 170 - 16 * number, 0.25),
                    TIME.at(bar * 4 + 2.5 + number / 4),
                    0.28,
                    0.5 - 0.2 * number,
                )
    for bar in (8, 16, 22, 32, 40):
        kit.add(drums.crash(rng), TIME.at(bar * 4), 0.09, 0.25)
