"""The yardstick of bench/organise.py: MIDI files are read and changed rightly, and keys are judged as MIREX does."""

from pathlib import Path

import pytest
from bench.composed import compose
from bench.midi import DRUMS, Song, read, write
from bench.rendered import beat_is_written, variants
from bench.symbolic import KeyName, mirex, unambiguous_key

SONG, BPM = compose(tonic=7, minor=False, seed=4)


def kept(song: Song, folder: Path) -> Song:
    """The song, written and read again."""
    write(song, folder / "song.mid")
    return read(folder / "song.mid")


def test_a_song_that_is_written_and_read_is_the_same(tmp_path: Path) -> None:
    assert kept(SONG, tmp_path) == SONG


def test_another_tempo_and_pitch_change_nothing_else(tmp_path: Path) -> None:
    changed = kept(SONG.changed(100.0, -3), tmp_path)
    assert changed.constant_bpm() == pytest.approx(100.0)
    moved = [(note.start, note.end, note.pitch + 3 * (note.channel != DRUMS)) for note in changed.notes]
    assert sorted(moved) == sorted((note.start, note.end, note.pitch) for note in SONG.notes)


def test_a_beginning_holds_no_note_that_never_ends() -> None:
    part = SONG.until(7.25)
    assert 0 < len(part.notes) < len(SONG.notes)
    assert max(note.end for note in part.notes) <= 7.25
    assert sum(note.start < 7.25 for note in SONG.notes) == len(part.notes)


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("minor", [False, True])
def test_a_composed_piece_stands_in_its_key(tonic: int, minor: bool) -> None:
    song, _ = compose(tonic, minor, seed=tonic)
    assert unambiguous_key(song) in {(tonic, minor), None}


def test_a_straight_piece_has_its_beat_where_it_is_written() -> None:
    assert beat_is_written(SONG)


def test_each_piece_is_rendered_as_written_and_at_two_other_pitches() -> None:
    for name in ("a", "b", "c"):
        tempi, semitones = zip(*variants(name, 100.0), strict=True)
        assert (tempi[0], semitones[0]) == (100.0, 0)
        assert len({*semitones}) == len({*tempi}) == 3


@pytest.mark.parametrize(
    ("told", "weight"),
    [((0, False), 1.0), ((7, False), 0.5), ((5, False), 0.0), ((9, True), 0.3), ((0, True), 0.2), (None, 0.0)],
)
def test_a_key_is_weighed_by_how_near_it_is(told: KeyName | None, weight: float) -> None:
    assert mirex(told, (0, False)) == weight


def test_the_relative_of_a_minor_key_is_the_major_key_a_third_above() -> None:
    assert mirex((0, False), (9, True)) == 0.3
