"""One sequencer at a time: a lock on a file for this machine, and a lock in PostgreSQL for all machines.

Should both fail, the head is still moved by compare-and-swap: of two, one would find it moved, and sign nothing.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings
from django.db import connection

from tenuto.ledger import files

LOCK = 0x74656E75746F02  # "tenuto", 2


@contextmanager
def alone(patience_seconds: float = 0.0) -> Iterator[bool]:
    """True inside for one at a time; False for whoever has waited so long in vain."""
    with _file(monotonic() + patience_seconds) as first:
        if not first or connection.vendor != "postgresql":
            yield first
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            [(first,)] = cursor.fetchall()
        try:
            yield first
        finally:
            if first:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _file(deadline: float) -> Iterator[bool]:
    place = Path(settings.LEDGER_DIR) / "lock"
    files.make_folder(place.parent, mode=0o700)
    handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)  # closed on exec, so no child keeps it
    try:
        while not (first := _taken(handle)) and monotonic() < deadline:
            sleep(0.01)
        yield first
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
