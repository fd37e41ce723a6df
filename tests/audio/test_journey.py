"""One file walks the whole way: from the artist's disk to bytes that a listener gets."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image

from tenuto.accounts.models import Account
from tenuto.audio import arrive, journey
from tenuto.audio import render as rendering
from tenuto.audio.limits import NothingInIt
from tenuto.audio.models import Rendition, Upload, Waveform
from tenuto.audio.render import begun, clear_scratch, render
from tenuto.base import queue, storage
from tenuto.base.models import Job
from tenuto.dsp.encode import write_audio
from tenuto.dsp.tags import Tags, write_tags
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Recording, Track

pytestmark = pytest.mark.django_db
STAGE = Recording.Stage
GOLDEN = Path(__file__).parents[1] / "golden" / "audio"


def clip(folder: Path, name: str = "03_harbour-5am.flac", seconds: float = 2.0, loudness: float = 0.3) -> Path:
    """A short chord, as a file."""
    rate = 44_100
    at = np.arange(int(seconds * rate)) / rate
    chord = sum(np.sin(2 * np.pi * hertz * at) for hertz in (220.0, 277.2, 329.6)) / 3
    samples = np.stack([chord, chord * 0.8], axis=1).astype(np.float32) * loudness
    write_audio(folder / name, samples, rate)
    return folder / name


def arrived(owner: Account, path: Path, wish: arrive.Wish = arrive.Wish()) -> Recording:  # noqa: B008  # frozen
    return journey.receive_file(owner, path, wish, timezone.now())


def do_the_jobs() -> None:
    """What a worker would do, one after the other, until nothing is left."""
    while jobs := queue.claim("test", ["audio"], 1, timezone.now() + timedelta(hours=1)):
        journey.bring_to_ready.func(*jobs[0].args)
        queue.done(jobs[0], timezone.now())


def test_a_file_becomes_a_track_that_can_be_heard(alma: Account, tmp_path: Path) -> None:
    path = clip(tmp_path)
    original = path.read_bytes()
    recording = arrived(alma, path)
    assert (recording.stage, recording.track.title) == (STAGE.ARRIVED, "Harbour 5am")
    do_the_jobs()
    recording.refresh_from_db()
    assert recording.stage == STAGE.READY
    assert recording.current
    assert recording.seconds == pytest.approx(2.0, abs=0.001)
    assert (recording.container, recording.channels, recording.sample_rate_hz) == ("flac", 2, 44_100)
    assert recording.loudness_lufs is not None
    assert -25 < recording.loudness_lufs < -5
    assert len(bytes(recording.sketch)) == 800
    assert {made.kind for made in recording.renditions.all()} == {"aac", "opus"}
    assert {drawn.samples_per_pixel for drawn in recording.waveforms.all()} == {256, 8192}
    assert storage.path_of(recording.original).read_bytes() == original


def test_everything_may_be_done_twice(alma: Account, tmp_path: Path) -> None:
    recording = arrived(alma, clip(tmp_path))
    for _ in range(2):
        journey.bring_to_ready.func(recording.pk)
    render(Recording.objects.select_related("track", "original").get(pk=recording.pk), timezone.now())
    assert Rendition.objects.count() == 2
    assert Waveform.objects.count() == 2
    assert Track.objects.count() == 1


def test_what_a_file_says_of_itself_is_the_first_suggestion(alma: Account, tmp_path: Path) -> None:
    path = clip(tmp_path)
    write_tags(
        path,
        Tags(title="Harbour, 5 a.m.", genre="Ambient", isrc="PTTN12600041", upc="0614141999996", date="2026-10-14"),
    )
    recording = arrived(alma, path)
    do_the_jobs()
    track = Track.objects.get(pk=recording.track_id)
    assert (track.title, track.slug) == ("Harbour, 5 a.m.", "harbour-5-a-m")
    assert (track.genre, track.isrc, track.upc) == ("Ambient", "PTTN12600041", "0614141999996")
    assert str(track.release_date) == "2026-10-14"


def test_what_the_artist_typed_meanwhile_stays(alma: Account, tmp_path: Path) -> None:
    path = clip(tmp_path)
    write_tags(path, Tags(title="tmp export 3", genre="Ambient"))
    recording = arrived(alma, path)
    Track.objects.filter(pk=recording.track_id).update(title="Harbour, 5 a.m.", genre="Field recording")
    do_the_jobs()
    track = Track.objects.get(pk=recording.track_id)
    assert (track.title, track.genre) == ("Harbour, 5 a.m.", "Field recording")


def test_a_wish_to_publish_is_granted_when_the_sound_is_ready(alma: Account, tmp_path: Path) -> None:
    recording = arrived(alma, clip(tmp_path), arrive.Wish(audience=Audience.PUBLIC))
    assert not recording.track.publication.audible
    do_the_jobs()
    assert Track.objects.get(pk=recording.track_id).publication.audible


REFUSED = {
    "png-renamed.mp3": "not_audio",
    "text-renamed.wav": "not_audio",
    "playlist-of-a-local-file.mp3": "not_audio",
    "playlist-of-an-address.m3u8": "not_audio",
    "concat-of-a-local-file.wav": "not_audio",
    "video-without-sound.mp4": "no_sound",
    "no-samples.wav": "empty",
    "cut.wav": "truncated",
    "cut-before-moov.m4a": "truncated",
    "protected-fairplay.m4p": "protected",
    "claims-eighteen-days.flac": "absurd_header",
}


def test_what_is_no_use_is_refused_with_its_reason_and_kept(alma: Account) -> None:
    files = {name: GOLDEN / name for name in REFUSED}
    recordings = {name: arrived(alma, path) for name, path in files.items()}
    do_the_jobs()
    found = {}
    for name, recording in recordings.items():
        recording.refresh_from_db()
        found[name] = (recording.stage, recording.refusal)
        assert storage.path_of(recording.original).read_bytes() == files[name].read_bytes(), "the original is kept"
    assert found == {name: (STAGE.REFUSED, code) for name, code in REFUSED.items()}


def test_a_file_without_bytes_is_refused_before_it_is_sent(alma: Account) -> None:
    with pytest.raises(NothingInIt):
        arrived(alma, GOLDEN / "no-bytes.wav")
    assert not Track.objects.exists()


def test_a_silent_file_is_taken_with_a_warning(alma: Account, tmp_path: Path) -> None:
    recording = arrived(alma, clip(tmp_path, loudness=0.0))
    do_the_jobs()
    recording.refresh_from_db()
    assert (recording.stage, recording.warning) == (STAGE.READY, "silent")


def test_a_replacement_is_heard_when_it_is_ready_and_not_before(alma: Account, tmp_path: Path) -> None:
    first = arrived(alma, clip(tmp_path))
    do_the_jobs()
    track = Track.objects.get(pk=first.track_id)
    second = arrived(alma, clip(tmp_path, "better.flac", seconds=3.0), arrive.Wish(replaces=track))
    assert Recording.objects.get(track=track, current=True) == first
    do_the_jobs()
    assert Recording.objects.get(track=track, current=True) == second
    assert Track.objects.get().title == "Harbour 5am"


def test_of_many_files_each_is_looked_at_before_one_is_rendered(alma: Account, tmp_path: Path) -> None:
    """Whoever brings twenty files at once soon knows which are no use."""
    arrived(alma, clip(tmp_path))
    (tmp_path / "words.mp3").write_bytes(b"just words")
    refused = arrived(alma, tmp_path / "words.mp3")
    arrived(alma, clip(tmp_path, "other.flac"))
    stages = []
    while jobs := queue.claim("test", ["audio"], 1, timezone.now() + timedelta(hours=1)):
        journey.bring_to_ready.func(*jobs[0].args)
        queue.done(jobs[0], timezone.now())
        stages.append([str(stage) for stage in Recording.objects.order_by("pk").values_list("stage", flat=True)])
    assert stages[:2] == [["rendering", "arrived", "arrived"], ["rendering", "refused", "arrived"]]
    assert stages[-1] == ["ready", "refused", "ready"]
    refused.refresh_from_db()
    assert refused.refusal == "not_audio"


def test_a_recording_that_is_taken_away_while_it_is_rendered_does_not_come_back(
    alma: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = arrived(alma, clip(tmp_path))
    do_the_jobs()
    second = arrived(alma, clip(tmp_path, "better.flac"), arrive.Wish(replaces=first.track))
    keep = rendering.keep

    def taken_away(recording: Recording, rendered: Any, at: Any) -> None:
        Recording.objects.filter(pk=second.pk).delete()
        keep(recording, rendered, at)

    monkeypatch.setattr(rendering, "keep", taken_away)
    do_the_jobs()
    assert Recording.objects.get() == first
    assert Rendition.objects.count() == 2


def test_a_picture_in_the_file_becomes_the_cover_and_a_bad_one_does_no_harm(alma: Account, tmp_path: Path) -> None:
    good, bad = clip(tmp_path, "good.flac"), clip(tmp_path, "bad.flac")
    drawn = BytesIO()
    Image.new("RGB", (600, 600), "teal").save(drawn, "PNG")
    write_tags(good, Tags(title="Good", picture=drawn.getvalue()))
    write_tags(bad, Tags(title="Bad", picture=b"\x89PNG\r\n\x1a\n" + bytes(200)))
    recordings = [arrived(alma, good), arrived(alma, bad)]
    do_the_jobs()
    covers = [Track.objects.get(pk=recording.track_id).artwork for recording in recordings]
    assert covers[0] is not None
    assert storage.path_of(covers[0]).read_bytes() == drawn.getvalue()
    assert covers[1] is None
    assert {str(one.stage) for one in Recording.objects.all()} == {"ready"}


def test_an_older_file_that_is_ready_later_does_not_push_out_a_newer_one(alma: Account, tmp_path: Path) -> None:
    first = arrived(alma, clip(tmp_path))
    second = arrived(alma, clip(tmp_path, "better.flac"), arrive.Wish(replaces=first.track))
    for recording in (second, second, first):  # one look, then another turn
        journey.bring_to_ready.func(recording.pk)
    assert Recording.objects.get(current=True) == second


def test_what_lost_its_job_gets_another(alma: Account, tmp_path: Path) -> None:
    recording = arrived(alma, clip(tmp_path))
    Job.objects.all().delete()
    journey.send_again_what_is_unfinished(timezone.now())
    assert Job.objects.count() == 0, "not before it is certain"
    journey.send_again_what_is_unfinished(timezone.now() + timedelta(minutes=2))
    do_the_jobs()
    recording.refresh_from_db()
    assert recording.stage == STAGE.READY


def test_what_failed_for_good_says_so_and_can_be_tried_again(alma: Account, tmp_path: Path) -> None:
    recording = arrived(alma, clip(tmp_path))
    [job] = queue.claim("test", ["audio"], 1, timezone.now())
    queue.failed(job, "the disk was full", timezone.now(), final=True)
    journey.send_again_what_is_unfinished(timezone.now() + timedelta(minutes=2))
    recording.refresh_from_db()
    assert recording.stage == STAGE.FAILED
    journey.try_again(recording)
    do_the_jobs()
    recording.refresh_from_db()
    assert recording.stage == STAGE.READY


def test_two_tracks_of_the_same_bytes_outlive_each_other(alma: Account, tmp_path: Path) -> None:
    first, second = arrived(alma, clip(tmp_path)), arrived(alma, clip(tmp_path))
    assert first.original_id == second.original_id
    do_the_jobs()
    first.track.delete()
    storage.sweep(timezone.now() + timedelta(days=3))
    assert storage.verify(second.original) == ""


def test_an_upload_whose_server_died_after_the_last_byte_becomes_a_track(alma: Account, tmp_path: Path) -> None:
    path = clip(tmp_path)
    upload = arrive.begin(alma, path.name, path.stat().st_size, arrive.Wish(), timezone.now())
    with path.open("rb") as file:
        arrive.receive(upload, 0, file)
    assert not Recording.objects.exists(), "it died here"
    journey.take_in_what_came(timezone.now())
    assert not Recording.objects.exists(), "whoever received it may still be at it"
    for _ in range(2):
        journey.take_in_what_came(timezone.now() + timedelta(minutes=1))
    assert Recording.objects.count() == 1
    assert Upload.objects.get().finished_at is not None


def test_folders_of_killed_attempts_are_cleared_and_living_ones_are_not(settings: Any, tmp_path: Path) -> None:
    settings.SCRATCH_DIR = tmp_path
    (tmp_path / "render-a").mkdir()
    clear_scratch(timezone.now() + timedelta(hours=20))
    assert (tmp_path / "render-a").exists()
    clear_scratch(timezone.now() + timedelta(hours=25))
    assert not (tmp_path / "render-a").exists()


@pytest.mark.parametrize("done", [0.0, 0.31, 0.5, 1.0])
def test_the_waveform_is_drawn_as_far_as_it_is_known(done: float) -> None:
    sketch = begun(bytes([200] * 400 + [90] * 400), done)
    assert len(sketch) == 800
    known = max(1, round(400 * done))
    assert (sketch[:known], sketch[known:400]) == (bytes([200] * known), bytes(400 - known))
    assert (sketch[400 : 400 + known], sketch[400 + known :]) == (bytes([90] * known), bytes(400 - known))
    assert begun(b"", done) == bytes(800), "nothing is known yet"


def test_a_title_that_gives_the_same_address_keeps_it(alma: Account, tmp_path: Path) -> None:
    path = clip(tmp_path, "harbour.flac")
    write_tags(path, Tags(title="HARBOUR"))
    recording = arrived(alma, path)
    do_the_jobs()
    track = Track.objects.get(pk=recording.track_id)
    assert (track.title, track.slug) == ("HARBOUR", "harbour")
