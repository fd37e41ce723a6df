"""Tracks with real sound: rendered once a session, then adopted by as many tracks as tests want."""

import json
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.audio.models import Rendition, Waveform
from tenuto.base import storage
from tenuto.base.models import Blob
from tenuto.dsp.encode import write_audio
from tenuto.dsp.render import Plan, Rendered, render
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Publication, Recording, SecretLink, Track
from tenuto.tracks.slugs import begin_track
from tests.settings import HOME

SECONDS = 40.0


@dataclass(frozen=True)
class Sound:
    """A tone, and what was made of it."""

    original: Path
    rendered: Rendered


@lru_cache(maxsize=1)
def sound() -> Sound:
    folder = _folder()
    original = folder / "tone.wav"
    times = np.arange(int(SECONDS * 16_000)) / 16_000
    samples = 0.2 * np.sin(2 * np.pi * 330 * times) * (1 + np.sin(2 * np.pi * 0.7 * times))
    write_audio(original, samples.astype(np.float32)[:, None], 16_000)
    return Sound(original, render(original, folder, Plan(aac_bit_rate=64_000, opus_bit_rate=48_000)))


def kept(path: Path) -> Blob:
    """The file in the store, and still where it was. Copied in once only: a row of a test that ended is gone again."""
    blob, _new = Blob.objects.get_or_create(digest=digest_of(path), defaults={"size_bytes": path.stat().st_size})
    if storage.path_of(blob).exists():
        return blob
    return storage.adopt(Path(shutil.copy(path, _folder())))


def _folder() -> Path:
    """A folder that goes with the tests' home."""
    return Path(mkdtemp(prefix="sound-", dir=HOME))


digest_of = lru_cache(storage.digest_of)


def sketch(owner: Account, title: str = "Harbour, 5 a.m.", **facts: Any) -> Track:
    """A track of `owner` that can be played, in the sketchbook."""
    track = begin_track(owner, title, **facts)
    record(track)
    return track


def heard(track: Track) -> None:
    """The newest recording of a track that has come without streams can be played: they are made of its original."""
    recording = track.recordings.select_related("original").latest("pk")
    made = render(storage.path_of(recording.original), _folder(), Plan(aac_bit_rate=64_000, opus_bit_rate=48_000))
    recording.sketch = made.sketch
    recording.save(update_fields=["sketch"])
    _stream(recording, made)


def record(track: Track) -> Recording:
    """A new current recording of the track."""
    made = sound()
    Recording.objects.filter(track=track).update(current=False)
    recording = Recording.objects.create(
        track=track,
        current=True,
        stage=Recording.Stage.READY,
        original=kept(made.original),
        filename="tone.wav",
        seconds=made.rendered.seconds,
        loudness_lufs=made.rendered.loudness_lufs,
        true_peak_dbtp=made.rendered.true_peak_dbtp,
    )
    _stream(recording, made.rendered)
    return recording


def _stream(recording: Recording, rendered: Rendered) -> None:
    for file in rendered.renditions:
        Rendition.objects.create(
            recording=recording,
            kind=file.kind,
            blob=kept(file.path),
            codecs=file.codecs,
            bit_rate=file.bit_rate,
            segments=file.index.to_json(),
        )
    for waveform in rendered.waveforms:
        Waveform.objects.create(
            recording=recording, samples_per_pixel=waveform.samples_per_pixel, blob=kept(waveform.path)
        )


def public(owner: Account, title: str = "Harbour, 5 a.m.", **facts: Any) -> Track:
    return shared(sketch(owner, title, **facts), Audience.PUBLIC)


def shared(track: Track, audience: Audience) -> Track:
    Publication.objects.create(
        track=track, audience=audience.value, starts_at=timezone.now(), by=track.owner, audible=True
    )
    return track


def link_to(track: Track, name: str = "Mara") -> SecretLink:
    return SecretLink.objects.create(track=track, name=name)


def press_play(browser: Client, track: Track, **wish: Any) -> dict[str, Any]:
    """What the player on a page does first."""
    response = browser.post("/listens", json.dumps({"key": track.key, **wish}), "application/json")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def source(played: dict[str, Any], kind: str) -> str:
    """The address of one kind of rendition."""
    return next(str(one["src"]) for one in played["sources"] if one["src"].endswith(f"{kind}.mp4"))


def opened(browser: Client, link: SecretLink) -> Client:
    """The browser once it has opened a secret link's page."""
    session = browser.session
    session["links"] = [*session.get("links", []), link.pk]
    session.save()
    browser.cookies["sessionid"] = session.session_key or ""
    return browser
