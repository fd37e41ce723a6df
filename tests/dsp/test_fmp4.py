"""The index of a rendition is where its bytes are, and its playlists are what players read."""

import re
import struct
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.dsp.boxes import boxes
from tenuto.dsp.fmp4 import (
    Index,
    NotARendition,
    Segment,
    Variant,
    hls_master_playlist,
    hls_media_playlist,
    index_of,
    read_index,
)
from tenuto.dsp.render import Rendered
from tenuto.rules.file_marks import refusals

Song = tuple[Rendered, Path]


def test_the_index_names_every_byte_of_the_file_in_order(song: Song) -> None:
    for rendition in song[0].renditions:
        content = rendition.path.read_bytes()
        index = rendition.index
        with rendition.path.open("rb") as file:
            layout = list(boxes(file, 0, len(content)))
        assert [box.kind for box in layout[:3]] == [b"ftyp", b"moov", b"sidx"]
        assert index.init_bytes == layout[1].end
        assert index.segments[0].offset_bytes == layout[2].end
        for segment, after in zip(index.segments, index.segments[1:], strict=False):
            assert content[segment.offset_bytes + 4 : segment.offset_bytes + 8] == b"moof"
            assert segment.offset_bytes + segment.size_bytes == after.offset_bytes
        last = index.segments[-1]
        assert content[last.offset_bytes + last.size_bytes + 4 :][:4] in (b"", b"mfra")


def test_the_beginning_alone_gives_the_same_index(song: Song) -> None:
    for rendition in song[0].renditions:
        head = rendition.path.read_bytes()[: rendition.index.segments[0].offset_bytes]
        assert read_index(head) == rendition.index == index_of(rendition.path)


def test_the_beginning_and_any_one_segment_play_alone(song: Song, tmp_path: Path) -> None:
    for rendition in song[0].renditions:
        content = rendition.path.read_bytes()
        for segment in rendition.index.segments:
            part = tmp_path / "part.mp4"
            beginning = content[: rendition.index.init_bytes]
            part.write_bytes(beginning + content[segment.offset_bytes :][: segment.size_bytes])
            with av.open(str(part)) as container:
                samples = sum(frame.samples for frame in container.decode(audio=0))
                rate_hz = container.streams.audio[0].rate
            assert samples / rate_hz == pytest.approx(segment.seconds, abs=0.1)


def test_ffmpegs_hls_player_hears_the_whole_song(song: Song, tmp_path: Path) -> None:
    for rendition in song[0].renditions:
        playlist = rendition.path.with_suffix(".m3u8")
        playlist.write_text(hls_media_playlist(rendition.index, rendition.path.name, {"Content-Usage": "train-ai=n"}))
        with av.open(str(playlist), options={"allowed_extensions": "ALL"}) as container:
            samples = sum(frame.samples for frame in container.decode(audio=0))
            assert samples / container.streams.audio[0].rate == pytest.approx(song[0].seconds, abs=0.1)


def test_each_beginning_carries_the_reservation(song: Song, tmp_path: Path) -> None:
    """Whoever keeps the beginning and any segment keeps the words as well, read here by ffmpeg."""
    for rendition in song[0].renditions:
        kept = tmp_path / "kept.mp4"
        kept.write_bytes(rendition.path.read_bytes()[: rendition.index.segments[0].offset_bytes])
        with av.open(str(kept)) as container:
            told = dict(container.metadata)
        assert (told["CONTENT_USAGE"], told["TDM_RESERVATION"]) == ("train-ai=n", "1")
        assert "Directive (EU) 2019/790" in told["copyright"]
        assert set(refusals(told)) == {"CONTENT_USAGE", "TDM_RESERVATION"}


def test_what_is_said_in_a_playlist_cannot_end_its_line(song: Song) -> None:
    odd = {"Content-Usage": "train-ai=n\n#EXT-X-ENDLIST"}
    index = song[0].renditions[0].index
    assert hls_media_playlist(index, "a.mp4", odd).splitlines()[5] == "# Content-Usage: train-ai=n #EXT-X-ENDLIST"
    assert len(hls_master_playlist([], odd).splitlines()) == 4
    with pytest.raises(ValueError, match="playlist"):
        hls_master_playlist([], {"a": 'b"'})


