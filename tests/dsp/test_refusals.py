"""What is wrong with a file is found out and named; nothing a file says makes us read another."""

import contextlib
import http.server
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.dsp.errors import BY_CODE, NOTE_ADVICE, Note, SoundError
from tenuto.dsp.limits import QUICK, ROOMY, Limits
from tenuto.dsp.probe import probe
from tenuto.dsp.render import Plan, render
from tenuto.dsp.tags import Tags, read_tags
from tests.dsp.clips import sine, written

GOLDEN = Path(__file__).parents[1] / "golden" / "audio"
NOTHING_ENCODED = Plan(aac_bit_rate=None, opus_bit_rate=None)

REFUSED = {
    "png-renamed.mp3": "not_audio",
    "text-renamed.wav": "not_audio",
    "noise-renamed.mp3": "not_audio",
    "noise-renamed.aac": "not_audio",
    "playlist-of-a-local-file.mp3": "not_audio",
    "playlist-of-an-address.m3u8": "not_audio",
    "concat-of-a-local-file.wav": "not_audio",
    "concat-of-an-address.mp3": "not_audio",
    "session-description.mp3": "not_audio",
    "tag-larger-than-the-file.mp3": "not_audio",
    "video-without-sound.mp4": "no_sound",
    "no-bytes.wav": "empty",
    "no-samples.wav": "empty",
    "no-samples.flac": "empty",
    "cut.wav": "truncated",
    "cut-before-data.wav": "truncated",
    "cut.aiff": "truncated",
    "cut.flac": "truncated",
    "cut-before-moov.m4a": "truncated",
    "cut-after-moov.m4a": "truncated",
    "cut.ogg": "truncated",
    "cut.opus": "truncated",
    "cut.mp3": "truncated",
    "protected-fairplay.m4p": "protected",
    "protected-cenc.m4a": "protected",
    "protected.wma": "protected",
    "windows-media.wma": "unsupported",
    "channels-eight.wav": "unsupported",
    "rate-too-low.wav": "unsupported",
    "rate-of-four-gigahertz.wav": "absurd_header",
    "rate-of-zero.wav": "absurd_header",
    "channels-65535.wav": "absurd_header",
    "claims-eighteen-days.flac": "absurd_header",
}
TAKEN: dict[str, tuple[Note, ...]] = {
    "whole.wav": (),
    "claims-no-length.flac": (),
    "claims-no-length.wav": (),
    "cover-of-sixty-thousand-pixels.flac": (),
    "not-a-number.wav": (),
    "tag-torn.mp3": (),
    "silent.wav": (Note.SILENT,),
    "hole-in-the-middle.mp3": (Note.DAMAGED,),
}


def test_every_frozen_file_has_a_verdict() -> None:
    assert {path.name for path in GOLDEN.iterdir() if path.suffix not in (".py", "")} == set(REFUSED) | set(TAKEN)


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
def test_a_defect_is_named(name: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(SoundError) as caught:
        render(GOLDEN / name, tmp_path, NOTHING_ENCODED)
    assert caught.value.code == code
    assert BY_CODE[code] is type(caught.value)


@pytest.mark.parametrize(("name", "notes"), TAKEN.items())
def test_an_oddity_is_taken_and_noted(name: str, notes: tuple[Note, ...], tmp_path: Path) -> None:
    rendered = render(GOLDEN / name, tmp_path)
    assert rendered.notes == notes
    assert 0.2 < rendered.seconds < 1.1


def test_a_playlist_fetches_nothing(tmp_path: Path) -> None:
    """The same playlists, aimed at a server that would answer with music."""
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/song.mp3"
        for name, body in (
            ("a.m3u8", f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n"),
            ("a.mp3", f"ffconcat version 1.0\nfile {address}\n"),
        ):
            (tmp_path / name).write_text(body)
            with pytest.raises(SoundError):
                probe(tmp_path / name)
        with pytest.raises(FileNotFoundError):
            probe(Path(address))
        server.shutdown()
    assert asked == []


def test_a_name_that_ffmpeg_would_obey_is_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("pipe:0.wav", "concat:a|b.wav", "-.wav", "file:x.wav"):
        made = written(tmp_path / "whole.wav", sine(0.2), 48_000)
        made.rename(tmp_path / name)
        assert probe(Path(name)).samples == 9_600


def test_a_file_longer_than_the_limit_is_refused_by_its_header_and_without_one(tmp_path: Path) -> None:
    short = Limits(longest_seconds=1.0)
    for name in ("x.flac", "x.aac"):  # ADTS has no header to believe
        path = written(tmp_path / name, sine(1.5), 48_000)
        with pytest.raises(SoundError) as caught:
            render(path, tmp_path, NOTHING_ENCODED, short)
        assert caught.value.code == "too_long"


def test_every_error_and_note_has_words() -> None:
    assert all(error.advice.endswith(".") and len(error.advice) > 40 for error in BY_CODE.values())
    assert set(NOTE_ADVICE) == set(Note)
    assert all(code == error.code for code, error in BY_CODE.items())


WHOLE = ("x.wav", "x.aiff", "x.flac", "x.mp3", "x.m4a", "x.aac", "x.ogg", "x.opus", "x.w64")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    place = tmp_path_factory.mktemp("whole")
    return {name: written(place / name, sine(0.6), 48_000).read_bytes() for name in WHOLE}


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(WHOLE), share=st.floats(0, 1, exclude_max=True))
def test_wherever_a_file_is_cut_there_is_an_answer(whole: dict[str, bytes], name: str, share: float) -> None:
    answered(name, whole[name][: int(share * len(whole[name]))])


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(WHOLE),
    # Headers are where harm is done.
    wrong=st.lists(st.tuples(st.one_of(st.integers(0, 400), st.integers(0, 60_000)), st.integers(0, 255)), min_size=1),
)
def test_whatever_bytes_are_wrong_there_is_an_answer(
    whole: dict[str, bytes], name: str, wrong: list[tuple[int, int]]
) -> None:
    torn = bytearray(whole[name])
    for at, value in wrong:
        torn[at % len(torn)] = value
    answered(name, bytes(torn))


def answered(name: str, content: bytes) -> None:
    """Rendering and reading tags end with a result or a SoundError, whatever the content."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        path.write_bytes(content)
        assert isinstance(read_tags(path, QUICK), Tags)
        with contextlib.suppress(SoundError):
            assert render(path, Path(place), NOTHING_ENCODED, ROOMY).seconds > 0
