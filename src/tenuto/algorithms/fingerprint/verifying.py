"""Whether a proposed transformation is true: point by point, against what chance would do.

A point of the query that falls on a point of the reference is worth the more, the rarer points of that pitch are
thereabouts: a note that sounds all the time agrees with anything. What is told is a likelihood ratio, of "so many
points agree because they are the same" to "these agree by chance".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.fingerprint.peaks import TICKS_PER_SECOND, Ints, Peaks, ranked

Doubles = NDArray[np.float64]

LOOSE = (16.0, 45.0)  # ticks, cents
TIGHT = (7.0, 28.0)
EXACT = (2.5, 10.0)  # how true points are spread about where they should be
FITTED_TIMES = 8
STRONG = 3  # of a half second and band; weaker ones are true less often, so they are judged by themselves
TEMPI = np.linspace(0.96, 1.04, 17)  # of the proposed one
OFFSET_STEP, OFFSETS = 6.0, 20  # ticks; so many steps either way
# Assumed: 40 % come unchanged, 55 % changed in one of three ways, 5 % otherwise. Accidents: evenly over what is
# searched (tempo 0.8 to 1.25, 5.6 semitones either way), of which the first is 0.15 %, each of the three 3 to 5 %.
SAME_RATE, SAME_SEMITONES = 0.012, 0.15
UNCHANGED, CHANGED_IN_ONE_WAY, CHANGED_IN_TWO_WAYS = 5.6, 1.5, -2.9
AROUND_TICKS = 320  # where it is looked how often a point of that pitch comes
AROUND_CENTS = 100.0
FEWEST = 5  # points that agree
UNSEEN = 0.5  # of a point: added to those that were counted around


@dataclass(frozen=True)
class Proposal:
    """reference ticks = offset + slope x query ticks; query cents = reference cents + cents."""

    offset: float
    slope: float
    cents: float


@dataclass(frozen=True)
class Evidence:
    """Attributes:
    found: the proposal, made exact
    query_ticks: of the points that agree, as far as they speak of one passage
    ratio: logarithm of the likelihood ratio
    """

    found: Proposal
    query_ticks: Ints
    ratio: float


@dataclass(frozen=True)
class Comparison:
    """A proposal made exact, with what is compared there.

    Attributes:
        together: how much falls together there: for putting proposals in order, quickly told
    """

    asked: Peaks
    reference: Peaks
    pairs: "_Pairs"
    proposal: Proposal
    together: float


def compare(query: Peaks, reference: Peaks, proposal: Proposal) -> Comparison:
    pairs = _neighbours(query, reference, proposal)
    exact, together = pairs.sharpened(proposal)
    return Comparison(query, reference, pairs, exact, together)


def are_strong(query: Peaks) -> NDArray[np.bool_]:
    """Which points are among the strongest of their half second and band."""
    strong: NDArray[np.bool_] = ranked(query.ticks, query.cents, query.strengths) < STRONG
    return strong


def weigh(compared: Comparison, strong: NDArray[np.bool_]) -> Evidence | None:
    """What speaks for the proposal; None where almost nothing agrees. `strong`: see `are_strong`."""
    query, pairs, proposal = compared.asked, compared.pairs, compared.proposal
    agreeing = pairs.one_to_one(proposal, LOOSE)
    for _ in range(FITTED_TIMES):
        if len(agreeing) < FEWEST:
            return None
        proposal, before = pairs.fitted(agreeing, proposal), agreeing
        agreeing = pairs.one_to_one(proposal, TIGHT)
        if np.array_equal(agreeing, before):
            break  # wherever it began, it has come to the same
    pairs = _neighbours(query, compared.reference, proposal)  # what lies around is told from where it ended
    agreeing = pairs.one_to_one(proposal, TIGHT)
    if len(agreeing) < FEWEST:
        return None
    heard = _overlapping(query, compared.reference, proposal)
    likelihood = np.zeros(len(query))
    likelihood[pairs.rows[agreeing]] = pairs.peaked(agreeing, proposal)
    likelier = likelihood / pairs.chance(proposal)
    speaking = np.zeros(len(query))
    for some in (heard & strong, heard & ~strong):
        speaking[some] = _speaking(likelier[some])
    speaking = speaking[heard]
    first, last = _stretch(speaking)
    inside = np.flatnonzero(heard)[first : last + 1]
    ratio = float(speaking.sum()) + _plausible(proposal)
    return Evidence(proposal, query.ticks[inside[likelihood[inside] > 0]], ratio)


def _plausible(proposal: Proposal) -> float:
    """How much likelier such a tempo and pitch is in what is the same than in what agrees by accident.

    Most recordings that come again come at their own tempo and pitch, many with one of them changed or both as by a
    tape; accidents have any tempo with any pitch.
    """
    rate, semitones = float(np.log(proposal.slope)), proposal.cents / 100
    tempo, pitch = abs(rate) < SAME_RATE, abs(semitones) < SAME_SEMITONES
    if tempo and pitch:
        return UNCHANGED
    if tempo or pitch or abs(semitones - 12 / np.log(2) * rate) < SAME_SEMITONES:
        return CHANGED_IN_ONE_WAY
    return CHANGED_IN_TWO_WAYS


def _speaking(likelier: Doubles) -> Doubles:
    """What each point, so much likelier if it is a true one, says for it, with the share of true ones that fits best.

    As logarithms; what says nothing but chance says a little against it.
    """
    if not len(likelier):
        return likelier
    true = 0.2
    for _ in range(FITTED_TIMES):
        gained = true * likelier
        true = float(np.clip((gained / (1 - true + gained)).mean(), 0.01, 0.95))
    speaking: Doubles = np.log(1 - true + true * likelier)
    return speaking


def _stretch(speaking: Doubles) -> tuple[int, int]:
    """From which point to which they say most: before and after, what agrees does so by chance."""
    sums = np.cumsum(speaking)
    before = np.concatenate([[0.0], sums[:-1]])
    last = int((sums - np.minimum.accumulate(before)).argmax())
    return int(before[: last + 1].argmin()), last


def _overlapping(query: Peaks, reference: Peaks, proposal: Proposal) -> NDArray[np.bool_]:
    """Which points of the query fall into the reference's length and within its heights: all that agree do."""
    at, height = proposal.offset + proposal.slope * query.ticks, query.cents - proposal.cents
    begin, end = -TIGHT[0], reference.length_ticks + TIGHT[0]
    low, high = float(reference.cents.min()) - TIGHT[1], float(reference.cents.max()) + TIGHT[1]
    inside: NDArray[np.bool_] = (at >= begin) & (at <= end) & (height >= low) & (height <= high)
    return inside


