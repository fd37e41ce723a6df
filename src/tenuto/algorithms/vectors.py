"""One piece of music as a short row of numbers, for comparing it with others.

Every component has a unit and a step, and is kept as a whole number of steps. So sums over any number of pieces are
exact, and taking a piece out of them leaves what would be there had it never been in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.algorithms.timbre import COEFFICIENTS, Timbre

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Vector = NDArray[np.int16]

INTERVALS = ("minor second", "second", "minor third", "third", "fourth", "tritone")
PULSES_HZ = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)  # bounds of the octaves of rhythm


@dataclass(frozen=True)
class Component:
    """One number of a vector. Components of a group together count as much as those of any other group."""

    name: str
    unit: str
    step: float
    group: str


def _components() -> tuple[Component, ...]:
    colours = [
        *(Component(f"cepstrum {number} mean", "dB", 0.01, "colour") for number in range(1, COEFFICIENTS)),
        *(Component(f"cepstrum {number} deviation", "dB", 0.01, "colour") for number in range(COEFFICIENTS)),
        *(Component(f"cepstrum {number} motion", "dB", 0.01, "motion") for number in range(COEFFICIENTS)),
    ]
    brightness = [
        Component("centroid mean", "octaves above 1 kHz", 0.001, "brightness"),
        Component("centroid deviation", "Hz", 1.0, "brightness"),
        Component("roll-off mean", "octaves above 1 kHz", 0.001, "brightness"),
        Component("roll-off deviation", "Hz", 1.0, "brightness"),
        Component("flatness mean", "dB", 0.01, "brightness"),
        Component("flatness deviation", "dB", 0.01, "brightness"),
        Component("level deviation", "dB", 0.01, "brightness"),
    ]
    rhythm = [
        Component("onset strength mean", "natural units", 0.0001, "rhythm"),
        Component("onset strength deviation", "natural units", 0.0001, "rhythm"),
        *(Component(f"rhythm {low:g} to {2 * low:g} Hz", "share", 0.0001, "rhythm") for low in PULSES_HZ[:-1]),
    ]
    harmony = [
        *(Component(f"interval {name}", "share", 0.0001, "harmony") for name in INTERVALS),
        Component("notes spread", "bits", 0.001, "harmony"),
        Component("register mean", "semitones", 0.01, "harmony"),
        Component("register deviation", "semitones", 0.01, "harmony"),
        Component("harmonic motion", "share", 0.0001, "harmony"),
    ]
    return (*colours, *brightness, *rhythm, *harmony)


COMPONENTS = _components()
SIZE = len(COMPONENTS)


def vector(timbre: Timbre, envelope: Floats, frames_a_second: float, strengths: Floats) -> Vector:
    """The vector of a piece: its sound without tempo, key and loudness, which people search by name."""
    found = _of_timbre(timbre) | _of_rhythm(envelope, frames_a_second) | _of_harmony(strengths)
    steps = [found[component.name] / component.step for component in COMPONENTS]
    whole: Vector = np.clip(np.round(steps), -32_767, 32_767).astype(np.int16)
    return whole


def _of_timbre(timbre: Timbre) -> dict[str, float]:
    found = {f"cepstrum {number} mean": float(timbre.cepstrum_mean[number]) for number in range(1, COEFFICIENTS)}
    for number in range(COEFFICIENTS):
        found[f"cepstrum {number} deviation"] = float(timbre.cepstrum_deviation[number])
        found[f"cepstrum {number} motion"] = float(timbre.cepstrum_motion[number])
    for name, spread in (("centroid", timbre.centroid_hz), ("roll-off", timbre.roll_off_hz)):
        found[f"{name} mean"] = float(np.log2(max(spread.mean, 20.0) / 1000))
        found[f"{name} deviation"] = spread.deviation
    found["flatness mean"] = timbre.flatness_db.mean
    found["flatness deviation"] = timbre.flatness_db.deviation
    found["level deviation"] = timbre.level_db.deviation
    return found


def _of_rhythm(envelope: Floats, frames_a_second: float) -> dict[str, float]:
    """How strong onsets are, and how their envelope's power is divided among octaves of repetition."""
    found = {"onset strength mean": 0.0, "onset strength deviation": 0.0}
    powers = np.zeros(len(PULSES_HZ) - 1)
    size = int(8 * frames_a_second)
    if len(envelope):
        found["onset strength mean"] = float(envelope.mean(dtype=np.float64))
        found["onset strength deviation"] = float(envelope.std(dtype=np.float64))
        padded = np.pad(envelope - envelope.mean(), (0, max(0, size - len(envelope))))
        hertz = np.arange(size // 2 + 1) * frames_a_second / size
        octave = np.searchsorted(PULSES_HZ, hertz, side="right") - 1
        inside = (octave >= 0) & (octave < len(powers))
        for start in range(0, len(padded) - size + 1, size // 2):
            spectrum = np.abs(np.fft.rfft(padded[start : start + size] * np.hanning(size))) ** 2
            powers += np.bincount(octave[inside], spectrum[inside], len(powers))
    whole = powers.sum()
    for low, power in zip(PULSES_HZ[:-1], powers, strict=True):
        found[f"rhythm {low:g} to {2 * low:g} Hz"] = float(power / whole) if whole > 0 else 0.0
    return found


def _of_harmony(strengths: Floats) -> dict[str, float]:
    """What holds in every key: which intervals sound together; how many notes, how high, and how fast they change."""
    found = dict.fromkeys(("notes spread", "register mean", "register deviation", "harmonic motion"), 0.0)
    found |= {f"interval {name}": 0.0 for name in INTERVALS}
    loudness = strengths.sum(axis=1, dtype=np.float64)
    if not loudness.any():
        return found
    rows = strengths.astype(np.float64) / (loudness + 0.1 * loudness.mean())[:, None]
    folded = rows.reshape(len(rows), -1, 12).sum(axis=1)
    together = np.array([(folded * np.roll(folded, apart, axis=1)).sum() for apart in range(1, 7)])
    together[5] /= 2  # a tritone is met twice on the way round
    for name, share in zip(INTERVALS, together / max(together.sum(), 1e-12), strict=True):
        found[f"interval {name}"] = float(share)
    share = folded.sum(axis=0) / folded.sum()
    found["notes spread"] = float(-(share[share > 0] * np.log2(share[share > 0])).sum())
    heights = rows.sum(axis=0) / rows.sum()
    semitones = np.arange(len(heights))
    found["register mean"] = float((heights * semitones).sum())
    found["register deviation"] = float(np.sqrt((heights * (semitones - found["register mean"]) ** 2).sum()))
    if len(folded) > 1:
        found["harmonic motion"] = float(0.5 * np.abs(np.diff(folded, axis=0)).sum(axis=1).mean())
    return found
