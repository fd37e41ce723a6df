"""Likeness in sound, measured without a trace of what has gone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.algorithms.similar import Measure, distances, nearest, points
from tenuto.algorithms.vectors import COMPONENTS, SIZE, Vector
from tests.algorithms.sounds import cadence, described, noise, tone


def vectors(count: int, seed: int = 1) -> Vector:
    return np.random.default_rng(seed).integers(-32_767, 32_767, (count, SIZE)).astype(np.int16)


def test_points_are_as_far_apart_as_the_pieces() -> None:
    some = np.random.default_rng(5).integers(-3000, 3000, (40, SIZE)).astype(np.int16)
    measure = Measure.nothing().with_(some)
    placed = points(some, measure)
    apart = np.sqrt(((placed - placed[7]) ** 2).sum(axis=1))
    assert apart == pytest.approx(distances(some[7], some, measure), abs=1e-4)


@given(kept=st.integers(0, 30), gone=st.integers(0, 30), seed=st.integers(0, 10_000))
def test_a_piece_that_was_taken_out_leaves_no_trace(kept: int, gone: int, seed: int) -> None:
    stay, leave = vectors(kept, seed), vectors(gone, seed + 1)
    never = Measure.nothing().with_(stay)
    after = Measure.nothing().with_(leave).with_(stay).without(leave)
    assert after == never
    assert after.deviation().tobytes() == never.deviation().tobytes()
    assert after.mean().tobytes() == never.mean().tobytes()


def test_mean_and_deviation_are_those_of_all_pieces() -> None:
    some = vectors(50)
    measure = Measure.nothing().with_(some[:20]).with_(some[20:])
    assert measure.mean() == pytest.approx(some.mean(axis=0, dtype=np.float64))
    assert measure.deviation() == pytest.approx(some.astype(np.float64).std(axis=0))


def test_what_was_never_in_cannot_be_taken_out() -> None:
    measure = Measure.nothing().with_(vectors(2))
    with pytest.raises(ValueError, match="cannot be taken out"):
        measure.without(vectors(3))
    with pytest.raises(ValueError, match="never in"):
        Measure.nothing().with_(np.zeros((3, SIZE), np.int16)).without(vectors(1))


@pytest.mark.parametrize("wrong", [np.zeros(SIZE), np.zeros(SIZE - 1, np.int16), np.zeros((2, 2, SIZE), np.int16)])
def test_what_is_no_vector_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="vectors are rows"):
        Measure.nothing().with_(wrong)


def test_a_piece_is_nearest_to_itself_and_distance_is_mutual() -> None:
    some = vectors(20)
    measure = Measure.nothing().with_(some)
    assert nearest(some[3], some, measure, 1) == [(3, 0.0)]
    assert distances(some[3], some, measure)[5] == pytest.approx(distances(some[5], some, measure)[3])


def test_what_is_alike_in_all_pieces_does_not_count() -> None:
    some = vectors(10)
    some[:, 4] = 7
    measure = Measure.nothing().with_(some)
    other = some[0].copy()
    other[4] = 1000
    assert distances(some[0], other, measure) == pytest.approx([0.0])


def test_two_pieces_for_the_same_instrument_sound_more_alike_than_noise_or_a_tone() -> None:
    low, high, hiss, hum = (
        described(sound).vector for sound in (cadence(0, bars=2), cadence(5, bars=2, bpm=90), noise(5), tone(5))
    )
    measure = Measure.nothing().with_(np.stack([low, high, hiss, hum]))
    [(row, _)] = nearest(low, np.stack([hum, hiss, high]), measure, 1)
    assert row == 2


def test_every_component_says_its_unit_and_no_name_comes_twice() -> None:
    assert all(component.unit and component.step > 0 for component in COMPONENTS)
    assert len({component.name for component in COMPONENTS}) == SIZE