@dataclass(frozen=True)
class _Pairs:
    """Each point of a query (`rows`, of `many`) with each of a reference that is somewhere near."""

    many: int
    rows: Ints
    x: Ints  # ticks of the query's
    y: Ints  # and of the reference's
    higher: Doubles  # cents of the query's above the reference's
    places: Ints  # which of the reference

    def apart(self, proposal: Proposal) -> tuple[Doubles, Doubles]:
        """By how many ticks and cents."""
        return self.y - (proposal.offset + proposal.slope * self.x), self.higher - proposal.cents

    def sharpened(self, proposal: Proposal) -> tuple[Proposal, float]:
        """The tempo near the proposed one, and the offset, at which most falls together, and how much: a Hough
        transform.

        What a few triplets say of the tempo is right within some two per cent, which over ten seconds is 100 ms.
        A point with many neighbours of its pitch says little.
        """
        late, high = self.apart(proposal)
        near = np.flatnonzero((np.abs(high) <= LOOSE[1]) & (np.abs(late) <= AROUND_TICKS / 2))
        if not len(near):
            return proposal, 0.0
        late, x, rows = late[near], self.x[near], self.rows[near]
        middle = (float(x.min()) + float(x.max())) / 2
        weight = 1.0 / (1.0 + np.bincount(rows, minlength=self.many)[rows])
        slopes = proposal.slope * TEMPI
        moved = late - (slopes - proposal.slope)[:, None] * (x - middle)
        cells = np.clip(np.floor(moved / OFFSET_STEP).astype(np.int64) + OFFSETS, -1, 2 * OFFSETS) + 1
        wide = 2 * OFFSETS + 2  # with what lies before and behind
        cells += wide * np.arange(len(slopes))[:, None]
        sums = np.bincount(cells.ravel(), np.tile(weight, len(slopes)), len(slopes) * wide).reshape(-1, wide)[:, 1:-1]
        both = sums[:, :-1] + sums[:, 1:]
        row, column = divmod(int(both.argmax()), both.shape[1])
        slope = float(slopes[row])
        offset = proposal.offset + (proposal.slope - slope) * middle + (column + 1 - OFFSETS) * OFFSET_STEP
        return Proposal(offset, slope, proposal.cents), float(both[row, column])

    def one_to_one(self, proposal: Proposal, within: tuple[float, float]) -> Ints:
        """Each point of the query with the nearest of the reference, if that is near enough."""
        late, high = (np.abs(column) / most for column, most in zip(self.apart(proposal), within, strict=True))
        near = np.flatnonzero((late <= 1) & (high <= 1))
        near = near[np.argsort((late + high)[near], kind="stable")]
        for column in (self.rows, self.places):
            _, once = np.unique(column[near], return_index=True)
            once.sort()
            near = near[once]
        return np.sort(near)

    def peaked(self, agreeing: Ints, proposal: Proposal) -> Doubles:
        """How much likelier it is that true points lie so far apart than that chance ones do; each within TIGHT."""
        late, high = (column[agreeing] for column in self.apart(proposal))
        area = 4 * TIGHT[0] * TIGHT[1] / (2 * np.pi * EXACT[0] * EXACT[1])
        nearness: Doubles = area * np.exp(-((late / EXACT[0]) ** 2 + (high / EXACT[1]) ** 2) / 2)
        return nearness

    def fitted(self, agreeing: Ints, proposal: Proposal) -> Proposal:
        """The line through the points that agree, within what a few seconds can tell."""
        x, y = self.x[agreeing], self.y[agreeing]
        cents = float(self.higher[agreeing].mean())
        from_middle = x - x.mean()
        spread = float((from_middle**2).mean())
        slope = proposal.slope
        if spread >= TICKS_PER_SECOND**2 / 4:
            slope = float((from_middle * y).mean()) / spread
        return Proposal(float(y.mean() - slope * x.mean()), slope, cents)

    def chance(self, proposal: Proposal) -> Doubles:
        """For each point of the query, how likely one of the reference lies there that has nothing to do with it."""
        late, high = self.apart(proposal)
        elsewhere = (np.abs(high) <= TIGHT[1]) & (np.abs(late) > 2 * TIGHT[0]) & (np.abs(late) <= AROUND_TICKS)
        counted = np.bincount(self.rows[elsewhere], minlength=self.many) + UNSEEN
        chance: Doubles = -np.expm1(-counted * TIGHT[0] / AROUND_TICKS)
        return chance


def _neighbours(query: Peaks, reference: Peaks, proposal: Proposal) -> _Pairs:
    at = proposal.offset + proposal.slope * query.ticks
    first = np.searchsorted(reference.ticks, at - AROUND_TICKS)
    counts = np.searchsorted(reference.ticks, at + AROUND_TICKS, side="right") - first
    rows = np.repeat(np.arange(len(at)), counts)
    places = np.arange(len(rows)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
    higher = query.cents[rows].astype(np.float64) - reference.cents[places]
    near = np.flatnonzero(np.abs(higher - proposal.cents) <= AROUND_CENTS)
    rows, places = rows[near], places[near]
    return _Pairs(len(query), rows, query.ticks[rows], reference.ticks[places], higher[near], places)
