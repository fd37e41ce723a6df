"""Bytes come in: in pieces, perhaps over days, hashed as they are written. Nobody can hear them.

A piece is acknowledged once it is on the disk. What came after the last acknowledged byte, before a cut or a crash, is
thrown away and sent again. When all have come, the file moves into the store and becomes a recording in one
transaction; should that fail, nothing is lost and it is done again.
"""

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.audio import limits, parts
from tenuto.audio.models import Upload
from tenuto.audio.names import clean_name, title_of
from tenuto.audio.parts import InUse, NoSuchPart
from tenuto.base import storage
from tenuto.base.errors import BadRequest, NotFound
from tenuto.base.ids import new_secret
from tenuto.base.jobs import every
from tenuto.base.models import Blob
from tenuto.consent.current import refresh
from tenuto.rules.cells import Asset, Purpose, Use, cell
from tenuto.rules.visibility import Audience
from tenuto.terms.versions import in_force
from tenuto.tracks.models import Hold, Recording, Track
from tenuto.tracks.publish import locked, publish
from tenuto.tracks.slugs import begin_track

log = logging.getLogger(__name__)

PIECE_BYTES = 1024 * 1024
# Synchronised and acknowledged in the database this often: what a cut line costs at most, against an fsync each.
ACKNOWLEDGED_EVERY_BYTES = 32 * 1024 * 1024
# Receipts of what came are shown on the upload page for a day.
COMPARED = cell(Asset.RECORDING, Purpose.IDENTIFICATION, Use.INPUT)  # with registered works, before others hear it
RECEIPTS_KEPT = timedelta(days=30)


class WrongOffset(BadRequest):
    advice = _("This piece does not begin where the last one ended. Ask for the offset, and go on from there.")
    status = 409
    code = "wrong_offset"


class TooMuch(BadRequest):
    advice = _("More bytes came than the file has. Begin the upload again.")
    status = 413
    code = "too_much"


class WrongChecksum(BadRequest):
    advice = _("This piece was damaged on its way. Send it again.")
    status = 460
    code = "checksum_mismatch"


class StillComing(BadRequest):
    advice = _(
        "A sound of this track is still being made ready. Wait until it is, then replace it. Nothing was changed."
    )
    status = 409
    code = "still_coming"


class CutOff(Exception):  # named for what happened
    """The line was cut in the middle of a piece. What came is kept and acknowledged."""


class Body(Protocol):
    """Whatever bytes can be read from: a file, or a request."""

    def read(self, size: int, /) -> bytes: ...


class Checksum:
    """What a piece must hash to, or it does not count (tus, checksum extension)."""

    def __init__(self, algorithm: str, expected: bytes) -> None:
        self.expected = expected
        self.running = hashlib.new(algorithm, usedforsecurity=False)


@dataclass(frozen=True)
class Wish:
    """What the uploader wants done with the file once it has come."""

    audience: Audience | None = None  # None: to the sketchbook
    starts_at: datetime | None = None
    replaces: Track | None = None


def begin(
    owner: Account, filename: str, length_bytes: int, wish: Wish, at: datetime, said: str = "", key: str = ""
) -> Upload:
    """Promise room for a file. Every limit is said here, before a byte is sent."""
    with transaction.atomic():
        # Of several that begin at once, each sees the others in the quota.
        Account.objects.select_for_update().only("pk").get(pk=owner.pk)
        limits.check(owner, length_bytes, is_new_track=wish.replaces is None)
        upload = Upload.objects.create(
            key=key or new_secret(),
            owner=owner,
            filename=clean_name(filename),
            length_bytes=length_bytes,
            metadata={"said": said},
            replaces=wish.replaces,
            audience=wish.audience or "",
            starts_at=wish.starts_at,
            expires_at=_expiry(at),
        )
        parts.begin(upload.key)
    return upload


def accept(owner: Account, filename: str, length_bytes: int, wish: Wish, at: datetime, key: str) -> Upload:
    """Begin an upload all of whose bytes lie safe in the part `key` already: it has come."""
    upload = begin(owner, filename, length_bytes, wish, at, key=key)
    _acknowledge(upload, length_bytes)
    return upload


def receive(upload: Upload, offset: int, body: Body, checksum: Checksum | None = None) -> Upload:
    """Append what `body` holds, which begins at `offset`. With `checksum`, all of it or nothing.

    Raises `CutOff` when the body ends by an error; what came until then is kept, unless a checksum was to cover it.
    """
    try:
        with parts.held(upload.key) as part:
            _reload(upload)
            if offset != upload.received_bytes:
                raise WrongOffset(f"{upload.key}: {offset} instead of {upload.received_bytes}")
            on_disk = part.seek(0, 2)
            if on_disk < offset:
                log.error("upload %s has lost bytes that the disk said were safe; asking for them again", upload.key)
                _acknowledge(upload, on_disk)
                raise WrongOffset(f"{upload.key}: the disk holds {on_disk} of {offset} bytes")
            part.truncate(offset)
            part.seek(offset)
            running = parts.digests.take(upload.key, offset)
            cut = _append(upload, part, body, running, checksum)
            parts.digests.keep(upload.key, upload.received_bytes, running if cut is None or checksum is None else None)
    except NoSuchPart:
        recording_of(upload)
        raise WrongOffset(f"{upload.key} has been taken in") from None
    if cut is not None:
        raise CutOff(str(cut)) from cut
    return upload


def settled(upload: Upload) -> Upload:
    """As it stands once a piece that is just ending has ended. Of one that goes on coming, what is safe by now."""
    with suppress(InUse, NoSuchPart), parts.held(upload.key):
        pass
    _reload(upload)
    return upload


