"""Rooms, echoes and width. A room is an impulse response made of noise that dies sooner the higher it is."""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq

from tenuto.demo.synth.filters import bandpass, highpass, lowpass
from tenuto.demo.synth.oscillators import noise
from tenuto.demo.synth.sound import RATE_HZ, Sound, clock, drift, length_of, read_at, stereo


def room(
    seconds: float, rng: np.random.Generator, *, before_ms: float = 18.0, dark: float = 0.4, warm: float = 1.1
) -> Sound:
    """An impulse response (2, n) of energy one. `seconds` is how long middle tones ring (RT60); `dark` is the share
    of that for high ones, `warm` for low ones."""
    length = length_of(max(seconds, seconds * warm) * 1.05)
    time = clock(length)
    low_dies, middle_dies, high_dies = (np.exp(-6.91 * time / (seconds * share)) for share in (warm, 1.0, dark))
    sides = []
    for _ in range(2):
        grain = noise(length, rng)
        low, high = lowpass(grain, 350, 1), highpass(grain, 3200, 1)
        middle = bandpass(grain, 350, 3200)
        tail = low * low_dies + middle * middle_dies + high * high_dies
        tail *= np.clip(time / 0.012, 0, 1)  # a room answers first with single walls, then with all of them
        for _ in range(9):
            at = length_of(rng.uniform(0.004, 0.055))
            tail[at] += rng.choice([-1, 1]) * 6.0 * np.exp(-at / RATE_HZ / 0.03)
        sides.append(np.concatenate([np.zeros(length_of(before_ms / 1000)), tail]))
    answer = np.stack(sides)
    return np.asarray(answer / np.sqrt(np.sum(answer**2, axis=1, keepdims=True)), np.float32)


def reverb(sound: Sound, answer: Sound) -> Sound:
    """Only what the room answers, as long as the sound; a third of each side is heard on the other."""
    sound = stereo(sound)
    mixed = np.stack([sound[0] + np.float32(0.35) * sound[1], sound[1] + np.float32(0.35) * sound[0]])
    return convolved(mixed, answer)


def echo(
    sound: Sound,
    seconds: float,
    feedback: float,
    *,
    low_hz: float = 200.0,
    high_hz: float = 3500.0,
    cross: bool = True,
) -> Sound:
    """Only the repeats, each duller than the one before; `cross` throws them from side to side.

    All repeats are one impulse response, found by a division in the frequency domain.
    """
    tail = length_of(seconds * max(2.0, np.log(0.001) / np.log(feedback) + 1))
    size = next_fast_len(2 * tail, real=True)
    frequency = rfftfreq(size, 1 / RATE_HZ)
    once = feedback * _window(frequency, low_hz, high_hz) * np.exp(-2j * np.pi * frequency * seconds)
    if not cross:
        return convolved(stereo(sound), np.asarray(irfft(once / (1 - once), size)[:tail], np.float32))
    odd, even = once / (1 - once**2), once**2 / (1 - once**2)
    there, back = (np.asarray(irfft(part, size)[:tail], np.float32) for part in (odd, even))
    return convolved(stereo(sound), back, there)


def convolved(sound: Sound, same: Sound, other: Sound | None = None) -> Sound:
    """`sound` (2, n) through `same` on its own side and `other` on the opposite one, cut to its length.

    Piece by piece (overlap-add), so that memory does not grow with the length.
    """
    length, tail = sound.shape[1], same.shape[-1]
    size = next_fast_len(max(3 * tail, 1 << 17), real=True)
    piece = size - tail + 1
    here, across = rfft(same, size), None if other is None else rfft(other, size)
    out = np.zeros((2, length + size), np.float32)
    for start in range(0, length, piece):
        spectrum = rfft(sound[:, start : start + piece], size)
        result = spectrum * here
        if across is not None:
            result += spectrum[::-1] * across
        out[:, start : start + size] += irfft(result, size)
    return out[:, :length]


def _window(frequency: NDArray[np.float64], low_hz: float, high_hz: float) -> NDArray[np.float64]:
    ratio = np.divide(low_hz, frequency, out=np.full_like(frequency, 1e6), where=frequency > 0)
    return np.asarray(1 / np.sqrt((1 + ratio**2) * (1 + (frequency / high_hz) ** 4)))


def chorus(sound: Sound, *, depth_ms: float = 2.2, rate_hz: float = 0.6, mix: float = 0.5) -> Sound:
    """Two copies that drift in pitch, one to each side."""
    sound = stereo(sound)
    length = sound.shape[1]
    index = np.arange(length, dtype=np.float64)
    out = sound * np.float32(1 - mix * 0.4)
    for side, phase in ((0, 0.0), (1, 0.5)):
        late = (9.0 + depth_ms * drift(length, rate_hz, phase)) * (RATE_HZ / 1000)
        out[side] += np.float32(mix) * read_at(sound[side], np.maximum(index - late, 0))
    return out


def widened(sound: Sound, amount: float, from_hz: float = 180.0) -> Sound:
    """More (or, below one, less) difference between the sides; the bass stays in the middle."""
    middle, side = (sound[0] + sound[1]) / 2, (sound[0] - sound[1]) / 2
    side = highpass(side, from_hz, 1) * np.float32(amount)
    return np.stack([middle + side, middle - side])
