"""The instruments are in tune, the rooms die away, the limiter limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import sosfilt

from tenuto.demo.synth import drums
from tenuto.demo.synth.filters import BLOCK, sweep
from tenuto.demo.synth.keys import piano
from tenuto.demo.synth.mastering import CEILING, limited, loudness, mastered
from tenuto.demo.synth.mixing import Canvas
from tenuto.demo.synth.modes import ring
from tenuto.demo.synth.oscillators import dull, ensemble, noise, pulse, saw
from tenuto.demo.synth.plucked import nylon, steel
from tenuto.demo.synth.score import bars, chord, hz, line, pitch
from tenuto.demo.synth.sound import RATE_HZ, Sound, curve, length_of
from tenuto.demo.synth.space import echo, reverb, room
from tenuto.demo.synth.timing import Hands, Pulse


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def spectrum_db(sound: Sound) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    windowed = sound * np.hanning(len(sound))
    size = 1 << 18
    found = np.abs(np.fft.rfft(windowed, size))
    level = 20 * np.log10(found / found.max() + 1e-12)
    return np.asarray(np.fft.rfftfreq(size, 1 / RATE_HZ), np.float64), np.asarray(level, np.float64)


def cents_off(sound: Sound, expected_hz: float) -> float:
    """How far the strongest partial near `expected_hz` is from it."""
    frequency, level = spectrum_db(sound)
    near = (frequency > expected_hz * 0.94) & (frequency < expected_hz * 1.06)
    return float(1200 * np.log2(frequency[near][level[near].argmax()] / expected_hz))


# ——— notes ———


def test_a_melody_is_read_as_it_is_written() -> None:
    notes = line("A4:1! -:.5 C5:.5? | F#3:2", start=4)
    assert [(note.beat, note.pitch, note.beats) for note in notes] == [(4, 69, 1), (5.5, 72, 0.5), (6, 54, 2)]
    assert [note.force for note in notes] == pytest.approx([0.91, 0.385, 0.7])
    assert chord("Bb2 C4") == [46, 60]
    assert bars("G2 D3 | A2", "D3") == ("G2 D3", "A2", "D3")
    assert hz(pitch("A3")) == pytest.approx(220)


def test_what_is_no_note_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'H4' is not a note"):
        line("H4:1")


def test_swing_delays_the_second_of_two_and_nothing_else() -> None:
    straight, swung = Pulse(120), Pulse(120, swing=2 / 3)
    assert [straight.at(beat) for beat in (0, 0.5, 1, 3.5)] == pytest.approx([0, 0.25, 0.5, 1.75])
    assert [swung.at(beat) for beat in (0, 0.5, 1, 3.5)] == pytest.approx([0, 1 / 3, 0.5, 1.5 + 1 / 3])


@given(st.floats(0, 64), st.floats(0, 64), st.floats(0.34, 0.75))
def test_swing_never_puts_a_later_beat_first(one: float, other: float, swing: float) -> None:
    time = Pulse(97, swing=swing)
    early, late = sorted((one, other))
    assert time.at(early) <= time.at(late) + 1e-9


def test_hands_stray_but_stay_near() -> None:
    hands = Hands(rng(), stray_ms=5, late_ms=10)
    times = np.array([hands.when(1.0) for _ in range(500)])
    assert times.mean() == pytest.approx(1.010, abs=0.001)
    assert np.abs(times - 1.010).max() <= 0.0126
    assert times.std() > 0.003


# ——— tones ———


def test_a_saw_does_not_alias_where_it_would_be_heard() -> None:
    frequency, level = spectrum_db(saw(3520.0, RATE_HZ))
    harmonic = np.abs(frequency / 3520 - np.round(frequency / 3520)) < 0.02
    assert level[~harmonic & (frequency > 100) & (frequency < 12_000)].max() < -38
    naive = (2 * ((np.arange(RATE_HZ) * 3520 / RATE_HZ) % 1) - 1).astype(np.float32)
    _, harsh = spectrum_db(naive)
    assert harsh[~harmonic & (frequency > 100) & (frequency < 12_000)].max() > -38


@pytest.mark.parametrize("width", [0.125, 0.3, 0.5])
def test_a_pulse_has_no_dc(width: float) -> None:
    assert abs(float(pulse(441.0, RATE_HZ, width).mean())) < 1e-3


def test_ringing_modes_are_the_sum_of_dying_sines() -> None:
    hertz, rt60, level = np.array([220.0, 587.3, 1401.0]), np.array([1.5, 0.8, 0.3]), np.array([1.0, 0.5, 0.25])
    time = np.arange(length_of(1.0)) / RATE_HZ
    expected = sum(
        a * np.exp(-6.91 * time / d) * np.sin(2 * np.pi * f * time) for f, d, a in zip(hertz, rt60, level, strict=True)
    )
    np.testing.assert_allclose(ring(hertz, rt60, level, 1.0), expected, atol=2e-5)


@pytest.mark.parametrize("name", ["E2", "A3", "D5", "B5"])
@pytest.mark.parametrize("pluck", [nylon, steel])
def test_a_plucked_string_is_in_tune(pluck, name: str) -> None:  # type: ignore[no-untyped-def]  # two functions alike
    assert abs(cents_off(pluck(pitch(name), 2.0, 0.8, rng()), hz(pitch(name)))) < 4


@pytest.mark.parametrize("name", ["C2", "A4", "C6"])
def test_a_piano_is_in_tune_and_dies_away(name: str) -> None:
    note = piano(pitch(name), 1.5, 0.7, rng())
    # The lowest strings are stiff, their partials a little wide; the second one is what the ear takes.
    assert abs(cents_off(note, 2 * hz(pitch(name)))) < 7
    assert np.abs(note[-2000:]).max() < 0.02 * np.abs(note).max()


def test_an_ensemble_is_on_its_note_and_of_one_level() -> None:
    tone = ensemble(220.0, 6.0, rng(), loudness=dull(20_000, tilt=1))
    assert np.sqrt(np.mean(tone**2)) == pytest.approx(1, abs=0.05)
    assert abs(cents_off(tone[0], 220.0)) < 12


@pytest.mark.parametrize("drum", [drums.kick, drums.snare, drums.hat, drums.clap, drums.rim, drums.tom, drums.brush])
def test_a_drum_begins_and_ends_without_a_click(drum) -> None:  # type: ignore[no-untyped-def]  # seven functions alike
    sound = drum(rng())
    assert np.isfinite(sound).all()
    assert abs(sound[0]) < 0.05
    assert abs(sound[-1]) < 1e-3
    assert 0.1 < np.abs(sound).max() < 3


# ——— filters and rooms ———


def test_a_moving_filter_is_what_filtering_block_after_block_gives() -> None:
    sound = np.stack([noise(5000, rng()), noise(5000, rng()) * np.float32(0.5)])
    corner = curve(5000, [(0, 200), (0.11, 4000)])
    expected, state = np.empty_like(sound), np.zeros((1, 2, 2))
    for start in range(0, 5000, BLOCK):
        w = 2 * np.pi * float(corner[start]) / RATE_HZ
        alpha, cos = np.sin(w) / (2 * 1.5), np.cos(w)
        section = np.array([(1 - cos) / 2, 1 - cos, (1 - cos) / 2, 1 + alpha, -2 * cos, 1 - alpha]) / (1 + alpha)
        expected[:, start : start + BLOCK], state = sosfilt(section[None], sound[:, start : start + BLOCK], zi=state)
    np.testing.assert_allclose(sweep(sound, corner, 1.5), expected, atol=1e-6)


def test_a_room_dies_by_60_db_in_its_time() -> None:
    answer = room(1.2, rng(), dark=1.0, warm=1.0)[0]
    power = np.convolve(answer**2, np.ones(2205) / 2205, "same")
    assert 10 * np.log10(power[length_of(1.0)] / power[length_of(0.1)]) == pytest.approx(-45, abs=5)


def test_an_echo_comes_when_it_should_and_goes_from_side_to_side() -> None:
    click = np.zeros((2, RATE_HZ), np.float32)
    click[0, 10] = 1
    repeats = echo(click, 0.25, 0.5, high_hz=15_000, low_hz=20)
    sides, places = np.abs(repeats).argmax(axis=1), np.abs(repeats).max(axis=1)
    assert sides[1] == pytest.approx(10 + 0.25 * RATE_HZ, abs=8)
    assert sides[0] == pytest.approx(10 + 0.5 * RATE_HZ, abs=8)
    assert places[0] < places[1]


def test_a_reverb_is_as_long_as_what_it_is_given() -> None:
    assert reverb(np.ones((2, 1000), np.float32), room(0.3, rng())).shape == (2, 1000)


# ——— the desk ———


def test_a_canvas_cuts_off_what_sticks_out_and_keeps_the_power_of_a_panned_sound() -> None:
    canvas = Canvas(1.0)
    canvas.add(np.ones(RATE_HZ, np.float32), 0.5, pan=0.7)
    canvas.add(np.ones(10, np.float32), 3.0)
    assert canvas.sound[:, : length_of(0.5)].max() == 0
    assert float((canvas.sound[:, -1] ** 2).sum()) == pytest.approx(2)


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 40))
def test_nothing_passes_the_limiter_above_its_ceiling(seed: int, gain: float) -> None:
    dice = np.random.default_rng(seed)
    sound = dice.standard_normal((2, 4000)).astype(np.float32) * np.float32(0.05)
    sound[:, dice.integers(0, 4000, 12)] *= 20
    assert np.abs(limited(sound * np.float32(gain))).max() <= CEILING * 1.0001


def test_what_is_quiet_passes_the_limiter_untouched() -> None:
    sound = noise(8000, rng()).reshape(2, 4000) * np.float32(0.05)
    np.testing.assert_array_equal(limited(sound), sound)


def test_a_master_has_the_loudness_that_was_asked_for_and_soft_edges() -> None:
    raw = np.stack([noise(RATE_HZ * 4, rng()), noise(RATE_HZ * 4, rng())]) + np.float32(0.3)
    samples = mastered(raw, -14.0, fade_out=0.5)
    assert loudness(np.ascontiguousarray(samples.T)) == pytest.approx(-14, abs=0.5)
    assert np.abs(samples[[0, -1]]).max() < 1e-3
    assert np.abs(samples.mean(axis=0)).max() < 1e-3
