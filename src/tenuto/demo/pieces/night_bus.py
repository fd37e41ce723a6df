"""Night Bus to Vigo: synthesisers at 76 beats a minute, in D minor, with the wipers as a second clock."""

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth import drums
from tenuto.demo.synth.basses import filtered_bass
from tenuto.demo.synth.colour import pushed_aside, saturate
from tenuto.demo.synth.envelopes import adsr, swell
from tenuto.demo.synth.filters import bandpass, highpass, lowpass, sweep
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.oscillators import dull, ensemble, noise, pulse, saw
from tenuto.demo.synth.score import Note, chord, hz, line
from tenuto.demo.synth.sound import Sound, clock, curve
from tenuto.demo.synth.space import chorus, echo, reverb, room
from tenuto.demo.synth.timing import Hands, Pulse

TIME = Pulse(76, start=0.4)
BARS = 30
SECONDS = TIME.at(BARS * 4) + 5.0

ROAD = ("D3 A3 C4 E4 F4", "Bb2 A3 C4 D4 F4", "F3 A3 C4 E4 G4", "C3 G3 C4 D4 E4")
TUNNEL = ("G2 Bb3 D4 F4 A4", "A2 A3 D4 F4", "Bb2 Bb3 D4 F4 C5", "A2 A3 D4 E4 G4")
# Four bars to begin with, twelve on the road, four in the tunnel, five more, and two that lead home.
CHORDS = (*ROAD * 4, *TUNNEL, *ROAD, ROAD[0], ROAD[1], ROAD[3], ROAD[0])
TUNE = (
    "-:2 A4:1 C5:1 | D5:2.5 C5:.5 A4:1 | F4:2 G4:.5 A4:.5 C5:1 | A4:1.5 G4:.5 E4:1 -:1 |"
    "-:2 A4:1 C5:1 | F5:2.5 E5:.5 D5:1 | C5:2 A4:.5 C5:.5 D5:1 | G4:3 -:1"
)
LAST_TUNE = "F5:2 E5:.5 D5:.5 C5:1 | D5:2.5 C5:.5 A4:1 | C5:2 D5:.5 E5:.5 G5:1 | E5:1.5 D5:.5 C5:1 A4:1 | D5:4"


def compose() -> Piece:
    rng = np.random.default_rng(76)
    pads, arp, bass, lead, kit = (Canvas(SECONDS) for _ in range(5))
    _pads(pads, rng)
    _arpeggio(arp)
    _bass(bass)
    _lead(lead, line(TUNE, start=8 * 4.0) + line(LAST_TUNE, start=20 * 4.0), rng)
    kicks = _drums(kit, rng)
    gain = pushed_aside(pads.length, kicks, 0.45, 0.32)
    opening = curve(
        arp.length,
        [(0, 420), (13, 1500), (28, 2600), (50, 4200), (62, 800), (66, 700), (74, 4800), (90, 3000), (SECONDS, 300)],
    )
    arp_sound = sweep(arp.sound, opening, 1.6)
    hall = room(2.6, rng, before_ms=30, dark=0.5)
    soft = chorus(pads.sound, depth_ms=3, mix=0.45) * gain
    wet = reverb(0.4 * soft + 0.3 * arp_sound + 0.7 * lead.sound + _gated(kit), hall)
    repeats = echo(0.35 * arp_sound + 0.5 * lead.sound, TIME.lasting(0.75), 0.42, high_hz=2800)
    road = bandpass(noise(pads.length, rng), 90, 420) * curve(
        pads.length, [(0, 0.02), (12, 0.008), (88, 0.006), (SECONDS, 0.025)]
    )
    mix = (
        soft
        + arp_sound * np.float32(0.9)
        + bass.sound * gain
        + lead.sound
        + kit.sound
        + 0.32 * wet
        + 0.7 * repeats
        + road
    )
    return Piece(mastered(saturate(mix, 0.9), -13.5, fade_in=0.6, fade_out=4.5))


def _pads(pads: Canvas, rng: np.random.Generator) -> None:
    for bar, names in enumerate(CHORDS):
        beats = 12 if bar == 27 else 4
        seconds = TIME.lasting(beats) + 0.7
        gain = 0.055 if 4 <= bar < 16 else 0.07
        for step in chord(names)[1:]:
            tone = ensemble(hz(step), seconds, rng, loudness=dull(1700, tilt=1), spread_cents=24)
            pads.add(tone * swell(seconds, 0.5, 0.9), TIME.at(bar * 4) - 0.1, gain)


