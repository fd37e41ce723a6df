"""Bytes on disk, named by the SHA-256 of what they are. Written once, never changed, shared by all who need them.

The order of every write is: bytes, fsync, the row, their lasting name, fsync of the folder, commit. A crash in between
leaves at most a file that no row names, which `sweep` removes; never a row whose bytes are not on disk.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import ManyToOneRel, Model, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenuto.base.errors import OverLimit
from tenuto.base.ids import new_key
from tenuto.base.models import Blob

CHUNK_BYTES = 1024 * 1024
# What a database, its journal and a log still need when the last upload has filled the disk.
SPARE_BYTES = 256 * 1024 * 1024
# A file without a row may belong to a transaction that has not ended yet.
GRACE = timedelta(hours=24)


class DiskFull(OverLimit):
    advice = _("This server's disk is full. Nothing you sent was lost; please tell its operator and try again later.")
    status = 507
    code = "disk_full"


def adopt(path: Path, *, digest: str | None = None) -> Blob:
    """Take a finished file into the store. `digest`: its SHA-256 where the caller has hashed it already.

    The file at `path` goes when the current transaction is committed, so a transaction that fails loses nothing and
    may simply be tried again. Row and bytes are taken together: `sweep` cannot come between them.
    """
    digest = digest or digest_of(path)
    size_bytes = path.stat().st_size
    sync(path)
    with transaction.atomic():
        # The row first, because writing it waits for a sweep that is just letting go of the same digest.
        blob, _created = Blob.objects.update_or_create(
            digest=digest, defaults={"stored_at": timezone.now()}, create_defaults={"size_bytes": size_bytes}
        )
        place = place_of(digest)
        if not place.exists() or place.stat().st_size != size_bytes:
            _link(path, place)
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return blob


def _link(path: Path, place: Path) -> None:
    """Give the bytes their lasting name beside the one they have; a copy where the disk cannot do that."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{new_key()}")
    try:
        os.link(path, draft)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(path, draft)
        sync(draft)
    draft.replace(place)
    sync(place.parent)
    sync(place.parent.parent)


def put_bytes(data: bytes) -> Blob:
    """Store bytes that are at hand."""
    make_room(len(data))
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    draft = settings.SCRATCH_DIR / f"bytes-{new_key()}"
    draft.write_bytes(data)
    return adopt(draft, digest=hashlib.sha256(data).hexdigest())


def path_of(blob: Blob) -> Path:
    """Where the bytes lie."""
    return place_of(blob.digest)


def open_blob(blob: Blob) -> BinaryIO:
    return place_of(blob.digest).open("rb")


def place_of(digest: str) -> Path:
    """Two levels of folders: a million files are 16 to a folder."""
    return Path(settings.STORE_DIR) / digest[:2] / digest[2:4] / digest


def make_room(size_bytes: int) -> None:
    """Raise `DiskFull` unless so many bytes can still be written, with something to spare."""
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(home).free < size_bytes + SPARE_BYTES:
        raise DiskFull(f"no room for {size_bytes} bytes")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read a piece at a time."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            sha256.update(chunk)
    return sha256.hexdigest()


def verify(blob: Blob) -> str:
    """What is wrong with the bytes of this row: "missing", "changed", or nothing ("")."""
    place = place_of(blob.digest)
    if not place.is_file():
        return "missing"
    return "" if digest_of(place) == blob.digest else "changed"


def forget(digests: Iterable[str]) -> int:
    """Remove those of these blobs that nobody refers to any more, at once. Returns how many went."""
    return sum(_let_go(digest) for digest in set(digests))


def sweep(now: datetime, grace: timedelta = GRACE) -> int:
    """Remove blobs nobody refers to, and files no row names, both once they are older than `grace`."""
    old = Blob.objects.filter(stored_at__lt=now - grace)
    for model, field in users():
        old = old.exclude(digest__in=model._default_manager.filter(**{f"{field}__isnull": False}).values(field))
    gone = sum(_let_go(digest, now - grace) for digest in list(old.values_list("digest", flat=True)))
    return gone + sum(drop_stray(place) for place in list(stray_files(now - grace)))


def users() -> Iterator[tuple[type[Model], str]]:
    """Every column of every table that refers to stored bytes."""
    for relation in Blob._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            yield relation.related_model, relation.field.name


def is_used(digest: str) -> bool:
    """Does any row need these bytes?"""
    return any(model._default_manager.filter(**{field: digest}).exists() for model, field in users())


def stray_files(older_than: datetime) -> Iterator[Path]:
    """Files in the store that no row names, and that have lain so since before `older_than`."""
    for folder in Path(settings.STORE_DIR).glob("??/??"):
        found = {path.name: path for path in folder.iterdir() if path.is_file()}
        named = set(Blob.objects.filter(digest__in=found).values_list("digest", flat=True))
        for name, path in found.items():
            with suppress(FileNotFoundError):
                # When it got its name here, not when its bytes were written: a link keeps the age of the bytes.
                if name not in named and path.stat().st_ctime < older_than.timestamp():
                    yield path


def drop_stray(place: Path) -> bool:
    """Remove a file that no row names. Whoever is just taking in the same bytes relies on it: then it stays."""
    if len(place.name) != 64:  # a draft, which a crash has left
        place.unlink(missing_ok=True)
        return True
    with transaction.atomic():
        # For this moment the row is ours, so nobody adopts these bytes between our look and our act.
        _blob, ours = Blob.objects.get_or_create(digest=place.name, defaults={"size_bytes": 0})
        if ours:
            place.unlink(missing_ok=True)
        transaction.set_rollback(True)
    return ours


def _let_go(digest: str, older_than: datetime | None = None) -> int:
    """Row and bytes go together. If the database refuses, because somebody refers to the row, both stay."""
    try:
        with transaction.atomic():
            blob = Blob.objects.select_for_update().filter(digest=digest).first()
            if blob is None or (older_than is not None and blob.stored_at >= older_than):
                return 0
            blob.delete()
            # Before the commit, while whoever adopts the same bytes waits for this row. Should the commit fail, the
            # row names nothing until they come again; nobody refers to it.
            place_of(digest).unlink(missing_ok=True)
    except ProtectedError:
        return 0
    return 1


def sync(path: Path) -> None:
    """Wait until the disk has it. Of a folder: its list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_open(file: BinaryIO) -> None:
    """Wait until the disk has what was written through this handle, its buffer included."""
    file.flush()
    os.fsync(file.fileno())
