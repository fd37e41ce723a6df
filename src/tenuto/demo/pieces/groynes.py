"""Groynes: breaks at 166 beats a minute, cut up and put together wrongly on purpose, over a bass that grinds."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth import drums
from tenuto.demo.synth.basses import reese, sub
from tenuto.demo.synth.colour import crushed, pushed_aside, saturate
from tenuto.demo.synth.envelopes import swell
from tenuto.demo.synth.filters import highpass, lowpass
from tenuto.demo.synth.keys import electric_piano
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.oscillators import dull, ensemble
from tenuto.demo.synth.score import chord, hz, line, pitch
from tenuto.demo.synth.sound import Sound, curve
from tenuto.demo.synth.space import chorus, echo, reverb, room
from tenuto.demo.synth.timing import Hands, Pulse

TIME = Pulse(166, swing=0.53, unit=0.25, start=0.3)
BARS = 58
SECONDS = TIME.at(BARS * 4) + 5.0

# Am9, Fmaj9, Dm11, E7 sharp 9: two bars each.
CHORDS = ("A2 G3 B3 C4 E4", "F2 A3 C4 E4 G4", "D3 G3 A3 C4 F4", "E2 G#3 D4 G4 B4")
BASS_ROOTS = ("A1", "F1", "D2", "E1")
KEYS_TUNE = (
    "E5:3 D5:1 | B4:2 G4:1.5 A4:.5 | C5:3 E5:1 | G5:2 E5:2 | F5:3 E5:1 | C5:1.5 A4:.5 G4:2 | B4:3 D5:1 | "
    "G5:1 G#5:1 B5:2"
)

# A bar of the break in sixteenths. k kick, s snare, g ghost, . nothing; the ride runs above it by itself.
BREAKS = ("k.k.s..g.gk.s..g", "k.k.s..g.gk...s.", ".gk.s..g.kk...s.", "k..ks..g.gk.s.kg")
CUTS = ("k.k.s..gk.k.s..g", "s..gs.k.s..gk.s.", "k.kks.g.s.k.s.ss", "k.k.k.k.s.s.ssss")


def compose() -> Piece:
    rng = np.random.default_rng(166)
    pads, keys, bass, kit = (Canvas(SECONDS) for _ in range(4))
    _pads(pads, rng)
    _keys(keys, rng)
    _bass(bass)
    kicks = _breaks(kit, rng)
    hall = room(2.4, rng, before_ms=25, dark=0.5)
    soft = chorus(pads.sound, mix=0.4)
    body = saturate(crushed(kit.sound, 12, 1) * np.float32(1.9), 1.5)
    # Four bars in the middle come through a telephone.
    thin = lowpass(highpass(body, 500), 2600)
    far = curve(
        pads.length,
        [(TIME.at(31 * 4 - 0.1), 0), (TIME.at(31 * 4), 1), (TIME.at(34 * 4 - 0.1), 1), (TIME.at(34 * 4), 0)],
    )
    body = body + (thin - body) * far
    gain = pushed_aside(pads.length, kicks, 0.35, 0.16)
    repeats = echo(keys.sound, TIME.lasting(1.5), 0.5, high_hz=3000)
    wet = reverb(0.6 * soft + 0.8 * keys.sound + 0.16 * highpass(body, 300), hall)
    mix = soft * gain + 0.9 * keys.sound + 0.6 * repeats + bass.sound * gain + body + 0.34 * wet
    return Piece(mastered(saturate(mix.astype(np.float32), 0.8), -13.0, fade_in=0.4, fade_out=4.0))


def _pads(pads: Canvas, rng: np.random.Generator) -> None:
    for bar in range(0, BARS - 2, 2):
        if 34 <= bar < 42:
            continue
        seconds = TIME.lasting(8) + 1.0
        for step in chord(CHORDS[bar // 2 % 4])[1:]:
            tone = ensemble(hz(step), seconds, rng, loudness=dull(1500, tilt=1), spread_cents=20)
            pads.add(tone * swell(seconds, 0.7, 1.1), TIME.at(bar * 4) - 0.15, 0.062)


def _keys(keys: Canvas, rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=8)
    for start in (2, 18, 34, 46):
        for note in line(KEYS_TUNE, start=start * 4.0):
            sound = electric_piano(note.pitch, TIME.lasting(note.beats) + 0.3, hands.force(0.62))
            keys.add(sound, hands.when(TIME.at(note.beat)), 0.27 if start != 34 else 0.3, 0.15)
    for bar in range(34, 42, 2):
        for number, step in enumerate(chord(CHORDS[bar // 2 % 4])):
            keys.add(electric_piano(step, TIME.lasting(7), 0.5), TIME.at(bar * 4) + 0.02 * number, 0.22, -0.2)
    for number, step in enumerate(chord("A2 E3 G3 B3 C4 E4 B4")):
        keys.add(electric_piano(step, 5.0, 0.6), TIME.at((BARS - 2) * 4) + 0.03 * number, 0.16, 0.1 * number - 0.3)


def _bass(bass: Canvas) -> None:
    figures = (((0, 1.5, 0), (1.5, 1.0, 0), (3.0, 0.8, 0)), ((0, 2.5, 0), (2.75, 0.5, 12), (3.5, 0.5, 7)))
    for bar in range(10, BARS - 2):
        if 33 <= bar < 42:
            continue
        root = pitch(BASS_ROOTS[bar // 2 % 4])
        for beat, beats, up in figures[bar % 2]:
            if bar < 18:
                bass.add(sub(root + up, TIME.lasting(beats), 0.9), TIME.at(bar * 4 + beat), 0.29)
            else:
                bass.add(
                    reese(root + up, TIME.lasting(beats), 0.9, turn_hz=0.7 + 1.9 * (bar % 4 == 3)),
                    TIME.at(bar * 4 + beat),
                    0.5,
                )
    bass.add(sub(pitch("A1"), 3.0, 0.8), TIME.at((BARS - 2) * 4), 0.42)


def _breaks(kit: Canvas, rng: np.random.Generator) -> list[float]:
    hands = Hands(rng, stray_ms=2.5, touch=0.1)
    kick = drums.kick(rng, low_hz=58, high_hz=180, bend_s=0.02, long_s=0.14, knock=0.5)
    snares = [drums.snare(rng, hz=215, long_s=0.10, rattle=1.0) for _ in range(3)]
    pitched = [drums.snare(rng, hz=215 * 2 ** (step / 12), long_s=0.08) for step in range(8)]
    rides = [drums.hat(rng, open_s=0.09, bright_hz=5500) for _ in range(4)]
    kicks: list[float] = []
    for bar in range(6, BARS - 2):
        if 35 <= bar < 42:
            if bar == 41:
                _rush(kit, pitched, bar)
            continue
        cut = bar % 8 == 7 or (bar >= 42 and bar % 4 == 3)
        pattern = CUTS[int(rng.integers(4))] if cut else BREAKS[bar % 4]
        for place, what in enumerate(pattern):
            at = hands.when(TIME.at(bar * 4 + place / 4))
            if what == "k":
                kicks.append(at)
                kit.add(kick, at, 0.5 * hands.force(0.92))
            elif what == "s":
                kit.add(snares[int(rng.integers(3))], at, 0.34 * hands.force(0.92), 0.04)
            elif what == "g":
                kit.add(snares[0], at, 0.09 * hands.force(0.8), -0.1)
            if place % 2 == 0 and (bar >= 10 or place % 4 == 0):
                kit.add(rides[int(rng.integers(4))], at, hands.force(0.075 if place % 4 == 0 else 0.045), 0.28)
    for bar in (10, 18, 42, 50):
        kit.add(drums.crash(rng, 1.3), TIME.at(bar * 4), 0.14, -0.2)
    return kicks


def _rush(kit: Canvas, pitched: list[Sound], bar: int) -> None:
    """Snares that come twice as fast and half a tone higher, until they fall over the edge."""
    for place in range(8):
        kit.add(pitched[place], TIME.at(bar * 4 + place / 4), 0.12 + 0.02 * place)
    for place in range(16):
        kit.add(pitched[place // 2], TIME.at(bar * 4 + 2 + place / 8), 0.16 + 0.012 * place, 0.3 - 0.04 * place)
