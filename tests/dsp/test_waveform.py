"""The waveform's bytes are those of the BBC's audiowaveform, and its shape is the sound's."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tenuto.dsp.waveform import FINEST, SKETCH_POINTS, WaveformMeter


def drawn(mono: NDArray[np.float32], block: int = 32_768) -> WaveformMeter:
    meter = WaveformMeter()
    for start in range(0, len(mono), block):
        meter.add(mono[start : start + block])
    meter.finish()
    return meter


def read(file: bytes) -> tuple[tuple[int, ...], NDArray[np.int8]]:
    return struct.unpack("<iIiiIi", file[:24]), np.frombuffer(file[24:], np.int8).reshape(-1, 2)


def test_the_header_is_version_2_with_eight_bits_and_one_channel() -> None:
    header, pairs = read(drawn(np.zeros(1000, np.float32)).file(44_100, 256))
    assert header == (2, 1, 44_100, 256, 4, 1)
    assert pairs.tolist() == [[0, 0]] * 4


def test_full_scale_is_127_and_values_are_cut_towards_zero() -> None:
    samples = np.zeros(512, np.float32)
    samples[0], samples[1], samples[300], samples[301] = 1.0, -1.0, 0.00778, -0.00778  # the last: 255 of 32767
    _, pairs = read(drawn(samples).file(48_000, 256))
    assert pairs.tolist() == [[-127, 127], [0, 0]]


def test_overshooting_samples_stay_in_range() -> None:
    _, pairs = read(drawn(np.array([3.0, -3.0], np.float32)).file(48_000, 256))
    assert pairs.tolist() == [[-128, 127]]


@settings(deadline=None, max_examples=40)
@given(length=st.integers(1, 40_000), block=st.integers(1, 9_000), seed=st.integers(0, 9))
def test_every_zoom_holds_least_and_greatest_of_its_samples(length: int, block: int, seed: int) -> None:
    samples = np.random.default_rng(seed).uniform(-1, 1, length).astype(np.float32)
    meter = drawn(samples, block)
    for zoom in (256, 1024, 8192):
        _, pairs = read(meter.file(48_000, zoom))
        expected = [
            np.trunc(np.rint(np.array([part.min(), part.max()]) * np.float32(32767)) / 256)
            for part in np.split(samples, range(zoom, length, zoom))
        ]
        assert np.array_equal(pairs, np.array(expected))


def test_a_zoom_between_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple"):
        WaveformMeter().file(48_000, 300)


def test_a_sketch_shows_the_loud_half_loud() -> None:
    samples = np.concatenate([np.full(200_000, 0.1), np.full(200_000, 0.8)]).astype(np.float32)
    sketch = np.frombuffer(drawn(samples).sketch(), np.uint8)
    peaks, rms = sketch[:SKETCH_POINTS], sketch[SKETCH_POINTS:]
    for row in (peaks, rms):
        assert row[:198] == pytest.approx(0.1 * 255, abs=3)
        assert row[202:] == pytest.approx(0.8 * 255, abs=3)


@settings(deadline=None, max_examples=40)
@given(length=st.integers(0, 3 * FINEST * SKETCH_POINTS))
def test_a_sketch_has_the_same_size_whatever_the_length(length: int) -> None:
    sketch = drawn(np.full(length, 0.5, np.float32)).sketch()
    assert len(sketch) == 2 * SKETCH_POINTS
    assert set(sketch) <= ({0} if length == 0 else {128, 129})
