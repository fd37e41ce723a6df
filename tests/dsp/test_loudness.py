"""Against EBU Tech 3341 and 3342, and against FFmpeg's own meter."""

import re
from pathlib import Path

import av
import numpy as np
import pytest
from av.filter import Graph
from numpy.typing import NDArray
from scipy.signal import firwin, upfirdn

from tenuto.dsp.loudness import LoudnessMeter, PeakMeter, decibels, k_weighting
from tests.dsp.clips import Floats, music, sine

RATE_HZ = 48_000
BLOCK = 32_768


def measured(samples: Floats, rate_hz: int = RATE_HZ, block: int = BLOCK) -> LoudnessMeter:
    meter = LoudnessMeter(rate_hz, samples.shape[1])
    for start in range(0, len(samples), block):
        meter.add(np.ascontiguousarray(samples[start : start + block].T))
    return meter


def peak_of(samples: Floats, block: int = BLOCK) -> PeakMeter:
    meter = PeakMeter(samples.shape[1])
    for start in range(0, len(samples), block):
        meter.add(np.ascontiguousarray(samples[start : start + block].T))
    meter.finish()
    return meter


def steps(*parts: tuple[float, float]) -> Floats:
    """Stereo 1 kHz tones, one after the other: seconds and level of each."""
    tenth = {level: sine(0.1, level, pitch_hz=1000) for _, level in parts}
    return np.concatenate([np.tile(tenth[level], (round(seconds * 10), 1)) for seconds, level in parts])


def test_at_48_khz_the_filters_are_those_that_the_standard_prints() -> None:
    printed = [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
    np.testing.assert_allclose(k_weighting(48_000), printed, atol=1e-9)


@pytest.mark.parametrize(
    ("case", "parts", "lufs"),
    [
        ("case 1", [(20.0, -23.0)], -23.0),
        ("case 2", [(20.0, -33.0)], -33.0),
        ("case 3", [(10.0, -36.0), (60.0, -23.0), (10.0, -36.0)], -23.0),
        ("case 4", [(10.0, -72.0), (10.0, -36.0), (60.0, -23.0), (10.0, -36.0), (10.0, -72.0)], -23.0),
        ("case 5", [(20.0, -26.0), (20.1, -20.0), (20.0, -26.0)], -23.0),
    ],
)
def test_tech_3341_integrated_loudness(case: str, parts: list[tuple[float, float]], lufs: float) -> None:
    assert measured(steps(*parts)).integrated_lufs() == pytest.approx(lufs, abs=0.1), case


def test_tech_3341_case_6_weighs_centre_and_surrounds() -> None:
    levels = (-28.0, -28.0, -24.0, -30.0, -30.0)  # left, right, centre, surrounds
    five = np.concatenate([sine(20, level, pitch_hz=1000, channels=1) for level in levels], axis=1)
    assert measured(five).integrated_lufs() == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("parts", "range_lu"),
    [
        ([(20.0, -20.0), (20.0, -30.0)], 10.0),
        ([(20.0, -20.0), (20.0, -15.0)], 5.0),
        ([(20.0, -40.0), (20.0, -20.0)], 20.0),
        ([(20.0, -50.0), (20.0, -35.0), (20.0, -20.0), (20.0, -35.0), (20.0, -50.0)], 15.0),
    ],
)
def test_tech_3342_loudness_range(parts: list[tuple[float, float]], range_lu: float) -> None:
    assert measured(steps(*parts)).range_lu() == pytest.approx(range_lu, abs=1.0)


@pytest.mark.parametrize(
    ("case", "pitch_divisor", "phase_degrees", "amplitude", "expected_dbtp"),
    [
        ("case 15", 4, 0, 0.50, -6.0),
        ("case 16", 4, 45, 0.50, -6.0),
        ("case 17", 6, 60, 0.50, -6.0),
        ("case 18", 8, 67.5, 0.50, -6.0),
        ("case 19", 4, 45, 1.41, 3.0),
    ],
)
def test_tech_3341_true_peak_of_tones(
    case: str, pitch_divisor: int, phase_degrees: float, amplitude: float, expected_dbtp: float
) -> None:
    phase = 2 * np.pi * np.arange(RATE_HZ) / pitch_divisor + np.deg2rad(phase_degrees)
    fade = np.minimum(1, np.minimum(np.arange(RATE_HZ), np.arange(RATE_HZ)[::-1]) / 480)
    tone = (amplitude * np.sin(phase) * fade).astype(np.float32)[:, None]
    found = decibels(peak_of(tone).true_peak)
    assert found is not None
    assert expected_dbtp - 0.4 <= found <= expected_dbtp + 0.2, case


