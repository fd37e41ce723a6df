"""Bytes come in: in pieces, perhaps over days, hashed as they are written. Nobody can hear them.

A piece is acknowledged once it is on the disk. What came after the last acknowledged byte, before a cut or a crash, is
thrown away and sent again. When all have come, the file moves into the store and becomes a recording in one
transaction; should that fail, nothing is lost and it is done again.
"""

import fcntl
import hashlib
import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.audio.models import Upload
from tenuto.base import storage
from tenuto.base.errors import BadRequest, OverLimit
from tenuto.base.jobs import every
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Recording, Track
from tenuto.tracks.publish import publish
from tenuto.tracks.slugs import begin_track

log = logging.getLogger(__name__)

PIECE_BYTES = 1024 * 1024
# Synchronised and acknowledged in the database this often: what a cut line costs at most, against an fsync each.
ACKNOWLEDGED_EVERY_BYTES = 32 * 1024 * 1024


class NothingInIt(BadRequest):
    advice = _("This file is empty: it has no bytes. Export it again from your audio program.")
    code = "empty"


class FileTooLarge(OverLimit):
    code = "file_too_large"


class QuotaReached(OverLimit):
    code = "quota_reached"


class TooMany(OverLimit):
    code = "too_many"


class WrongOffset(BadRequest):
    advice = _("This piece does not begin where the last one ended. Ask for the offset, and go on from there.")
    status = 409
    code = "wrong_offset"


class InUse(BadRequest):
    advice = _("Another piece of this upload is just coming in. Wait until it has ended.")
    status = 423
    code = "locked"


class TooMuch(BadRequest):
    advice = _("More bytes came than the file has. Begin the upload again.")
    status = 413
    code = "too_much"


class CutOff(Exception):  # named for what happened
    """The line was cut in the middle of a piece. What came is kept and acknowledged."""