def _arpeggio(arp: Canvas) -> None:
    order = (0, 2, 1, 3, 2, 4, 3, 1, 0, 3, 2, 4, 1, 3, 4, 2)
    for bar, names in enumerate(CHORDS):
        steps = chord(names)[1:]
        steps = [*steps, steps[0] + 12, steps[1] + 12][:5]
        for place in range(16 if bar < 27 else 8):
            if 16 <= bar < 18 and place % 2:
                continue
            step = steps[order[(place + 5 * (bar % 2)) % 16]] + (12 if bar >= 12 and place in (6, 13) else 0)
            shape = adsr(0.09, 0.003, 0.12, 0.3, 0.12)
            accent = 1.0 if place % 4 == 0 else 0.62
            tone = pulse(hz(step), len(shape), 0.3) * shape
            arp.add(tone, TIME.at(bar * 4 + place / 4), 0.105 * accent, 0.55 * np.sin(place * 2.4))


def _bass(bass: Canvas) -> None:
    for bar, names in enumerate(CHORDS):
        if bar < 4 or bar in (16, 17):
            continue
        root = chord(names)[0]
        root = root - 12 if root >= 43 else root
        if bar == 27:
            bass.add(filtered_bass(root, TIME.lasting(8), 0.8, open_hz=500, fall_s=2.0), TIME.at(bar * 4), 0.5)
            continue
        for eighth in range(8):
            step = root + (12 if eighth in (3, 6) else 0) + (7 if eighth == 7 and bar % 4 == 3 else 0)
            force = 0.95 if eighth % 2 == 0 else 0.7
            bass.add(
                filtered_bass(step, TIME.lasting(0.42), force, open_hz=700 + 160 * (bar // 4)),
                TIME.at(bar * 4 + eighth / 2),
                0.5,
            )


def _lead(lead: Canvas, notes: list[Note], rng: np.random.Generator) -> None:
    hands = Hands(rng, stray_ms=8, late_ms=12)
    before = notes[0].pitch
    for note in notes:
        shape = adsr(TIME.lasting(note.beats) * 0.95, 0.03, 0.4, 0.75, 0.25)
        time = clock(len(shape))
        glide = (before - note.pitch) * np.exp(-time / 0.045)
        cents = 16 * np.clip((time - 0.3) / 0.5, 0, 1) * np.sin(2 * np.pi * 5.4 * time)
        tone = _brass(hz(note.pitch) * 2 ** (glide / 12 + cents / 1200), len(shape))
        lead.add(
            sweep(tone, (900 + 2600 * shape).astype(np.float32), 1.1) * shape,
            hands.when(TIME.at(note.beat)),
            0.10,
            0.08,
        )
        before = note.pitch


def _brass(frequency: np.ndarray[tuple[int, ...], np.dtype[np.float64]], length: int) -> Sound:
    return (
        saw(frequency * 1.003, length) + saw(frequency * 0.997, length, 0.5) + 0.5 * pulse(frequency / 2, length)
    ).astype(np.float32)


def _drums(kit: Canvas, rng: np.random.Generator) -> list[float]:
    kick = drums.kick(rng, low_hz=46, high_hz=170, long_s=0.3)
    snares = [drums.snare(rng, hz=175, long_s=0.22) for _ in range(2)]
    claps = [drums.clap(rng, 0.13) for _ in range(2)]
    hats = [drums.hat(rng, open_s=0.035) for _ in range(4)]
    kicks: list[float] = []
    for bar in range(4, 27):
        quiet = bar in (16, 17, 18)
        for beat in (0.0, 2.0) if bar % 2 == 0 else (0.0, 1.75, 2.0):
            if not quiet:
                kicks.append(TIME.at(bar * 4 + beat))
                kit.add(kick, kicks[-1], 0.62)
        for beat in (1.0, 3.0):
            if not quiet and bar >= 6:
                kit.add(snares[bar % 2], TIME.at(bar * 4 + beat), 0.36, 0.03)
                kit.add(claps[bar % 2], TIME.at(bar * 4 + beat) + 0.006, 0.22, -0.1)
        for eighth in range(8):
            if bar >= 8 and not quiet:
                kit.add(hats[eighth % 4], TIME.at(bar * 4 + eighth / 2), 0.09 if eighth % 2 else 0.055, 0.3)
        if bar in (7, 15, 19, 23):
            for number, hertz in enumerate((190, 150, 120, 92)):
                kit.add(drums.tom(rng, hertz), TIME.at(bar * 4 + 3 + number / 4), 0.38, 0.6 - 0.4 * number)
    for bar in (8, 20):
        kit.add(drums.crash(rng), TIME.at(bar * 4), 0.12, -0.2)
    return kicks


def _gated(kit: Canvas) -> Sound:
    """Only what lies above the kick goes to the hall."""
    return lowpass(highpass(kit.sound, 160, 2), 6000) * np.float32(0.55)
