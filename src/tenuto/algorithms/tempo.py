"""How fast a piece is: the rate of its beat, to a few thousandths of a BPM where it keeps it.

An envelope of onsets is looked at in windows of twelve seconds. In each, the correlation with itself knows the beat and
everything slower, its spectrum the beat and everything faster; their product names rates that may be the beat. Which of
them is, `metre` settles. Then the phase of the beat is followed from the first window to the last, which measures its
rate as exactly as the piece is long.
"""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when first used: the web, which knows only our names, is spared 26 MB
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tenuto.algorithms import metre

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
TAPPED = np.exp(-0.5 * (np.log2(RATES_BPM / TAPPED_BPM) / TAPPED_OCTAVES) ** 2)

# A rate counts as the same within this, as usual since the MIREX contests.
SAME = 0.04
ALIKE = (1 / 3, 1 / 2, 2 / 3, 1.0, 3 / 2, 2.0, 3.0)
# What is required of a beat: that so many of the windows agree with the whole, and that so much comes again at its
# multiples, weighed by how long it was observed. Music without a beat reaches 0.12, music in which a beat comes and
# goes 0.18 to 0.24. Of other music the least is 0.31.
LEAST_AGREEMENT = 0.25
LEAST_EVIDENCE = 0.27
# Or that less comes again, but at one rate from beginning to end: the same, times the square of how well the beat's
# phase is kept over up to half of the piece. Two pieces with a beat under long notes have 0.15 to 0.23, on all their
# tapes; one whose beat sways has at most 0.13, noise and random clicks too, in 292 trials. Shorter pieces have too few
# windows that could contradict one another: in those, random clicks keep their phase by chance.
LEAST_KEPT = 0.14
LEAST_BEATS_KEPT = 48
# Or, since what drifts comes again nowhere in the mean of all windows: that in the mean window so much comes again, at
# whichever rate. Random clicks reach 0.12, music without one clear beat 0.23.
CLEAR = 0.3
CANDIDATES = 5
NOTHING = 1e-6
FAINTEST = 1e-3  # of an onset above its surroundings; a steady tone's spectra differ by less


@dataclass(frozen=True)
class Candidate:
    """A rate that the beat might have, and how probable that is. The weights of all candidates add up to one."""

    bpm: float
    weight: float


@dataclass(frozen=True)
class Tempo:
    """The rate of the beat, the first of the candidates.

    `confidence` is the share of the piece that speaks for it, its halves and thirds not told apart; how sure it is that
    not one of those is meant, the candidate's weight says.
    """

    bpm: float
    confidence: float
    steady: bool  # one rate from beginning to end, to a hundredth of a beat in each window
    candidates: tuple[Candidate, ...]  # the most probable first


def find(envelope: Floats, bass: Floats, frames_a_second: float) -> Tempo | None:
    """The tempo of a piece with these onsets, in all and in the bass, or None if it has no beat that could be told."""
    if len(envelope) < SHORTEST_SECONDS * frames_a_second or not envelope.any():
        return None
    onsets = without_trend(envelope, frames_a_second)
    if not onsets.any():
        return None
    view = _windows(onsets, frames_a_second)
    likely, each, clear = _likelihoods(view, frames_a_second)
    if not likely.any():
        return None
    peaks = _peaks(likely * TAPPED)
    confidence = float(np.mean([is_like(bpm, peaks[0]) for bpm in each]))
    rates = metre.with_others(peaks)
    likelihoods = np.interp(rates, RATES_BPM, likely) / likely.max()
    low = _windows(without_trend(bass, frames_a_second), frames_a_second)
    strong_bpm = metre.strong_onsets(onsets, frames_a_second)
    found = metre.weighed(rates, likelihoods, view, low, strong_bpm, frames_a_second)
    seconds = len(envelope) / frames_a_second
    evidence = found.again * np.sqrt(seconds / WINDOW_SECONDS)
    weights = found.probabilities
    best = np.argsort(-weights, kind="stable")[:CANDIDATES]
    rough = rates[best[0]]
    exact, kept = _followed(onsets, rough / 60, frames_a_second)
    for _ in range(FOLLOWED_AGAIN):
        exact, kept = _followed(onsets, exact, frames_a_second)
    comes_again = evidence >= LEAST_EVIDENCE or clear >= CLEAR
    is_kept = evidence * kept**2 >= LEAST_KEPT and seconds * exact >= LEAST_BEATS_KEPT
    if confidence < LEAST_AGREEMENT or not (comes_again or is_kept):
        return None
    share = weights[best] / weights[best].sum()
    might = [Candidate(rates[place] * exact * 60 / rough, float(part)) for place, part in zip(best, share, strict=True)]
    return Tempo(bpm=exact * 60, confidence=confidence, steady=kept >= COHERENT, candidates=tuple(might))


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


