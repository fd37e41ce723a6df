"""Tempi: which are possible, how they are written, and when two are one beat counted differently."""

SLOWEST_BPM = 20.0
FASTEST_BPM = 400.0

# Of 120 BPM, two counted half as fast or twice as fast may each be a little off.
OCTAVE_TOLERANCE = 0.02


def written(bpm: float) -> str:
    """As musicians write it: whole where it is nearly whole, else with one digit."""
    return f"{bpm:.0f}" if abs(bpm - round(bpm)) < 0.05 else f"{bpm:.1f}"


def counted_otherwise(bpm: float, other: float) -> bool:
    """Is `other` the same beat, counted half as fast or twice as fast?"""
    return any(abs(other / (bpm * factor) - 1) <= OCTAVE_TOLERANCE for factor in (0.5, 2.0))


def alike(bpm: float, other: float) -> bool:
    """Could one be mixed into the other: within four hundredths, also where one is counted twice as fast?"""
    return any(abs(other * factor / bpm - 1) <= 0.04 for factor in (0.5, 1.0, 2.0))
