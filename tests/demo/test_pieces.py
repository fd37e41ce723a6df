"""Every piece is music one could publish: whole, loud enough, never too loud, and like no other."""

from functools import cache
from hashlib import sha256
from itertools import combinations

import numpy as np
import pytest

from tenuto.demo.catalogue import ENTRIES
from tenuto.demo.pieces import kettle_song, moth_logic, stove_is_out, two_chairs
from tenuto.demo.pieces.piece import Piece
from tenuto.demo.synth.score import line, pitch
from tenuto.demo.write import compose
from tests.demo.listening import Impression, impression


def check(piece: Piece) -> Impression:
    assert piece.samples.dtype == np.float32
    assert piece.samples.shape[1] == 2
    assert np.isfinite(piece.samples).all()
    heard = impression(piece)
    assert 60 <= heard.seconds <= 120
    assert -20.5 <= heard.lufs <= -12
    assert heard.true_peak_db <= -1
    assert heard.dc < 1e-4
    assert heard.sides_alike > 0.2, "would be thin on a telephone, which adds both sides up"
    assert np.abs(piece.samples[:2]).max() < 0.01, "begins with a click"
    assert np.abs(piece.samples[-2:]).max() < 0.001, "ends with a click"
    middle = heard.seconds_db[3:-8]
    assert middle.min() > -48, "a hole of silence"
    # Form: some ten seconds are clearly louder than some others.
    tens = np.array([10 * np.log10(np.mean(10 ** (heard.seconds_db[at : at + 10] / 10))) for at in range(0, 50, 10)])
    assert tens.max() - tens.min() > 1, "one level from beginning to end"
    assert (heard.bands_db[5] < heard.bands_db[2:5].max()).all(), "harsh between 2 and 5 kHz"
    return heard


@cache
def heard_once(piece: str) -> tuple[Impression, str]:
    """What it sounds like, and the digest of its samples: composing one takes seconds."""
    composed = compose(piece)
    return check(composed), digest_of(composed)


def digest_of(piece: Piece) -> str:
    return sha256(piece.samples.tobytes()).hexdigest()


def beats(text: str) -> float:
    return sum(float(word.rstrip("!?").partition(":")[2]) for word in text.replace("|", " ").split())


def test_the_four_parts_of_the_quartet_end_together() -> None:
    parts = (stove_is_out.FIRST_VIOLIN, stove_is_out.SECOND_VIOLIN, stove_is_out.VIOLA, stove_is_out.CELLO)
    assert [beats(part) for part in parts] == [stove_is_out.BARS * 4] * 4


def test_the_quartet_stays_within_its_instruments() -> None:
    for part, lowest, highest in (
        (stove_is_out.FIRST_VIOLIN, "G3", "A6"),
        (stove_is_out.SECOND_VIOLIN, "G3", "A6"),
        (stove_is_out.VIOLA, "C3", "E5"),
        (stove_is_out.CELLO, "C2", "A4"),
    ):
        for note in line(part):
            assert pitch(lowest) <= note.pitch <= pitch(highest)


def test_the_voices_of_the_quartet_sound_a_chord_on_every_strong_beat() -> None:
    """On the first and third beat of every bar no two parts are a semitone apart."""
    parts = [
        line(p) for p in (stove_is_out.FIRST_VIOLIN, stove_is_out.SECOND_VIOLIN, stove_is_out.VIOLA, stove_is_out.CELLO)
    ]
    rough = []
    for beat in range(0, stove_is_out.BARS * 4, 2):
        sounding = {n.pitch for part in parts for n in part if n.beat <= beat < n.beat + n.beats}
        rough += [beat for one, other in combinations(sounding, 2) if abs(one - other) == 1]
    assert rough == []


def test_tunes_fill_their_bars() -> None:
    assert beats(kettle_song.A_TUNE) == beats(kettle_song.B_TUNE) == 16 * 3
    assert beats(two_chairs.A_TUNE) == beats(two_chairs.B_TUNE) == 8 * 4
    assert len(kettle_song.CHORDS) == kettle_song.BARS
    assert len(two_chairs.CHORDS) == two_chairs.FORM_BARS


def test_no_moment_of_the_choir_is_without_a_voice() -> None:
    for second in range(1, 104):
        assert any(start < second < end for _, start, end, *_ in moth_logic.VOICES)


@pytest.mark.slow
def test_all_pieces_are_fit_to_be_heard_and_unlike_each_other() -> None:
    heard = {}
    for entry in ENTRIES:
        try:
            heard[entry.piece], _digest = heard_once(entry.piece)
        except AssertionError as error:
            raise AssertionError(f"{entry.piece}: {error}") from error
    features = {piece: found.features() for piece, found in heard.items()}
    alike = [
        (one, other, distance)
        for one, other in combinations(features, 2)
        if (distance := float(np.linalg.norm(features[one] - features[other]))) < 1.5
    ]
    assert alike == []


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["lamp_study", ENTRIES[0].piece, ENTRIES[1].piece])
def test_a_piece_is_the_same_each_time(piece: str) -> None:
    assert digest_of(compose(piece)) == heard_once(piece)[1]