def _windows(
    onsets: Floats, frames_a_second: float, seconds: float = WINDOW_SECONDS, step_seconds: float = STEP_SECONDS
) -> Floats:
    size, step = int(seconds * frames_a_second), int(step_seconds * frames_a_second)
    padded = np.pad(onsets, (0, max(0, size - len(onsets))))
    return sliding_window_view(padded, size)[::step]


def _likelihoods(view: Floats, frames_a_second: float) -> tuple[Doubles, list[float], float]:
    """How likely each of RATES_BPM is for the whole; which is likeliest to be tapped in each window; and how much
    comes again at the multiples of a window's best rate, in the mean of all windows.
    """
    size = view.shape[1]
    length = scipy.fft.next_fast_len(4 * size)
    taper = np.hanning(size).astype(np.float32)
    lags, hertz = np.arange(size // 2), np.arange(length // 2 + 1) * frames_a_second / length
    beats = RATES_BPM / 60
    correlations, amplitudes, best = np.zeros(len(lags)), np.zeros(len(hertz)), []
    clear = 0.0

    def combed(correlation: Doubles) -> Doubles:
        weights = np.array([weight for _, weight in MULTIPLES])
        teeth = [np.interp(times * frames_a_second / beats, lags, correlation) for times, _ in MULTIPLES]
        mean: Doubles = weights @ np.array(teeth) / weights.sum()
        return mean

    def likely(comb: Doubles, amplitude: Doubles) -> Doubles:
        spectrum = np.interp(beats, hertz, amplitude)
        found: Doubles = np.maximum(comb, 0) * spectrum**SPECTRUM_POWER
        return found

    for start in range(0, len(view), WINDOWS_A_BATCH):
        for window in view[start : start + WINDOWS_A_BATCH]:
            amplitude = np.abs(scipy.fft.rfft((window - window @ taper / taper.sum()) * taper, length))
            correlation = scipy.fft.irfft(amplitude**2, length)[: len(lags)]
            if correlation[0] <= NOTHING:
                continue
            correlation = correlation / correlation[0]
            correlations += correlation
            amplitudes += amplitude
            comb = combed(correlation)
            clear += float(comb.max())
            best.append(float(RATES_BPM[np.argmax(likely(comb, amplitude) * TAPPED)]))
    heard = max(1, len(best))
    return likely(combed(correlations / heard), amplitudes), best, clear / heard


def _peaks(likely: Doubles, most: int = 8) -> list[float]:
    """The rates of the highest peaks, the highest first."""
    inner = likely[1:-1]
    peaks = 1 + np.flatnonzero((inner > likely[:-2]) & (inner >= likely[2:]))
    if not len(peaks):
        peaks = np.array([np.argmax(likely)])
    peaks = peaks[np.argsort(-likely[peaks], kind="stable")][:most]
    return [float(RATES_BPM[peak]) for peak in peaks]


# ——— exactly ———

PULSES = (1, 2, 3, 4)  # of a beat: what is followed besides the beat itself survives a shift by half a beat
COHERENT = 0.5
FOLLOWED_BEATS, STEP_BEATS = 24, 3  # in a window, and from one window to the next
FOLLOWED_AGAIN = 2  # times, so that where it was cut no longer depends on the rough rate


def _followed(onsets: Floats, rough_hz: float, frames_a_second: float) -> tuple[float, float]:
    """The beat's rate, from how its phase moves between windows ever further apart; and how well these agree, from 0
    to 1, between the farthest. Below COHERENT the phase was lost on the way.

    The windows are as many beats long as they are, not seconds, so that a tape that runs faster is cut where it was.
    """
    view = _windows(onsets, frames_a_second, FOLLOWED_BEATS / rough_hz, STEP_BEATS / rough_hz)
    size = view.shape[1]
    step = int(STEP_BEATS / rough_hz * frames_a_second)
    seconds = np.arange(size) / frames_a_second
    starts = np.arange(len(view)) * step / frames_a_second
    taper = np.hanning(size)
    pulses = np.array(PULSES)
    waves = np.array([np.exp(-2j * np.pi * rough_hz * times * seconds) * taper for times in PULSES])
    # Phase of each pulse in each window, as seen by a clock that beats at the rough rate throughout.
    phases = (view @ waves.T.astype(np.complex64)).T
    phases = phases * np.exp(-2j * np.pi * rough_hz * pulses[:, None] * starts)
    off_hz, kept = 0.0, 1.0
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
        kept = float(coherence.max())
        if kept < COHERENT:
            break
        # A phase is worth the more the clearer it is and the faster it turns.
        weights = (coherence * pulses) ** 2 * (coherence >= COHERENT)
        off_hz += float((np.angle(turned) / (2 * np.pi * pulses * seconds_apart) * weights).sum() / weights.sum())
        apart *= 2
    return rough_hz + off_hz, kept