def test_the_master_playlist_offers_codecs_and_bandwidth(song: Song) -> None:
    variants = [Variant(f"{r.kind}.m3u8", r.codecs, r.index) for r in song[0].renditions]
    lines = hls_master_playlist(variants).splitlines()
    assert lines[0] == "#EXTM3U"
    for rendition, line, uri in zip(song[0].renditions, lines[3::2], lines[4::2], strict=True):
        found = re.fullmatch(r'#EXT-X-STREAM-INF:BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+),CODECS="([^"]+)"', line)
        assert found is not None
        peak, average = int(found[1]), int(found[2])
        assert rendition.size_bytes * 8 / song[0].seconds == pytest.approx(average, rel=0.02)
        assert average <= peak < 2 * average
        assert found[3] == {"aac": "mp4a.40.2", "opus": "opus"}[rendition.kind]
        assert uri == f"{rendition.kind}.m3u8"


segments = st.lists(st.tuples(st.integers(1, 2**31 - 1), st.integers(1, 2**32 - 1)), max_size=30)


@settings(deadline=None, max_examples=40)
@given(parts=segments, first_offset=st.integers(0, 2**32 - 1), timescale=st.integers(1, 2**32 - 1), long=st.booleans())
def test_any_sidx_is_read_as_it_was_written(
    parts: list[tuple[int, int]], first_offset: int, timescale: int, long: bool
) -> None:
    body = struct.pack(">B3x2I", int(long), 1, timescale) + struct.pack(">2Q" if long else ">2I", 0, first_offset)
    body += struct.pack(">2xH", len(parts)) + b"".join(struct.pack(">3I", *part, 0x9000_0000) for part in parts)
    head = struct.pack(">I4s4x", 12, b"ftyp") + struct.pack(">I4s8x", 16, b"moov")
    head += struct.pack(">I4s", 8 + len(body), b"sidx") + body
    index = read_index(head)
    assert index.init_bytes == 28
    assert [(s.size_bytes, s.seconds) for s in index.segments] == [(size, ticks / timescale) for size, ticks in parts]
    at = len(head) + first_offset
    for segment in index.segments:
        assert segment.offset_bytes == at
        at += segment.size_bytes


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=200))
def test_other_bytes_are_no_rendition(content: bytes) -> None:
    with pytest.raises(NotARendition):
        read_index(content)


@settings(deadline=None, max_examples=40)
@given(cut=st.floats(0, 1, exclude_max=True))
def test_a_cut_beginning_is_no_rendition(song: Song, cut: float) -> None:
    rendition = song[0].renditions[0]
    head = rendition.path.read_bytes()[: rendition.index.segments[0].offset_bytes]
    with pytest.raises(NotARendition):
        read_index(head[: int(cut * len(head))])


@settings(deadline=None, max_examples=40)
@given(segments)
def test_an_index_survives_the_database(parts: list[tuple[int, int]]) -> None:
    index = Index(700, tuple(Segment(at, size, round(at / 7, 6)) for at, size in parts))
    assert Index.from_json(index.to_json()) == index


@settings(deadline=None, max_examples=40)
@given(segments)
def test_no_segment_is_longer_than_the_target_duration(parts: list[tuple[int, int]]) -> None:
    index = Index(700, tuple(Segment(at, size, size % 10_000 / 1000) for at, size in parts))
    playlist = hls_media_playlist(index, "song.mp4")
    target = re.search(r"#EXT-X-TARGETDURATION:(\d+)", playlist)
    assert target is not None
    assert all(round(float(seconds)) <= int(target[1]) for seconds in re.findall(r"#EXTINF:([\d.]+),", playlist))
    assert playlist.count("#EXT-X-BYTERANGE") == len(parts)
    assert playlist.endswith("#EXT-X-ENDLIST\n")


def test_an_address_cannot_break_out_of_a_playlist() -> None:
    for uri in ('a"b', "a\nb"):
        with pytest.raises(ValueError, match="playlist"):
            hls_media_playlist(Index(1, ()), uri)
