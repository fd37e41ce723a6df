"""Two Chairs on a Balcony: a bossa for nylon strings, a bass, brushes and somebody who hums through a flute."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth import drums
from tenuto.demo.synth.envelopes import adsr
from tenuto.demo.synth.filters import bandpass, lowpass
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.oscillators import noise, sine
from tenuto.demo.synth.plucked import double_bass, guitar_body, nylon
from tenuto.demo.synth.score import Note, bars, chord, hz, line, shifted
from tenuto.demo.synth.sound import Sound, clock
from tenuto.demo.synth.space import reverb, room
from tenuto.demo.synth.timing import Hands, Pulse

TIME = Pulse(134, start=0.5)
FORM_BARS = 40
SECONDS = TIME.at(FORM_BARS * 4) + 2.2

# Thumb, then three fingers. Gmaj9, C sharp half-diminished, F sharp 7 flat 13, Bm9, E13, Em9, A7 flat 9, Dmaj9.
A = bars(
    "G2 F#3 A3 B3 | G2 F#3 A3 B3 | C#3 E3 G3 B3 | F#2 E3 A#3 D4",
    "B2 D3 A3 C#4 | E2 D3 G#3 C#4 | E2 D3 G3 B3 | A2 C#3 G3 Bb3",
)
B = bars(
    "D3 F#3 A3 C#4 | D3 F3 Ab3 B3 | C#3 E3 G#3 B3 | F#2 E3 A#3 C#4",
    "B2 D3 F#3 A3 | Bb2 C#3 E3 G3 | A2 D3 G3 B3 | A2 C#3 G3 Bb3",
)
INTRO = ("E2 D3 G3 B3", "A2 C#3 G3 B3", "D3 F#3 A3 C#4", "D3 F#3 A3 C#4")
CODA = ("D3 F#3 A3 C#4", "G2 F#3 A3 B3", "D3 F#3 A3 C#4", "D3 F#3 A3 E4")
CHORDS = (*INTRO, *A, *A, *B, *A, *CODA)
A_TUNE = (
    "-:1 D5:1.5 C#5:.5 B4:1 | A4:1.5 B4:2.5 | -:.5 G5:1 E5:.5 D5:1 C#5:1 | D5:3.5 C#5:.5 |"
    "A4:1 C#5:1.5 B4:1.5 | G#4:1 C#5:3 | -:.5 B4:1 D5:.5 G5:1.5 F#5:.5 | E5:1.5 C#5:.5 Bb4:2"
)
B_TUNE = (
    "-:1 A5:1.5 F#5:1.5 | Ab5:1.5 F5:.5 D5:2 | G#5:1.5 E5:.5 C#5:1 B4:1 | A#4:1.5 C#5:2.5 |"
    "-:.5 F#5:1 D5:.5 B4:1 A4:1 | G5:1.5 E5:.5 C#5:2 | B4:1 D5:1 G5:1 B5:1 | Bb5:1.5 G5:.5 E5:2"
)
END_TUNE = "F#5:1.5 E5:.5 D5:2 | B4:1.5 D5:.5 A5:2 | F#5:6"


def compose() -> Piece:
    rng = np.random.default_rng(134)
    guitar, bass, flute, kit = (Canvas(SECONDS) for _ in range(4))
    _guitar(guitar, rng)
    _bass(bass, rng)
    # The second time round the tune is left alone for four bars, and the guitar answers.
    second = [note for note in line(A_TUNE) if note.beat >= 16]
    tune = [
        *line(A_TUNE, start=16),
        *shifted(second, beats=48),
        *line(B_TUNE, start=80),
        *line(A_TUNE, start=112),
        *line(END_TUNE, start=144),
    ]
    _flute(flute, tune, rng)
    _answer(guitar, rng)
    _kit(kit, rng)
    wood = np.stack([guitar_body(side) for side in guitar.sound])
    balcony = room(1.3, rng, before_ms=9, dark=0.45)
    wet = reverb(0.6 * wood + 1.1 * flute.sound + 0.5 * kit.sound + 0.1 * bass.sound, balcony)
    mix = wood + bass.sound + flute.sound + kit.sound + 0.24 * wet
    return Piece(mastered(mix.astype(np.float32), -16.0, fade_in=0.05, fade_out=3.0))


def _guitar(guitar: Canvas, rng: np.random.Generator) -> None:
    """The thumb keeps the halves; the fingers keep a clave of their own, over two bars."""
    hands = Hands(rng, stray_ms=6, touch=0.1)
    fingers = ((0.0, 1.0, 2.5, 3.5), (1.0, 2.0, 3.5))
    for bar, names in enumerate(CHORDS):
        thumb, *others = chord(names)
        last = bar == len(CHORDS) - 1
        for beat in (0.0, 2.0) if not last else (0.0,):
            step = thumb if beat == 0 or thumb < 45 else thumb - 5
            guitar.add(
                nylon(step, TIME.lasting(1.9 if not last else 6), hands.force(0.62), rng),
                hands.when(TIME.at(bar * 4 + beat)),
                0.62,
                -0.2,
            )
        for beat in fingers[bar % 2] if not last else (0.0,):
            at = hands.when(TIME.at(bar * 4 + beat))
            force = hands.force(0.66 if beat in (1.0, 2.5) else 0.5)
            for number, step in enumerate(others):
                sound = nylon(step, TIME.lasting(0.85 if not last else 6), force, rng)
                guitar.add(sound, at + 0.007 * number * (4 if last else 1), 0.55, -0.28)


def _answer(guitar: Canvas, rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=8)
    phrase = (
        "-:.5 B4:.5 D5:.5 F#5:.5 E5:1 D5:1 | B4:.5 A4:.5 F#4:1 A4:1 B4:1 | "
        "G4:.5 B4:.5 C#5:.5 E5:.5 G5:1 E5:1 | D5:1 C#5:.5 A#4:.5 F#4:2"
    )
    for note in line(phrase, start=48):
        guitar.add(
            nylon(note.pitch, TIME.lasting(note.beats) + 0.15, hands.force(0.75), rng),
            hands.when(TIME.at(note.beat)),
            0.62,
            0.25,
        )


def _bass(bass: Canvas, rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=5, late_ms=4)
    for bar, names in enumerate(CHORDS):
        if bar < 2:
            continue
        root = chord(names)[0]
        root = root - 12 if root > 43 else root
        fifth = root + (7 if root < 38 else -5)
        fifth -= 1 if names.startswith("C#3 E3 G3") else 0
        for beat, step, beats in ((0.0, root, 1.4), (1.5, fifth, 0.45), (2.0, fifth, 1.4), (3.5, root, 0.45)):
            if bar == len(CHORDS) - 1 and beat:
                break
            force = 0.8 if beats > 1 else 0.5
            bass.add(
                double_bass(step, TIME.lasting(beats), hands.force(force), rng),
                hands.when(TIME.at(bar * 4 + beat)),
                0.85,
            )


def _flute(flute: Canvas, notes: list[Note], rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=14, late_ms=12)
    for note in notes:
        flute.add(_breath(note, rng), hands.when(TIME.at(note.beat)), 0.17, 0.18)


def _breath(note: Note, rng: np.random.Generator) -> Sound:
    shape = adsr(TIME.lasting(note.beats) * 0.93, 0.055, 0.5, 0.8, 0.12)
    time = clock(len(shape))
    shake = np.clip((time - 0.22) / 0.5, 0, 1) * np.sin(2 * np.pi * 5.1 * time)
    tune = hz(note.pitch) * 2 ** ((11 * shake - 30 * np.exp(-time / 0.03)) / 1200)
    tone = sine(tune, len(shape)) + 0.30 * sine(2 * tune, len(shape)) + 0.10 * sine(3 * tune, len(shape))
    tone = tone * (1 + 0.12 * shake)
    air = bandpass(noise(len(shape), rng), hz(note.pitch) * 0.9, hz(note.pitch) * 3) * (
        0.07 + 0.2 * np.exp(-time / 0.05)
    )
    return lowpass(((tone + air) * shape).astype(np.float32), 5200)


def _kit(kit: Canvas, rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=4, touch=0.12)
    shakers = [drums.shaker(rng, 0.06) for _ in range(4)]
    brushes = [drums.brush(rng) for _ in range(3)]
    rim = drums.rim(rng, 1500)
    kick = lowpass(drums.kick(rng, low_hz=56, high_hz=100, long_s=0.16, knock=0.05), 400)
    clave = ((0.0, 1.5, 3.0), (1.0, 2.5))
    for bar in range(4, FORM_BARS - 1):
        if 12 <= bar < 16:
            continue  # the guitar is alone with the bass
        for eighth in range(8):
            accent = 0.10 if eighth % 2 == 0 else 0.065
            kit.add(
                shakers[int(rng.integers(4))],
                hands.when(TIME.at(bar * 4 + eighth / 2) - 0.025),
                hands.force(accent),
                0.4,
            )
        for beat in clave[bar % 2] if bar >= 12 else ():
            kit.add(rim, hands.when(TIME.at(bar * 4 + beat)), hands.force(0.15), -0.35)
        for beat in (0.0, 2.0):
            kit.add(kick, hands.when(TIME.at(bar * 4 + beat)), 0.28)
            kit.add(brushes[int(rng.integers(3))], hands.when(TIME.at(bar * 4 + beat + 1)), hands.force(0.1), -0.1)
