"""One decode makes everything that is heard and drawn: streams, waveforms, loudness. Done again, it changes nothing."""

import shutil
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from tenuto.audio import store
from tenuto.audio.models import Rendition, Waveform
from tenuto.audio.sandbox import SANDBOX, within
from tenuto.base import storage
from tenuto.base.ids import new_key
from tenuto.dsp.limits import ROOMY
from tenuto.dsp.render import EVERYTHING, Rendered
from tenuto.dsp.render import render as render_sound
from tenuto.tracks.models import Recording
from tenuto.tracks.publish import sound_is_ready

# Often enough to see it grow, seldom enough that a minute of music costs a few writes.
PROGRESS_EVERY_SECONDS = 0.7


def render(recording: Recording, at: datetime) -> None:
    """Make the streams and let them be heard; raises SoundError when the file turns out to be no use."""
    # A folder of its own for each attempt: two workers that believe they own this job do not meet.
    folder = Path(settings.SCRATCH_DIR) / f"render-{recording.key}-{new_key()}"
    folder.mkdir(parents=True)
    try:
        path, limits = store.path_of(recording.original), within(ROOMY)
        rendered = SANDBOX.run(
            render_sound,
            path,
            folder,
            EVERYTHING,
            limits,
            reads=[path],
            writes=[folder],
            limits=limits,
            on_progress=_noting(recording),
        )
        keep(recording, rendered, timezone.now())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep(recording: Recording, rendered: Rendered, at: datetime) -> None:
    """Store what was made, in one transaction: a recording is heard whole or not at all."""
    with transaction.atomic():
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
        recording.save()
        become_current(recording, at)


def become_current(recording: Recording, at: datetime) -> None:
    """From now on this is what is heard, unless a later upload is heard already."""
    others = Recording.objects.filter(track_id=recording.track_id, current=True).exclude(pk=recording.pk)
    if others.filter(pk__gt=recording.pk).exists():
        return
    others.update(current=False)
    Recording.objects.filter(pk=recording.pk).update(current=True)
    recording.current = True
    sound_is_ready(recording.track, at)


@task(queue_name="audio")
def render_again(recording_id: int) -> None:
    """Make the streams of a finished recording anew, where some have been lost."""
    recording = Recording.objects.select_related("track", "original").filter(pk=recording_id).first()
    if recording is not None:
        render(recording, timezone.now())


def _noting(recording: Recording) -> Callable[[float], None]:
    """Write down how far it is, now and then."""
    noted_at = time.monotonic()

    def note(done: float) -> None:
        nonlocal noted_at
        if time.monotonic() - noted_at >= PROGRESS_EVERY_SECONDS:
            noted_at = time.monotonic()
            Recording.objects.filter(pk=recording.pk, stage=Recording.Stage.RENDERING).update(progress=done)

    return note
