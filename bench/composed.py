"""Composes short pieces that stand in one key throughout: chords, a bass, a melody and drums, chosen by a seed."""

from collections.abc import Iterable
from random import Random

from bench.midi import DRUMS, META, NOTE_OFF, NOTE_ON, TEMPO, Event, Song

TICKS_A_BEAT = 480
BARS = 16
BEATS_A_BAR = 4
PROGRAM = 0xC0

# Degrees of the scale, counted from 0, a bar each. All begin at home, and the last bar of a piece is home again.
MAJOR_TURNS = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 0), (0, 1, 4, 0), (0, 3, 1, 4), (0, 2, 3, 4))
MINOR_TURNS = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 6, 5, 4), (0, 3, 0, 4), (0, 1, 4, 0), (0, 5, 6, 0))
MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)
FIFTH, LEADING_NOTE = 4, 11  # in minor the chord of the fifth has the leading note

# Programs of General MIDI, counted from 0.
CHORDS = (0, 4, 16, 24, 25, 27, 48, 52, 88, 89)  # pianos, organ, guitars, strings, voices, pads
BASSES = (32, 33, 34, 38, 43)
MELODIES = (11, 40, 56, 64, 68, 71, 73, 80, 81)
KICK, SNARE, HAT = 36, 38, 42

Played = tuple[float, float, int, int, int]  # start and length in beats, pitch, velocity, channel


def compose(tonic: int, minor: bool, seed: int) -> tuple[Song, float]:
    """A piece in this key, and its tempo in BPM."""
    random = Random(seed)
    length_us = round(60e6 / random.uniform(72, 168))
    scale = MINOR_SCALE if minor else MAJOR_SCALE
    turns = [random.choice(MINOR_TURNS if minor else MAJOR_TURNS) for _ in range(2)]
    notes: list[Played] = []
    for bar in range(BARS):
        degree = 0 if bar == BARS - 1 else turns[bar // 4 % 2][bar % 4]
        chord = triad(scale, degree, minor)
        notes += accompaniment(random, bar, tonic, chord)
        notes += melody(random, bar, tonic, scale, chord)
        notes += drums(random, bar)
    programs = (random.choice(CHORDS), random.choice(BASSES), random.choice(MELODIES))
    return written(notes, programs, length_us), 60e6 / length_us


def triad(scale: tuple[int, ...], degree: int, minor: bool) -> tuple[int, int, int]:
    """A chord of the scale, in semitones above the tonic."""
    first, third, fifth = (scale[(degree + step) % 7] + 12 * ((degree + step) // 7) for step in (0, 2, 4))
    if minor and degree == FIFTH:
        third = LEADING_NOTE
    return first, third, fifth


def accompaniment(random: Random, bar: int, tonic: int, chord: tuple[int, int, int]) -> list[Played]:
    start, notes = bar * BEATS_A_BAR, list[Played]()
    held = random.random() < 0.4
    for beat in (0,) if held else range(BEATS_A_BAR):
        for note in chord:
            notes.append((start + beat, 3.9 if held else 0.9, 48 + (tonic + note) % 24, random.randint(60, 85), 0))
    root = 36 + (tonic + chord[0]) % 12
    for half in range(0, 2 * BEATS_A_BAR, random.choice((2, 4))):
        other = half == 2 * BEATS_A_BAR - 2 and random.random() < 0.4
        pitch = 36 + (tonic + chord[2]) % 12 if other else root
        notes.append((start + half / 2, 0.9, pitch, random.randint(75, 100), 1))
    return notes


def melody(
    random: Random, bar: int, tonic: int, scale: tuple[int, ...], chord: tuple[int, int, int]
) -> Iterable[Played]:
    """Notes of the chord on the beats, notes of the scale between; now and then a rest."""
    sung = sorted({*(note % 12 for note in chord)})
    # Where the chord raises the scale's seventh to the leading note, the melody does so too.
    between = sorted({*(note for note in scale if LEADING_NOTE not in sung or note != MINOR_SCALE[6]), *sung})
    for half in range(2 * BEATS_A_BAR):
        if random.random() < 0.35:
            continue
        note = random.choice(sung if half % 2 == 0 else between)
        yield (bar * BEATS_A_BAR + half / 2, 0.45, 72 + (tonic + note) % 12, random.randint(65, 95), 2)


def drums(random: Random, bar: int) -> Iterable[Played]:
    for half in range(2 * BEATS_A_BAR):
        at = bar * BEATS_A_BAR + half / 2
        yield (at, 0.2, HAT, random.randint(40, 70), DRUMS)
        if half in {0, 4} or random.random() < 0.1:
            yield (at, 0.2, KICK, 100, DRUMS)
        if half in {2, 6}:
            yield (at, 0.2, SNARE, 90, DRUMS)


def written(notes: Iterable[Played], programs: tuple[int, int, int], length_us: int) -> Song:
    events = [Event(0, META, length_us.to_bytes(3), TEMPO)]
    events += [Event(0, PROGRAM | channel, bytes([program])) for channel, program in enumerate(programs)]
    struck = []
    for start, length, pitch, velocity, channel in notes:
        struck.append(Event(round(start * TICKS_A_BEAT), NOTE_ON | channel, bytes([pitch, velocity])))
        struck.append(Event(round((start + length) * TICKS_A_BEAT), NOTE_OFF | channel, bytes([pitch, 0])))
    # What ends is written before what begins at the same moment, else it would end that.
    events += sorted(struck, key=lambda event: (event.tick, event.kind & 0xF0 == NOTE_ON))
    end = Event(events[-1].tick + TICKS_A_BEAT, META, b"", 0x2F)
    return Song(TICKS_A_BEAT, ((*events, end),))