class Body(Protocol):
    """Whatever bytes can be read from: a file, or a request."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Wish:
    """What the uploader wants done with the file once it has come."""

    audience: Audience | None = None  # None: to the sketchbook
    starts_at: datetime | None = None
    replaces: Track | None = None


def begin(owner: Account, filename: str, length_bytes: int, wish: Wish, at: datetime, said: str = "") -> Upload:
    """Promise room for a file. Every limit is said here, before a byte is sent."""
    _within_limits(owner, length_bytes, wish)
    storage.make_room(length_bytes)
    upload = Upload.objects.create(
        owner=owner,
        filename=clean_name(filename),
        length_bytes=length_bytes,
        metadata={"said": said},
        replaces=wish.replaces,
        audience=wish.audience or "",
        starts_at=wish.starts_at,
        expires_at=at + timedelta(hours=settings.UPLOAD_EXPIRY_HOURS),
    )
    settings.UPLOADS_DIR.mkdir(parents=True, exist_ok=True)
    part_of(upload).touch(mode=0o600)
    return upload


def receive(upload: Upload, offset: int, body: Body, checksum: "Checksum | None" = None) -> Upload:
    """Append what `body` holds, which begins at `offset`. With `checksum`, all of it or nothing.

    Raises `CutOff` when the body ends by an error; what came until then is kept, unless a checksum was to cover it.
    """
    with _held(upload) as part:
        upload.refresh_from_db()
        if offset != upload.received_bytes:
            raise WrongOffset(f"{upload.key}: {offset} instead of {upload.received_bytes}")
        if part.seek(0, 2) < offset:  # the disk has lost what it had said was safe
            log.error("upload %s has lost bytes on disk; asking for them again", upload.key)
            _acknowledge(upload, part.tell())
            raise WrongOffset(f"{upload.key}: the disk holds {part.tell()} of {offset} bytes")
        part.truncate(offset)
        part.seek(offset)
        running = _running_digests.take(upload.key, offset)
        cut = _append(upload, part, body, running, checksum)
        _running_digests.keep(upload.key, upload.received_bytes, running)
    if cut is not None:
        raise CutOff(str(cut)) from cut
    return upload


def become_recording(upload: Upload, at: datetime) -> Recording:
    """Make all the bytes that came a recording of a track, new or replaced. Safe to do twice."""
    if upload.recording is not None:
        return upload.recording
    digest = _running_digests.finished(upload) or storage.digest_of(part_of(upload))
    with transaction.atomic():
        upload = Upload.objects.select_for_update().select_related("owner", "replaces__owner").get(pk=upload.pk)
        if upload.recording is not None:
            return upload.recording
        blob = storage.adopt(part_of(upload), digest=digest)
        track = upload.replaces or begin_track(upload.owner, title_of(upload.filename))
        recording = Recording.objects.create(
            track=track, original=blob, filename=upload.filename, arrived_at=at, stage_since=at
        )
        if upload.audience and not upload.replaces:
            publish(track, Audience(upload.audience), upload.starts_at, by=upload.owner, at=at)
        upload.recording, upload.finished_at = recording, at
        upload.save(update_fields=["recording", "finished_at"])
    return recording


def abandon(upload: Upload) -> None:
    """Forget an upload. What already became a recording stays."""
    with _held(upload):
        part_of(upload).unlink(missing_ok=True)
        Upload.objects.filter(pk=upload.pk).delete()
    _running_digests.take(upload.key, -1)


def has_come(upload: Upload) -> bool:
    """Are all bytes here, and not a recording yet?"""
    return upload.received_bytes == upload.length_bytes and upload.finished_at is None


# ——— names ———


def clean_name(filename: str) -> str:
    """A file's name as somebody's machine gave it, without folders and control characters."""
    name = re.split(r"[/\\]", filename)[-1]
    name = "".join(letter for letter in name if letter.isprintable()).strip()
    return name[-255:] or "untitled"


def title_of(filename: str) -> str:
    """A title to begin with: "03_harbour-5am.final.wav" says "harbour 5am final"."""
    stem = filename.rpartition(".")[0] or filename
    stem = re.sub(r"[_.]+|(?<=\w)-(?=\w)", " ", stem)
    stem = re.sub(r"^\s*\d{1,3}\s*[-. ]\s*(?=\D)", "", stem)
    title = re.sub(r"\s+", " ", stem).strip(" -")
    return (title[:1].upper() + title[1:])[:200] or "Untitled"


def part_of(upload: Upload) -> Path:
    """Where the bytes gather."""
    return Path(settings.UPLOADS_DIR) / f"{upload.key}.part"


# ——— limits ———


def _within_limits(owner: Account, length_bytes: int, wish: Wish) -> None:
    if length_bytes <= 0:
        raise NothingInIt(f"{length_bytes} bytes")
    if length_bytes > settings.MAX_FILE_BYTES:
        largest = filesizeformat(settings.MAX_FILE_BYTES)
        raise FileTooLarge(advice=_("This file is larger than this server takes: up to %s.") % largest)
    if wish.replaces is None and Track.objects.filter(owner=owner).count() >= settings.MAX_TRACKS:
        raise TooMany(advice=_("You have %s tracks, as many as this server allows.") % settings.MAX_TRACKS)
    open_uploads = Upload.objects.filter(owner=owner, finished_at=None)
    if open_uploads.count() >= settings.MAX_OPEN_UPLOADS:
        most = settings.MAX_OPEN_UPLOADS
        raise TooMany(advice=_("You have %s unfinished uploads. Finish or remove some first.") % most)
    quota = owner.quota_bytes if owner.quota_bytes is not None else settings.QUOTA_BYTES
    coming = open_uploads.aggregate(total=Sum("length_bytes"))["total"] or 0
    left = quota - used_bytes(owner) - coming
    if length_bytes > left:
        words = _("You have %(left)s left of %(quota)s, and this file has %(size)s. Remove something first.")
        sizes = {"left": max(0, left), "quota": quota, "size": length_bytes}
        raise QuotaReached(advice=words % {name: filesizeformat(size) for name, size in sizes.items()})


def used_bytes(owner: Account) -> int:
    """What the originals of an account take; the same bytes twice count once, as they are stored once."""
    originals = Recording.objects.filter(track__owner=owner).values("original", "original__size_bytes").distinct()
    return sum(row["original__size_bytes"] for row in originals)


# ——— one piece ———


class Checksum:
    """What a piece must hash to, or it does not count (tus, checksum extension)."""

    def __init__(self, algorithm: str, expected: bytes) -> None:
        self.expected = expected
        self.running = hashlib.new(algorithm, usedforsecurity=False)


class WrongChecksum(BadRequest):
    advice = _("This piece was damaged on its way. Send it again.")
    status = 460
    code = "checksum_mismatch"


def _append(
    upload: Upload, part: BinaryIO, body: Body, running: "hashlib._Hash | None", checksum: Checksum | None
) -> OSError | None:
    """Write piece after piece, acknowledging now and then. Returns the error that cut the body off, if one did."""
    came, safe, cut = upload.received_bytes, upload.received_bytes, None
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
            _running_digests.take(upload.key, -1)
            raise TooMuch(f"{upload.key}: more than {upload.length_bytes} bytes")
        part.write(data)
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
        _running_digests.take(upload.key, -1)
        if cut is None:
            raise WrongChecksum(upload.key)
        return cut
    storage.sync_open(part)
    _acknowledge(upload, came)
    return cut


def _acknowledge(upload: Upload, received_bytes: int) -> None:
    upload.received_bytes = received_bytes
    upload.expires_at = timezone.now() + timedelta(hours=settings.UPLOAD_EXPIRY_HOURS)
    upload.save(update_fields=["received_bytes", "expires_at"])


@contextmanager
def _held(upload: Upload) -> Iterator[BinaryIO]:
    """The growing file, for one request of one process at a time. The lock goes with the process that holds it."""
    try:
        part = part_of(upload).open("r+b")
    except FileNotFoundError:
        upload.refresh_from_db()  # gone meanwhile: says so
        raise WrongOffset(f"{upload.key} has been taken in") from None
    with part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(upload.key) from None
        yield part


class RunningDigests:
    """SHA-256 of what has come so far of uploads that this process has seen from their first byte.

    Whoever's next piece goes to another process is hashed from the disk at its end instead.
    """

    MOST = 256

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the one below
        self._known: OrderedDict[str, tuple[int, hashlib._Hash]] = OrderedDict()

    def take(self, key: str, offset: int) -> "hashlib._Hash | None":
        """The digest up to `offset`, if it is known; it is then nobody else's."""
        with self._lock:
            known = self._known.pop(key, None)
        if offset == 0:
            return hashlib.sha256()
        return known[1] if known is not None and known[0] == offset else None

    def keep(self, key: str, offset: int, running: "hashlib._Hash | None") -> None:
        if running is None:
            return
        with self._lock:
            self._known[key] = (offset, running)
            while len(self._known) > self.MOST:
                self._known.popitem(last=False)

    def finished(self, upload: Upload) -> str:
        running = self.take(upload.key, upload.length_bytes)
        return running.hexdigest() if running is not None else ""


_running_digests = RunningDigests()


@every(seconds=600)
def let_go_of_expired(now: datetime) -> None:
    """Unfinished uploads that nobody came back to, and files that no upload names."""
    for upload in Upload.objects.filter(finished_at=None, expires_at__lt=now):
        try:
            abandon(upload)
        except InUse:
            continue
        except WrongOffset:
            upload.delete()
    named = set(Upload.objects.filter(finished_at=None).values_list("key", flat=True))
    for part in Path(settings.UPLOADS_DIR).glob("*.part"):
        if part.stem not in named and part.stat().st_mtime < (now - timedelta(days=1)).timestamp():
            part.unlink(missing_ok=True)
