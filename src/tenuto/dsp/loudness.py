"""How loud a sound is: integrated loudness, loudness range and true peak, by ITU-R BS.1770-5 and EBU R128.

Fed block by block; what it keeps grows by 80 bytes a second.
"""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph
from numpy.typing import NDArray

from tenuto.dsp.encode import LAYOUTS

Floats = NDArray[np.float32]

ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0  # of integrated loudness: BS.1770-5, annex 1
RANGE_GATE_LU = -20.0  # of loudness range: EBU Tech 3342
STEPS_PER_SECOND = 10  # blocks of 400 ms overlap by 75 %, so they begin every 100 ms
MOMENTARY_STEPS = 4
SHORT_TERM_STEPS = 30

# Left, right, centre, low frequency effects, surrounds: BS.1770-5, table 3. The order is FFmpeg's for 5.1.
WEIGHTS = {
    1: (1.0,),
    2: (1.0, 1.0),
    3: (1.0, 1.0, 1.0),
    4: (1.0, 1.0, 1.41, 1.41),
    5: (1.0, 1.0, 1.0, 1.41, 1.41),
    6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41),
}

_COEFFICIENTS = ("b0", "b1", "b2", "a0", "a1", "a2")  # of one section, in the order of SciPy and of k_weighting


def k_weighting(rate_hz: int) -> NDArray[np.float64]:
    """The two filters of K-weighting as second-order sections, for any sample rate.

    BS.1770 prints coefficients for 48 kHz only; these are the analogue prototypes behind them, so that at 48 kHz the
    printed ones come out, to nine digits.
    """

    def section(frequency_hz: float, quality: float, gain: tuple[float, float, float]) -> list[float]:
        k = np.tan(np.pi * frequency_hz / rate_hz)
        high, band, low = gain
        a0 = 1 + k / quality + k * k
        b = [high + band * k / quality + low * k * k, 2 * (low * k * k - high), high - band * k / quality + low * k * k]
        return [value / a0 for value in (*b, a0, 2 * (k * k - 1), 1 - k / quality + k * k)]

    high = 10 ** (3.999843853973347 / 20)
    shelf = section(1681.974450955533, 0.7071752369554196, (high, high**0.4996667741545416, 1.0))
    rumble = section(38.13547087602444, 0.5003270373238773, (1.0, 0.0, 0.0))
    # The standard leaves the second filter's numerator at 1, -2, 1.
    rumble[:3] = [1.0, -2.0, 1.0]
    return np.array([shelf, rumble])


def _k_filter(rate_hz: int, channels: int) -> Graph:
    """FFmpeg's biquads with those coefficients: one frame in, the same frame weighted out, in double precision.

    Equal to scipy.signal.sosfilt to 1e-12 and as quick, but that takes 1.4 s and 75 MB to import.
    """
    graph = Graph()
    last = graph.add_abuffer(
        format="fltp", sample_rate=rate_hz, layout=LAYOUTS[channels], time_base=Fraction(1, rate_hz)
    )
    for section in k_weighting(rate_hz):
        coefficients = {name: repr(float(value)) for name, value in zip(_COEFFICIENTS, section, strict=True)}
        biquad = graph.add("biquad", precision="f64", **coefficients)
        last.link_to(biquad)
        last = biquad
    last.link_to(graph.add("abuffersink"))
    graph.configure()
    return graph


class LoudnessMeter:
    """Adds up the K-weighted energy of every 100 ms."""

    def __init__(self, rate_hz: int, channels: int, *, mono_is_heard_twice: bool = False) -> None:
        self._rate_hz = rate_hz
        self._channels = channels
        self._filter = _k_filter(rate_hz, channels)
        # A mono file comes out of both loudspeakers, 3 LU louder than the standard's single channel.
        weights = (2.0,) if channels == 1 and mono_is_heard_twice else WEIGHTS[channels]
        self._weights = np.array(weights)
        self._samples = 0
        self._carried = 0.0  # energy of the step that is not complete
        self._steps: list[NDArray[np.float64]] = []

    def add(self, block: Floats) -> None:
        """Take in a block of shape (channels, length)."""
        if not block.size:
            return
        heard = self._weighted(block)
        np.multiply(heard, heard, out=heard)
        energy = heard[0] * self._weights[0] if len(heard) == 1 else self._weights @ heard
        first, last = self._samples, self._samples + block.shape[1]
        self._samples = last
        # Steps end at round(k * rate / 10): exact at every rate, also where 100 ms is no whole number of samples.
        step = first * STEPS_PER_SECOND // self._rate_hz
        ends = []
        while (end := self._end_of(step)) <= last:
            if end > first:
                ends.append(end - first)
            step += 1
        sums = np.add.reduceat(energy, [0, *[end for end in ends if end < len(energy)]])
        sums[0] += self._carried
        if len(ends) == len(sums):  # the block ends where a step ends
            self._steps.append(sums)
            self._carried = 0.0
        else:
            self._steps.append(sums[:-1])
            self._carried = float(sums[-1])

    def _weighted(self, block: Floats) -> NDArray[np.float64]:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=LAYOUTS[self._channels])
        frame.sample_rate = self._rate_hz
        frame.time_base = Fraction(1, self._rate_hz)
        frame.pts = self._samples
        self._filter.push(frame)
        filtered = self._filter.pull()
        assert isinstance(filtered, AudioFrame)
        return filtered.to_ndarray().astype(np.float64, copy=False)

    def _end_of(self, step: int) -> int:
        return round((step + 1) * self._rate_hz / STEPS_PER_SECOND)

    def integrated_lufs(self) -> float | None:
        """Loudness of the whole, gated; None if nothing rose above the absolute gate."""
        blocks = self._blocks(MOMENTARY_STEPS)
        audible = blocks[_lufs(blocks) > ABSOLUTE_GATE_LUFS]
        if not len(audible):
            return None
        gate = _lufs(audible.mean()) + RELATIVE_GATE_LU
        return float(_lufs(audible[_lufs(audible) > gate].mean()))

    def range_lu(self) -> float | None:
        """Loudness range (LRA): from the 10th to the 95th percentile of short-term loudness."""
        blocks = self._blocks(SHORT_TERM_STEPS)
        audible = blocks[_lufs(blocks) > ABSOLUTE_GATE_LUFS]
        if not len(audible):
            return None
        levels = _lufs(audible[_lufs(audible) > _lufs(audible.mean()) + RANGE_GATE_LU])
        low, high = np.percentile(levels, [10, 95])
        return float(high - low)

    def _blocks(self, steps: int) -> NDArray[np.float64]:
        """Mean energy of every window of `steps` steps."""
        energies: NDArray[np.float64] = np.concatenate([np.zeros(1), *self._steps])
        if len(energies) - 1 < steps:
            return np.zeros(0)
        total = np.cumsum(energies)
        # Cumulative sums may leave a trace of -1e-12 where there was silence.
        sums: NDArray[np.float64] = np.maximum(total[steps:] - total[:-steps], 0)
        return sums / (steps * self._rate_hz / STEPS_PER_SECOND)


