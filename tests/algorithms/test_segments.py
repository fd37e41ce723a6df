"""However pieces are divided, merged and deleted, an index knows the same; of a deleted piece nothing is left."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.algorithms import fingerprint
from tenuto.algorithms.fingerprint import Fingerprint, Segment, bands
from tests.algorithms.known import indexed, landmarks, moved, quick


def same(one: Segment, other: Segment) -> bool:
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(Segment))


def prints(numbers: list[int]) -> list[tuple[int, Fingerprint]]:
    found = []
    for number in numbers:
        points = landmarks(number, 3 + number % 3 * 140)
        rows = bands.rows_of(points.length_ticks)
        bits = np.random.default_rng(number).integers(0, 256, (rows, fingerprint.ROW_BYTES), np.uint8)
        found.append((number, fingerprint.fingerprint(points, bits)))
    return found


some_numbers = st.lists(st.integers(0, 60), min_size=1, max_size=4, unique=True)


@quick
@given(numbers=some_numbers, data=st.data())
def test_segments_merged_are_one_built_of_all(numbers: list[int], data: st.DataObject) -> None:
    pieces = prints(numbers)
    where = data.draw(st.lists(st.integers(0, 2), min_size=len(pieces), max_size=len(pieces)))
    parts = [fingerprint.build([p for p, place in zip(pieces, where, strict=True) if place == n]) for n in range(3)]
    assert same(fingerprint.merge(parts), fingerprint.build(pieces))


@quick
@given(numbers=some_numbers, data=st.data())
def test_of_a_deleted_piece_nothing_is_left(numbers: list[int], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(numbers)))
    left = fingerprint.merge([fingerprint.build(prints(numbers))], without=gone)
    assert same(left, fingerprint.build(prints([number for number in numbers if number not in gone])))


@quick
@given(numbers=some_numbers)
def test_points_come_back_as_they_went_in(numbers: list[int]) -> None:
    segment = fingerprint.build(prints(numbers))
    for index, number in enumerate(segment.pieces.tolist()):
        before, after = landmarks(number, 3 + number % 3 * 140), segment.peaks_of(index)
        assert np.array_equal(before.ticks, after.ticks)
        assert np.abs(before.cents - after.cents).max() < 12
        begin, end = before.length_ticks // 3, before.length_ticks // 2
        assert np.array_equal(segment.peaks_between(index, begin, end).ticks, before.within(begin, end).ticks)
        assert len(segment.peaks_between(index, -500, 10**6)) == len(before)


@quick
@given(where=st.lists(st.integers(0, 3), min_size=6, max_size=6), asked_for=st.integers(0, 5))
def test_how_pieces_are_divided_over_segments_changes_no_answer(where: list[int], asked_for: int) -> None:
    pieces = [(number, fingerprint.fingerprint(landmarks(number, 30))) for number in range(6)]
    parts = [fingerprint.build([p for p, place in zip(pieces, where, strict=True) if place == n]) for n in range(4)]
    query = moved(landmarks(asked_for, 30), 2_000, 4_500, 1.05, 1.0)
    assert fingerprint.search(query, parts)[0] == fingerprint.search(query, [fingerprint.build(pieces)])[0]


def test_a_piece_that_is_deleted_is_not_found_though_a_segment_still_holds_it() -> None:
    segment = indexed((1, landmarks(1, 30)), (2, landmarks(2, 30)))
    query = moved(landmarks(1, 30), 1_000, 3_500)
    assert fingerprint.search(query, [segment])[0].piece == 1
    assert all(match.piece != 1 for match in fingerprint.search(query, [segment], without=[1]))


def test_the_same_recording_registered_twice_is_found_twice() -> None:
    segment = indexed((1, landmarks(1, 30)), (2, landmarks(1, 30)), (3, landmarks(3, 30)))
    found = fingerprint.search(moved(landmarks(1, 30), 1_000, 3_500), [segment])
    assert {match.piece for match in found if match.probability >= fingerprint.CERTAIN} == {1, 2}


def test_a_piece_is_in_a_segment_once() -> None:
    with pytest.raises(ValueError, match="once"):
        indexed((1, landmarks(1, 5)), (1, landmarks(2, 5)))
