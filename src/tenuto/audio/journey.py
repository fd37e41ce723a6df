"""One audio file's way from the artist's disk to a listener's ear. Read downwards.

arrive    bytes come in resumably, hashed as they are written; the original is kept untouched   arrive.py, tus.py
examine   is it audio, how long, which tags                                                     examine.py
render    one decode gives streams, waveforms, loudness                                         render.py
publish   the artist says who may hear it                                                       tracks/publish.py
deliver   may this visitor hear it? then ranges or a signed address                             deliver.py, media.py
count     what is a play, once                                                                  count.py, listens.py

The first three belong to the file and stand here. Each may be killed at any moment and done again: it looks at what is
done before it does. The last three begin with a person, at the addresses in urls.py.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from tenuto.accounts.models import Account
from tenuto.audio import arrive, parts
from tenuto.audio.arrive import WrongOffset
from tenuto.audio.examine import examine
from tenuto.audio.models import Upload
from tenuto.audio.parts import InUse, NoSuchPart
from tenuto.audio.render import render
from tenuto.audio.spool import SpooledFile
from tenuto.base import queue
from tenuto.base.errors import BadRequest
from tenuto.base.jobs import every, send
from tenuto.base.models import Job
from tenuto.dsp.errors import SoundError
from tenuto.tracks.models import Recording, Track

log = logging.getLogger(__name__)

Stage = Recording.Stage
# A job is sent with the row it belongs to, so one that is missing this long has been lost by another engine.
LOST_AFTER = timedelta(minutes=1)
# Whoever received the last byte takes the file in within moments; later, nobody does.
STILL_AT_IT = timedelta(seconds=20)
LOOKED_AT_FIRST = 10  # the priority of jobs that begin with a look


def receive(
    upload: Upload, offset: int, body: arrive.Body, at: datetime, checksum: arrive.Checksum | None = None
) -> Upload:
    """A piece has come. If it was the last, the file goes on its way."""
    upload = arrive.receive(upload, offset, body, checksum)
    if arrive.has_come(upload):
        with suppress(InUse):  # then another is just taking it in
            take_in(upload, at)
    return upload


def receive_file(owner: Account, path: Path, wish: arrive.Wish, at: datetime) -> Recording:
    """Send a file of this machine the very same way: for `tenuto import` and the demo catalogue."""
    upload = arrive.begin(owner, path.name, path.stat().st_size, wish, at)
    with path.open("rb") as file:
        arrive.receive(upload, 0, file)
    return take_in(upload, at)


def receive_spooled(owner: Account, file: SpooledFile, wish: arrive.Wish, at: datetime) -> Upload:
    """A plain form has brought a file whole."""
    try:
        upload = arrive.accept(owner, file.name or "", file.size or 0, wish, at, file.key)
    except BadRequest:
        file.discard()
        raise
    take_in(upload, at)
    return upload


def take_in(upload: Upload, at: datetime) -> Recording:
    """All bytes are here: a recording, and the job that makes it ready, both or neither."""
    try:
        with parts.held(upload.key):
            digest = arrive.digest_of(upload)
            with transaction.atomic():
                recording = arrive.become_recording(upload, digest, at)
                if recording.stage == Stage.ARRIVED:
                    _set_out(recording)
    except NoSuchPart:
        recording = arrive.recording_of(upload)
    return recording


@task(queue_name="audio")
def bring_to_ready(recording_id: int) -> None:
    """Examine and render. A file that is no use is refused with its reason; whatever else goes wrong is tried again."""
    recording = (
        Recording.objects.select_related("track__owner", "track__artwork", "original").filter(pk=recording_id).first()
    )
    if recording is None:
        return None  # its track was removed meanwhile
    try:
        if recording.stage == Stage.ARRIVED:
            examine(recording, timezone.now())
            if Recording.objects.filter(stage=Stage.ARRIVED).exists():
                return _set_out(recording)  # others are looked at first: that is quick, and may end in a refusal
        if recording.stage == Stage.RENDERING:
            render(recording, timezone.now())
    except SoundError as error:
        log.info("recording %s refused: %s %s", recording.key, error.code, error)
        _end(recording, Stage.REFUSED, error.code)


def take_over(recording: Recording, track: Track, at: datetime) -> Recording:
    """The sound of one track as a new recording of another of the same artist; by the same way as an upload."""
    with transaction.atomic():
        made = arrive.copy_to(recording, track, at)
        if made.stage == Stage.ARRIVED:
            _set_out(made)
    return made


def try_again(recording: Recording) -> None:
    """The artist wants another attempt at what was refused or has failed."""
    with transaction.atomic():
        ended = Recording.objects.filter(pk=recording.pk, stage__in=[Stage.REFUSED, Stage.FAILED])
        if ended.update(stage=Stage.ARRIVED, refusal="", stage_since=timezone.now(), progress=0.0):
            recording.stage = Stage.ARRIVED
            _set_out(recording)


@every(seconds=15)
def take_in_what_came(now: datetime) -> None:
    """Uploads whose last byte was acknowledged, and whose server died before they became recordings."""
    lives_on = now - STILL_AT_IT + timedelta(hours=settings.UPLOAD_EXPIRY_HOURS)  # its last piece came after this
    left = Upload.objects.filter(finished_at=None, received_bytes=F("length_bytes"), expires_at__lt=lives_on)
    for upload in left.order_by("pk"):
        with suppress(InUse, WrongOffset):
            take_in(upload, now)


@every(seconds=30)
def send_again_what_is_unfinished(now: datetime) -> None:
    """The rows are the truth: what is not finished and has no living job gets one, or is said to have failed."""
    waiting = Recording.objects.filter(
        stage__in=[Stage.ARRIVED, Stage.RENDERING], stage_since__lt=now - LOST_AFTER
    ).order_by("pk")
    for recording in waiting:
        jobs = [_job_of(recording, stage) for stage in (Stage.ARRIVED, Stage.RENDERING)]
        if any(map(queue.is_living, jobs)):
            continue
        with transaction.atomic():
            last = Job.objects.filter(once__in=jobs).order_by("-pk").first()
            if last is not None and last.state == Job.State.FAILED:
                _end(recording, Stage.FAILED, "")
            else:
                _set_out(recording)


def _set_out(recording: Recording) -> None:
    """Send the job for the stage that a recording is in."""
    soon = bring_to_ready.using(priority=LOOKED_AT_FIRST if recording.stage == Stage.ARRIVED else 0)
    send(soon, recording.pk, once=_job_of(recording, recording.stage))


def _job_of(recording: Recording, stage: str) -> str:
    return f"{stage}:{recording.pk}"


def _end(recording: Recording, stage: Recording.Stage, refusal: str) -> bool:
    """Move to a stage, unless it is ready: what can be heard stays so."""
    changed = (
        Recording.objects.filter(pk=recording.pk)
        .exclude(stage=Stage.READY)
        .update(stage=stage, refusal=refusal, stage_since=timezone.now(), progress=0.0)
    )
    return bool(changed)