def _append(
    upload: Upload, part: FileIO, body: Body, running: "hashlib._Hash | None", checksum: Checksum | None
) -> OSError | None:
    """Write piece after piece, acknowledging now and then. Returns the error that cut the body off, if one did."""
    came = safe = upload.received_bytes
    cut: OSError | None = None
    while True:
        try:
            data = body.read(PIECE_BYTES)
        except OSError as error:  # Django's UnreadablePostError is one
            cut = error
            break
        if not data:
            break
        if came + len(data) > upload.length_bytes:
            part.truncate(safe)
            raise TooMuch(f"{upload.key}: more than {upload.length_bytes} bytes")
        try:
            parts.write(part, data)
        except storage.DiskFull:
            part.truncate(safe)
            raise
        came += len(data)
        if running is not None:
            running.update(data)
        if checksum is not None:
            checksum.running.update(data)
        elif came - safe >= ACKNOWLEDGED_EVERY_BYTES:
            storage.sync_open(part)
            _acknowledge(upload, came)
            safe = came
    if checksum is not None and (cut is not None or checksum.running.digest() != checksum.expected):
        part.truncate(safe)
        if cut is None:
            raise WrongChecksum(upload.key)
        return cut
    storage.sync_open(part)
    _acknowledge(upload, came)
    return cut


def _acknowledge(upload: Upload, received_bytes: int) -> None:
    upload.received_bytes = received_bytes
    upload.expires_at = _expiry(timezone.now())
    upload.save(update_fields=["received_bytes", "expires_at"])


def has_come(upload: Upload) -> bool:
    """Are all bytes here, and not a recording yet?"""
    return upload.received_bytes == upload.length_bytes and upload.finished_at is None


def digest_of(upload: Upload) -> str:
    """SHA-256 of an upload that has come: known, or read from the disk, so not for inside a transaction."""
    return parts.digests.of_whole(upload.key, upload.length_bytes)


def become_recording(upload: Upload, digest: str, at: datetime) -> Recording:
    """Make all the bytes that came a recording of a track, new or replaced. Safe to do twice. Needs the part held."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).select_related("owner", "replaces").get(pk=upload.pk)
        if upload.recording is not None:
            return upload.recording
        blob = storage.adopt(parts.path_of(upload.key), digest=digest)
        track = upload.replaces or begin_track(upload.owner, title_of(upload.filename))
        recording = _come(track, blob, upload.filename, at)
        refresh([track.pk], at)  # the account's default may allow something already
        if upload.audience and not upload.replaces:
            publish(track, Audience(upload.audience), upload.starts_at, by=upload.owner, at=at)
        upload.recording, upload.finished_at = recording, at
        upload.save(update_fields=["recording", "finished_at"])
    parts.digests.forget(upload.key)
    return recording


def copy_to(recording: Recording, track: Track, at: datetime) -> Recording:
    """The same bytes as a recording that has just come, of another track of the same artist. Twice is once.

    Raises StillComing while a sound of that track is made ready.
    """
    if recording.track.owner_id != track.owner_id:
        raise NotFound(f"{track.key} is not of whoever has {recording.key}")
    with transaction.atomic():
        locked(track)
        living = track.recordings.exclude(stage__in=[Recording.Stage.REFUSED, Recording.Stage.FAILED])
        newest = living.order_by("-pk").first()
        if newest is not None and newest.original_id == recording.original_id:
            return newest
        if living.exclude(stage=Recording.Stage.READY).exists():
            raise StillComing(track.key)
        return _come(track, recording.original, recording.filename, at)


def _come(track: Track, original: Blob, filename: str, at: datetime) -> Recording:
    made = Recording.objects.create(track=track, original=original, filename=filename, arrived_at=at, stage_since=at)
    terms = in_force(at)
    if terms is not None and COMPARED in terms.terms.needed:  # where they do not say so, nothing may be compared
        Hold.objects.create(recording=made, since=at)  # until it was looked at
    return made


def recording_of(upload: Upload) -> Recording:
    """What another request made of an upload whose bytes lie here no more."""
    _reload(upload)
    if upload.recording is None:
        log.error("the bytes of upload %s are gone from the disk; asking for them again", upload.key)
        parts.begin(upload.key)
        _acknowledge(upload, 0)
        raise WrongOffset(f"{upload.key}: the disk holds nothing of it")
    return upload.recording


def abandon(upload: Upload) -> None:
    """Forget an upload. What already became a recording stays."""
    try:
        with parts.held(upload.key):
            Upload.objects.filter(pk=upload.pk).delete()
            parts.path_of(upload.key).unlink(missing_ok=True)
    except NoSuchPart:
        Upload.objects.filter(pk=upload.pk).delete()
    parts.digests.forget(upload.key)


def _reload(upload: Upload) -> None:
    try:
        upload.refresh_from_db()
    except Upload.DoesNotExist:
        raise NotFound(f"upload {upload.key} is gone") from None


def _expiry(at: datetime) -> datetime:
    return at + timedelta(hours=settings.UPLOAD_EXPIRY_HOURS)


@every(seconds=600)
def let_go_of_expired(now: datetime) -> None:
    """Unfinished uploads that nobody came back to, files that no upload names, and old receipts."""
    for upload in Upload.objects.filter(finished_at=None, expires_at__lt=now):
        try:
            if not has_come(upload):  # what has come whole was acknowledged, and is only waiting to be taken in
                abandon(upload)
        except InUse:
            continue
    Upload.objects.filter(finished_at__lt=now - RECEIPTS_KEPT).delete()
    named = set(Upload.objects.filter(finished_at=None).values_list("key", flat=True))
    for part in Path(settings.UPLOADS_DIR).glob("*.part"):
        if part.stem not in named and part.stat().st_mtime < (now - timedelta(days=1)).timestamp():
            part.unlink(missing_ok=True)