def _lufs(energy: NDArray[np.float64] | float) -> NDArray[np.float64]:
    levels: NDArray[np.float64] = -0.691 + 10 * np.log10(np.maximum(energy, 1e-15))
    return levels


OVERSAMPLING = 4
TAPS = 24  # of each phase; 0.05 dB at 18 kHz, where the 12 of the standard's example lose 0.3 dB
WINDOW = 16  # samples examined together
NEIGHBOURS = -(-(TAPS - 1) // WINDOW)  # windows beyond one whose samples reach into it


def _interpolation() -> Floats:
    """A matrix that turns WINDOW samples, with their neighbours, into the points a quarter, half and three quarters
    between them."""
    half = OVERSAMPLING * TAPS // 2 - 1
    lowpass = np.sinc(np.arange(-half, half + 1) / OVERSAMPLING) * np.kaiser(2 * half + 1, 7.0)
    lowpass *= OVERSAMPLING / lowpass.sum()
    matrix = np.zeros((WINDOW + TAPS - 1, (OVERSAMPLING - 1) * WINDOW))
    for phase in range(1, OVERSAMPLING):
        # The point `phase` quarters after sample i: sum over n of x[n] * lowpass[half + phase + 4 (i - n)].
        for place in range(WINDOW):
            for tap in range(TAPS):
                at = half + phase + OVERSAMPLING * (TAPS // 2 - 1 - tap)
                if 0 <= at < len(lowpass):
                    matrix[place + tap, (phase - 1) * WINDOW + place] = lowpass[at]
    return matrix.astype(np.float32)


_MATRIX = _interpolation()
# No interpolated point can exceed its neighbourhood's greatest sample times this.
_GROWTH = float(np.abs(_MATRIX).sum(axis=0).max())


@dataclass
class PeakMeter:
    """The greatest sample, and the greatest value between samples (true peak, four times oversampled).

    Music near its peak is rare: only windows that could beat the peak so far are oversampled at all, the most promising
    of a block first.
    """

    channels: int
    sample_peak: float = 0.0
    true_peak: float = 0.0
    _tail: Floats = field(init=False)

    def __post_init__(self) -> None:
        self._tail = np.zeros((self.channels, TAPS), np.float32)

    def add(self, block: Floats) -> None:
        """Take in a block of shape (channels, length)."""
        joined = np.concatenate([self._tail, block], axis=1)
        whole = max(0, joined.shape[1] // WINDOW - NEIGHBOURS)
        if whole:
            for channel in joined:
                self._examine(channel[: (whole + NEIGHBOURS) * WINDOW])
        self._tail = joined[:, whole * WINDOW :].copy()

    def finish(self) -> None:
        """Look between the last samples too."""
        self.add(np.zeros((self.channels, (NEIGHBOURS + 1) * WINDOW), np.float32))

    def _examine(self, channel: Floats) -> None:
        tiles = channel.reshape(-1, WINDOW)
        greatest = np.maximum(tiles.max(axis=1), -tiles.min(axis=1))
        self.sample_peak = max(self.sample_peak, float(greatest.max()))
        self.true_peak = max(self.true_peak, self.sample_peak)
        bound = np.maximum(np.maximum(greatest[:-2], greatest[1:-1]), greatest[2:]) * _GROWTH
        windows = np.lib.stride_tricks.sliding_window_view(channel, WINDOW + TAPS - 1)[::WINDOW]
        promising = np.flatnonzero(bound > self.true_peak)
        if len(promising) > 16:
            best = promising[np.argpartition(bound[promising], -8)[-8:]]
            self._oversample(windows[best])
            promising = promising[bound[promising] > self.true_peak]
        if len(promising):
            self._oversample(windows[promising])

    def _oversample(self, windows: Floats) -> None:
        between = windows @ _MATRIX
        self.true_peak = max(self.true_peak, float(between.max()), -float(between.min()))


def decibels(peak: float) -> float | None:
    """A linear peak in dB of full scale; None for nothing at all."""
    return float(20 * np.log10(peak)) if peak > 0 else None
