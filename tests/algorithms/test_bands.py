"""What the bits of a piece say of which bands stand out agrees where a passage lies, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tenuto.algorithms import fingerprint
from tenuto.algorithms.fingerprint import Segment, bands
from tenuto.algorithms.fingerprint.bands import Contrast
from tenuto.algorithms.fingerprint.peaks import pitches_of
from tenuto.algorithms.fingerprint.search import follow
from tests.algorithms.known import HZ, NOTHING, Floats, asked, indexed, music, quick, taught


def without_pitches(steps: NDArray[np.int8]) -> Contrast:
    return Contrast(0, steps, np.zeros((len(steps), bands.PITCHES // 2), np.uint8))


def test_bands_agree_where_a_passage_lies_and_nowhere_else(songs: list[Floats], catalogue: Segment) -> None:
    noise = np.random.default_rng(9).standard_normal(10 * HZ).astype(np.float32)
    excerpt = songs[1][12 * HZ : 22 * HZ]
    query = fingerprint.hear(excerpt + noise * float(excerpt.std())).contrast
    at = [(piece, 250.0 * second) for piece in range(3) for second in range(4, 28, 2)]
    found = bands.liken(query, [catalogue.bits_of(piece) for piece, _ in at], [offset for _, offset in at])
    told = dict(zip(at, found, strict=True))
    here = told.pop((1, 3_000.0))
    assert here is not None
    assert all(one is not None and one < 4.5 for one in told.values())
    assert here > 6


@quick
@given(first=st.integers(0, 300), late=st.integers(-16, 16), rows=st.integers(250, 300))
def test_bands_agree_within_sixteen_ticks_wherever_a_passage_begins(first: int, late: int, rows: int) -> None:
    """A piece that is noise in every band, frame by frame: a frame beside it, nothing agrees."""
    steps = np.random.default_rng(rows).integers(-40, 41, (rows * bands.FRAMES_PER_ROW, bands.BANDS)).astype(np.int8)
    bits = bands.bits_of(steps, rows * bands.TICKS_PER_ROW)
    query = without_pitches(steps[first:]).within(0, 10 * 250)
    place = first * bands.TICKS_PER_FRAME
    near, far = bands.liken(query, [bits, bits], [place + late, place + 480 + late])
    assert near is not None
    assert far is not None
    assert near > 30 > 6 > far


def test_silence_and_pieces_without_bits_say_nothing_by_their_bands(catalogue: Segment) -> None:
    query = fingerprint.hear(music(4, 10)).contrast
    silence = bands.bits_of(fingerprint.hear(np.zeros(30 * HZ, np.float32)).contrast.steps, 7_500)
    assert not silence.any()
    for nothing in (silence, bands.unknown(150), bands.unknown(0)):
        assert bands.liken(query, [nothing], [500.0]) == [None]
    assert bands.liken(query.within(0, 250), [catalogue.bits_of(0)], [500.0]) == [None]
    assert bands.liken(NOTHING, [catalogue.bits_of(0)], [500.0]) == [None]


@pytest.mark.parametrize("seconds", [1.7, 2.5, 3.5, 4.5])
def test_a_short_piece_alone_in_the_index_is_not_heard_in_everything(seconds: float) -> None:
    alone = taught((1, music(300, seconds)))
    for seed in range(310, 318):
        assert asked(music(seed, 6), alone) == []


def test_a_passage_is_not_followed_into_what_has_nothing_to_do_with_it(songs: list[Floats], catalogue: Segment) -> None:
    known = asked(songs[1][20 * HZ : 30 * HZ], catalogue)[0]
    for seed in range(320, 328):
        other = fingerprint.hear(music(seed, 10))
        for begin in (-5.0, 0.5, 33.0, 36.0):  # over both ends of the piece, and within it
            assert follow(other, [catalogue], replace(known, query_seconds=(0, 10), piece_seconds=(begin, 0))) is None


def test_beside_pieces_without_bits_all_are_known_in_noise(songs: list[Floats]) -> None:
    old = indexed(*((n, fingerprint.listen(song)[0]) for n, song in enumerate(songs)))
    new = taught(*((n + 10, music(n + 40, 40)) for n in range(3)))
    both = fingerprint.merge([old, new])
    noise = 0.7 * np.random.default_rng(8).standard_normal(10 * HZ).astype(np.float32)
    for piece, song in ((1, songs[1]), (11, music(41, 40))):
        excerpt = song[12 * HZ : 22 * HZ]
        assert [one.piece for one in asked(excerpt + noise * float(excerpt.std()), both)] == [piece]


def test_by_bits_a_place_is_found_that_begins_before_its_piece_does(songs: list[Floats], catalogue: Segment) -> None:
    query = fingerprint.hear(np.concatenate([music(70, 4), songs[1][: 6 * HZ]])).contrast
    nowhere = np.zeros(len(catalogue.band_bits), bool)
    found = [
        (*catalogue.of_row(row + 26), row, before)
        for row, before, _ in bands.scan(query, catalogue.band_words, nowhere, 8)
    ]
    offsets = [(row - begin) * bands.TICKS_PER_ROW - before for piece, begin, row, before in found if piece == 1]
    assert any(abs(offset + 1_000) <= 2 * bands.TICKS_PER_FRAME for offset in offsets)


def test_by_bits_places_are_found_beside_a_loop_that_is_left_out_and_none_in_silence() -> None:
    loop = np.tile(music(80, 2), 30)
    quiet = np.concatenate([music(82, 5), np.zeros(60 * HZ, np.float32)])
    segment = taught((1, loop), (2, music(81, 40)), (3, quiet))
    query = fingerprint.hear(loop[3 * HZ : 13 * HZ] + music(81, 40)[20 * HZ : 30 * HZ]).contrast
    without = segment.rows_of(segment.pieces == 1)
    places = [segment.of_row(row + 26)[0] for row, *_ in bands.scan(query, segment.band_words, without, 8)]
    assert places[0] == 1
    assert 0 not in places
    rows = [row for row, *_ in bands.scan(query, segment.band_words, without, 8)]
    assert all(segment.band_bits[max(0, row) : row + 52].any() for row in rows)


def test_where_points_lie_a_sound_stands_out_and_of_few_figures_nothing_is_told(
    songs: list[Floats], catalogue: Segment
) -> None:
    query = fingerprint.hear(songs[1][12 * HZ : 22 * HZ]).contrast
    columns = [(peaks.ticks, pitches_of(peaks.cents)) for peaks in map(catalogue.peaks_of, range(3))]
    elsewhere, here, other = bands.stand_out(query, columns, [1_000.0, 3_000.0, 2_000.0])
    assert here is not None
    assert here > 5
    assert all(one is not None and one < 3 for one in (elsewhere, other))
    assert bands.stand_out(query, [(np.arange(5), np.zeros(5, np.int64))], [0.0]) == [None]
    assert bands.stand_out(NOTHING, columns, [0.0, 0.0, 0.0]) == [None, None, None]


@pytest.mark.parametrize("sample", [np.nan, np.inf, 1e25, -1e30])
def test_a_sample_that_is_no_sound_hides_its_surroundings_alone(sample: float) -> None:
    sound = music(5, 20)
    broken = sound.copy()
    broken[10 * HZ] = sample
    whole, left = fingerprint.hear(sound).contrast.steps, fingerprint.hear(broken).contrast.steps
    assert np.array_equal(whole[:250], left[:250])
    assert np.array_equal(whole[-250:], left[-250:])


def test_contrast_is_the_same_wherever_a_block_ends() -> None:
    levels = np.random.default_rng(4).uniform(-90, -10, (9_001, bands.BANDS)).astype(np.float32)
    told = []
    for size in (9_001, 1_024, 700):
        contrasting = bands.Contrasting(np.zeros(levels.shape, np.int8), bands.of_bands)
        for begin in range(0, len(levels), size):
            contrasting.feed(levels[begin : begin + size])
        told.append(contrasting.finish())
    assert told[0].shape == levels.shape
    assert np.array_equal(told[0], told[1])
    assert np.array_equal(told[0], told[2])
