"""When beats fall: tempo, swing, and the small unevenness of hands."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pulse:
    """A tempo. `swing` says where the second of two `unit`s falls: 0.5 is straight, 0.667 a triplet."""

    bpm: float
    swing: float = 0.5
    unit: float = 0.5
    start: float = 0.0  # seconds before the first beat

    @property
    def beat_s(self) -> float:
        return 60.0 / self.bpm

    def at(self, beat: float) -> float:
        """Seconds at which `beat` falls."""
        pair, within = divmod(beat, 2 * self.unit)
        half = within / (2 * self.unit)
        bent = half * 2 * self.swing if half < 0.5 else self.swing + (half - 0.5) * 2 * (1 - self.swing)
        return self.start + (pair + bent) * 2 * self.unit * self.beat_s

    def lasting(self, beats: float) -> float:
        return beats * self.beat_s


@dataclass(frozen=True)
class Hands:
    """Somebody who plays: how many milliseconds they stray, how late they lie, how even their touch is."""

    rng: np.random.Generator
    stray_ms: float = 6.0
    late_ms: float = 0.0
    touch: float = 0.08

    def when(self, seconds: float) -> float:
        stray = float(np.clip(self.rng.normal(0, self.stray_ms), -2.5 * self.stray_ms, 2.5 * self.stray_ms))
        return max(0.0, seconds + (self.late_ms + stray) / 1000)

    def force(self, force: float) -> float:
        """In steps of a third of a decibel at most, so that instruments can remember what they have played."""
        return round(24 * float(np.clip(force * (1 + self.rng.normal(0, self.touch)), 0.05, 1.0))) / 24
