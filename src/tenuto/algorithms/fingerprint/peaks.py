"""What is heard of a sound: landmarks, points in time and pitch that stand out of what surrounds them; and its bands.

Such points survive re-encoding, noise and band limits, since what is loudest stays loudest (Wang, "An industrial
strength audio search algorithm", ISMIR 2003). Pitch is on a logarithmic axis, so that a change of speed or key moves
all points by the same amount.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # its parts are loaded when first used: the web, which knows only our names, is spared 26 MB
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tenuto.algorithms.fingerprint import bands

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Stretch = tuple[Floats, Floats, Floats]  # ticks, cents and strengths of its points

RATE_HZ = 12_000
WINDOW = 1_536  # 128 ms
HOP = 192  # 16 ms
TICKS_PER_SECOND = 250  # times are told in ticks of 4 ms
TICKS_PER_HOP = TICKS_PER_SECOND * HOP // RATE_HZ
LOWEST_HZ, HIGHEST_HZ = 200.0, 5_400.0
CENTS = float(1200 * np.log2(HIGHEST_HZ / LOWEST_HZ))  # the height of the axis
BANDS = 4  # a bass drum or a cymbal cannot take all
SLICE_CENTS = 50.0
QUOTA_TICKS = TICKS_PER_SECOND // 2
BLOCK_FRAMES = 2_048
EMPHASIS_DB_PER_OCTAVE = 3.0
LOUDEST = 8.0  # a sample beyond that is no sound
FLOOR_DB = -100.0  # silence has no points
DEPTH_DB = 60.0  # nor has what lies so far below the loudest of its quarter minute

_FIRST = int(np.ceil(LOWEST_HZ * WINDOW / RATE_HZ))
_LAST = int(HIGHEST_HZ * WINDOW / RATE_HZ)
_HERTZ = np.arange(_FIRST, _LAST + 1) * RATE_HZ / WINDOW
_EMPHASIS = (EMPHASIS_DB_PER_OCTAVE * np.log2(_HERTZ / 1000)).astype(np.float32)
_HEIGHT = 1200 * np.log2(_HERTZ / LOWEST_HZ)
_SLICE = np.minimum(_HEIGHT, CENTS - 1) // SLICE_CENTS
_SLICES, _SLICE_STARTS = np.unique(_SLICE, return_index=True)
_SLICE_OF = np.searchsorted(_SLICES, _SLICE)
# Bands of two or three bins from 40 Hz on, then of 119 cents. Pitches: 25 cents, where a bin is not wider.
_LOWEST = 5
_LOW_STARTS = np.array([5, 7, 9, 11, 13, 16, 19, 22]) - _LOWEST
_UPPER_STARTS = np.searchsorted(_HEIGHT, np.arange(bands.UPPER_BANDS) * (CENTS / bands.UPPER_BANDS))
_BAND_STARTS = np.concatenate([_LOW_STARTS, _FIRST - _LOWEST + _UPPER_STARTS])
_PITCH_STARTS = np.unique(np.minimum(_HEIGHT, CENTS - 1) // bands.PITCH_CENTS, return_index=True)[1]
_PITCHES = np.add.reduceat(_HEIGHT, _PITCH_STARTS) / np.diff(_PITCH_STARTS, append=len(_HEIGHT))
_HOPS_PER_FRAME = bands.TICKS_PER_FRAME // TICKS_PER_HOP
_HANN = np.hanning(WINDOW + 1)[:-1].astype(np.float32)


@dataclass(frozen=True)
class Density:
    """Attributes:
    per_second: points at most, shared out over four bands and every half second
    reach_frames: of 16 ms; what a point must stand out of, before and after it
    reach_cents: and below and above
    """

    per_second: float
    reach_frames: int
    reach_cents: float


REFERENCE = Density(20.0, 6, 200.0)
QUERY = Density(48.0, 4, 150.0)  # what noise and rooms have pushed aside is still among them
CROWD = Density(96.0, 3, 100.0)  # and what is hardly left beside something as loud


@dataclass(frozen=True)
class Peaks:
    """Points in order of time.

    Attributes:
        ticks: (n,) int64, from the beginning of the sound, 250 a second
        cents: (n,) float32, above 200 Hz
        strengths: (n,) float32, decibels; only their order among neighbours means something
        length_ticks: of the whole sound
    """

    ticks: Ints
    cents: Floats
    strengths: Floats
    length_ticks: int

    def __len__(self) -> int:
        return len(self.ticks)

    def within(self, begin: int, end: int) -> "Peaks":
        """Those of a passage; times stay those of the whole."""
        part = slice(*np.searchsorted(self.ticks, [begin, end]))
        return Peaks(self.ticks[part], self.cents[part], self.strengths[part], self.length_ticks)


@dataclass(frozen=True)
class Heard:
    """What is asked about.

    Attributes:
        points: among which every tempo and pitch is looked for
        crowd: twice as many, among which the sound is looked for as it was
        contrast: and how far each band and each pitch stands out
    """

    points: Peaks
    crowd: Peaks
    contrast: bands.Contrast

    @property
    def length_ticks(self) -> int:
        return self.points.length_ticks

    def within(self, begin: int, end: int) -> "Heard":
        """A passage of it; times stay those of the whole."""
        return Heard(self.points.within(begin, end), self.crowd.within(begin, end), self.contrast.within(begin, end))


def pitches_of(cents: Floats) -> Ints:
    """Which of the pitches of a Contrast are nearest."""
    return np.searchsorted((_PITCHES[1:] + _PITCHES[:-1]) / 2, cents)


def listen(sound: Floats, density: Density = REFERENCE) -> tuple[Peaks, bands.Bits]:
    """What is kept of a piece: its strongest points, and which bands stand out.

    Args:
        sound: (samples,) float32 at 12,000 Hz, one channel, full scale 1
        density: of points; REFERENCE is what is indexed

    Memory grows with what is found: 2 kB for each second of sound, which itself is 48.
    """
    (peaks,), contrast = _found(sound, [density], pitches=False)
    return peaks, bands.bits_of(contrast.steps, peaks.length_ticks)


def hear(sound: Floats) -> Heard:
    """The same for what is asked about."""
    (points, crowd), contrast = _found(sound, [QUERY, CROWD], pitches=True)
    return Heard(points, crowd, contrast)


def _found(sound: Floats, densities: Sequence[Density], *, pitches: bool) -> tuple[list[Peaks], bands.Contrast]:
    """Points of each density and the contrast, that of pitches only if they are asked for; from one look at the
    spectrum.
    """
    stretches: list[list[Stretch]] = []
    frames = _hops_of(sound) // _HOPS_PER_FRAME
    of_bands = bands.Contrasting(np.zeros((frames, bands.BANDS), np.int8), bands.of_bands)
    pairs = np.zeros((frames if pitches else 0, bands.PITCHES // 2), np.uint8)
    of_pitches = bands.Contrasting(pairs, bands.of_pitches)
    for stretch, power in _blocks(sound, densities):
        stretches.append(stretch)
        of_bands.feed(_in_frames(np.add.reduceat(power, _BAND_STARTS, axis=1)))
        if pitches:
            of_pitches.feed(_in_frames(np.maximum.reduceat(power[:, _FIRST - _LOWEST :], _PITCH_STARTS, axis=1)))
    length = len(sound) * TICKS_PER_SECOND // RATE_HZ
    joined = [_joined([each[place] for each in stretches], one, length) for place, one in enumerate(densities)]
    return joined, bands.Contrast(0, of_bands.finish(), of_pitches.finish())


def _joined(blocks: Sequence[Stretch], density: Density, length: int) -> Peaks:
    found = [np.concatenate(parts) for parts in zip(*blocks, strict=True)]
    if not found:
        nothing = np.zeros(0, np.float32)
        return Peaks(np.zeros(0, np.int64), nothing, nothing, length)
    ticks, cents, strengths = found
    kept = _within_quota(ticks, cents, strengths, max(1, round(density.per_second / (2 * BANDS))))
    return Peaks(np.rint(ticks[kept]).astype(np.int64), cents[kept], strengths[kept], length)


def _blocks(sound: Floats, densities: Sequence[Density]) -> Iterator[tuple[list[Stretch], Floats]]:
    """Points of one stretch after the other, each seen with its surroundings; and its power, from 40 Hz on."""
    frames = _hops_of(sound)
    margin = max(density.reach_frames for density in densities) + 1
    for begin in range(0, frames, BLOCK_FRAMES):
        first, last = max(0, begin - margin), min(frames, begin + BLOCK_FRAMES + margin)
        power = _power(sound[first * HOP : (last - 1) * HOP + WINDOW])
        level: Floats = 10 * np.log10(power[:, _FIRST - _LOWEST :] + 1e-14) + _EMPHASIS
        slices = np.maximum.reduceat(level, _SLICE_STARTS, axis=1)
        inside = (begin - first, min(begin + BLOCK_FRAMES, frames) - first)
        yield [_stand_out(level, slices, inside, first, density) for density in densities], power[slice(*inside)]


def _hops_of(sound: Floats) -> int:
    return 1 + (len(sound) - WINDOW) // HOP if len(sound) >= WINDOW else 0


def _power(sound: Floats) -> Floats:
    """(frames, bins from 40 Hz on)."""
    sane = np.clip(np.nan_to_num(sound, nan=0.0), -LOUDEST, LOUDEST)
    windows = sliding_window_view(sane, WINDOW)[::HOP] * _HANN
    spectrum: Any = scipy.fft.rfft(windows, axis=1)[:, _LOWEST : _LAST + 1]
    power: Floats = (spectrum.real**2 + spectrum.imag**2) * (4 / WINDOW**2)
    return power


def _in_frames(power: Floats) -> Floats:
    """(frames of 32 ms, columns) decibels; what is left of a frame at the end is left out."""
    level = 10 * np.log10(power + 10 ** (bands.SILENCE_DB / 10))
    whole = len(level) // _HOPS_PER_FRAME
    mean: Floats = level[: whole * _HOPS_PER_FRAME].reshape(whole, _HOPS_PER_FRAME, -1).mean(axis=1)
    return mean


def _stand_out(level: Floats, slices: Floats, inside: tuple[int, int], first: int, density: Density) -> Stretch:
    reach = int(density.reach_cents / SLICE_CENTS)
    around = _highest_within(_highest_within(slices, density.reach_frames).T, reach).T
    threshold = max(FLOOR_DB, float(level.max(initial=FLOOR_DB)) - DEPTH_DB)
    highest = (slices >= around) & (slices > threshold)
    highest[: inside[0]], highest[inside[1] :] = False, False
    frames, bands = np.nonzero(highest)
    at = np.zeros(len(frames), np.int64)
    for band in np.unique(bands):  # the bin that made the slice's maximum
        start = _SLICE_STARTS[band]
        stop = _SLICE_STARTS[band + 1] if band + 1 < len(_SLICE_STARTS) else level.shape[1]
        mine = bands == band
        at[mine] = start + level[frames[mine], start:stop].argmax(axis=1)
    amid = (at > 0) & (at < level.shape[1] - 1) & (frames > 0) & (frames < len(level) - 1)
    frames, at = frames[amid], at[amid]
    here = level[frames, at]
    higher = _vertex(level[frames, at - 1], here, level[frames, at + 1])
    later = _vertex(level[frames - 1, at], here, level[frames + 1, at])
    hertz = (at + _FIRST + higher) * (RATE_HZ / WINDOW)
    ticks = (frames + first + later) * TICKS_PER_HOP + WINDOW * TICKS_PER_SECOND / RATE_HZ / 2
    cents = 1200 * np.log2(hertz / LOWEST_HZ)
    return ticks.astype(np.float64), cents.astype(np.float32), here


def _highest_within(levels: Floats, reach: int) -> Floats:
    """Of each row and its `reach` neighbours on either side, the highest of each column; at the ends, of what is there.

    Doubles what one comparison knows of, so a width of 13 takes four comparisons.
    """
    width = 2 * reach + 1
    held, known = np.pad(levels, ((reach, reach), (0, 0)), mode="edge"), 1
    while known < width:
        step = min(known, width - known)
        held = np.maximum(held[:-step], held[step:])
        known += step
    return held


def _vertex(left: Floats, middle: Floats, right: Floats) -> Floats:
    """Where a parabola through three neighbours has its top, from the middle one."""
    bend = left - 2 * middle + right
    top: Floats = np.clip(np.where(bend < 0, (left - right) / np.minimum(2 * bend, -1e-9), 0), -0.5, 0.5)
    return top


def _within_quota(ticks: Floats, cents: Floats, strengths: Floats, quota: int) -> Ints:
    """The strongest of every half second and band, in order of time."""
    kept = np.flatnonzero(ranked(ticks, cents, strengths) < quota)
    in_time: Ints = kept[np.lexsort((cents[kept], np.rint(ticks[kept])))]
    return in_time


def ranked(ticks: Floats | Ints, cents: Floats, strengths: Floats) -> Ints:
    """Of each point, how many of its half second and band are stronger."""
    band = np.clip(cents * BANDS // CENTS, 0, BANDS - 1).astype(np.int64)
    cell = (ticks // QUOTA_TICKS).astype(np.int64) * BANDS + band
    order = np.lexsort((-strengths, cell))
    sorted_cells = cell[order]
    ranks = np.zeros(len(order), np.int64)
    ranks[order] = np.arange(len(order)) - np.searchsorted(sorted_cells, sorted_cells)
    return ranks
