"""One pass over a stream: bounded, exact, and the same however it is divided."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.algorithms.describe import RATE_HZ, Describer, Description
from tests.algorithms.sounds import beating, cadence, described, noise, silence, tone

SOUND = cadence(7, bpm=124, bars=2)
WHOLE = described(SOUND, block=len(SOUND))


def same(one: Description, other: Description) -> bool:
    """To the last bit."""
    arrays = [
        (one.beats.tobytes(), other.beats.tobytes()),
        (one.vector.tobytes(), other.vector.tobytes()),
        (one.timbre.cepstrum_mean.tobytes(), other.timbre.cepstrum_mean.tobytes()),
        (one.timbre.cepstrum_motion.tobytes(), other.timbre.cepstrum_motion.tobytes()),
    ]
    plain = [(d.seconds, d.tempo, d.key, d.tuning_cents, d.energy, d.timbre.centroid_hz) for d in (one, other)]
    return plain[0] == plain[1] and all(left == right for left, right in arrays)


@settings(max_examples=8, deadline=None)
@given(cuts=st.lists(st.integers(0, len(SOUND)), max_size=6))
def test_however_a_sound_is_divided_its_description_is_the_same(cuts: list[int]) -> None:
    describer = Describer()
    places = [0, *sorted(cuts), len(SOUND)]
    for first, last in pairwise(places):
        describer.feed(SOUND[first:last])
    assert same(describer.finish(), WHOLE)


def test_a_caller_may_use_its_block_again() -> None:
    describer, block = Describer(), np.empty(1000, np.float32)
    for start in range(0, len(SOUND) // 1000 * 1000, 1000):
        block[:] = SOUND[start : start + 1000]
        describer.feed(block)
    block[:] = 0
    assert same(describer.finish(), described(SOUND[: len(SOUND) // 1000 * 1000]))


@pytest.mark.parametrize("seconds", [0, 1 / RATE_HZ, 0.02, 1.0])
def test_the_shortest_sounds_are_described_too(seconds: float) -> None:
    found = described(tone(seconds))
    assert found.seconds == pytest.approx(seconds)
    assert found.tempo is None
    assert np.isfinite(found.vector).all()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e30])
def test_what_is_no_sound_is_refused(wrong: float) -> None:
    block = silence(0.1)
    block[7] = wrong
    with pytest.raises(ValueError, match="no number, or louder"):
        Describer().feed(block)


@pytest.mark.parametrize("block", [np.zeros((2, 100), np.float32), np.zeros(100), np.zeros(100, np.int16)])
def test_what_is_not_one_row_of_float32_is_refused(block: np.ndarray) -> None:
    with pytest.raises(ValueError, match="one row of float32"):
        Describer().feed(block)


def test_silence_is_calm_and_has_neither_tempo_nor_key() -> None:
    found = described(silence(6))
    assert (found.tempo, found.key, found.energy, found.timbre.heard) == (None, None, 0.0, 0.0)


def test_noise_is_flat_and_bright_a_tone_is_neither() -> None:
    hiss, hum = described(noise(3)).timbre, described(tone(3, 220)).timbre
    assert hiss.flatness_db.mean > -4
    assert hum.flatness_db.mean < -40
    assert hiss.centroid_hz.mean == pytest.approx(RATE_HZ / 4, rel=0.02)
    assert hum.centroid_hz.mean == pytest.approx(220, abs=60)
    assert hiss.roll_off_hz.mean == pytest.approx(0.85 * RATE_HZ / 2, rel=0.02)


def test_the_level_of_a_sine_and_of_noise_is_their_mean_power() -> None:
    assert described(tone(3)).timbre.level_db.mean == pytest.approx(10 * np.log10(0.3**2 / 2), abs=0.1)
    assert described(noise(3)).timbre.level_db.mean == pytest.approx(-20, abs=0.2)


def test_loud_busy_sound_has_more_energy_than_a_soft_held_tone() -> None:
    busy = beating(170, 6) + noise(6, 0.05)
    assert described(busy).energy > described(tone(6, 110) * np.float32(0.2)).energy + 0.3


def test_an_hour_takes_no_more_than_its_few_figures_a_second() -> None:
    """Fed with a minute of sound, the memory in use grows by at most 3 kB a second: 32 MB for three hours."""
    describer, minute = Describer(), noise(10)
    describer.feed(minute)
    tracemalloc.start()
    try:
        for _ in range(6):
            describer.feed(minute)
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 60 * 3000 + minute.nbytes
    assert most < 20e6
