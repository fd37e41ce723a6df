"""Which pieces sound alike: distances between vectors, each component measured by how much it differs among all pieces.

That measure is made of whole numbers. Adding a piece and taking it out again gives what was there before, bit by bit;
no trace of it is left. What is computed with it comes in steps of a power of two, so that sums are exact in whatever
order a processor adds them: every machine finds the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.vectors import COMPONENTS, SIZE, Vector

Doubles = NDArray[np.float64]
Integers = NDArray[np.int64]

# Squares of 16 bits, added in 64: exact for more than eight thousand million pieces.

# Standardised values are multiples of this, and none is greater than FARTHEST: a product of two has 24 bits behind the
# point and at most 10 before it, so more than a hundred thousand of the greatest, and 2**29 usual ones, add up exactly
# in the 53 bits of a float64.
STEP = 2.0**-12
FARTHEST = 32.0


@dataclass(frozen=True, eq=False)
class Measure:
    """How the components are spread among some pieces."""

    count: int
    sums: Integers
    squares: Integers

    @classmethod
    def nothing(cls) -> "Measure":
        return cls(0, np.zeros(SIZE, np.int64), np.zeros(SIZE, np.int64))

    def with_(self, vectors: Vector) -> "Measure":
        """The measure once these pieces, one a row, have come in."""
        wide = _rows(vectors)
        return Measure(self.count + len(wide), self.sums + wide.sum(axis=0), self.squares + (wide**2).sum(axis=0))

    def without(self, vectors: Vector) -> "Measure":
        """The measure as if these pieces had never come in. They must be among those that did."""
        wide = _rows(vectors)
        if len(wide) > self.count:
            raise ValueError(f"{len(wide)} pieces cannot be taken out of {self.count}")
        squares = self.squares - (wide**2).sum(axis=0)
        if (squares < 0).any():
            raise ValueError("these pieces were never in")
        return Measure(self.count - len(wide), self.sums - wide.sum(axis=0), squares)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Measure):
            return NotImplemented
        same = np.array_equal(self.sums, other.sums) and np.array_equal(self.squares, other.squares)
        return self.count == other.count and same

    def __hash__(self) -> int:
        return hash((self.count, self.sums.tobytes(), self.squares.tobytes()))

    def mean(self) -> Doubles:
        mean: Doubles = self.sums / max(1, self.count)
        return mean

    def deviation(self) -> Doubles:
        """Of each component, in steps; zero where all pieces are the same."""
        # Exact until the division: n * sum of squares - square of sum, as whole numbers of any size.
        spread = [
            self.count * square - total * total
            for square, total in zip(self.squares.tolist(), self.sums.tolist(), strict=True)
        ]
        deviation: Doubles = np.sqrt(np.array([float(item) for item in spread])) / max(1, self.count)
        return deviation

    def standardised(self, vectors: Vector) -> Doubles:
        """Distances from the mean in deviations, in multiples of STEP; zero where nothing differs."""
        deviation = self.deviation()
        known = deviation > 0
        away = np.where(known, (_rows(vectors) - self.mean()) / np.where(known, deviation, 1.0), 0.0)
        # Adding zero makes -0 into 0: they compare alike, but not byte by byte.
        found: Doubles = np.rint(np.clip(away, -FARTHEST, FARTHEST) / STEP) * STEP + 0.0
        return found


def _rows(vectors: Vector) -> Integers:
    if vectors.dtype != np.int16 or vectors.shape[-1:] != (SIZE,) or vectors.ndim > 2:
        raise ValueError(f"vectors are rows of {SIZE} 16-bit numbers, not {vectors.dtype} of shape {vectors.shape}")
    return np.atleast_2d(vectors).astype(np.int64)


GROUPS = sorted({component.group for component in COMPONENTS})
MEMBERS = [[place for place, item in enumerate(COMPONENTS) if item.group == group] for group in GROUPS]


def distances(vector: Vector, others: Vector, measure: Measure) -> Doubles:
    """How far each of the others sounds from one piece. Two pieces drawn at random are about 1.4 apart.

    Every group of components counts alike, however many it has.
    """
    apart = (measure.standardised(others) - measure.standardised(vector)) ** 2
    found = np.zeros(len(apart))
    for members in MEMBERS:
        found += apart[:, members].sum(axis=1) / len(members)
    return np.sqrt(found / len(MEMBERS))


def points(vectors: Vector, measure: Measure) -> NDArray[np.float32]:
    """Pieces as points whose plain distances are `distances`, but for rounding: for many questions to many pieces."""
    scale = np.zeros(SIZE)
    for members in MEMBERS:
        scale[members] = np.sqrt(1 / (len(members) * len(MEMBERS)))
    found: NDArray[np.float32] = (measure.standardised(vectors) * scale).astype(np.float32)
    return found


def nearest(vector: Vector, others: Vector, measure: Measure, count: int) -> list[tuple[int, float]]:
    """The rows of the pieces that sound most like one, with their distances, the nearest first."""
    apart = distances(vector, others, measure)
    order = np.argsort(apart, kind="stable")[:count]
    return [(int(row), float(apart[row])) for row in order]
