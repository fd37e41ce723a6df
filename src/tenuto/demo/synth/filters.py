"""Filters: fixed ones from SciPy, and one whose corner moves."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from tenuto.demo.synth.sound import RATE_HZ, Sound

BLOCK = 64  # samples between two settings of a moving filter: 1.5 ms, below what is heard as steps


def lowpass(sound: Sound, hz: float, order: int = 2) -> Sound:
    return _apply(sound, _butter("lowpass", hz, order))


def highpass(sound: Sound, hz: float, order: int = 2) -> Sound:
    return _apply(sound, _butter("highpass", hz, order))


def bandpass(sound: Sound, low_hz: float, high_hz: float, order: int = 1) -> Sound:
    return _apply(sound, _butter("bandpass", (low_hz, high_hz), order))


def peak(sound: Sound, hz: float, db: float, q: float = 1.0) -> Sound:
    """Raise or lower what lies around `hz` (the cookbook's peaking equaliser)."""
    a, w = 10 ** (db / 40), 2 * np.pi * hz / RATE_HZ
    alpha, cos = np.sin(w) / (2 * q), np.cos(w)
    b = np.array([1 + alpha * a, -2 * cos, 1 - alpha * a])
    d = np.array([1 + alpha / a, -2 * cos, 1 - alpha / a])
    return _apply(sound, np.concatenate([b, d])[None, :] / d[0])


def shelf(sound: Sound, hz: float, db: float) -> Sound:
    """Raise or lower everything above `hz`."""
    return sound + highpass(sound, hz, 1) * np.float32(10 ** (db / 20) - 1)


def sweep(sound: Sound, corner_hz: Sound, q: float = 0.8) -> Sound:
    """A resonant low-pass whose corner follows `corner_hz`, one value a sample.

    All blocks are filtered side by side as if each began from rest, then the state that each really inherits is
    handed along and its ringing added: exact, and 30 times faster than filtering block after block.
    """
    length = sound.shape[-1]
    blocks = -(-length // BLOCK)
    corners = np.clip(corner_hz[::BLOCK], 25.0, RATE_HZ * 0.45).astype(np.float64)
    w = 2 * np.pi * corners / RATE_HZ
    alpha, cos = np.sin(w) / (2 * q), np.cos(w)
    b0, a1, a2 = (1 - cos) / 2 / (1 + alpha), -2 * cos / (1 + alpha), (1 - alpha) / (1 + alpha)
    padded = np.zeros((*sound.shape[:-1], blocks * BLOCK))
    padded[..., :length] = sound
    # Sample by sample within a block, over all blocks (and sides) at once.
    fed = np.moveaxis(padded.reshape(*sound.shape[:-1], blocks, BLOCK), -1, 0) * b0[:, None].T
    rest, state = _run(fed, np.zeros_like(fed[0]), np.zeros_like(fed[0]), a1, a2)
    one, none = np.ones(blocks), np.zeros(blocks)
    nothing = np.zeros((BLOCK, blocks))
    first, from_first = _run(nothing, one, none, a1, a2)
    second, from_second = _run(nothing, none, one, a1, a2)
    one_side = rest.reshape(BLOCK, -1, blocks)
    left = np.stack([part.reshape(-1, blocks) for part in state])
    for side in range(one_side.shape[1]):
        inherited = _hand_along(left[:, side], from_first, from_second)
        one_side[:, side] += first * inherited[0] + second * inherited[1]
    return np.moveaxis(rest, 0, -1).reshape(*sound.shape[:-1], -1)[..., :length].astype(np.float32)


_State = tuple[NDArray[np.float64], NDArray[np.float64]]


def _run(
    fed: NDArray[np.float64],
    s1: NDArray[np.float64],
    s2: NDArray[np.float64],
    a1: NDArray[np.float64],
    a2: NDArray[np.float64],
) -> tuple[NDArray[np.float64], _State]:
    """A low-pass in transposed direct form; `fed` has its first coefficient in it; the others are 2 and 1 of it."""
    out = np.empty_like(fed)
    for place, now in enumerate(fed):
        y = now + s1
        s1 = 2 * now - a1 * y + s2
        s2 = now - a2 * y
        out[place] = y
    return out, (s1, s2)


def _hand_along(left: NDArray[np.float64], from_first: _State, from_second: _State) -> NDArray[np.float64]:
    """The state in which each block begins, given what each would leave behind."""
    begins = []
    s1 = s2 = 0.0
    for l1, l2, p1, p2, q1, q2 in zip(
        *left.tolist(), *(part.tolist() for part in (*from_first, *from_second)), strict=True
    ):
        begins.append((s1, s2))
        s1, s2 = l1 + p1 * s1 + q1 * s2, l2 + p2 * s1 + q2 * s2
    return np.array(begins).T


@lru_cache(maxsize=256)
def _butter(kind: str, hz: float | tuple[float, float], order: int) -> NDArray[np.float64]:
    top = RATE_HZ * 0.49
    corners = min(hz, top) if isinstance(hz, int | float) else (hz[0], min(hz[1], top))
    return np.asarray(butter(order, corners, kind, fs=RATE_HZ, output="sos"))


def _apply(sound: Sound, sections: NDArray[np.float64]) -> Sound:
    # In float64: a float32 filter at 30 Hz hisses.
    return np.asarray(sosfilt(sections, sound, axis=-1), np.float32)
