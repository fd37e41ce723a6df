"""Keys of chords whose every note is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.algorithms import key
from tenuto.algorithms.describe import RATE_HZ
from tenuto.algorithms.notes import LOWEST_NOTE, NOTES, Notes, Played
from tests.algorithms.sounds import Floats, cadence, described, faster, noise, plucked, silence, tone


@pytest.mark.parametrize("tonic", [0, 3, 6, 10])
@pytest.mark.parametrize("minor", [False, True])
def test_a_cadence_has_its_key(tonic: int, minor: bool) -> None:
    found = described(cadence(tonic, minor=minor, bars=4)).key
    assert found is not None
    assert (found.tonic, found.minor) == (tonic, minor)


@pytest.mark.parametrize("sound", [silence(6), noise(6), silence(0)])
def test_where_there_are_no_notes_there_is_no_key(sound: Floats) -> None:
    assert described(sound).key is None


def test_a_single_tone_names_no_key_of_another_tonic() -> None:
    found = described(tone(5, 440)).key
    assert found is None or found.tonic == 9


@pytest.mark.parametrize("cents", [-35.0, 30.0])
def test_an_instrument_out_of_tune_plays_in_the_same_key(cents: float) -> None:
    found = described(cadence(2, bars=4, cents=cents))
    assert found.key is not None
    assert (found.key.tonic, found.key.minor) == (2, False)
    assert found.tuning_cents == pytest.approx(cents, abs=6)


def test_drums_do_not_change_the_key() -> None:
    sound = cadence(5, minor=True, bars=4)
    hits = np.zeros(len(sound), np.float32)
    burst = noise(0.08, 0.2)
    for at in range(0, len(sound) - len(burst), 6000):
        hits[at : at + len(burst)] += burst
    found = described(sound + hits).key
    assert found is not None
    assert (found.tonic, found.minor) == (5, True)


@settings(max_examples=5, deadline=None)
@given(semitones=st.integers(-4, 4))
def test_a_tape_that_runs_faster_moves_the_key_by_as_many_semitones(semitones: int) -> None:
    found = described(faster(cadence(4, bars=4), 2 ** (semitones / 12))).key
    assert found is not None
    assert (found.tonic, found.minor) == ((4 + semitones) % 12, False)


@given(shift=st.integers(0, 11), seed=st.integers(0, 1000))
def test_turning_the_pitch_classes_turns_the_likenesses(shift: int, seed: int) -> None:
    pitches = np.random.default_rng(seed).random(12)
    plain, turned = key.likenesses(pitches), key.likenesses(np.roll(pitches, shift))
    assert turned[:12] == pytest.approx(np.roll(plain[:12], shift))
    assert turned[12:] == pytest.approx(np.roll(plain[12:], shift))


@given(shift=st.integers(-12, 12), seed=st.integers(0, 1000))
def test_notes_weigh_as_much_wherever_on_the_keyboard_the_piece_lies(shift: int, seed: int) -> None:
    strengths = np.zeros((40, NOTES), np.float32)
    strengths[:, 24:48] = np.random.default_rng(seed).random((40, 24)) ** 3
    moved = np.roll(strengths, shift, axis=1)
    assert key.pitch_classes(moved) == pytest.approx(np.roll(key.pitch_classes(strengths), shift))
    assert key.basses(moved) == pytest.approx(np.roll(key.basses(strengths), shift))


def test_what_fits_a_key_by_halves_and_is_pitched_by_halves_has_none() -> None:
    strengths = np.zeros((40, NOTES), np.float32)
    strengths[:, 24:48] = np.random.default_rng(4).random((40, 24)) ** 3
    likeness = key.likenesses(key.pitch_classes(strengths)).max()
    assert likeness > key.LEAST_LIKENESS
    enough = key.LEAST_TOGETHER / likeness
    assert enough > key.LEAST_PITCHED
    assert key.find(Played(strengths, 0.0, 1.01 * enough)) is not None
    assert key.find(Played(strengths, 0.0, 0.99 * enough)) is None


def test_the_notes_that_are_played_are_the_notes_that_are_found() -> None:
    notes = Notes(RATE_HZ)
    chord: Floats = np.sum([plucked(note, 2.0) for note in (48, 64, 67)], axis=0, dtype=np.float32)
    notes.feed(chord)
    strengths = notes.finish().strengths
    assert strengths.shape[1] == NOTES
    strongest = np.argsort(-strengths[1])[:3] + LOWEST_NOTE
    assert sorted(strongest.tolist()) == [48, 64, 67]