@pytest.mark.parametrize("offset", range(4))
def test_tech_3341_true_peak_between_samples(offset: int) -> None:
    """Cases 20 to 23: one quarter of a period at full scale, made at 192 kHz and thinned with four offsets."""
    fine = np.zeros(4 * RATE_HZ // 10)
    quarter = np.arange(-2000, 2000)
    fine[len(fine) // 2 - 2000 : len(fine) // 2 + 2000] = 0.5 * np.cos(2 * np.pi * quarter / 16) * np.hanning(4000)
    thinned = fine[offset::4].astype(np.float32)[:, None]
    found = decibels(peak_of(thinned).true_peak)
    assert found is not None
    assert -6.4 <= found <= -5.8


@pytest.mark.parametrize(("rate_hz", "channels"), [(44_100, 2), (48_000, 2), (22_050, 1), (11_025, 1)])
def test_ffmpegs_meter_agrees(rate_hz: int, channels: int) -> None:
    samples = music(8, rate_hz=rate_hz, channels=channels)
    loudness, range_lu, peak_dbtp = by_ffmpeg(samples, rate_hz)
    meter = measured(samples, rate_hz)
    assert meter.integrated_lufs() == pytest.approx(loudness, abs=0.1)
    assert meter.range_lu() == pytest.approx(range_lu, abs=0.2)
    assert decibels(peak_of(samples).true_peak) == pytest.approx(peak_dbtp, abs=0.2)


def test_ffmpegs_meter_agrees_on_real_music() -> None:
    songs = sorted(Path("../shared/music").glob("*.flac"))
    if not songs:
        pytest.skip("no ../shared/music on this machine")
    with av.open(str(songs[0])) as container:
        resampler = av.AudioResampler(format="flt")
        parts = [part.to_ndarray() for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    samples = np.concatenate(parts, axis=1).reshape(-1, 2).astype(np.float32)
    loudness, range_lu, peak_dbtp = by_ffmpeg(samples, 44_100)
    meter = measured(samples, 44_100)
    assert meter.integrated_lufs() == pytest.approx(loudness, abs=0.1)
    assert meter.range_lu() == pytest.approx(range_lu, abs=0.2)
    assert decibels(peak_of(samples).true_peak) == pytest.approx(peak_dbtp, abs=0.2)


@pytest.mark.parametrize("block", [1, 441, 4410, 4411, 10_000])
def test_the_size_of_blocks_changes_nothing(block: int) -> None:
    samples = music(0.6 if block == 1 else 8, rate_hz=11_025)
    whole, parts = measured(samples, 11_025, len(samples)), measured(samples, 11_025, block)
    assert parts.integrated_lufs() == pytest.approx(whole.integrated_lufs(), abs=1e-6)
    assert parts.range_lu() == (None if whole.range_lu() is None else pytest.approx(whole.range_lu(), abs=1e-6))
    assert peak_of(samples, block).true_peak == pytest.approx(peak_of(samples, len(samples)).true_peak, abs=1e-6)


def test_skipping_quiet_windows_never_misses_a_peak() -> None:
    """The greatest of all interpolated values, found the long way, is the one found by looking at few windows."""
    samples = music(3, channels=1)
    lowpass = firwin(95, 0.25, window=("kaiser", 7.0)) * 4
    everywhere = np.abs(upfirdn(lowpass, samples[:, 0], up=4)).max()
    assert peak_of(samples).true_peak == pytest.approx(max(everywhere, np.abs(samples).max()), rel=1e-5)


def test_silence_has_no_loudness_and_no_peak() -> None:
    silence = np.zeros((RATE_HZ, 2), np.float32)
    assert measured(silence).integrated_lufs() is None
    assert measured(silence).range_lu() is None
    assert decibels(peak_of(silence).true_peak) is None


def test_what_is_shorter_than_a_block_has_no_loudness() -> None:
    assert measured(sine(0.39)).integrated_lufs() is None
    assert measured(sine(0.41)).integrated_lufs() is not None


def test_a_mono_file_is_as_loud_as_the_same_sound_in_stereo() -> None:
    mono = LoudnessMeter(RATE_HZ, 1, mono_is_heard_twice=True)
    mono.add(np.ascontiguousarray(sine(5, -20, channels=1).T))
    assert mono.integrated_lufs() == pytest.approx(measured(sine(5, -20)).integrated_lufs(), abs=1e-6)


def by_ffmpeg(samples: NDArray[np.float32], rate_hz: int) -> tuple[float, float, float]:
    """Integrated loudness, range and true peak by FFmpeg's ebur128 filter."""
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    graph = Graph()
    source = graph.add_abuffer(format="fltp", sample_rate=rate_hz, layout=layout, time_base=None)
    meter = graph.add("ebur128", "peak=true:metadata=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found: dict[str, str] = {}
    tops: list[float] = []
    for start in range(0, len(samples), rate_hz):
        block = np.ascontiguousarray(samples[start : start + rate_hz].T)
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
        frame.sample_rate = rate_hz
        frame.pts = start
        graph.push(frame)
        while True:
            try:
                found |= graph.pull().metadata
            except (av.error.BlockingIOError, av.error.EOFError):
                break
    tops = [float(value) for name, value in found.items() if re.fullmatch(r"lavfi.r128.true_peaks_ch\d", name)]
    peak = decibels(max(tops))
    assert peak is not None
    return float(found["lavfi.r128.I"]), float(found["lavfi.r128.LRA"]), peak
