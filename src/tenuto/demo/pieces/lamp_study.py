"""Lamp Study: bronze keys in five tones of their own, two players to a melody, and a gong at the end of each round."""

from functools import lru_cache

import numpy as np

from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth.mastering import mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.modes import bronze_key, gong, wood
from tenuto.demo.synth.sound import Sound
from tenuto.demo.synth.space import reverb, room
from tenuto.demo.synth.timing import Hands

# Five tones in cents above 138.6 Hz, unequal as sets of bronze are: two small steps, three wide ones.
TONES_CENTS = (0, 136, 281, 676, 802)
LOWEST_HZ = 138.6
BEAT_HZ = 6.4  # between the two keys of every pair

# Rounds of sixteen core notes, in tones counted from the lowest. The second is the first turned round its middle.
CORE = (
    (0, 2, 1, 2, 3, 2, 1, 0, 3, 4, 3, 2, 1, 2, 1, 0),
    (3, 2, 3, 4, 5, 4, 3, 2, 3, 4, 5, 7, 6, 5, 3, 4),
    (5, 4, 3, 2, 1, 2, 3, 1, 0, 1, 2, 3, 4, 3, 1, 0),
)
# Which core, how many quarter-beats each core note is split into, how loud; the tempo is bent on top of it.
ROUNDS = ((0, 2, 0.5), (0, 4, 0.6), (1, 4, 0.75), (2, 4, 0.9), (1, 4, 1.0), (2, 4, 0.55), (0, 4, 0.95), (0, 2, 0.5))
SECONDS = 92.0


def compose() -> Piece:
    rng = np.random.default_rng(5)
    bronze, low, hanging, time = Canvas(SECONDS), Canvas(SECONDS), Canvas(SECONDS), 2.0
    hands = Hands(rng, stray_ms=4, touch=0.08)
    _gong(hanging, 0.3, 0.6, rng)
    for number, (core, parts, loud) in enumerate(ROUNDS):
        for place, tone in enumerate(CORE[core]):
            step_s = _step_seconds(number + place / 16)
            _round(bronze, low, hands, CORE[core], place, tone, parts, loud, time, step_s)
            if place % 4 == 3:
                hanging.add(_kempli(), time, 0.05, -0.5)
            if place == 7:
                hanging.add(gong(_hz(0) * 0.75, 4.0, 0.5, rng), time, 0.16, 0.3)
            time += step_s
        _gong(hanging, time, 0.75 + 0.25 * loud, rng)
    for number, tone in enumerate((4, 3, 2, 0, -5)):
        bronze.add(_pair(tone, 0.5, 4.5), time + 0.02 + 0.16 * number, 0.36, 0.0)
    court = room(2.6, rng, before_ms=28, dark=0.45)
    mix = bronze.sound + low.sound + hanging.sound
    mix = mix + 0.22 * reverb(mix, court)
    return Piece(mastered(mix.astype(np.float32), -16.0, fade_in=0.01, fade_out=5.0))


def _step_seconds(round_: float) -> float:
    """Length of a core note: quickens until the fifth round, drops to half speed in the sixth, races, and dies away."""
    places = [0, 1, 2, 4, 4.9, 5.05, 5.9, 6.1, 7, 8]
    return float(np.interp(round_, places, [0.82, 0.62, 0.52, 0.46, 0.43, 0.86, 0.80, 0.44, 0.50, 1.25]))


def _round(
    bronze: Canvas,
    low: Canvas,
    hands: Hands,
    core: tuple[int, ...],
    place: int,
    tone: int,
    parts: int,
    loud: float,
    at: float,
    step_s: float,
) -> None:
    """One core note: below it the slow keys, above it two interlocking players who share every figure."""
    if place % 2 == 1:
        low.add(_pair(tone - 5, round(loud, 1), 3.5), hands.when(at), 0.26, 0.1)
    low.add(_pair(tone, round(0.7 * loud, 1), 1.6), hands.when(at), 0.24, -0.1)
    ahead = core[(place + 1) % 16]
    for part in range(parts):
        when = hands.when(at + part * step_s / parts)
        force = round(hands.force(loud * (0.9 if part == 0 else 0.66)), 1)
        # One plays on the beat and towards the next core note, the other fills what is left.
        if part % 2 == 0:
            bronze.add(_pair((tone if part == 0 else ahead) + 5, max(force, 0.1), 0.7), when, 0.34, -0.5)
        if part % 2 == 1 or part == 0:
            bronze.add(_pair(max(tone, ahead) + 6 - (part == 3) * 2, max(force, 0.1), 0.5), when, 0.28, 0.5)


def _hz(tone: int) -> float:
    octave, place = divmod(tone, 5)
    # Octaves a little wide, as tuners of bronze make them.
    return LOWEST_HZ * 2 ** ((octave * 1206 + TONES_CENTS[place]) / 1200)


@lru_cache(maxsize=512)
def _pair(tone: int, force: float, seconds: float) -> Sound:
    """The two keys of a pair, one to each side, so that their beating moves."""
    base = _hz(tone)
    beat = BEAT_HZ * (0.6 if tone < 0 else 1.0)
    left, right = bronze_key(base, seconds, force), bronze_key(base, seconds, force, beat)
    return np.stack([left + 0.6 * right, right + 0.6 * left]) * np.float32(0.7)


def _gong(hanging: Canvas, at: float, force: float, rng: np.random.Generator) -> None:
    hanging.add(gong(_hz(0) / 2, 9.0, force, rng), at, 0.22, 0.0)


@lru_cache(maxsize=1)
def _kempli() -> Sound:
    return wood(520, 0.9, 0.25)
