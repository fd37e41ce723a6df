"""Suggests tags for a piece, from the pieces to which artists of this instance gave tags themselves.

Trained from nothing but the arrays it is given, in seconds; to remove a piece is to train again without it. The same
examples give the same model to the last bit, in whatever order they come and on whatever machine: no trace is left of
what was removed, and anybody who has the examples can train again and compare digests.

For each tag one linear score (ridge regression on standardised vectors). How far a score can be believed is measured on
artists that the score has not seen, and turned into a probability (Platt, 1999). A tag that too few used, or whose
suggestions would be wrong more often than one time in ten, is not suggested at all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha256

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms import exact
from tenuto.algorithms.similar import STEP, Measure
from tenuto.algorithms.vectors import Vector

Doubles = NDArray[np.float64]
Booleans = NDArray[np.bool_]

LEAST_PIECES = 12  # with a tag, and as many without
LEAST_ARTISTS = 4  # who gave it, else it means one person's sound
PRECISION = 0.9  # of what is suggested, on artists not seen
RIDGE = 0.1  # of a component's variance, added: correlated components share their weight
FOLDS = 5
# Weights are multiples of this. A row of weights is no longer than 1.6 (what a ridge of 0.1 allows where targets are 0
# and 1), a row of standardised values no longer than 310: their product is exact in a float64.
WEIGHT_STEP = 2.0**-24


@dataclass(frozen=True)
class Example:
    """One piece that may teach: its vector, whose it is, and the tags that its artist gave."""

    vector: Vector = field(repr=False)
    artist: int
    tags: frozenset[str]


@dataclass(frozen=True)
class Suggestion:
    """A tag that a piece might deserve, and how probable that is."""

    tag: str
    probability: float


@dataclass(frozen=True)
class Rule:
    """How one tag is recognised: a score, what it is worth, and from where on it is worth a suggestion."""

    tag: str
    weights: Doubles = field(repr=False)
    offset: float
    slope: float
    shift: float
    least_probability: float

    def probability(self, standardised: Doubles) -> Doubles:
        score = standardised @ self.weights + self.offset
        return exact.logistic(self.slope * score + self.shift)


@dataclass(frozen=True)
class TagModel:
    """What was learned. Without rules it suggests nothing."""

    pieces: int
    measure: Measure = field(repr=False)
    rules: tuple[Rule, ...]

    def suggest(self, vector: Vector) -> list[Suggestion]:
        """The tags that are probable enough, the most probable first."""
        if not self.rules:
            return []
        standardised = self.measure.standardised(vector)
        found = [(rule, float(rule.probability(standardised)[0])) for rule in self.rules]
        kept = [Suggestion(rule.tag, chance) for rule, chance in found if chance >= rule.least_probability]
        return sorted(kept, key=lambda suggestion: (-suggestion.probability, suggestion.tag))

    def canonical(self) -> bytes:
        """All that was learned, as bytes that are the same wherever it was learned: JSON, numbers in hexadecimal."""
        said = {
            "v": 1,
            "pieces": self.pieces,
            "count": self.measure.count,
            "sums": self.measure.sums.tolist(),
            "squares": self.measure.squares.tolist(),
            "rules": [
                {
                    "tag": rule.tag,
                    "weights": [float(weight).hex() for weight in rule.weights],
                    "offset": rule.offset.hex(),
                    "slope": rule.slope.hex(),
                    "shift": rule.shift.hex(),
                    "least": rule.least_probability.hex(),
                }
                for rule in self.rules
            ],
        }
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_canonical(cls, written: bytes) -> "TagModel":
        """The model that was written as these bytes, the same to the last bit."""
        said = json.loads(written)
        rules = tuple(
            Rule(
                tag=rule["tag"],
                weights=np.array([float.fromhex(weight) for weight in rule["weights"]]),
                offset=float.fromhex(rule["offset"]),
                slope=float.fromhex(rule["slope"]),
                shift=float.fromhex(rule["shift"]),
                least_probability=float.fromhex(rule["least"]),
            )
            for rule in said["rules"]
        )
        sums, squares = (np.array(said[name], np.int64) for name in ("sums", "squares"))
        return cls(said["pieces"], Measure(said["count"], sums, squares), rules)

    def digest(self) -> str:
        """SHA-256 of the canonical bytes, in hexadecimal: two models are the same where their digests are."""
        return sha256(self.canonical()).hexdigest()


def train(examples: Sequence[Example]) -> TagModel:
    """Learn every tag that enough examples have."""
    ordered = sorted(examples, key=lambda item: (item.artist, item.vector.tobytes(), sorted(item.tags)))
    measure = Measure.nothing()
    if not ordered:
        return TagModel(0, measure, ())
    vectors = np.stack([item.vector for item in ordered])
    measure = measure.with_(vectors)
    tags = _teachable(ordered)
    if not tags:
        return TagModel(len(ordered), measure, ())
    standardised = measure.standardised(vectors)
    has = np.array([[tag in item.tags for tag in tags] for item in ordered])
    folds = np.array([_fold(item.artist) for item in ordered])
    unseen = np.zeros(has.shape)
    for fold in sorted(set(folds.tolist())):
        rest = folds != fold
        if rest.any():
            weights, offsets = _ridge(standardised[rest], has[rest])
            unseen[~rest] = standardised[~rest] @ weights + offsets
    weights, offsets = _ridge(standardised, has)
    rules = []
    for column, tag in enumerate(tags):
        slope, shift = _platt(unseen[:, column], has[:, column])
        chances = exact.logistic(slope * unseen[:, column] + shift)
        least = _least_probability(chances, has[:, column])
        if slope > 0 and least is not None:
            rules.append(Rule(tag, weights[:, column].copy(), float(offsets[column]), slope, shift, least))
    return TagModel(len(ordered), measure, tuple(rules))


def _teachable(examples: Sequence[Example]) -> list[str]:
    """Tags that enough pieces of enough artists have, and enough pieces have not."""
    found = []
    for tag in sorted({tag for item in examples for tag in item.tags}):
        having = [item.artist for item in examples if tag in item.tags]
        enough = LEAST_PIECES <= len(having) <= len(examples) - LEAST_PIECES
        if enough and len(set(having)) >= LEAST_ARTISTS:
            found.append(tag)
    return found


def _fold(artist: int) -> int:
    """Where an artist's pieces are tested: by the artist alone, so that nobody's leaving moves anybody else."""
    return int.from_bytes(blake2b(str(artist).encode(), digest_size=8).digest()) % FOLDS


def _ridge(standardised: Doubles, has: Booleans) -> tuple[Doubles, Doubles]:
    """One score for each tag: the linear one nearest to 1 where the tag is and to 0 where it is not."""
    count, having = len(standardised), has.sum(axis=0)
    sums = standardised.sum(axis=0)
    mean = sums / count
    # Both products are exact, see similar.STEP; what follows is done number by number.
    spread = standardised.T @ standardised / count - mean[:, None] * mean
    together = standardised.T @ has.astype(np.float64) / count - mean[:, None] * (having / count)
    spread[np.diag_indices_from(spread)] += RIDGE
    weights = np.rint(exact.solved(spread, together) / WEIGHT_STEP) * WEIGHT_STEP + 0.0
    return weights, (having - _product(sums, weights)) / count


def _product(sums: Doubles, weights: Doubles) -> Doubles:
    """The sums times the weights. Sums may be so large that only whole numbers of any size are exact."""
    columns = (weights / WEIGHT_STEP).T.astype(np.int64).tolist()
    steps = (sums / STEP).astype(np.int64).tolist()
    scale = round(1 / (STEP * WEIGHT_STEP))
    return np.array([sum(a * b for a, b in zip(steps, column, strict=True)) / scale for column in columns])


def _platt(scores: Doubles, has: Booleans) -> tuple[float, float]:
    """Slope and shift of the logistic curve from score to probability, by Newton's method."""
    positive, negative = int(has.sum()), int((~has).sum())
    # Platt's targets: as if one more of each kind had been seen, so that no probability becomes 0 or 1.
    targets = np.where(has, (positive + 1) / (positive + 2), 1 / (negative + 2))
    slope = shift = 0.0
    for _ in range(50):
        chances = exact.logistic(slope * scores + shift)
        too_high, sure = chances - targets, chances * (1 - chances)
        down, across = exact.total(too_high * scores), exact.total(too_high)
        # The matrix of second derivatives, a little raised so that it can be divided by.
        a, b, c = exact.total(sure * scores * scores) + 1e-6, exact.total(sure * scores), exact.total(sure) + 1e-6
        whole = a * c - b * b
        step, turn = (c * down - b * across) / whole, (a * across - b * down) / whole
        # Far from the solution Newton's step may overshoot.
        shorter = min(1.0, 10.0 / max(1e-12, abs(step), abs(turn)))
        slope, shift = slope - shorter * step, shift - shorter * turn
        if max(abs(step), abs(turn)) < 1e-6:
            break
    return slope, shift


def _least_probability(chances: Doubles, has: Booleans) -> float | None:
    """From which probability on suggestions were right often enough, counting one more as wrong; None if nowhere."""
    order = np.argsort(-chances, kind="stable")
    right = np.cumsum(has[order])
    precision = right / (np.arange(len(order)) + 2)
    good = np.flatnonzero(precision >= PRECISION)
    return float(chances[order[good[-1]]]) if len(good) else None
