"""Which of several rates is the beat, and not its half, its double or three quarters of it.

A beat is one level of a metre. Where it is the beat, the onsets come again after one of it, after three or four (a
bar), and often after half of it, but seldom after a third or a quarter: what does is the pulse of a slower beat. The
bass comes again after two beats and four, and does not after half of one. There are about as many strong onsets as
beats. Each of these is a number that stays the same when a tape runs faster. Only how fast people tap does not, so it
has a small part in it. The numbers' weighted sum is a score, and the scores' weights in an exponential are how probable
each rate is (a conditional logit model).

The weights were fitted, and rounded, on the half of the rendered pieces that `bench/rendered.py` does not hold out:
pieces composed for the purpose, and pieces of OpenMSX, which are free software but whose authors were not asked.
docs/develop/organisation.md says how, and what music of our own alone would give.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when first used: the web, which knows only our names, is spared 26 MB
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

# In multiples of the beat: correlation of all onsets, and of those in the bass, added up with these weights.
RETURNS = (
    (1 / 4, -15.0),
    (1 / 3, -9.0),
    (1 / 2, 3.0),
    (2 / 3, 3.0),
    (3 / 4, 3.0),
    (1.0, 3.6),
    (3 / 2, 1.4),
    (2.0, -0.3),
    (3.0, 2.7),
    (4.0, 2.7),
)
BASS_RETURNS = ((1 / 2, -4.7), (1.0, 1.1), (2.0, 3.9), (4.0, 3.9))
LIKELY_WEIGHT = 1.0  # of the logarithm of how likely the onsets' comb and spectrum find it
CROWDED, FAR_FROM_CROWD = 0.1, -0.85  # per octave from the beat up to the rate of strong onsets, and per its square
MIDDLE_BPM = 120.0
FASTER, FARTHER = -0.2, -1.55  # per octave above the middle, and per its square
BEATS_AGAIN = (1.0, 2.0, 3.0, 4.0)  # where something that has a beat comes again, whatever its metre

OTHERS = (1 / 2, 2.0, 3 / 2, 2 / 3)  # rates that might be meant instead
OTHERS_FROM_BPM, OTHERS_TO_BPM = 45.0, 250.0
OTHERS_OF = 3  # of the likeliest rates
SAME = 0.03
LEAST_TAPER = 0.05
NOTHING = 1e-6


def with_others(rates_bpm: Sequence[float]) -> list[float]:
    """The rates, the likeliest first, and what else might be meant by the first of them."""
    found = list(rates_bpm)
    for rate in rates_bpm[:OTHERS_OF]:
        for ratio in OTHERS:
            other = rate * ratio
            known = any(abs(other / one - 1) < SAME for one in found)
            if OTHERS_FROM_BPM <= other <= OTHERS_TO_BPM and not known:
                found.append(other)
    return found


@dataclass(frozen=True)
class Weighed:
    """How probable each rate is, all adding up to one; and how much comes again at the beats of the clearest."""

    probabilities: Doubles
    again: float


def weighed(
    rates_bpm: Sequence[float],
    likelihoods: Doubles,
    windows: Floats,
    bass: Floats,
    strong_bpm: float,
    frames_a_second: float,
) -> Weighed:
    """What windows of all onsets and of the bass's say of each rate, and the rate of strong onsets besides."""
    rates, lengths = np.array(rates_bpm), 60 * frames_a_second / np.array(rates_bpm)
    octaves, crowd = np.log2(rates / MIDDLE_BPM), np.log2(strong_bpm / rates)
    scores = FASTER * octaves + FARTHER * octaves**2 + CROWDED * crowd + FAR_FROM_CROWD * crowd**2
    scores += LIKELY_WEIGHT * np.log(likelihoods + 1e-3)
    whole, low = _correlation(windows), _correlation(bass)
    lags = np.arange(len(whole))
    for correlation, returns in ((whole, RETURNS), (low, BASS_RETURNS)):
        for times, weight in returns:
            scores += weight * np.interp(times * lengths, lags, correlation)
    weights = np.exp(scores - scores.max())
    again = np.mean([np.interp(times * lengths, lags, whole) for times in BEATS_AGAIN], axis=0)
    return Weighed(weights / weights.sum(), float(again.max()))


def strong_onsets(onsets: Floats, frames_a_second: float) -> float:
    """How many strong onsets there are in a minute: how many there would be were all alike (inverse participation)."""
    inner = onsets[1:-1]
    peaks = inner[(inner > onsets[:-2]) & (inner >= onsets[2:]) & (inner > 0)].astype(np.float64)
    squares = float((peaks**2).sum())
    effective = float(peaks.sum()) ** 2 / squares if squares > 0 else 1.0
    return 60 * effective * frames_a_second / len(onsets)


def _correlation(windows: Floats) -> Doubles:
    """The mean of the windows' correlations with themselves, freed of the taper's own; zero where nothing is."""
    size = windows.shape[1]
    length = scipy.fft.next_fast_len(2 * size)
    taper = np.hanning(size)
    own = scipy.fft.irfft(np.abs(scipy.fft.rfft(taper, length)) ** 2, length)[:size]
    found, heard = np.zeros(size), 0
    for window in windows:
        spectrum = scipy.fft.rfft((window - window @ taper / taper.sum()) * taper, length)
        correlation = scipy.fft.irfft(np.abs(spectrum) ** 2, length)[:size]
        if correlation[0] > NOTHING:
            found += correlation / correlation[0]
            heard += 1
    freed: Doubles = found / max(1, heard) / np.maximum(own / own[0], LEAST_TAPER)
    return freed
