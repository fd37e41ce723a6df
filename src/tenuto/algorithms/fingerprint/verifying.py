"""Whether a proposed transformation is true: point by point, against what chance would do.

A point of the query that falls on a point of the reference is worth the more, the rarer points of that pitch are
thereabouts: a note that sounds all the time agrees with anything. What is told is a likelihood ratio, of "so many
points agree because they are the same" to "these agree by chance".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.fingerprint.peaks import TICKS_PER_SECOND, Ints, Peaks, ranked

Doubles = NDArray[np.float64]

LOOSE = (16.0, 45.0)  # ticks, cents
TIGHT = (7.0, 28.0)
EXACT = (2.5, 10.0)  # how true points are spread about where they should be
FITTED_TIMES = 8
MOMENT_TICKS = TICKS_PER_SECOND // 10  # points of one moment, as of a chord, come and stay away together,
MOST_OF_A_MOMENT = 3.0  # so they are not so many witnesses
STRONG = 3  # of a half second and band; weaker ones are true less often, so they are judged by themselves
TEMPI = np.linspace(0.96, 1.04, 17)  # of the proposed one
OFFSET_STEP, OFFSETS = 6.0, 20  # ticks; so many steps either way
# Assumed: 40 % come unchanged, 55 % changed in one of three ways, 5 % otherwise. Accidents: evenly over what is
# searched (tempo 0.8 to 1.25, 5.6 semitones either way), of which the first is 0.15 %, each of the three 3 to 5 %.
SAME_RATE, SAME_SEMITONES = 0.012, 0.15
UNCHANGED, CHANGED_IN_ONE_WAY, CHANGED_IN_TWO_WAYS = 5.6, 1.5, -2.9
# Where nothing but what is unmoved was looked for, accidents of every other kind are left out. Chosen so that CERTAIN
# (fingerprint.search) is as far from them as it is from those.
UNMOVED = 8.5  # where bits of bands are not known,
# and where they are: of each deviation of bits and of pitches, less this.
ALIKE, STANDING_OUT, BY_CHANCE = 3.0, 3.0, 18.0
UNMOVED_TICKS = 60  # how far from where it is proposed it may lie
SOUGHT_TICKS = 160  # how far from where it is proposed points are compared at first
TICK_BITS = 32
AROUND_TICKS = 320  # where it is looked how often a point of that pitch comes
FEWEST = 5  # points that agree
UNSEEN = 0.5  # of a point: added to those that were counted around


_NEARNESS = np.exp(-((np.arange(-8, 9) / EXACT[0]) ** 2) / 2)


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
class Asked:
    """A query, made ready to be compared with many.

    Attributes:
        strong: (n,) bool, which points are among the strongest of their half second and band
        codes: (n,) int64, of each point its cell of pitch and its time, ascending
        order: (n,) int64, which point that is
    """

    peaks: Peaks
    strong: NDArray[np.bool_]
    codes: Ints
    order: Ints


def asked(query: Peaks) -> Asked:
    codes = _code(np.floor(query.cents / LOOSE[1]).astype(np.int64), query.ticks)
    order = np.argsort(codes, kind="stable")
    strong = ranked(query.ticks, query.cents, query.strengths) < STRONG
    return Asked(query, strong, codes[order], order)


@dataclass(frozen=True)
class Comparison:
    """A proposal made exact, with what is compared there.

    Attributes:
        together: how much falls together there: for putting proposals in order, quickly told
    """

    asked: Asked
    reference: Peaks
    pairs: "_Pairs"
    proposal: Proposal
    together: float


def compare(query: Asked, candidates: Sequence[tuple[Peaks, Proposal]]) -> list[Comparison]:
    """Of each candidate (points of its piece around the passage, proposal): the tempo near the proposed one and the
    offset at which most falls together, and how much: a Hough transform of all of them at once.

    What a few triplets say of the tempo is right within some two per cent, which over ten seconds is 100 ms. A point
    with many neighbours of its pitch says little. Whose best tempo is the last that was tried is tried again from it.
    """
    compared = _compared(query, candidates)
    farthest = TEMPI[-1] - 1 - 1e-9
    last = [
        place
        for place, (_, proposal) in enumerate(candidates)
        if abs(compared[place].proposal.slope / proposal.slope - 1) > farthest
    ]
    again = _compared(query, [(candidates[place][0], compared[place].proposal) for place in last])
    for place, one in zip(last, again, strict=True):
        compared[place] = max(compared[place], one, key=lambda each: each.together)
    return compared


def _compared(query: Asked, candidates: Sequence[tuple[Peaks, Proposal]]) -> list[Comparison]:
    if not candidates:
        return []
    pairs, which = _pairs(query, candidates, SOUGHT_TICKS, LOOSE[1])
    many, points = len(candidates), len(query.peaks)
    crowd = which * points + pairs.rows
    weight = 1.0 / (1.0 + np.bincount(crowd, minlength=many * points)[crowd])
    offsets, slopes = np.array([(proposal.offset, proposal.slope) for _, proposal in candidates]).T
    middle = float(query.peaks.ticks[0] + query.peaks.ticks[-1]) / 2
    late, drift = pairs.y - (offsets[which] + slopes[which] * pairs.x), slopes[which] * (pairs.x - middle)
    wide = 2 * OFFSETS + 2  # with what lies before and behind
    sums = np.empty((len(TEMPI), many, wide))
    for row, tempo in enumerate(TEMPI.tolist()):
        cells = np.floor((late - (tempo - 1) * drift) * (1 / OFFSET_STEP) + (OFFSETS + 1)).astype(np.int64)
        cells = np.clip(cells, 0, wide - 1) + wide * which
        sums[row] = np.bincount(cells, weight, many * wide).reshape(many, wide)
    both = sums[:, :, 1:-2] + sums[:, :, 2:-1]
    best = both.transpose(1, 0, 2).reshape(many, -1)
    rows, columns = np.divmod(best.argmax(axis=1), both.shape[2])
    together = best.max(axis=1)
    moves = (columns + 1 - OFFSETS) * OFFSET_STEP - slopes * (TEMPI[rows] - 1) * middle
    order = np.argsort(which, kind="stable")
    bounds = np.searchsorted(which[order], np.arange(many + 1))
    return [
        Comparison(
            query,
            reference,
            pairs.some(order[bounds[place] : bounds[place + 1]]),
            Proposal(proposal.offset + float(moves[place]), float(slopes[place] * TEMPI[rows[place]]), proposal.cents),
            float(together[place]),
        )
        for place, (reference, proposal) in enumerate(candidates)
    ]


def weigh(compared: Comparison) -> Evidence | None:
    """What speaks for the proposal; None where almost nothing agrees."""
    query, pairs, proposal = compared.asked, compared.pairs, compared.proposal
    agreeing = pairs.one_to_one(proposal, LOOSE)
    for _ in range(FITTED_TIMES):
        if len(agreeing) < FEWEST:
            return None
        proposal, before = pairs.fitted(agreeing, proposal), agreeing
        agreeing = pairs.one_to_one(proposal, TIGHT)
        if np.array_equal(agreeing, before):
            break  # wherever it began, it has come to the same
    # What lies around is told from where it ended.
    pairs, _ = _pairs(query, [(compared.reference, proposal)], AROUND_TICKS, TIGHT[1])
    return _evidence(query, compared.reference, pairs, proposal, _plausible(proposal))


@dataclass(frozen=True)
class Agreement:
    """What speaks for a place besides points that fall together, in deviations of chance (`fingerprint.bands`).

    Attributes:
        bits: how well bits of bands agree; None where too little is known: no bits were kept, silence, an end
        pitches: how far the query stands out where the piece has its points; None where it has few
    """

    bits: float | None
    pitches: float | None

    @property
    def said(self) -> float:
        """As a logarithm."""
        if self.bits is None:
            return UNMOVED
        return ALIKE * self.bits + STANDING_OUT * (self.pitches or 0.0) - BY_CHANCE


def weigh_unmoved(query: Asked, reference: Peaks, proposal: Proposal, agreement: Agreement) -> Evidence | None:
    """What speaks for the piece as it was, near the offset that is proposed; None where almost nothing agrees.

    Nothing is fitted but where it lies: first where most falls together, then the middle of what agrees there.
    """
    middle = (query.peaks.ticks[0] + query.peaks.ticks[-1]) / 2
    offset = float(proposal.offset + (proposal.slope - 1) * middle)  # in a long recording, its beginning is far away
    pairs, _ = _pairs(query, [(reference, Proposal(offset, 1.0, 0.0))], AROUND_TICKS, TIGHT[1])
    late = pairs.y - pairs.x - offset
    near = np.flatnonzero(np.abs(late) <= UNMOVED_TICKS)
    weight = 1.0 / (1.0 + np.bincount(pairs.rows, minlength=pairs.many)[pairs.rows[near]])
    falling = np.bincount(np.rint(late[near]).astype(np.int64) + UNMOVED_TICKS, weight, 2 * UNMOVED_TICKS + 1)
    offset += int(np.convolve(falling, _NEARNESS, "same").argmax()) - UNMOVED_TICKS
    for _ in range(FITTED_TIMES):
        agreeing = pairs.one_to_one(Proposal(offset, 1.0, 0.0), TIGHT)
        if len(agreeing) < FEWEST:
            return None
        before, offset = offset, float((pairs.y - pairs.x)[agreeing].mean())
        if offset == before:
            break
    found = Proposal(offset, 1.0, 0.0)
    pairs, _ = _pairs(query, [(reference, found)], AROUND_TICKS, TIGHT[1])  # what lies around, from where it ended
    return _evidence(query, reference, pairs, found, agreement.said)


def _evidence(query: Asked, reference: Peaks, pairs: "_Pairs", proposal: Proposal, plausible: float) -> Evidence | None:
    """Of what agrees with a proposal that is exact, and how much that says beside how plausible it is anyway."""
    agreeing = pairs.one_to_one(proposal, TIGHT)
    if len(agreeing) < FEWEST:
        return None
    heard = _overlapping(query.peaks, reference, proposal)
    likelihood = np.zeros(len(query.peaks))
    likelihood[pairs.rows[agreeing]] = pairs.peaked(agreeing, proposal)
    likelier = likelihood / pairs.chance(proposal)
    speaking = np.zeros(len(query.peaks))
    for some in (heard & query.strong, heard & ~query.strong):
        speaking[some] = _speaking(likelier[some])
    moments, which = np.unique(query.peaks.ticks[heard] // MOMENT_TICKS, return_inverse=True)
    spoken = MOST_OF_A_MOMENT * np.tanh(np.bincount(which, speaking[heard], len(moments)) / MOST_OF_A_MOMENT)
    first, last = _stretch(spoken)
    inside = np.flatnonzero(heard)[(which >= first) & (which <= last)]
    agreed = query.peaks.ticks[inside[likelihood[inside] > 0]]
    if not len(agreed):
        return None  # so little is said that the moment which says least against it says most
    return Evidence(proposal, agreed, float(spoken[first : last + 1].sum()) + plausible)


def is_unmoved(proposal: Proposal) -> bool:
    return abs(float(np.log(proposal.slope))) < SAME_RATE / 4 and abs(proposal.cents) < 100 * SAME_SEMITONES


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
    """From which moment to which they say most: before and after, what agrees does so by chance."""
    if not len(speaking):
        return 0, -1
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

    def some(self, which: Ints) -> "_Pairs":
        return _Pairs(self.many, self.rows[which], self.x[which], self.y[which], self.higher[which], self.places[which])

    def apart(self, proposal: Proposal) -> tuple[Doubles, Doubles]:
        """By how many ticks and cents."""
        return self.y - (proposal.offset + proposal.slope * self.x), self.higher - proposal.cents

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


def _pairs(
    query: Asked, candidates: Sequence[tuple[Peaks, Proposal]], ticks: float, cents: float
) -> tuple[_Pairs, Ints]:
    """What lies within so many ticks of the reference's and so many cents, at most LOOSE, of where it is proposed;
    and which candidate each pair is of.
    """
    sizes = [len(reference) for reference, _ in candidates]
    of = np.repeat(np.arange(len(candidates)), sizes)
    y = np.concatenate([reference.ticks for reference, _ in candidates])
    pitch = np.concatenate([reference.cents for reference, _ in candidates]).astype(np.float64)
    offset, slope, shift = np.array([(each.offset, each.slope, each.cents) for _, each in candidates]).T
    at, reach, height = (y - offset[of]) / slope[of], ticks / slope[of], pitch + shift[of]
    cells = np.floor(height / LOOSE[1]).astype(np.int64) + np.array([[-1], [0], [1]])
    last_tick = float(query.peaks.ticks[-1])
    first = np.searchsorted(query.codes, _code(cells, np.ceil(np.clip(at - reach, 0, last_tick + 1))))
    end = np.searchsorted(query.codes, _code(cells, np.floor(np.clip(at + reach, -1, last_tick))), side="right")
    counts = np.maximum(end - first, 0).ravel()
    begins = np.cumsum(counts) - counts
    points = np.repeat(np.tile(np.arange(len(y)), len(cells)), counts)
    rows = query.order[np.arange(len(points)) + np.repeat(first.ravel() - begins, counts)]
    higher = query.peaks.cents[rows] - pitch[points]
    near = np.flatnonzero(np.abs(higher - shift[of[points]]) <= cents)
    rows, points = rows[near], points[near]
    return _Pairs(len(query.peaks), rows, query.peaks.ticks[rows], y[points], higher[near], points), of[points]


def _code(cells: Ints, ticks: Ints | Doubles) -> Ints:
    return (cells << TICK_BITS) + np.asarray(ticks, np.int64)
