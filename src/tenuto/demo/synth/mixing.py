"""A canvas that sounds are laid on: at a time, at a level, at a place between left and right."""

import numpy as np

from tenuto.demo.synth.sound import Sound, length_of


class Canvas:
    """One stereo bus of fixed length."""

    def __init__(self, seconds: float) -> None:
        self.sound: Sound = np.zeros((2, length_of(seconds)), np.float32)

    @property
    def length(self) -> int:
        return int(self.sound.shape[1])

    def add(self, sound: Sound, at: float, gain: float = 1.0, pan: float = 0.0) -> None:
        """Lay `sound` down from second `at`. `pan` goes from -1, left, to 1, right; what sticks out is cut off."""
        start = max(0, length_of(at))
        room = self.length - start
        if room <= 0:
            return
        angle = (pan + 1) * np.pi / 4
        sides = np.cos(angle), np.sin(angle)
        for number, side in enumerate(sides):
            part = (sound[number] if sound.ndim == 2 else sound)[:room]
            self.sound[number, start : start + len(part)] += np.float32(side * gain * np.sqrt(2)) * part
