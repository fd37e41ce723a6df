"""One decode makes everything that is heard and drawn: streams, waveforms, loudness. Done again, it changes nothing."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django_tasks import task

from tenuto.audio import store
from tenuto.audio.models import Rendition, Waveform
from tenuto.audio.sandbox import SANDBOX, within
from tenuto.audio.store import Owner
from tenuto.base import storage
from tenuto.base.events import on
from tenuto.base.events import publish as tell
from tenuto.base.ids import new_key
from tenuto.base.jobs import every
from tenuto.dsp.limits import ROOMY
from tenuto.dsp.render import EVERYTHING, SKETCH_SO_FAR, Rendered
from tenuto.dsp.render import render as render_sound
from tenuto.dsp.waveform import SKETCH_POINTS
from tenuto.tracks.events import HoldReleased, SoundArrived, SoundReady
from tenuto.tracks.models import Hold, Publication, Recording
from tenuto.tracks.publish import locked, sound_is_ready

# Often enough to see it grow, seldom enough that a minute of music costs a few writes.
PROGRESS_EVERY_SECONDS = 0.7
ABANDONED_AFTER = timedelta(days=1)
AT_A_TIME = 200

_RENDERED = [
    "seconds", "sketch", "loudness_lufs", "loudness_range_lu", "true_peak_dbtp", "warning", "refusal", "progress",
    "stage", "stage_since", "ready_at",
]  # fmt: skip


def render(recording: Recording, at: datetime) -> None:
    """Make the streams and let them be heard; raises SoundError when the file turns out to be no use."""
    # A folder of its own for each attempt: two workers that believe they own this job do not meet.
    folder = Path(settings.SCRATCH_DIR) / f"render-{recording.key}-{new_key()}"
    folder.mkdir(parents=True)
    try:
        path, limits = store.path_of(recording.original, Owner.of(recording.track)), within(ROOMY)
        rendered = SANDBOX.run(
            render_sound,
            path,
            folder,
            EVERYTHING,
            limits,
            reads=[path],
            writes=[folder],
            limits=limits,
            on_progress=_noting(recording, folder),
        )
        keep(recording, rendered, timezone.now())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep(recording: Recording, rendered: Rendered, at: datetime) -> None:
    """Store what was made, in one transaction: a recording is heard whole or not at all."""
    with transaction.atomic():
        if not Recording.objects.select_for_update().filter(pk=recording.pk).exists():
            return  # taken away while it was rendered
        for made in rendered.renditions:
            index = made.index
            segments = [[part.offset_bytes, part.size_bytes, part.seconds] for part in index.segments]
            Rendition.objects.update_or_create(
                recording=recording,
                kind=made.kind,
                defaults={
                    "blob": storage.adopt(made.path),
                    "codecs": made.codecs,
                    "bit_rate": made.bit_rate,
                    "segments": [index.init_bytes, segments],
                },
            )
        for drawn in rendered.waveforms:
            Waveform.objects.update_or_create(
                recording=recording,
                samples_per_pixel=drawn.samples_per_pixel,
                defaults={"blob": storage.adopt(drawn.path)},
            )
        recording.seconds, recording.sketch = rendered.seconds, rendered.sketch
        recording.loudness_lufs = rendered.loudness_lufs
        recording.loudness_range_lu = rendered.loudness_range_lu
        recording.true_peak_dbtp = rendered.true_peak_dbtp
        recording.warning = rendered.notes[0].value if rendered.notes else ""
        recording.refusal, recording.progress = "", 1.0
        if recording.stage != Recording.Stage.READY:
            recording.stage, recording.stage_since, recording.ready_at = Recording.Stage.READY, at, at
        recording.save(update_fields=_RENDERED)
        become_current(recording, at)
        tell(SoundArrived(recording.track_id, recording.pk, at))


def become_current(recording: Recording, at: datetime) -> None:
    """From now on this is what is heard, unless a later upload is heard already.

    While it is held, what others hear stays.
    """
    locked(recording.track)  # nobody publishes between our question and our answer
    others = Recording.objects.filter(track_id=recording.track_id, current=True).exclude(pk=recording.pk)
    if others.filter(pk__gt=recording.pk).exists():
        return
    shared = Publication.objects.filter(track_id=recording.track_id, audible=True).exists()
    if shared and others.exists() and Hold.standing().filter(recording=recording).exists():
        return
    others.update(current=False)
    Recording.objects.filter(pk=recording.pk).update(current=True)
    recording.current = True
    sound_is_ready(recording.track, at)
    tell(SoundReady(recording.track_id, recording.pk, at))


@on(HoldReleased)
def let_in(event: HoldReleased) -> None:
    """A replacement that was held takes its place."""
    recording = Recording.objects.select_related("track").filter(pk=event.recording_id).first()
    if recording is not None:
        _take_its_place(recording, event.at)


@every(seconds=60)
def let_in_what_was_released(now: datetime) -> None:
    """Replacements of whose release nobody was told."""
    ready = Recording.objects.filter(stage=Recording.Stage.READY)
    newer = ready.filter(track=OuterRef("track"), pk__gt=OuterRef("pk"))
    released = ready.filter(current=False, hold__released_at__isnull=False).exclude(Exists(newer))
    for recording in released.select_related("track").order_by("pk")[:AT_A_TIME]:
        _take_its_place(recording, now)


def _take_its_place(recording: Recording, at: datetime) -> None:
    if not recording.current and recording == recording.track.newest_ready:
        with transaction.atomic():
            become_current(recording, at)


@task(queue_name="audio")
def render_again(recording_id: int) -> None:
    """Make the streams of a finished recording anew, where some have been lost."""
    recording = Recording.objects.select_related("track", "original").filter(pk=recording_id).first()
    if recording is not None:
        render(recording, timezone.now())


@every(seconds=3600)
def clear_scratch(now: datetime) -> None:
    """Folders of attempts that were killed: to render, to write an index anew, to identify a file. A living one is
    hours old at most.
    """
    place, since = Path(settings.SCRATCH_DIR), (now - ABANDONED_AFTER).timestamp()
    for folder in [found for kind in ("render", "volume", "identify") for found in place.glob(f"{kind}-*")]:
        if folder.stat().st_mtime < since:
            shutil.rmtree(folder, ignore_errors=True)


def _noting(recording: Recording, folder: Path) -> Callable[[float], None]:
    """Write down how far it is, now and then, and what the waveform looks like until there."""
    noted_at = time.monotonic()

    def note(done: float) -> None:
        nonlocal noted_at
        if time.monotonic() - noted_at >= PROGRESS_EVERY_SECONDS:
            noted_at = time.monotonic()
            now: dict[str, object] = {"progress": done}
            with suppress(OSError):  # not written yet
                now["sketch"] = begun(read_sketch(folder / SKETCH_SO_FAR), done)
            Recording.objects.filter(pk=recording.pk, stage=Recording.Stage.RENDERING).update(**now)

    return note


def read_sketch(path: Path) -> bytes:
    """A stranger's file may have had anything put there: a link to elsewhere is not followed, a pipe not waited for."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        return os.read(handle, 2 * SKETCH_POINTS)
    finally:
        os.close(handle)


def begun(sketch: bytes, done: float) -> bytes:
    """The sketch of the first part of a recording, squeezed into as many points as that part will have of the whole."""
    points = min(len(sketch) // 2, SKETCH_POINTS)
    known = min(points, max(1, round(points * done))) if points else 0
    rows = (sketch[:points], sketch[points : 2 * points])
    squeezed = (
        bytes(
            max(row[i * points // known : max(i * points // known + 1, (i + 1) * points // known)])
            for i in range(known)
        )
        for row in rows
    )
    return b"".join(row.ljust(SKETCH_POINTS, b"\0") for row in squeezed)
