"""Tempo and beats of sounds whose every onset is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.algorithms import metre
from tenuto.algorithms.describe import FRAMES_A_SECOND
from tenuto.algorithms.tempo import find
from tests.algorithms.sounds import beating, cadence, clicks, described, faster, noise, silence, tone


@pytest.mark.parametrize("bpm", [84.0, 120.0, 127.3, 174.0])
def test_the_tempo_of_clicks_is_found_to_a_fiftieth_of_a_percent(bpm: float) -> None:
    found = described(beating(bpm, 30)).tempo
    assert found is not None
    assert found.bpm == pytest.approx(bpm, rel=2e-4)
    assert found.steady
    assert found.confidence > 0.9


def test_120_is_not_called_117_45() -> None:
    found = described(beating(120, 20)).tempo
    assert found is not None
    assert f"{found.bpm:.2f}" == "120.00"


def test_beats_stand_where_the_clicks_are() -> None:
    bpm, seconds = 96.0, 24
    beats = described(beating(bpm, seconds)).beats
    clicked = np.arange(0.2, seconds, 60 / bpm)
    assert len(beats) == len(clicked)
    assert np.abs(beats - clicked).max() < 0.010


def test_swung_quavers_leave_the_beat_where_it_is() -> None:
    beat = 60 / 132
    times = [time for number in range(60) for time in (number * beat, (number + 2 / 3) * beat)]
    found = described(clicks(times, 28, loudness=(1.0, 0.4))).tempo
    assert found is not None
    assert found.bpm == pytest.approx(132, rel=1e-3)


def test_beats_follow_a_tempo_that_drifts_and_the_drift_is_told() -> None:
    times = np.cumsum(np.linspace(0.55, 0.45, 80))  # 109 to 133 BPM
    found = described(clicks(times.tolist(), float(times[-1]) + 1))
    assert found.tempo is not None
    assert not found.tempo.steady
    nearest = np.abs(found.beats[:, None] - times[None]).min(axis=1)
    assert np.median(nearest) < 0.02
    assert len(found.beats) == pytest.approx(len(times), abs=6)


@pytest.mark.parametrize("sound", [silence(12), noise(12), tone(12), beating(120, 1), silence(0)])
def test_where_nothing_beats_there_is_no_tempo(sound: np.ndarray) -> None:
    found = described(sound)
    assert found.tempo is None
    assert len(found.beats) == 0


def test_a_lone_onset_is_no_tempo() -> None:
    envelope = np.zeros(2000, np.float32)
    envelope[700] = 1
    assert find(envelope, envelope, FRAMES_A_SECOND) is None


def among_others(loudness: float, sway: float, seconds: float = 60.0) -> np.ndarray:
    """Beats at 112 BPM, each late or early by about `sway` seconds more than the last, among many onsets at random."""
    random = np.random.default_rng(1)
    frames, others = int(seconds * FRAMES_A_SECOND), int(seconds * 6)
    envelope = np.zeros(frames, np.float32)
    envelope[random.integers(0, frames, others)] += random.random(others).astype(np.float32)
    beats = np.arange(0.5, seconds - 1, 60 / 112)
    beats += np.cumsum(random.standard_normal(len(beats))) * sway
    envelope[np.round(beats * FRAMES_A_SECOND).astype(int)] += loudness
    return np.convolve(envelope, [0.5, 1.0, 0.5], "same").astype(np.float32)


def test_a_beat_that_is_hardly_there_is_told_where_it_keeps_its_rate() -> None:
    faint, swaying = among_others(0.4, 0.0), among_others(0.7, 0.02)
    found = find(faint, faint, FRAMES_A_SECOND)
    assert found is not None
    assert found.bpm == pytest.approx(112, rel=2e-3)
    assert found.steady
    assert find(swaying, swaying, FRAMES_A_SECOND) is None


@pytest.mark.parametrize(("seconds", "seed"), [(9, 1), (12, 3), (12, 9), (16, 8), (25, 2), (60, 4)])
def test_random_clicks_have_no_tempo_even_where_few_keep_their_distance_by_chance(seconds: int, seed: int) -> None:
    random = np.random.default_rng(100 * seed + seconds)
    envelope = np.zeros(int(seconds * FRAMES_A_SECOND), np.float32)
    count = seconds * (seed % 4 + 2)
    envelope[random.integers(0, len(envelope), count)] = random.random(count)
    envelope = np.convolve(envelope, [0.5, 1.0, 0.5, 0.2], "same").astype(np.float32)
    assert find(envelope, envelope, FRAMES_A_SECOND) is None


@pytest.mark.parametrize("ratio", [0.8, 1.25])
def test_strong_onsets_are_counted_by_the_tape_and_not_by_the_clock(ratio: float) -> None:
    onsets = np.zeros(3000, np.float32)
    onsets[10::50] = 1.0  # strong
    onsets[35::50] = 0.1  # hardly counts
    counted = metre.strong_onsets(onsets, 100.0)
    assert counted == pytest.approx(60 * 2, rel=0.25)
    assert metre.strong_onsets(onsets, 100.0 * ratio) == pytest.approx(counted * ratio)


def test_loudness_does_not_matter() -> None:
    loud, quiet = (described(cadence(0, bars=6) * np.float32(gain)).tempo for gain in (1.0, 0.1))
    assert loud is not None
    assert quiet is not None
    assert quiet.bpm == pytest.approx(loud.bpm, rel=2e-3)


def test_silence_before_and_after_moves_the_beats_and_nothing_else() -> None:
    sound = beating(110, 16)
    plain = described(sound)
    framed = described(np.concatenate([silence(3), sound, silence(2)]))
    assert plain.tempo is not None
    assert framed.tempo is not None
    assert framed.tempo.bpm == pytest.approx(plain.tempo.bpm, rel=2e-4)
    assert framed.beats == pytest.approx(plain.beats + 3, abs=0.005)


@settings(max_examples=6, deadline=None)
@given(ratio=st.floats(0.9, 1.1))
def test_played_faster_it_is_faster_by_as_much(ratio: float) -> None:
    plain, changed = (described(sound).tempo for sound in (beating(118, 16), faster(beating(118, 16), ratio)))
    assert plain is not None
    assert changed is not None
    assert changed.bpm / plain.bpm == pytest.approx(ratio, rel=1e-3)


def test_what_else_the_tempo_might_be_is_told() -> None:
    found = described(beating(60, 20)).tempo
    assert found is not None
    rates = [candidate.bpm for candidate in found.candidates]
    assert any(rate == pytest.approx(60, rel=0.01) for rate in rates)
    assert sum(candidate.weight for candidate in found.candidates) == pytest.approx(1)
    assert [c.weight for c in found.candidates] == sorted((c.weight for c in found.candidates), reverse=True)
