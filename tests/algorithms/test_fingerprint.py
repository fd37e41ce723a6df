"""A recording is known again, whatever was done to it; what is no known recording is not."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tenuto.algorithms import fingerprint
from tenuto.algorithms.fingerprint import Peaks, Segment, verifying
from tests.algorithms.known import HZ, Floats, asked, indexed, landmarks, moved, music, quick, speech, taught

UNKNOWN = verifying.Agreement(None, None)


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
