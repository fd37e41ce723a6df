"""Moth Logic (rehearsal, take 3): a choir on D that opens from a hum to a vowel, and one voice that will not stay."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth.envelopes import swell
from tenuto.demo.synth.field import wander
from tenuto.demo.synth.filters import bandpass, highpass, lowpass
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.oscillators import noise, saw
from tenuto.demo.synth.score import hz, line, pitch
from tenuto.demo.synth.sound import Sound, curve, drift, length_of
from tenuto.demo.synth.space import reverb, room, widened
from tenuto.demo.synth.timing import Pulse
from tenuto.demo.synth.voices import VOWELS, choir

SECONDS = 108.0
TIME = Pulse(50, start=30.0)

# (note, from, to, vowel at first, vowel at last, level). The drone stays; what lies above it leans and gives way.
VOICES = (
    ("D2", 0, 104, "m", "o", 0.9),
    ("D3", 4, 104, "m", "a", 0.8),
    ("A3", 10, 50, "m", "o", 0.6),
    ("E4", 18, 34, "u", "o", 0.45),
    ("F4", 31, 50, "o", "a", 0.5),
    ("G4", 24, 40, "u", "o", 0.35),
    ("Bb3", 46, 62, "o", "a", 0.55),
    ("C4", 48, 64, "o", "a", 0.45),
    ("G4", 47, 63, "o", "a", 0.5),
    ("D4", 46, 66, "a", "a", 0.5),
    ("A3", 60, 92, "a", "o", 0.6),
    ("E4", 61, 76, "a", "e", 0.5),
    ("C#4", 62, 78, "a", "a", 0.45),
    ("F#4", 66, 92, "a", "u", 0.5),
    ("A4", 66, 84, "e", "u", 0.4),
    ("D5", 70, 82, "a", "u", 0.3),
    ("A2", 60, 102, "o", "u", 0.6),
    ("G3", 88, 98, "u", "u", 0.4),
    ("F#3", 94, 107, "u", "m", 0.5),
)
SOLO = "A4:2 Bb4:1 A4:1 | G4:1.5 F4:.5 E4:2 | F4:2 A4:1 D5:1 | C5:1 Bb4:1 A4:3"
ANSWER = "F#5:1.5 E5:.5 D5:2 | C#5:1 D5:1 E5:2 | F#5:1 E5:.5 D5:.5 A4:4"


def compose() -> Piece:
    rng = np.random.default_rng(3)
    stalls, alone, hum = Canvas(SECONDS), Canvas(SECONDS), Canvas(SECONDS)
    for name, start, end, first, last, level in VOICES:
        stalls.add(
            _section(pitch(name), float(end - start), first, last, rng),
            float(start),
            0.05 * level,
            float(rng.uniform(-0.4, 0.4)),
        )
    _solo(alone, SOLO, 0.0, "o", rng)
    _solo(alone, ANSWER, 34.0, "a", rng)
    _rehearsal(hum, rng)
    nave = room(6.5, rng, before_ms=45, dark=0.22, warm=1.15)
    dry = stalls.sound + alone.sound
    mix = 0.62 * dry + 0.62 * reverb(dry + 0.5 * hum.sound, nave) + hum.sound
    return Piece(mastered(widened(mix.astype(np.float32), 0.72, 60), -18.5, fade_in=1.5, fade_out=6.0))


def _section(step: int, seconds: float, first: str, last: str, rng: np.random.Generator) -> Sound:
    """Some people on one note, who change the vowel together and breathe apart."""
    edge = min(7.0, seconds / 3)
    sound = choir(step, seconds, first, rng)
    if last != first:
        share = curve(sound.shape[1], [(seconds * 0.2, 0), (seconds * 0.7, 1)])
        sound = sound * np.sqrt(1 - share) + choir(step, seconds, last, rng) * np.sqrt(share)
    breath = 1 + 0.22 * wander(sound.shape[1], rng, 0.3)
    return (sound * swell(seconds, edge, edge) * breath).astype(np.float32)


def _solo(alone: Canvas, tune: str, after_s: float, vowel: str, rng: np.random.Generator) -> None:
    """One singer: a source with vibrato, slid from note to note, through the formants of a vowel."""
    notes = line(tune)
    begin = TIME.at(0) + after_s
    length = length_of(TIME.at(notes[-1].beat + notes[-1].beats) - TIME.at(0) + 1.0)
    pitches: list[tuple[float, float]] = []
    loud: list[tuple[float, float]] = []
    for note in notes:
        at, end = TIME.lasting(note.beat), TIME.lasting(note.beat + note.beats)
        pitches += [(at + 0.14, note.pitch), (end - 0.02, note.pitch)]
        loud += [(at + 0.02, 0.75 if note.beat else 0.0), (at + 0.4, 1.0), (end - 0.05, 0.8)]
    loud.append((TIME.lasting(notes[-1].beat + notes[-1].beats) + 0.9, 0.0))
    shake = 0.24 * drift(length, 5.3) * np.clip(0.5 + wander(length, rng, 0.7), 0.1, 1)
    source = saw(hz(0) * np.exp2((curve(length, pitches) + shake).astype(np.float64) / 12), length)
    air = noise(length, rng) * np.float32(0.05)
    voice = np.zeros(length, np.float32)
    for centre, width, db in VOWELS[vowel]:
        voice += bandpass(source + air, centre - width, centre + width) * np.float32(10 ** (db / 20))
    alone.add(lowpass(voice, 4500) * curve(length, loud), begin, 0.16, 0.12 if after_s else -0.15)


def _rehearsal(hum: Canvas, rng: np.random.Generator) -> None:
    """It was a rehearsal: a heater, the room itself, someone's shoe."""
    heater = lowpass(noise(hum.length, rng), 240) * np.float32(0.010) + highpass(
        noise(hum.length, rng), 4000, 1
    ) * np.float32(0.0006)
    hum.add(heater, 0, 1.0, -0.2)
    for at in (1.9, 2.35, 105.2):
        knock = lowpass(noise(4000, rng), 300) * np.exp(-np.arange(4000) / 500).astype(np.float32)
        hum.add(knock, at, 0.12, 0.5)
