"""A recording is known again, whatever was done to it; what is no known recording is not; what is deleted is gone."""

import tracemalloc
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import signal

from tenuto.algorithms import fingerprint
from tenuto.algorithms.fingerprint import Fingerprint, Heard, Match, Peaks, Segment, bands, verifying
from tenuto.algorithms.fingerprint.bands import Contrast
from tenuto.algorithms.fingerprint.peaks import pitches_of
from tenuto.algorithms.fingerprint.search import follow

Floats = NDArray[np.float32]
HZ = 12_000
UNKNOWN = verifying.Agreement(None, None)
NOTHING = fingerprint.hear(np.zeros(0, np.float32)).contrast
quick = settings(max_examples=6, deadline=None)


def music(seed: int, seconds: float) -> Floats:
    """Ten struck notes a second, of many pitches, at no regular times."""
    random = np.random.default_rng(seed)
    made = np.zeros(int(seconds * HZ), np.float32)
    at = np.arange(HZ // 2) / HZ
    for begin in np.sort(random.uniform(0, seconds - 0.6, int(seconds * 10))):
        hertz = 200 * 2 ** random.uniform(0.2, 4.4)
        note = 0.1 * random.uniform(0.3, 1) * np.sin(2 * np.pi * hertz * at) * np.exp(-at * 9)
        place = int(begin * HZ)
        made[place : place + len(at)] += note.astype(np.float32)
    return made


def speech(seed: int, seconds: float) -> Floats:
    """Vowels of a voice that rises and falls, four syllables a second, hisses between them: by formants, as a Klatt
    synthesizer makes them ("Software for a cascade/parallel formant synthesizer", JASA 1980), much simplified.
    """
    random = np.random.default_rng(seed)
    vowels = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
    made = []
    for _ in range(int(seconds * 4) + 1):
        at = np.arange(int(HZ * random.uniform(0.18, 0.26))) / HZ
        pitch = random.uniform(95, 150) * (1 + random.uniform(-0.2, 0.2) * at / at[-1])
        pulses = np.diff(np.floor(np.cumsum(pitch) / HZ), prepend=0.0)
        voice = pulses + 0.01 * random.standard_normal(len(at))
        for hertz in vowels[random.integers(len(vowels))]:
            pole = np.exp((-np.pi * 90 + 2j * np.pi * hertz) / HZ)
            voice = signal.lfilter([1 - 2 * pole.real + abs(pole) ** 2], [1, -2 * pole.real, abs(pole) ** 2], voice)
        hiss = 0.02 * np.diff(random.standard_normal(int(HZ * random.uniform(0.02, 0.09))), prepend=0.0)
        made += [0.3 * voice / np.abs(voice).max() * np.hanning(len(at)), hiss]
    return np.concatenate(made)[: int(seconds * HZ)].astype(np.float32)


def landmarks(seed: int, seconds: int, per_second: int = 16) -> Peaks:
    """Points as music has them, without the music."""
    random = np.random.default_rng(seed)
    many = seconds * per_second
    ticks = np.sort(random.integers(0, seconds * 250, many))
    cents, strengths = random.uniform(0, 5_700, many), random.uniform(-60, 0, many)
    return Peaks(ticks, cents.astype(np.float32), strengths.astype(np.float32), seconds * 250)


def moved(peaks: Peaks, begin: int, end: int, tempo: float = 1.0, semitones: float = 0.0) -> Heard:
    """A passage of them by itself, played faster and higher."""
    part = peaks.within(begin, end)
    ticks = np.rint((part.ticks - begin) / tempo).astype(np.int64)
    played = Peaks(ticks, part.cents + np.float32(100 * semitones), part.strengths, round((end - begin) / tempo))
    return Heard(played, played, NOTHING)


def indexed(*pieces: tuple[int, Peaks]) -> Segment:
    return fingerprint.build([(number, fingerprint.fingerprint(peaks)) for number, peaks in pieces])


def taught(*pieces: tuple[int, Floats]) -> Segment:
    return fingerprint.build(
        [(number, fingerprint.fingerprint(*fingerprint.listen(sound))) for number, sound in pieces]
    )


def asked(sound: Floats, *segments: Segment) -> list[Match]:
    """What is told of it, not what is merely guessed."""
    found = fingerprint.search(fingerprint.hear(sound), segments)
    return [match for match in found if match.probability >= fingerprint.CERTAIN]


@pytest.fixture(scope="module")
def songs() -> list[Floats]:
    return [music(seed, 40) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def catalogue(songs: list[Floats]) -> Segment:
    return taught(*enumerate(songs))


def without_pitches(steps: NDArray[np.int8]) -> Contrast:
    return Contrast(0, steps, np.zeros((len(steps), bands.PITCHES // 2), np.uint8))


def same(one: Segment, other: Segment) -> bool:
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(Segment))


# ——— known again ———


def test_ten_seconds_in_noise_are_found_where_they_are(songs: list[Floats], catalogue: Segment) -> None:
    excerpt = songs[1][12 * HZ : 22 * HZ]
    noise = np.random.default_rng(5).standard_normal(len(excerpt)).astype(np.float32)
    best = asked(excerpt + 0.5 * float(excerpt.std()) * noise, catalogue)[0]
    assert best.piece == 1
    assert best.piece_seconds[0] - best.query_seconds[0] == pytest.approx(12, abs=0.1)
    assert best.tempo == pytest.approx(1, abs=0.005)
    assert best.semitones == pytest.approx(0, abs=0.2)


def test_what_comes_from_the_far_end_of_a_hall_is_known(songs: list[Floats], catalogue: Segment) -> None:
    random = np.random.default_rng(6)
    at = np.arange(int(0.75 * HZ)) / HZ
    hall = random.standard_normal(len(at)) * np.exp(-at / 0.25)  # 1.7 seconds to silence; hardly any direct sound
    excerpt = songs[1][12 * HZ : 22 * HZ]
    heard = np.fft.irfft(np.fft.rfft(excerpt, 1 << 18) * np.fft.rfft(hall, 1 << 18))[: len(excerpt)]
    best = asked((0.5 * heard / np.abs(heard).max()).astype(np.float32), catalogue)[0]
    assert best.piece == 1
    assert best.piece_seconds[0] - best.query_seconds[0] == pytest.approx(12, abs=0.1)


def test_noise_as_loud_as_the_music_hides_nothing(songs: list[Floats], catalogue: Segment) -> None:
    excerpt = songs[0][9 * HZ : 19 * HZ]
    noise = np.random.default_rng(5).standard_normal(len(excerpt)).astype(np.float32)
    best = asked(excerpt + float(excerpt.std()) * noise, catalogue)[0]
    assert best.piece == 0
    assert best.piece_seconds[0] - best.query_seconds[0] == pytest.approx(9, abs=0.1)


@pytest.mark.parametrize("begin", [2, 8, 14, 26])
def test_a_room_full_of_voices_hides_nothing(begin: int, songs: list[Floats], catalogue: Segment) -> None:
    excerpt = songs[1][begin * HZ : (begin + 10) * HZ]
    voices = np.sum([speech(seed, 11)[: len(excerpt)] for seed in range(20, 28)], axis=0, dtype=np.float32)
    best = asked(excerpt + voices * 12 * float(excerpt.std() / voices.std()), catalogue)[0]
    assert best.piece == 1
    assert best.piece_seconds[0] - best.query_seconds[0] == pytest.approx(begin, abs=0.1)


def test_a_tape_that_runs_faster_is_heard_to(songs: list[Floats], catalogue: Segment) -> None:
    excerpt = songs[2][5 * HZ : 25 * HZ]
    places = np.arange(0, len(excerpt) - 1, 1.06)
    best = asked(np.interp(places, np.arange(len(excerpt)), excerpt).astype(np.float32)[: 10 * HZ], catalogue)[0]
    assert best.piece == 2
    assert best.piece_seconds[0] - best.tempo * best.query_seconds[0] == pytest.approx(5, abs=0.1)
    assert best.tempo == pytest.approx(1.06, abs=0.005)
    assert best.semitones == pytest.approx(12 * np.log2(1.06), abs=0.2)


@quick
@given(tempo=st.floats(0.84, 1.16), semitones=st.floats(-4, 4), begin=st.integers(0, 25))
@example(tempo=1.0, semitones=0.0, begin=18)  # the few keys that agree tell a tempo that is wrong by 8 per cent
def test_tempo_and_pitch_are_told_apart_and_exactly(tempo: float, semitones: float, begin: int) -> None:
    whole = landmarks(1, 45)
    segment = indexed((0, landmarks(2, 45)), (7, whole))
    query = moved(whole, begin * 250, begin * 250 + 3_000, tempo, semitones)
    best = fingerprint.search(query, [segment])[0]
    assert best.piece == 7
    assert best.probability >= fingerprint.CERTAIN
    assert best.tempo == pytest.approx(tempo, rel=0.005)
    assert best.semitones == pytest.approx(semitones, abs=0.2)
    assert best.piece_seconds[0] - best.tempo * best.query_seconds[0] == pytest.approx(begin, abs=0.1)


def test_the_passages_of_a_mix_are_told_with_their_times(songs: list[Floats], catalogue: Segment) -> None:
    mix = np.concatenate([songs[2][: 20 * HZ], songs[0][8 * HZ : 30 * HZ], music(99, 15), songs[1][10 * HZ : 30 * HZ]])
    found = fingerprint.passages(fingerprint.hear(mix), [catalogue])
    assert [passage.piece for passage in found] == [2, 0, 1]
    for passage, begin, end, within in zip(found, (0, 20, 57), (20, 42, 77), (0, 8, 10), strict=True):
        assert passage.query_seconds == pytest.approx((begin, end), abs=1.5)
        assert passage.piece_seconds[0] - passage.query_seconds[0] == pytest.approx(within - begin, abs=0.1)


def test_a_passage_with_a_gap_in_it_is_one_passage(songs: list[Floats], catalogue: Segment) -> None:
    song = songs[0][: 36 * HZ].copy()
    song[14 * HZ : 22 * HZ] = music(98, 8)
    found = fingerprint.passages(fingerprint.hear(song), [catalogue])
    assert [passage.piece for passage in found] == [0]
    assert found[0].query_seconds == pytest.approx((0, 36), abs=1.5)


def test_a_piece_that_repeats_itself_is_told_once() -> None:
    loop = music(7, 6)
    sound = np.tile(loop, 5)
    segment = taught((4, sound))
    found = fingerprint.passages(fingerprint.hear(sound[: 20 * HZ]), [segment])
    assert [passage.piece for passage in found] == [4]


def test_passages_leave_deleted_pieces_out(songs: list[Floats], catalogue: Segment) -> None:
    peaks = fingerprint.hear(songs[0][: 15 * HZ])
    assert [passage.piece for passage in fingerprint.passages(peaks, [catalogue])] == [0]
    assert fingerprint.passages(peaks, [catalogue], without={0}) == []


# ——— by its bands ———


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


# ——— what is no known recording ———


def test_an_unknown_piece_is_not_known(catalogue: Segment) -> None:
    assert asked(music(50, 10), catalogue) == []


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0, np.float32),
        np.zeros(1, np.float32),
        np.zeros(10 * HZ, np.float32),
        np.full(10 * HZ, 0.7, np.float32),
        np.full(3 * HZ, np.nan, np.float32),
        np.sin(2 * np.pi * 440 * np.arange(10 * HZ) / HZ).astype(np.float32),
        np.sign(np.sin(2 * np.pi * 220 * np.arange(10 * HZ) / HZ)).astype(np.float32),
        np.random.default_rng(1).standard_normal(10 * HZ).astype(np.float32),
        np.tile(np.r_[np.float32(1), np.zeros(5_999, np.float32)], 20),
        speech(1, 10),
        music(60, 1),
    ],
    ids=[
        "nothing",
        "one sample",
        "silence",
        "constant",
        "not numbers",
        "tone",
        "square",
        "noise",
        "clicks",
        "speech",
        "1 s",
    ],
)
def test_what_is_no_music_is_not_known_and_can_be_indexed(sound: Floats, catalogue: Segment) -> None:
    assert asked(sound, catalogue) == []
    alone = taught((5, sound))
    assert alone.pieces.tolist() == [5]
    assert alone.peaks_of(0).length_ticks == len(sound) * 250 // HZ
    assert asked(music(61, 6), catalogue, alone) == []
    assert fingerprint.passages(fingerprint.hear(sound), [catalogue]) == []


def test_what_runs_a_thousandth_faster_is_followed_through_a_long_recording() -> None:
    whole = landmarks(3, 60)
    for begin in (0, 150_000):  # ten minutes into the recording
        played = moved(whole, 5_000, 7_500, 1.001).points
        later = Peaks(played.ticks + begin, played.cents, played.strengths, begin + played.length_ticks)
        offset = 5_000 - 1.001 * begin
        found = verifying.weigh_unmoved(verifying.asked(later), whole, verifying.Proposal(offset, 1.001, 0.0), UNKNOWN)
        assert found is not None
        assert found.ratio > 100


def test_points_that_only_just_agree_with_a_note_that_sounds_all_the_time_say_nothing() -> None:
    def notes(*heard: tuple[int, float]) -> Peaks:
        ticks, cents = np.array(sorted(heard)).T
        return Peaks(ticks.astype(np.int64), cents.astype(np.float32), np.zeros(len(ticks), np.float32), 5_000)

    # Beside each that agrees there is one that does not, and one is alone: of all moments that says least against it.
    asked = verifying.asked(
        notes(*((at, cents) for at in range(200, 2_400, 200) for cents in (2_027, 4_000)), (50, 4_000))
    )
    sounding = notes(*((at, 2_000) for at in range(0, 4_900, 20)), (4_990, 4_000))
    assert verifying.weigh_unmoved(asked, sounding, verifying.Proposal(1_000.0, 1.0, 0.0), UNKNOWN) is None


def test_one_voice_is_not_taken_for_another_and_known_itself(catalogue: Segment) -> None:
    told = taught((8, speech(1, 30)))
    for seed in (2, 3, 4):
        assert asked(speech(seed, 10), catalogue, told) == []
    assert [match.piece for match in asked(speech(1, 30)[8 * HZ : 18 * HZ], catalogue, told)] == [8]


def test_one_second_of_what_is_known_is_found_or_not_but_no_other(songs: list[Floats], catalogue: Segment) -> None:
    for begin in range(5, 30, 5):
        assert {match.piece for match in asked(songs[1][begin * HZ : (begin + 1) * HZ], catalogue)} <= {1}


@pytest.mark.slow
def test_of_three_hours_memory_is_that_of_the_points_and_the_piece_within_is_told(
    songs: list[Floats], catalogue: Segment, tmp_path: Path
) -> None:
    """Three hours, mostly silence, with a tone, speech and unknown music in two; in the last a piece."""
    long = np.lib.format.open_memmap(tmp_path / "long.npy", "w+", np.float32, (10_800 * HZ,))
    tone = (0.3 * np.sin(2 * np.pi * 330 * np.arange(HZ * 60) / HZ)).astype(np.float32)
    for hour in (0, 1):
        for minute, sound in ((5, tone), (20, speech(hour, 60)), (35, music(70 + hour, 60))):
            long[(hour * 60 + minute) * 60 * HZ :][: len(sound)] = sound
    begin = (2 * 60 + 50) * 60 * HZ
    long[begin : begin + 20 * HZ] = songs[2][10 * HZ : 30 * HZ]
    tracemalloc.start()
    try:
        peaks = fingerprint.hear(long)
        found = fingerprint.passages(peaks, [catalogue])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [passage.piece for passage in found] == [2]
    assert found[0].query_seconds == pytest.approx((begin / HZ, begin / HZ + 20), abs=1.5)
    assert most < 260e6  # the sound itself is 518 MB


def test_an_empty_index_knows_nothing(songs: list[Floats]) -> None:
    assert asked(songs[0][: 5 * HZ]) == []
    assert asked(songs[0][: 5 * HZ], fingerprint.build([])) == []


def test_long_sound_takes_memory_by_its_points_alone() -> None:
    sound = np.tile(music(8, 15), 8)  # two minutes: four blocks
    tracemalloc.start()
    try:
        peaks, _bits = fingerprint.listen(sound)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    one_block = 2_048 * 1_536 * 4  # of windows, as they are transformed
    assert len(peaks) > 500
    assert most < 7 * one_block


def test_points_are_the_same_wherever_a_block_ends() -> None:
    sound = np.tile(music(8, 20), 3)  # blocks are of 33 seconds
    whole = fingerprint.listen(sound, fingerprint.Density(1_000.0, 6, 200.0))[0]
    period = 20 * 250
    first, later = whole.within(1_000, 4_000), whole.within(period + 1_000, period + 4_000)
    across = whole.within(2 * period + 1_000, 2 * period + 4_000)
    assert len(first) > 100
    assert np.array_equal(first.ticks, later.ticks - period)
    assert np.array_equal(first.ticks, across.ticks - 2 * period)


# ——— the index ———


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
