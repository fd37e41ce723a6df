"""The growing files of uploads: held by one request of one process at a time, written through, hashed on the way."""

import errno
import fcntl
import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tenuto.base import storage
from tenuto.base.errors import BadRequest

# A browser that pauses and goes on is back before the request it gave up has noticed: it writes down what came.
PATIENCE_SECONDS = 0.6

# Also RLIMIT_FSIZE and a file system's own largest file: whatever the reason, the bytes have no place here.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class InUse(BadRequest):
    advice = _("Another piece of this upload is just coming in. Wait until it has ended.")
    status = 423
    code = "locked"


class NoSuchPart(Exception):
    """No bytes lie here: they have been taken in, or the upload is gone."""


def path_of(key: str) -> Path:
    """Where the bytes of an upload gather."""
    return Path(settings.UPLOADS_DIR) / f"{key}.part"


def begin(key: str) -> None:
    path_of(key).parent.mkdir(parents=True, exist_ok=True)
    path_of(key).touch(mode=0o600)


@contextmanager
def held(key: str) -> Iterator[FileIO]:
    """The growing file, for the one who holds it. The lock goes with the process, however that ends."""
    path = path_of(key)
    try:
        part = FileIO(path, "r+")
    except FileNotFoundError:
        raise NoSuchPart(key) from None
    with part:
        _lock(part, key)
        # Whoever held it before may have taken it in: what we have opened is then an original, and not to be touched.
        try:
            still_here = os.path.samestat(os.fstat(part.fileno()), path.stat())
        except FileNotFoundError:
            still_here = False
        if not still_here:
            raise NoSuchPart(key)
        yield part


def _lock(part: FileIO, key: str) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up_at:
                raise InUse(key) from None
        time.sleep(0.02)


def write(part: FileIO, data: bytes) -> None:
    """All of `data`; raises DiskFull where there is no room for it."""
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[part.write(rest) or 0 :]
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise storage.DiskFull(str(error)) from error
        raise


class Digests:
    """SHA-256 of what has come so far, of uploads of which this process has seen the beginning.

    Pieces that other processes took in between are read from the disk. An upload whose beginning nobody here has seen
    is hashed from the disk when it is whole.
    """

    MOST = 256

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the one below
        self._known: OrderedDict[str, tuple[int, hashlib._Hash]] = OrderedDict()

    def take(self, key: str, offset: int) -> "hashlib._Hash | None":
        """The digest of the first `offset` bytes, if it is known; it is then nobody else's. Needs the part held."""
        if offset == 0:
            self.forget(key)
            return hashlib.sha256()
        with self._lock:
            upto, running = self._known.pop(key, (offset + 1, hashlib.sha256()))
        if upto > offset:
            return None
        with path_of(key).open("rb") as part:
            part.seek(upto)
            while upto < offset and (data := part.read(min(storage.CHUNK_BYTES, offset - upto))):
                running.update(data)
                upto += len(data)
        return running

    def keep(self, key: str, offset: int, running: "hashlib._Hash | None") -> None:
        if running is None:
            return
        with self._lock:
            self._known[key] = (offset, running)
            while len(self._known) > self.MOST:
                self._known.popitem(last=False)

    def forget(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)

    def of_whole(self, key: str, length_bytes: int) -> str:
        """The digest of a finished part. Keeps it, for the case that what follows has to be done again."""
        running = self.take(key, length_bytes)
        self.keep(key, length_bytes, running)
        return running.hexdigest() if running is not None else storage.digest_of(path_of(key))


digests = Digests()
