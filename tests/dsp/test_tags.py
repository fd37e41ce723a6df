"""What a file says of itself is read in every dialect, and believed no further than it may be."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.flac import FLAC
from mutagen.id3 import ID3, TCON, TIT2, TPE1

from tenuto.dsp.limits import Limits
from tenuto.dsp.tags import Tags, clean_text, picture_mime, read_tags, write_tags
from tests.dsp.clips import sine, written
from tests.golden.audio.make import png

FULL = Tags(
    title="Nachtstück – 夜",
    artist="Alma Ferreira",
    album="Sketches",
    genre="Ambient",
    date="2024-03-02",
    isrc="GBAYE0601498",
    iswc="T0345246801",
    upc="0614141999996",
    comment="Played at night.",
    copyright="2024 Alma Ferreira",
    composer="Alma F.",
    label="Tenuto",
    track_number=3,
    picture=png(8, 8),
    picture_mime="image/png",
)
TAGGED = ("x.wav", "x.aiff", "x.flac", "x.mp3", "x.m4a", "x.ogg", "x.opus")


@pytest.mark.parametrize("name", TAGGED)
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, sine(0.2), 48_000)
    write_tags(path, FULL)
    assert read_tags(path) == FULL
    write_tags(path, Tags(title="Only this"))
    assert read_tags(path) == Tags(title="Only this")


def test_a_file_that_carries_no_tags_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no tags"):
        write_tags(written(tmp_path / "x.aac", sine(0.2), 48_000), FULL)


def test_the_info_chunk_of_a_wav_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "x.wav", sine(0.2), 48_000)
    words = b"INAM" + struct.pack("<I", 6) + b"Night\0" + b"IART" + struct.pack("<I", 4) + b"Alma"
    chunk = b"LIST" + struct.pack("<I", 4 + len(words)) + b"INFO" + words
    path.write_bytes(path.read_bytes() + chunk)
    tags = read_tags(path)
    assert (tags.title, tags.artist) == ("Night", "Alma")


def test_json_leaves_out_pictures_and_silence() -> None:
    assert Tags(title="A", picture=b"x").as_json() == {"title": "A"}
    assert FULL.as_json()["track_number"] == 3


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Song \x00", "Song"),
        ("one\r\ntwo\x1b[31m", "one\ntwo[31m"),
        ("\u202egnos\u2066", "gnos"),
        ("e\u0301", "é"),
        ("x" * 5000, "x" * 200),
        ("\ud800a", "a"),
    ],
)
def test_control_characters_and_length_do_not_come_through(text: str, clean: str) -> None:
    assert clean_text(text, 200) == clean


@settings(deadline=None)
@given(st.text(max_size=600), st.integers(1, 300))
def test_clean_text_is_always_short_and_printable(text: str, longest: int) -> None:
    clean = clean_text(text, longest)
    assert len(clean) <= longest
    assert clean == clean.strip()
    assert all(mark.isprintable() or mark == "\n" or mark.isspace() for mark in clean)
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("date", "isrc", "number", "expected"),
    [
        ("1999", "GB-AYE-06-01498", "07/12", ("1999", "GBAYE0601498", 7)),
        ("2024-13-40", "NOTANISRC", "twelve", ("", "", None)),
        ("2024-05-06T10:00", "gbaye0601498", "0", ("2024-05-06", "GBAYE0601498", None)),
        ("0000", "", "99999", ("", "", None)),
    ],
)
def test_dates_codes_and_numbers_are_taken_only_when_they_are_such(
    tmp_path: Path, date: str, isrc: str, number: str, expected: tuple[str, str, int | None]
) -> None:
    path = written(tmp_path / "x.flac", sine(0.2), 48_000)
    file = FLAC(path)
    file["date"], file["isrc"], file["tracknumber"] = date, isrc, number
    file.save()
    tags = read_tags(path)
    found = (tags.date, tags.isrc, tags.track_number)
    # 2024-13-40 is at least a year.
    assert found == (("2024", *expected[1:]) if date.startswith("2024-13") else expected)


def test_a_title_is_one_line_and_a_comment_may_have_several(tmp_path: Path) -> None:
    path = written(tmp_path / "x.flac", sine(0.2), 48_000)
    write_tags(path, Tags(title="Quay\r\n\r\nbells", comment="two\nlines"))
    assert read_tags(path) == Tags(title="Quay bells", comment="two\nlines")


def test_many_long_values_become_few_and_short(tmp_path: Path) -> None:
    path = written(tmp_path / "x.mp3", sine(0.2), 48_000)
    id3 = ID3()
    id3.add(TIT2(encoding=3, text=["t" * 100_000]))
    id3.add(TPE1(encoding=3, text=[f"artist {number}" for number in range(5000)]))
    id3.add(TCON(encoding=3, text=["(17)"]))
    id3.save(path)
    tags = read_tags(path)
    assert tags.title == "t" * 200
    assert tags.artist.startswith("artist 0, artist 1, ")
    assert len(tags.artist) <= 200
    assert tags.genre == "Rock"


def test_a_picture_is_what_it_begins_like_and_not_too_large(tmp_path: Path) -> None:
    path = written(tmp_path / "x.flac", sine(0.2), 48_000)
    write_tags(path, Tags(title="A", picture=b"<svg onload=alert(1)>", picture_mime="image/png"))
    assert read_tags(path) == Tags(title="A")
    write_tags(path, FULL)
    assert read_tags(path, Limits(largest_picture_bytes=len(FULL.picture) - 1)).picture == b""
    assert picture_mime(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert picture_mime(b"RIFF\0\0\0\0WEBP") == "image/webp"


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    place = tmp_path_factory.mktemp("tagged")
    made = {}
    for name in TAGGED:
        path = written(place / name, sine(0.1), 48_000)
        write_tags(path, FULL)
        made[name] = path.read_bytes()
    return made


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(TAGGED),
    wrong=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_torn_tags_read_as_absent_ones(
    tagged: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, name: str, wrong: list[tuple[int, int]]
) -> None:
    torn = bytearray(tagged[name])
    for at, value in wrong:
        torn[at % len(torn)] = value
    path = tmp_path_factory.mktemp("torn") / name
    path.write_bytes(torn)
    tags = read_tags(path)
    assert all(len(value) <= 5000 for value in tags.as_json().values() if isinstance(value, str))
