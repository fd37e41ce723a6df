"""Slack Water: one minor chord, thrown into an echo four floors deep, and a second one when the tide turns."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth import drums, field
from tenuto.demo.synth.basses import sub
from tenuto.demo.synth.colour import pushed_aside, saturate
from tenuto.demo.synth.envelopes import adsr
from tenuto.demo.synth.filters import bandpass, highpass, lowpass, sweep
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.oscillators import noise, saw
from tenuto.demo.synth.score import chord, hz, pitch
from tenuto.demo.synth.sound import Sound, curve, drift
from tenuto.demo.synth.space import echo, reverb, room
from tenuto.demo.synth.timing import Hands, Pulse

TIME = Pulse(122, swing=0.54, unit=0.25, start=0.2)
BARS = 46
SECONDS = TIME.at(BARS * 4) + 2.0

EBB, FLOOD, TURN = "C3 Eb3 G3 Bb3 D4", "Ab2 Eb3 G3 Bb3 C4", "F3 Ab3 C4 Eb4 G4"


def compose() -> Piece:
    rng = np.random.default_rng(122)
    stabs, bass, kit, tops = (Canvas(SECONDS) for _ in range(4))
    _stabs(stabs, rng)
    _bass(bass)
    kicks = _kick(kit, rng)
    _tops(tops, rng)
    opening = 480 * 2 ** (
        curve(stabs.length, [(0, -0.3), (18, 0.6), (40, 1.6), (52, 0.2), (62, 1.9), (80, 1.0), (SECONDS, -0.8)])
        + 0.35 * drift(stabs.length, 0.09).astype(np.float32)
    )
    dry = sweep(stabs.sound, opening.astype(np.float32), 1.5)
    cellar = room(3.8, rng, before_ms=40, dark=0.35, warm=0.9)
    thrown = echo(dry, TIME.lasting(0.75), 0.66, low_hz=260, high_hz=2300)
    wet = reverb(0.7 * thrown + 0.5 * dry + 0.35 * tops.sound, cellar)
    gain = pushed_aside(stabs.length, kicks, 0.6, 0.3)
    harbour = _water(stabs.length, rng)
    mix = (dry + 0.85 * thrown + 0.5 * highpass(wet, 140)) * gain + bass.sound * gain + kit.sound + tops.sound + harbour
    return Piece(mastered(saturate(mix.astype(np.float32), 1.0), -13.5, fade_in=0.3, fade_out=6.0))


def _harmony(bar: int) -> str:
    if 16 <= bar < 24 or 36 <= bar < 40:
        return FLOOD
    return TURN if 24 <= bar < 28 else EBB


def _stabs(stabs: Canvas, rng: np.random.Generator) -> None:
    """Two bars, five places; one place is left out at a time, so that no four bars are the same."""
    places = (0.75, 2.5, 4.75, 5.5, 7.25)
    hands = Hands(rng, stray_ms=3)
    for pair in range(BARS // 2 - 1):
        bar = pair * 2
        absent = int(rng.integers(0, 5)) if bar >= 4 else -1
        for number, beat in enumerate(places):
            if number == absent or (bar >= 40 and number % 2):
                continue
            sound = _stab(_harmony(bar + int(beat // 4)), 0.10 if number != 3 else 0.24, rng)
            stabs.add(sound, hands.when(TIME.at(bar * 4 + beat)), hands.force(0.5 if number in (0, 2) else 0.36))


def _stab(names: str, seconds: float, rng: np.random.Generator) -> Sound:
    shape = adsr(seconds, 0.003, 0.12, 0.3, 0.16)
    sides = []
    for _ in range(2):
        tone = np.zeros(len(shape), np.float32)
        for step in chord(names):
            detune = 2 ** (rng.normal(0, 5) / 1200)
            tone += saw(hz(step) * detune, len(shape), rng.random()) * np.float32(1.05)
        sides.append(tone * shape)
    return np.stack(sides)


def _bass(bass: Canvas) -> None:
    """Under the floor: the root, its fifth from below, and a long silence in which the kick is alone."""
    roots = {EBB: pitch("C2"), FLOOD: pitch("Ab1"), TURN: pitch("F1")}
    for bar in range(6, 44):
        root = roots[_harmony(bar)]
        if 28 <= bar < 30:
            continue
        figure = (
            ((0.5, 0, 0.7), (1.75, 0, 0.3), (2.5, 7 if bar % 4 == 3 else 0, 0.9))
            if bar % 2
            else ((0.5, 0, 1.2), (3.5, -5, 0.4))
        )
        for beat, up, beats in figure:
            step = root + up if root + up >= 27 else root
            low = sub(step, TIME.lasting(beats), 0.8)
            # Small loudspeakers have no 50 Hz: what they play of it is its bent octave.
            edge = bandpass(saturate(low, 4.0), 90, 400)
            bass.add(low + np.float32(0.5) * edge, TIME.at(bar * 4 + beat), 0.26)


def _kick(kit: Canvas, rng: np.random.Generator) -> list[float]:
    kick = lowpass(drums.kick(rng, low_hz=47, high_hz=140, bend_s=0.025, long_s=0.26, knock=0.12), 1800)
    times = [TIME.at(bar * 4 + beat) for bar in range(2, 44) if bar not in (28, 29) for beat in range(4)]
    for at in times:
        kit.add(kick, at, 0.52)
    return times


def _tops(tops: Canvas, rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=3, touch=0.15)
    hats = [drums.hat(rng, open_s=0.07, bright_hz=6500) for _ in range(3)]
    ticks = [drums.hat(rng, open_s=0.018, bright_hz=8500) for _ in range(3)]
    claps = [lowpass(drums.clap(rng, 0.1), 5000) for _ in range(2)]
    rim = drums.rim(rng, 1250)
    for bar in range(4, 44):
        quiet = bar in (28, 29)
        for quarter in range(4):
            if bar >= 8 and not quiet:
                tops.add(hats[quarter % 3], hands.when(TIME.at(bar * 4 + quarter + 0.5)), hands.force(0.11), 0.2)
        if 12 <= bar < 40 and not quiet:
            for beat in (1.0, 3.0):
                tops.add(claps[bar % 2], hands.when(TIME.at(bar * 4 + beat)), 0.085, -0.08)
        for place in range(16):
            if rng.random() < (0.5 if bar >= 10 else 0.25):
                tops.add(ticks[place % 3], hands.when(TIME.at(bar * 4 + place / 4)), hands.force(0.03), -0.45)
        for beat in ((2.25,), (0.75, 3.5))[bar % 2]:
            tops.add(rim, hands.when(TIME.at(bar * 4 + beat)), hands.force(0.07), 0.5)


def _water(length: int, rng: np.random.Generator) -> Sound:
    surface = np.stack([bandpass(noise(length, rng), 500, 5000) for _ in range(2)])
    swellings = 0.6 + 0.5 * field.wander(length, rng, 0.15)
    return surface * swellings * np.float32(0.014)
