"""Greenhouse: an electric piano, a late snare and rain on glass; 74 beats a minute, and never in a hurry."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth import drums, field
from tenuto.demo.synth.colour import crushed, pushed_aside, saturate, tape
from tenuto.demo.synth.filters import highpass, lowpass
from tenuto.demo.synth.keys import electric_piano
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.modes import mallet
from tenuto.demo.synth.plucked import double_bass
from tenuto.demo.synth.score import chord, hz, line
from tenuto.demo.synth.sound import curve, drift
from tenuto.demo.synth.space import echo, reverb, room
from tenuto.demo.synth.timing import Hands, Pulse

TIME = Pulse(74, swing=0.59, unit=0.25, start=2.2)
BARS = 27
SECONDS = TIME.at(BARS * 4) + 5.0

# Bass note, then four voices that move by step. Dm9, G13, Cmaj9, A7 with a flat ninth.
BED = ("D2 F3 A3 C4 E4", "G1 F3 A3 B3 E4", "C2 E3 G3 B3 D4", "A1 G3 Bb3 C#4 E4")
# F major ninth, the same in minor, E minor seventh, E flat diminished: a staircase down to D.
STAIRS = ("F2 E3 G3 A3 C4", "Bb1 D3 G3 Ab3 C4", "E2 D3 G3 B3 D4", "A1 C#3 G3 Bb3 F4")
PLAN = (*BED, *BED, *BED, *STAIRS, *STAIRS[:2], *BED[2:], *BED, BED[0], BED[1], "C2 E3 G3 B3 D4")
TUNE = (
    "-:1 E5:.5 F5:.25 E5:.25 C5:1 A4:1 | B4:1.5 A4:.5 -:.5 D5:.5 E5:1 | G5:1.5 E5:.5 D5:.5 B4:.5 G4:1 | "
    "A4:.5 Bb4:.5 C#5:.5 E5:1.5 -:1 |"
    "-:.5 A5:.5 G5:.5 F5:.5 E5:1 C5:1 | D5:2 -:.5 E5:.25 D5:.25 B4:1 | B4:.5 D5:.5 G5:1 E5:2 | -:4"
)
HIGH_TUNE = "A5:1.5 G5:.5 E5:1 C5:1 | Ab5:1.5 G5:.5 C5:2 | B5:1 A5:.5 G5:.5 D5:2 | Bb5:1 A5:.5 G5:.5 F5:1 E5:1"
LAST_TUNE = "-:1 E5:.5 F5:.25 E5:.25 C5:1 A4:1 | B4:1.5 A4:.5 -:1 E5:1 | D5:1 B4:1 G4:2"


def compose() -> Piece:
    rng = np.random.default_rng(74)
    keys, bass, bars, kit = (Canvas(SECONDS) for _ in range(4))
    _keys(keys, rng)
    _bass(bass, rng)
    hands = Hands(rng, stray_ms=9, late_ms=14)
    for note in [*line(TUNE, start=32), *line(HIGH_TUNE, start=64), *line(LAST_TUNE, start=96)]:
        bars.add(mallet(hz(note.pitch), 1.9, hands.force(note.force)), hands.when(TIME.at(note.beat)), 0.30, 0.2)
    kicks = _drums(kit, rng)
    tremolo = np.float32(0.16) * drift(keys.length, 4.3).astype(np.float32)
    piano = keys.sound * np.stack([1 + tremolo, 1 - tremolo])
    glass = room(1.5, rng, before_ms=12, dark=0.35)
    # The whole trio passes a filter in the first two bars, as if heard through the door of the greenhouse.
    band = piano * pushed_aside(keys.length, kicks, 0.22, 0.28) + bass.sound + 0.9 * bars.sound
    band += 0.22 * reverb(piano + 1.2 * bars.sound + 0.2 * kit.sound, glass) + 0.35 * echo(
        0.6 * bars.sound, TIME.lasting(0.75), 0.35
    )
    outside = lowpass(band, 700, 2)
    door = curve(keys.length, [(0, 0), (TIME.at(7), 0.1), (TIME.at(8), 1), (SECONDS - 9, 1), (SECONDS - 3, 0.2)])
    band = outside + (band - outside) * door
    old = tape(band + crushed(kit.sound, 11, 2), rng, wow=1.0, drive=1.3, top_hz=7800)
    weather = field.rain(SECONDS, rng) * curve(
        keys.length, [(0, 1), (8, 0.34), (70, 0.3), (SECONDS - 6, 0.6), (SECONDS, 1)]
    )
    mix = old + 0.13 * weather + 0.22 * field.vinyl(SECONDS, rng)
    return Piece(mastered(saturate(mix, 1.1), -15.0, fade_in=1.2, fade_out=3.5))


def _keys(keys: Canvas, rng: np.random.Generator) -> None:
    """Two ways to lay a chord down; the second leans on the last sixteenth of the second beat."""
    hands = Hands(rng, stray_ms=7, late_ms=6)
    for bar, names in enumerate(PLAN):
        places = (
            [(0.0, 1.6, 0.62), (1.75, 1.4, 0.42), (3.5, 0.4, 0.3)]
            if bar % 2 == 0
            else [(0.0, 2.4, 0.6), (2.75, 1.0, 0.42)]
        )
        if bar == len(PLAN) - 1:
            places = [(0.0, 5.0, 0.55)]
        for beat, beats, force in places:
            at = hands.when(TIME.at(bar * 4 + beat))
            for number, step in enumerate(chord(names)[1:]):
                sound = electric_piano(step, TIME.lasting(beats), hands.force(force + 0.06 * (number == 3)))
                keys.add(sound, at + 0.011 * number, 0.19, -0.15)


def _bass(bass: Canvas, rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=6, late_ms=10)
    for bar, names in enumerate(PLAN):
        if bar < 2:
            continue
        root = chord(names)[0]
        root = root + 12 if root < 31 else root
        following = chord(PLAN[min(bar + 1, len(PLAN) - 1)])[0]
        following = following + 12 if following < 31 else following
        walk = (
            (0, root, 1.4, 0.9),
            (1.75, root + 7, 0.6, 0.6),
            (2.5, root, 0.9, 0.75),
            (3.5, following + (1 if bar % 2 else -1), 0.45, 0.6),
        )
        for beat, step, beats, force in walk if bar < len(PLAN) - 1 else walk[:1]:
            sound = double_bass(step, TIME.lasting(beats), hands.force(force), rng)
            bass.add(sound, hands.when(TIME.at(bar * 4 + beat)), 0.62)


def _drums(kit: Canvas, rng: np.random.Generator) -> list[float]:
    hands = Hands(rng, stray_ms=4, touch=0.12)
    kick = lowpass(drums.kick(rng, low_hz=52, high_hz=140, long_s=0.22, knock=0.15), 2500)
    snares = [highpass(drums.snare(rng, hz=205, long_s=0.13, rattle=0.9), 130) for _ in range(3)]
    hats = [lowpass(drums.hat(rng, open_s=0.03, bright_hz=5200), 9000) for _ in range(4)]
    rims = [drums.rim(rng) for _ in range(2)]
    kicks: list[float] = []
    for bar in range(4, 26):
        resting = bar in (15, 22)
        for beat in ((0.0, 1.75, 2.5), (0.0, 0.75, 2.5), (0.0, 1.75, 2.25, 3.75))[bar % 3]:
            if not resting:
                kicks.append(hands.when(TIME.at(bar * 4 + beat)))
                kit.add(kick, kicks[-1], 0.55 * hands.force(0.9))
        for beat in (1.0, 3.0):
            # Eighteen milliseconds behind everybody: the snare is what makes it lazy.
            kit.add(snares[bar % 3], hands.when(TIME.at(bar * 4 + beat)) + 0.018, 0.30 * hands.force(0.9), 0.05)
        if bar % 2:
            kit.add(snares[0], hands.when(TIME.at(bar * 4 + 2.25)), 0.07, 0.05)
            kit.add(rims[bar % 2], hands.when(TIME.at(bar * 4 + 3.75)), 0.12, -0.3)
        for place in range(8 if not resting else 4):
            accent = 0.085 if place % 2 == 0 else 0.055
            kit.add(hats[int(rng.integers(4))], hands.when(TIME.at(bar * 4 + place / 2)), hands.force(accent), 0.25)
            if rng.random() < 0.22:
                kit.add(hats[0], hands.when(TIME.at(bar * 4 + place / 2 + 0.25)), 0.035, 0.25)
    return kicks
