"""Every kind of file that musicians have, as wide, as fast and as deep as they come."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tenuto.dsp.decode import Decoding
from tenuto.dsp.encode import write_audio
from tenuto.dsp.errors import Truncated
from tenuto.dsp.limits import ROOMY
from tenuto.dsp.probe import probe
from tenuto.dsp.tags import Tags, write_tags
from tests.dsp.clips import Floats, music, sine, written
from tests.golden.audio.make import png

CASES = [
    # file, bits, lossless m4a, container, codec, bits found
    ("x.wav", 16, False, "wav", "pcm_s16le", 16),
    ("x.wav", 24, False, "wav", "pcm_s24le", 24),
    ("x.wav", 32, False, "wav", "pcm_f32le", 32),
    ("x.w64", 24, False, "w64", "pcm_s24le", 24),
    ("x.aiff", 16, False, "aiff", "pcm_s16be", 16),
    ("x.aiff", 24, False, "aiff", "pcm_s24be", 24),
    ("x.aiff", 32, False, "aiff", "pcm_f32be", 32),
    ("x.flac", 16, False, "flac", "flac", 16),
    ("x.flac", 24, False, "flac", "flac", 24),
    ("x.m4a", 16, True, "mp4", "alac", 16),
    ("x.m4a", 24, True, "mp4", "alac", 24),
    ("x.m4a", 16, False, "mp4", "aac", None),
    ("x.aac", 16, False, "aac", "aac", None),
    ("x.mp3", 16, False, "mp3", "mp3", None),
    ("x.ogg", 16, False, "ogg", "vorbis", None),
    ("x.opus", 16, False, "ogg", "opus", None),
]


def decoded(path: Path) -> tuple[Decoding, Floats]:
    decoding = Decoding(path, ROOMY)
    blocks = [block.to_ndarray() for block in decoding]
    decoding.close()
    return decoding, np.concatenate(blocks, axis=1).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize(("name", "bits", "lossless", "container", "codec", "bits_found"), CASES)
def test_what_was_written_is_recognised_and_heard(
    tmp_path: Path, name: str, bits: int, lossless: bool, container: str, codec: str, bits_found: int, channels: int
) -> None:
    if channels == 6 and name in ("x.mp3", "x.ogg"):
        pytest.skip("stereo at most")
    samples = music(1, channels=channels)
    path = written(tmp_path / name, samples, 44_100, bits=bits, lossless=lossless)
    found = probe(path)
    assert (found.container, found.codec, found.bits) == (container, codec, bits_found)
    assert found.channels == (2 if codec == "vorbis" else channels)
    assert found.sample_rate_hz == (48_000 if codec == "opus" else 44_100)
    assert found.is_lossless == (bits_found is not None)
    assert found.is_float == (bits == 32)
    decoding, sound = decoded(path)
    # ADTS counts no samples, FFmpeg's Vorbis encoder rounds its end up to half a block, W64 to eight bytes.
    tolerance_seconds = {"aac": 0.06, "ogg": 0.06 if codec == "vorbis" else 0, "w64": 2 / 44_100}.get(container, 0)
    assert decoding.samples / found.sample_rate_hz == pytest.approx(1.0, abs=tolerance_seconds + 1e-9)
    assert len(sound) == min(found.channels, 2)
    if found.is_lossless and channels < 3:
        np.testing.assert_allclose(sound[:, : len(samples)], samples.T, atol=2 ** -(bits - 2))


@pytest.mark.parametrize(
    ("rate_hz", "heard_hz"),
    [
        (8_000, 8_000),
        (11_025, 11_025),
        (22_050, 22_050),
        (32_000, 32_000),
        (37_800, 48_000),
        (44_100, 44_100),
        (48_000, 48_000),
        (88_200, 44_100),
        (96_000, 48_000),
        (176_400, 44_100),
        (192_000, 48_000),
    ],
)
@pytest.mark.parametrize("name", ["x.wav", "x.flac"])
def test_every_rate_is_heard_at_a_rate_that_all_players_know(
    tmp_path: Path, rate_hz: int, heard_hz: int, name: str
) -> None:
    path = written(tmp_path / name, sine(0.5, rate_hz=rate_hz, pitch_hz=440), rate_hz, bits=24)
    decoding, sound = decoded(path)
    assert decoding.found.sample_rate_hz == rate_hz
    assert decoding.rate_hz == heard_hz
    assert decoding.samples == rate_hz // 2
    assert sound.shape[1] == pytest.approx(heard_hz / 2, abs=2)
    assert np.sqrt(np.mean(sound**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


def test_five_point_one_is_mixed_by_the_usual_rule(tmp_path: Path) -> None:
    """Centre and surrounds come at -3 dB, the low-frequency channel not at all (ITU-R BS.775)."""
    tones = sine(0.5, -20, channels=1, pitch_hz=500)[:, 0]
    for number, (left, right) in enumerate([(1, 0), (0, 1), (0.7071, 0.7071), (0, 0), (0.7071, 0), (0, 0.7071)]):
        six = np.zeros((len(tones), 6), np.float32)
        six[:, number] = tones
        _, sound = decoded(written(tmp_path / "x.wav", six, 48_000, bits=24))
        np.testing.assert_allclose(sound, [tones * left, tones * right], atol=1e-3)


def test_a_cover_picture_is_not_a_video(tmp_path: Path) -> None:
    for name in ("x.mp3", "x.flac", "x.m4a", "x.ogg"):
        path = written(tmp_path / name, sine(0.5), 48_000)
        write_tags(path, Tags(picture=png(16, 16), picture_mime="image/png"))
        assert probe(path).channels == 2


def test_sound_is_taken_out_of_a_video(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("mpeg4", rate=5)
        pictures.width, pictures.height, pictures.pix_fmt = 32, 32, "yuv420p"
        sound = container.add_stream("aac", rate=48_000)
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
            container.mux(pictures.encode(frame))
        block = av.AudioFrame.from_ndarray(np.ascontiguousarray(sine(1.0).T), format="fltp", layout="stereo")
        block.sample_rate = 48_000
        block.time_base, block.pts = Fraction(1, 48_000), 0
        container.mux(sound.encode(block))
        container.mux(pictures.encode(None))
        container.mux(sound.encode(None))
    assert decoded(path)[0].samples == 48_000


def test_rf64_is_read_beyond_its_32_bit_sizes(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    with av.open(str(path), "w", options={"rf64": "always"}) as container:
        stream = container.add_stream("pcm_s16le", rate=48_000)
        block = av.AudioFrame.from_ndarray(np.ones((1, 96_000), np.int16), format="s16", layout="stereo")
        block.sample_rate = 48_000
        container.mux(stream.encode(block))
        container.mux(stream.encode(None))
    assert path.read_bytes().startswith(b"RF64")
    assert probe(path).samples == 48_000
    path.write_bytes(path.read_bytes()[:-20_000])
    with pytest.raises(Truncated):
        probe(path)


@pytest.mark.parametrize(
    ("name", "shape", "bits"), [("x.txt", (10, 2), 16), ("x.wav", (10, 7), 16), ("x.flac", (10, 2), 32)]
)
def test_what_cannot_be_written_is_said(tmp_path: Path, name: str, shape: tuple[int, int], bits: int) -> None:
    with pytest.raises(ValueError, match=r"cannot write|channels"):
        write_audio(tmp_path / name, np.zeros(shape, np.float32), 48_000, bits=bits)
