"""A copy carries words, and room for a signature, where its form lets it; where not, it is the file that came."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from tenuto.dsp.carriers import NONCE_BYTES, NoRoom, leave_room, stores
from tenuto.dsp.limits import ROOMY
from tenuto.dsp.marking import Marked, Words, packets, prepare
from tenuto.dsp.sandbox import Sandbox
from tests.dsp.clips import heard, music, written
from tests.dsp.test_reservations import YES, carrying, store

WORDS = Words("© Alma", "https://t.example/machines", "Reserved.", {"TDM_RESERVATION": "1"})
ROOM = 5_000


def marked(path: Path, container: str) -> tuple[Marked, Path]:
    copy = path.with_name("copy")
    return prepare(path, container, copy, WORDS, ROOM, os.urandom(NONCE_BYTES)), copy


def remuxed(source: Path, into: Path, **options: str) -> Path:
    """The same packets in an MP4 that was laid out otherwise."""
    with av.open(str(source)) as found, av.open(str(into), "w", format="mp4", options=options) as made:
        stream = made.add_stream_from_template(found.streams.audio[0])
        for packet in found.demux(audio=0):
            if packet.dts is not None:
                packet.stream = stream
                made.mux(packet)
    return into


@pytest.mark.parametrize("order", ["index last", "index first"])
def test_the_index_of_an_mp4_leads_to_its_sound_wherever_it_stands(tmp_path: Path, order: str) -> None:
    source = written(tmp_path / "x.m4a", music(2), 44_100)
    path = remuxed(source, tmp_path / "y.m4a", **({"movflags": "faststart"} if order == "index first" else {}))
    data = path.read_bytes()
    assert (data.index(b"moov") < data.index(b"mdat")) is (order == "index first")
    result, copy = marked(path, "mp4")
    assert (result.place.length, result.place.boxes, result.tagged) == (ROOM, True, True)
    assert np.array_equal(heard(copy)[0], heard(path)[0])


def test_an_mp4_in_fragments_gets_its_words_and_no_room(tmp_path: Path) -> None:
    source = written(tmp_path / "x.m4a", music(2), 44_100)
    path = remuxed(source, tmp_path / "y.m4a", movflags="frag_keyframe+empty_moov")
    result, copy = marked(path, "mp4")
    assert result.place.length == 0
    assert packets(copy) == packets(path)


@pytest.mark.parametrize("container", ["matroska", "caf", "", "aac"])
def test_a_form_without_a_place_is_handed_on_with_its_sound(tmp_path: Path, container: str) -> None:
    path = written(tmp_path / "x.aac", music(1), 44_100)
    result, copy = marked(path, container)
    assert result.place.length == 0
    assert packets(copy) == packets(path)
    assert (copy.read_bytes() == path.read_bytes()) is not result.tagged


def test_a_wav_that_says_nothing_of_its_size_keeps_it_so(tmp_path: Path) -> None:
    """As recorders write it that were switched off."""
    path = written(tmp_path / "x.wav", music(1), 44_100)
    data = path.read_bytes()
    path.write_bytes(data[:4] + b"\xff\xff\xff\xff" + data[8:])
    with pytest.raises(NoRoom):
        leave_room(path, "wav", ROOM, os.urandom(NONCE_BYTES))
    result, copy = marked(path, "wav")
    assert result.place.length == 0
    assert np.array_equal(heard(copy)[0], heard(path)[0])


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3", "m4a"])
def test_credentials_that_the_file_came_with_make_way(tmp_path: Path, ending: str) -> None:
    """They spoke of the original, and the copy is another file: left in, they would read as forged."""
    path = carrying(tmp_path, ending, store("cawg.training-mining", YES))
    before = heard(path)[0]
    result, copy = marked(path, {"m4a": "mp4"}.get(ending, ending))
    (left,) = stores(copy)
    assert (len(left), left[NONCE_BYTES:]) == (ROOM, bytes(ROOM - NONCE_BYTES))
    assert result.place.length == ROOM
    assert np.array_equal(heard(copy)[0], before)


@pytest.mark.parametrize("container", ["wav", "mp4"])
def test_what_is_no_such_file_at_all_comes_back_as_it_was(tmp_path: Path, container: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(os.urandom(20_000))
    result, copy = marked(path, container)
    assert copy.read_bytes() == path.read_bytes()
    assert (result.tagged, result.place.length) == (False, 0)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as ours:
        yield ours


@pytest.mark.slow
def test_a_long_master_takes_no_more_memory_than_a_song(sandbox: Sandbox, tmp_path: Path) -> None:
    song, master = written(tmp_path / "song.wav", music(1), 44_100), tmp_path / "master.wav"
    size = 160 * 1024 * 1024
    with master.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt ")
        file.write(struct.pack("<IHHIIHH", 16, 1, 2, 48_000, 192_000, 4, 16) + b"data" + struct.pack("<I", size))
        file.truncate(size + 44)  # silence that the disk need not hold
    peaks = []
    for path in (song, master):
        result, usage = sandbox.measure(
            prepare, path, "wav", tmp_path / "copy", WORDS, ROOM, os.urandom(NONCE_BYTES),
            reads=[path], writes=[tmp_path], limits=ROOMY,
        )  # fmt: skip
        assert result.place.length == ROOM
        peaks.append(usage.peak_bytes)
    assert peaks[1] < peaks[0] + 16 * 1024 * 1024
