"""How fast a piece is: the rate of its beat, to a few thousandths of a BPM where it keeps it.

An envelope of onsets is looked at in windows of twelve seconds. In each, the correlation with itself knows the beat and
everything slower, its spectrum the beat and everything faster; their product names the beat. What is left open, which
of two rates is *the* beat, is settled by where people tap. Then the phase of the beat is followed from the first window
to the last, which measures its rate as exactly as the piece is long.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

SLOWEST_BPM = 40.0
FASTEST_BPM = 260.0
RATES_BPM = np.geomspace(SLOWEST_BPM, FASTEST_BPM, 1200)  # 0.16 % apart

WINDOW_SECONDS = 12.0
STEP_SECONDS = 1.5
TREND_SECONDS = 1.5  # each way: slower changes are swells, no onsets
SHORTEST_SECONDS = 6.0  # of sound in which a tempo can be told
WINDOWS_A_BATCH = 256

# How much each multiple of the beat's length counts: two of them are common to every metre, three to few.
MULTIPLES = ((1, 1.0), (2, 0.8), (3, 0.5), (4, 0.8))
SPECTRUM_POWER = 0.5
# Where listeners tap, as a bell over the logarithm of the rate: preferred near 120 BPM (Moelants, 2002).
TAPPED_BPM = 125.0
TAPPED_OCTAVES = 0.55

# A rate counts as the same within this, as usual since the MIREX contests.
SAME = 0.04
ALIKE = (1 / 3, 1 / 2, 2 / 3, 1.0, 3 / 2, 2.0, 3.0)
# What is required of a beat: that so many of the windows agree with the whole, and that the correlation at its
# multiples, weighed by how long it was observed, exceeds what chance reaches. Of noise and of clicks at random, 6 to
# 90 s long, the most is 0.11; of sixteen pieces with drums or without, the least is 0.6.
LEAST_AGREEMENT = 0.25
LEAST_EVIDENCE = 0.12
NOTHING = 1e-6
FAINTEST = 1e-3  # of an onset above its surroundings; a steady tone's spectra differ by less


@dataclass(frozen=True)
class Candidate:
    """A rate that the beat might have. The weights of all candidates add up to one."""

    bpm: float
    weight: float


@dataclass(frozen=True)
class Tempo:
    """The rate of the beat. `confidence` is the share of the piece that speaks for it, octaves not told apart."""

    bpm: float
    confidence: float
    steady: bool  # one rate from beginning to end, to a hundredth of a beat in each window
    candidates: tuple[Candidate, ...]


def find(envelope: Floats, frames_a_second: float) -> Tempo | None:
    """The tempo of a piece with these onsets, or None if it has no beat that could be told."""
    if len(envelope) < SHORTEST_SECONDS * frames_a_second or not envelope.any():
        return None
    onsets = without_trend(envelope, frames_a_second)
    if not onsets.any():
        return None
    view = _windows(onsets, frames_a_second)
    likely, comb, each = _likelihoods(view, frames_a_second)
    if not likely.any():
        return None
    candidates = _candidates(likely)
    rough = candidates[0].bpm
    confidence = float(np.mean([is_like(bpm, rough) for bpm in each]))
    seconds = len(envelope) / frames_a_second
    evidence = np.interp(rough, RATES_BPM, comb) * np.sqrt(seconds / WINDOW_SECONDS)
    if confidence < LEAST_AGREEMENT or evidence < LEAST_EVIDENCE:
        return None
    exact, steady = _followed(view, rough / 60, frames_a_second)
    return Tempo(
        bpm=exact * 60,
        confidence=confidence,
        steady=steady,
        candidates=tuple(Candidate(item.bpm * exact * 60 / rough, item.weight) for item in candidates),
    )


def is_like(bpm: float, other: float) -> bool:
    """Whether two rates belong to one pulse, counted in halves or thirds."""
    return any(abs(bpm / (other * ratio) - 1) <= SAME for ratio in ALIKE)


def without_trend(envelope: Floats, frames_a_second: float) -> Floats:
    """What rises above the mean of its surroundings."""
    reach = int(TREND_SECONDS * frames_a_second)
    total = np.concatenate([[0.0], np.cumsum(envelope, dtype=np.float64)])
    places = np.arange(len(envelope))
    first, last = np.maximum(0, places - reach), np.minimum(len(envelope), places + reach + 1)
    mean = (total[last] - total[first]) / (last - first)
    above = envelope - mean
    rises: Floats = np.where(above >= FAINTEST, above, 0.0).astype(np.float32)
    return rises


def _windows(onsets: Floats, frames_a_second: float) -> Floats:
    size, step = int(WINDOW_SECONDS * frames_a_second), int(STEP_SECONDS * frames_a_second)
    padded = np.pad(onsets, (0, max(0, size - len(onsets))))
    return np.lib.stride_tricks.sliding_window_view(padded, size)[::step]


def _likelihoods(view: Floats, frames_a_second: float) -> tuple[Doubles, Doubles, list[float]]:
    """How likely each of RATES_BPM is for the whole, its mean correlation, and the likeliest of each window."""
    size = view.shape[1]
    length = fft.next_fast_len(4 * size)
    taper = np.hanning(size).astype(np.float32)
    lags, hertz = np.arange(size // 2), np.arange(length // 2 + 1) * frames_a_second / length
    beats = RATES_BPM / 60
    tapped = np.exp(-0.5 * (np.log2(RATES_BPM / TAPPED_BPM) / TAPPED_OCTAVES) ** 2)
    correlations, amplitudes, best = np.zeros(len(lags)), np.zeros(len(hertz)), []

    def combed(correlation: Doubles) -> Doubles:
        weights = np.array([weight for _, weight in MULTIPLES])
        teeth = [np.interp(times * frames_a_second / beats, lags, correlation) for times, _ in MULTIPLES]
        mean: Doubles = weights @ np.array(teeth) / weights.sum()
        return mean

    def likely(comb: Doubles, amplitude: Doubles) -> Doubles:
        spectrum = np.interp(beats, hertz, amplitude)
        found: Doubles = np.maximum(comb, 0) * spectrum**SPECTRUM_POWER * tapped
        return found

    for start in range(0, len(view), WINDOWS_A_BATCH):
        for window in view[start : start + WINDOWS_A_BATCH]:
            amplitude = np.abs(fft.rfft((window - window @ taper / taper.sum()) * taper, length))
            correlation = fft.irfft(amplitude**2, length)[: len(lags)]
            if correlation[0] <= NOTHING:
                continue
            correlation = correlation / correlation[0]
            correlations += correlation
            amplitudes += amplitude
            best.append(float(RATES_BPM[np.argmax(likely(combed(correlation), amplitude))]))
    comb = combed(correlations / max(1, len(best)))
    return likely(comb, amplitudes), comb, best


def _candidates(likely: Doubles, most: int = 5) -> tuple[Candidate, ...]:
    """The highest peaks, the highest first."""
    inner = likely[1:-1]
    peaks = 1 + np.flatnonzero((inner > likely[:-2]) & (inner >= likely[2:]))
    if not len(peaks):
        peaks = np.array([np.argmax(likely)])
    peaks = peaks[np.argsort(-likely[peaks], kind="stable")][:most]
    weights = likely[peaks] / likely[peaks].sum()
    return tuple(Candidate(float(RATES_BPM[peak]), float(weight)) for peak, weight in zip(peaks, weights, strict=True))


# ——— exactly ———

PULSES = (1, 2, 3, 4)  # of a beat: what is followed besides the beat itself survives a shift by half a beat
COHERENT = 0.5


def _followed(view: Floats, rough_hz: float, frames_a_second: float) -> tuple[float, bool]:
    """The beat's rate, from how its phase moves between windows ever further apart; and whether it kept to one rate."""
    size = view.shape[1]
    step = int(STEP_SECONDS * frames_a_second)
    seconds = np.arange(size) / frames_a_second
    starts = np.arange(len(view)) * step / frames_a_second
    taper = np.hanning(size)
    pulses = np.array(PULSES)
    waves = np.array([np.exp(-2j * np.pi * rough_hz * times * seconds) * taper for times in PULSES])
    # Phase of each pulse in each window, as seen by a clock that beats at the rough rate throughout.
    phases = (view @ waves.T.astype(np.complex64)).T
    phases = phases * np.exp(-2j * np.pi * rough_hz * pulses[:, None] * starts)
    off_hz, steady = 0.0, True
    apart = 1
    while apart <= max(1, (len(view) - 1) // 2):
        if len(view) == 1:
            break
        seconds_apart = apart * step / frames_a_second
        turned = np.zeros(len(PULSES), np.complex128)
        for row, times in enumerate(PULSES):
            pairs = phases[row, apart:] * np.conj(phases[row, :-apart])
            whole = np.abs(pairs).sum()
            turned[row] = pairs.sum() * np.exp(-2j * np.pi * times * off_hz * seconds_apart)
            turned[row] /= whole if whole > 0 else 1.0
        coherence = np.abs(turned)
        if coherence.max() < COHERENT:
            steady = False
            break
        # A phase is worth the more the clearer it is and the faster it turns.
        weights = (coherence * pulses) ** 2 * (coherence >= COHERENT)
        off_hz += float((np.angle(turned) / (2 * np.pi * pulses * seconds_apart) * weights).sum() / weights.sum())
        apart *= 2
    return rough_hz + off_hz, steady
