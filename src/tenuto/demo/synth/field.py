"""What a microphone hears when nobody plays: water, gulls, rain, engines, a kettle, the surface of a record."""

import numpy as np

from tenuto.demo.synth.envelopes import swell, unclicked
from tenuto.demo.synth.filters import bandpass, highpass, lowpass, sweep
from tenuto.demo.synth.oscillators import noise, saw, sine
from tenuto.demo.synth.sound import RATE_HZ, Sound, clock, joined, length_of, level


def wander(length: int, rng: np.random.Generator, rate_hz: float) -> Sound:
    """A slow random line, mostly between -1 and 1."""
    knots = int(length / RATE_HZ * rate_hz) + 4
    values = rng.standard_normal(knots)
    where = np.linspace(1, knots - 3, length // 256 + 2)
    left = where.astype(int)
    part = (1 - np.cos((where - left) * np.pi)) / 2
    return joined(0.6 * (values[left] * (1 - part) + values[left + 1] * part), 256, length)


def water(seconds: float, rng: np.random.Generator) -> Sound:
    """Small waves against stone, in stereo: a far wash, and single laps."""
    length = length_of(seconds)
    sides = []
    for _ in range(2):
        wash = bandpass(noise(length, rng), 140, 900) * (1 + 0.5 * wander(length, rng, 0.25))
        lapping = np.clip(wander(length, rng, 1.4), 0, None) ** 2
        sides.append(level(wash, 0.05) + level(bandpass(noise(length, rng), 380, 2600) * lapping, 0.045))
    laps = np.stack(sides).astype(np.float32)
    for _ in range(int(seconds * 2.2)):
        drop = _drop(rng)
        at = rng.integers(0, max(1, length - len(drop)))
        side = rng.integers(0, 2)
        laps[side, at : at + len(drop)] += drop
    return laps


def _drop(rng: np.random.Generator) -> Sound:
    """A bubble closes: its pitch rises while it dies."""
    length = length_of(rng.uniform(0.02, 0.06))
    time = clock(length)
    pitch = rng.uniform(380, 1500) * (1 + time * rng.uniform(4, 14))
    return (sine(pitch, length) * np.exp(-time / 0.012) * rng.uniform(0.02, 0.09)).astype(np.float32)


def gull(rng: np.random.Generator) -> Sound:
    """Three to five cries, each falling, each harsher in the middle."""
    cries = []
    top = rng.uniform(1250, 1600)
    for number in range(int(rng.integers(3, 6))):
        length = length_of(rng.uniform(0.22, 0.42))
        share = np.linspace(0, 1, length)
        pitch = top * (0.78 + 0.35 * np.sin(np.pi * share**0.6)) * (1 - 0.05 * number)
        voice = saw(pitch, length) * 0.4 + sine(pitch, length) * 0.6
        cries.append((bandpass(voice.astype(np.float32), 900, 3600) * np.sin(np.pi * share) ** 1.3).astype(np.float32))
        cries.append(np.zeros(length_of(rng.uniform(0.05, 0.16)), np.float32))
    return np.concatenate(cries)


def engine(seconds: float, rng: np.random.Generator, turns_hz: float = 11.0) -> Sound:
    """A diesel far away: slow strokes, more felt than heard."""
    length = length_of(seconds)
    speed = turns_hz * (1 + 0.02 * wander(length, rng, 0.3)).astype(np.float64)
    strokes = saw(speed, length) ** 3 + 0.4 * saw(speed * 4, length)
    return level(lowpass(strokes + noise(length, rng) * np.float32(0.4), 130, 2), 0.2)


def rain(seconds: float, rng: np.random.Generator, drops_per_s: float = 45) -> Sound:
    """Rain on glass: a hiss, and drops near enough to count."""
    length = length_of(seconds)
    hiss = np.stack([bandpass(noise(length, rng), 1800, 9000) for _ in range(2)]) * np.float32(0.06)
    count = int(seconds * drops_per_s)
    taps = np.zeros((2, length), np.float32)
    taps[rng.integers(0, 2, count), rng.integers(0, length, count)] = rng.exponential(0.5, count)
    return hiss + bandpass(taps, 1500, 5200) * np.float32(1.4)


def kettle(seconds: float, rng: np.random.Generator) -> Sound:
    """Water that begins to sing: a rumble, bubbles, and at last the whistle."""
    length = length_of(seconds)
    share = np.linspace(0, 1, length).astype(np.float32)
    boil = sweep(noise(length, rng), 150 + 1100 * share**2, 0.9) * (0.04 + 0.12 * share**2)
    # It comes to rest on the G above everything, where the song ends too.
    pitch = 1150 + 418 * np.clip((share - 0.55) / 0.35, 0, 1).astype(np.float64) ** 0.7
    pitch *= 1 + 0.004 * wander(length, rng, 6)
    whistle = sine(pitch, length) + 0.3 * sine(pitch * 2.01, length)
    open_ = np.clip((share - 0.55) / 0.4, 0, 1) ** 2
    return np.asarray((boil + whistle * open_ * 0.08) * swell(seconds, 0.6, 0.5), np.float32)


def vinyl(seconds: float, rng: np.random.Generator) -> Sound:
    """The surface of a record: rumble, hiss and ticks."""
    length = length_of(seconds)
    ticks = np.zeros((2, length), np.float32)
    count = int(seconds * 7)
    at = rng.integers(0, length, count)
    ticks[:, at] = rng.exponential(0.35, count) * rng.choice([-1, 1], count)
    ticks[0, rng.integers(0, length, count)] += 0.2
    hiss = np.stack([highpass(noise(length, rng), 3000, 1) for _ in range(2)]) * np.float32(0.006)
    rumble = lowpass(noise(length, rng), 60) * np.float32(0.02)
    return np.asarray(bandpass(ticks, 900, 7000) * np.float32(0.5) + hiss + rumble, np.float32)


def grains(
    source: Sound,
    seconds: float,
    rng: np.random.Generator,
    *,
    grain_s: float = 0.18,
    per_second: float = 14,
    speeds: tuple[float, ...] = (1.0,),
) -> Sound:
    """Cuts `source` (mono) into small windows and scatters them in stereo, walking slowly through it."""
    length = length_of(seconds)
    out = np.zeros((2, length), np.float32)
    size = length_of(grain_s)
    window = np.hanning(size).astype(np.float32)
    for number in range(int(seconds * per_second)):
        at = int((number + rng.random()) / per_second * RATE_HZ)
        speed = speeds[int(rng.integers(len(speeds)))]
        reach = int(size * speed) + 2
        centre = at / length * max(1, len(source) - reach)
        begin = int(np.clip(centre + rng.normal(0, 0.3 * RATE_HZ), 0, max(0, len(source) - reach)))
        piece = np.interp(np.arange(size) * speed, np.arange(reach), source[begin : begin + reach]).astype(np.float32)
        pan = rng.uniform(0, np.pi / 2)
        room = min(size, length - at)
        if room > 0:
            piece = (piece * window)[:room]
            out[0, at : at + room] += piece * np.float32(np.cos(pan))
            out[1, at : at + room] += piece * np.float32(np.sin(pan))
    return unclicked(out, 20, 60)
