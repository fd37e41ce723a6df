"""One decode makes everything, and all of it is true to the sound."""

import contextlib
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from tenuto.dsp.errors import Note, SoundError
from tenuto.dsp.limits import ROOMY
from tenuto.dsp.render import EVERYTHING, Consumer, Rendered, render
from tests.dsp.clips import heard, music, sine, written
from tests.dsp.conftest import SONG_SECONDS


def test_the_facts_are_right(song: tuple[Rendered, Path]) -> None:
    rendered, _ = song
    assert rendered.samples == round(SONG_SECONDS * 44_100)
    assert rendered.seconds == pytest.approx(SONG_SECONDS, abs=1e-4)
    assert (rendered.sample_rate_hz, rendered.channels, rendered.notes) == (44_100, 2, ())
    assert rendered.loudness_lufs is not None
    assert -30 < rendered.loudness_lufs < -10
    assert [rendition.kind for rendition in rendered.renditions] == ["aac", "opus"]
    assert [rendition.codecs for rendition in rendered.renditions] == ["mp4a.40.2", "opus"]


@pytest.mark.parametrize("kind", ["aac", "opus"])
def test_a_rendition_is_as_long_as_the_song_to_the_millisecond(song: tuple[Rendered, Path], kind: str) -> None:
    rendered, place = song
    with av.open(str(place / f"{kind}.mp4")) as container:
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(rendered.seconds, abs=0.001)


@pytest.mark.parametrize("kind", ["aac", "opus"])
def test_a_rendition_sounds_like_the_song_and_begins_with_it(song: tuple[Rendered, Path], kind: str) -> None:
    rendered, place = song
    sound, rate_hz = heard(place / f"{kind}.mp4")
    original, _ = heard(place / "x.flac")
    times = np.arange(rendered.samples) / rendered.sample_rate_hz
    same = np.interp(times, np.arange(sound.shape[1]) / rate_hz, sound[0])
    # A shift by one millisecond would bring the correlation of this much noise and treble near zero.
    assert np.corrcoef(same, original[0])[0, 1] > 0.95


@pytest.mark.parametrize("kind", ["aac", "opus"])
def test_a_rendition_seeks(song: tuple[Rendered, Path], kind: str) -> None:
    _, place = song
    with av.open(str(place / f"{kind}.mp4")) as container:
        stream = container.streams.audio[0]
        assert stream.time_base is not None
        for second in (7.0, 2.0, 12.0):
            container.seek(int(second / stream.time_base), stream=stream)
            frame = next(container.decode(stream))
            assert frame.time is not None
            assert second - 0.2 <= frame.time <= second + 0.05


def test_fragments_are_six_seconds_long(song: tuple[Rendered, Path]) -> None:
    for rendition in song[0].renditions:
        *whole, last = rendition.index.segments
        assert all(segment.seconds == pytest.approx(6.0, abs=0.1) for segment in whole)
        assert last.seconds < 6.1
        assert rendition.index.seconds == pytest.approx(SONG_SECONDS, abs=0.08)
        assert rendition.size_bytes == rendition.path.stat().st_size


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_mono_stays_mono_and_the_rest_becomes_stereo(tmp_path: Path, channels: int) -> None:
    rendered = render(written(tmp_path / "x.wav", music(1, channels=channels), 44_100), tmp_path)
    assert rendered.channels == channels
    for rendition in rendered.renditions:
        assert len(heard(rendition.path)[0]) == min(channels, 2)


@pytest.mark.parametrize(("rate_hz", "aac_hz"), [(8_000, 8_000), (44_100, 44_100), (96_000, 48_000), (192_000, 48_000)])
def test_aac_keeps_common_rates_and_opus_has_its_own(tmp_path: Path, rate_hz: int, aac_hz: int) -> None:
    rendered = render(written(tmp_path / "x.wav", sine(1, rate_hz=rate_hz, pitch_hz=440), rate_hz), tmp_path)
    rates = {rendition.kind: heard(rendition.path)[1] for rendition in rendered.renditions}
    assert rates == {"aac": aac_hz, "opus": 48_000}
    assert rendered.seconds == 1.0


def test_a_very_short_sound_is_rendered_whole(tmp_path: Path) -> None:
    rendered = render(written(tmp_path / "x.wav", sine(0.01), 48_000), tmp_path)
    assert rendered.samples == 480
    assert rendered.loudness_lufs is None
    assert len(rendered.sketch) == 800
    assert all(len(rendition.index.segments) == 1 for rendition in rendered.renditions)


def test_the_original_is_not_touched(tmp_path: Path) -> None:
    path = written(tmp_path / "x.mp3", music(1), 44_100)
    before = path.read_bytes()
    render(path, tmp_path)
    assert path.read_bytes() == before


def test_rendering_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = written(tmp_path / "x.flac", music(2), 44_100)
    made = []
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
        render(path, tmp_path / name)
        made.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})
    assert made[0] == made[1]


def test_progress_rises_to_one(tmp_path: Path) -> None:
    heard_of: list[float] = []
    render(written(tmp_path / "x.flac", music(5), 44_100), tmp_path, on_progress=heard_of.append)
    assert heard_of == sorted(heard_of)
    assert heard_of[-1] == 1.0
    assert len(set(heard_of)) > 5


def test_a_plan_without_renditions_measures_only(tmp_path: Path) -> None:
    plan = replace(EVERYTHING, aac_bit_rate=None, opus_bit_rate=None, zooms=())
    rendered = render(written(tmp_path / "x.wav", sine(1), 48_000), tmp_path, plan)
    assert not rendered.renditions
    assert not rendered.waveforms
    assert rendered.true_peak_dbtp == pytest.approx(-6.0, abs=0.1)


@pytest.mark.parametrize(("level_dbfs", "notes"), [(-60.0, ()), (-80.0, (Note.SILENT,))])
def test_what_nobody_can_hear_is_called_silent(tmp_path: Path, level_dbfs: float, notes: tuple[Note, ...]) -> None:
    path = written(tmp_path / "x.wav", sine(1, level_dbfs), 48_000, bits=24)
    assert render(path, tmp_path).notes == notes


def test_a_failing_encoder_ends_the_rendering(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="Not a directory"):
        render(written(tmp_path / "x.wav", sine(1), 48_000), tmp_path / "file")


def test_a_consumer_that_fails_neither_blocks_nor_hides_it() -> None:
    def refuse(block: av.AudioFrame) -> None:
        raise SoundError("full")

    consumer = Consumer(refuse)
    with contextlib.suppress(SoundError):  # whether `give` hears of it yet depends on the threads
        for _ in range(100):
            consumer.give(av.AudioFrame(samples=16))
    with pytest.raises(SoundError, match="full"):
        consumer.finish()


def test_limits_hold_while_rendering(tmp_path: Path) -> None:
    path = written(tmp_path / "x.flac", sine(3), 48_000)
    with pytest.raises(SoundError) as caught:
        render(path, tmp_path, EVERYTHING, replace(ROOMY, longest_seconds=2))
    assert caught.value.code == "too_long"
