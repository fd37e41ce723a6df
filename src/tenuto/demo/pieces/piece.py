"""What `compose` gives back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.demo.synth.sound import RATE_HZ


@dataclass(frozen=True)
class Piece:
    """A finished, mastered piece: samples of shape (length, 2)."""

    samples: NDArray[np.float32]
    rate_hz: int = RATE_HZ

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate_hz
