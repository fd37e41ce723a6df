"""How a note begins, holds and ends."""

import numpy as np

from tenuto.demo.synth.sound import RATE_HZ, Sound, clock, length_of


def adsr(seconds: float, attack: float, decay: float, sustain: float, release: float) -> Sound:
    """Attack and decay inside `seconds`, then `release` more. Lines bend as loudness is heard."""
    held, tail = length_of(seconds), max(1, length_of(release))
    time = clock(held)
    rise = np.clip(time / max(attack, 1e-4), 0, 1)
    fall = sustain + (1 - sustain) * np.exp(-np.maximum(time - attack, 0) / max(decay / 3, 1e-4))
    body = np.sin(rise * np.pi / 2) ** 2 * fall
    last = body[-1] if held else 0.0
    end = last * (1 - np.linspace(0, 1, tail)) ** 2
    return np.concatenate([body, end]).astype(np.float32)


def fading(seconds: float, half_life: float) -> Sound:
    """From one, halving every `half_life`."""
    return np.exp2(-clock(length_of(seconds)) / half_life).astype(np.float32)


def swell(seconds: float, rise: float, fall: float) -> Sound:
    """Comes up softly, stays, goes softly; `rise` and `fall` in seconds."""
    shape = np.ones(length_of(seconds), np.float32)
    up, down = (min(length_of(max(edge, 1e-3)), len(shape)) for edge in (rise, fall))
    shape[:up] = np.sin(np.linspace(0, np.pi / 2, up)) ** 2
    shape[len(shape) - down :] *= (np.cos(np.linspace(0, np.pi / 2, down)) ** 2).astype(np.float32)
    return shape


def unclicked(sound: Sound, in_ms: float = 2.0, out_ms: float = 8.0) -> Sound:
    """The same sound with its two edges rounded."""
    sound = sound.copy()
    rise, fall = round(in_ms * RATE_HZ / 1000), round(out_ms * RATE_HZ / 1000)
    rise, fall = min(rise, sound.shape[-1] // 2), min(fall, sound.shape[-1] // 2)
    if rise:
        sound[..., :rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    if fall:
        sound[..., -fall:] *= np.linspace(1, 0, fall, dtype=np.float32)
    return sound
