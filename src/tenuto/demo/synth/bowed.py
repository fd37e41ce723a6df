"""Bowed strings, one player at a time: a saw under a bow, vibrato that comes late, and a wooden box."""

import numpy as np

from tenuto.demo.synth.envelopes import swell
from tenuto.demo.synth.field import wander
from tenuto.demo.synth.filters import bandpass, highpass, lowpass, peak, sweep
from tenuto.demo.synth.oscillators import noise, saw
from tenuto.demo.synth.score import Note, hz
from tenuto.demo.synth.sound import RATE_HZ, Sound, joined, length_of, silence
from tenuto.demo.synth.timing import Hands, Pulse

HAND = 64  # samples between two positions of the hand


def stroke(pitch: int, seconds: float, force: float, rng: np.random.Generator, *, attack: float = 0.07) -> Sound:
    """One bow: the tone brightens as the bow presses, and the hand rocks once it has found the note."""
    tail = 0.12
    length = length_of(seconds + tail)
    # The hand moves slowly: a value every 1.5 ms.
    time = np.arange(length // HAND + 2) * (HAND / RATE_HZ)
    depth = 13 * np.clip((time - 0.18) / 0.5, 0, 1) * (0.5 + 0.5 * force) + rng.normal(0, 1.5)
    slide = -22 * np.exp(-time / 0.035)  # the finger lands a little flat
    uneven = 2.0 * wander(length, rng, 3.0)[::HAND]
    cents = depth * np.sin(2 * np.pi * rng.uniform(5.1, 5.8) * time + rng.random() * 6) + slide
    cents[: len(uneven)] += uneven
    frequency = joined(hz(pitch) * np.exp2(cents / 1200), HAND, length).astype(np.float64)
    tone = saw(frequency, length, rng.random())
    bow = swell(seconds + tail, attack, min(0.22, seconds * 0.5 + tail))
    press = joined(0.55 + 0.45 * np.sin(np.pi * np.clip(time / (seconds + tail), 0, 1)), HAND, length)
    corner = (700 + 3300 * force * press * bow).astype(np.float32) + np.float32(hz(pitch) * 0.8)
    rosin = bandpass(noise(length, rng), 1500, 6000) * np.float32(0.035)
    return sweep(tone + rosin, corner, 0.7) * bow * press * np.float32(0.32 * force)


def player(notes: list[Note], pulse: Pulse, hands: Hands, seconds: float, *, legato: float = 0.06) -> Sound:
    """A part, note by note, each reaching a little into the next."""
    part = silence(seconds)
    for note in notes:
        at = length_of(hands.when(pulse.at(note.beat)))
        held = pulse.at(note.beat + note.beats) - pulse.at(note.beat) + legato
        attack = 0.035 if note.beats < 0.75 else 0.09
        sound = stroke(note.pitch, held, hands.force(note.force), hands.rng, attack=attack)[: len(part) - at]
        part[at : at + len(sound)] += sound
    return part


def violin(sound: Sound) -> Sound:
    return _box(sound, ((280, 4), (470, 4), (1150, -3), (2500, 3)), 190)


def viola(sound: Sound) -> Sound:
    return _box(sound, ((220, 4), (370, 4), (900, -2), (1900, 3)), 125)


def cello(sound: Sound) -> Sound:
    return _box(sound, ((98, 4), (180, 5), (390, 2), (1500, 2)), 60)


def _box(sound: Sound, resonances: tuple[tuple[float, float], ...], lowest_hz: float) -> Sound:
    sound = highpass(sound, lowest_hz * 0.8, 2)
    for frequency, db in resonances:
        sound = peak(sound, frequency, db, 2.4)
    return lowpass(sound, min(6500, RATE_HZ / 4), 2)
