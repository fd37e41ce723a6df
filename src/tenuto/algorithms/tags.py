"""Suggests tags for a piece, from the pieces to which artists of this instance gave tags themselves.

Trained from nothing but the arrays it is given, in seconds; to remove a piece is to train again without it. The same
examples give the same model to the last bit, in whatever order they come: no trace is left of what was removed.

For each tag one linear score (ridge regression on standardised vectors). How far a score can be believed is measured on
artists that the score has not seen, and turned into a probability (Platt, 1999). A tag that too few used, or whose
suggestions would be wrong more often than one time in ten, is not suggested at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.similar import Measure
from tenuto.algorithms.vectors import Vector

Doubles = NDArray[np.float64]
Booleans = NDArray[np.bool_]

LEAST_PIECES = 12  # with a tag, and as many without
LEAST_ARTISTS = 4  # who gave it, else it means one person's sound
PRECISION = 0.9  # of what is suggested, on artists not seen
RIDGE = 0.1  # of a component's variance, added: correlated components share their weight
FOLDS = 5


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
        return _logistic(self.slope * score + self.shift)


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
        chances = _logistic(slope * unseen[:, column] + shift)
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
    mean, share = standardised.mean(axis=0), has.mean(axis=0)
    centred = standardised - mean
    spread = centred.T @ centred / len(centred) + RIDGE * np.eye(centred.shape[1])
    weights = np.linalg.solve(spread, centred.T @ (has - share) / len(centred))
    return weights, share - mean @ weights


def _platt(scores: Doubles, has: Booleans) -> tuple[float, float]:
    """Slope and shift of the logistic curve from score to probability, by Newton's method."""
    positive, negative = int(has.sum()), int((~has).sum())
    # Platt's targets: as if one more of each kind had been seen, so that no probability becomes 0 or 1.
    targets = np.where(has, (positive + 1) / (positive + 2), 1 / (negative + 2))
    design = np.stack([scores, np.ones(len(scores))], axis=1)
    found = np.array([0.0, np.log((positive + 1) / (negative + 1))])
    for _ in range(50):
        chances = _logistic(design @ found)
        slope = design.T @ (chances - targets)
        bend = (design * (chances * (1 - chances))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        # Far from the solution Newton's step may overshoot.
        step *= min(1.0, 10.0 / max(1e-12, float(np.abs(step).max())))
        found = found - step
        if np.abs(step).max() < 1e-10:
            break
    return float(found[0]), float(found[1])


def _least_probability(chances: Doubles, has: Booleans) -> float | None:
    """From which probability on suggestions were right often enough, counting one more as wrong; None if nowhere."""
    order = np.argsort(-chances, kind="stable")
    right = np.cumsum(has[order])
    precision = right / (np.arange(len(order)) + 2)
    good = np.flatnonzero(precision >= PRECISION)
    return float(chances[order[good[-1]]]) if len(good) else None


def _logistic(value: Doubles) -> Doubles:
    found: Doubles = 1 / (1 + np.exp(-np.clip(value, -500, 500)))
    return found
