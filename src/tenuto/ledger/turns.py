"""Whoever publishes comes to SQLite's one write lock, though others write without a pause. PostgreSQL has a queue.

SQLite has none: who waits looks again after as much as 100 ms, and who writes batch upon batch has the lock again by
then. Beside one such writer a step of the sequencer waited for seconds. So it puts up a sign, and whoever has written
entries looks for the sign after the commit and lets the sequencer go first. The sign is a lock on a file: it falls
with the process that put it up.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings
from django.db import OperationalError, connection, transaction

from tenuto.ledger import files

PATIENCE_SECONDS = 0.1  # of a writer, with a sequencer that may have been stopped; its turn takes a few milliseconds
LOOK_SECONDS = 0.001


@contextmanager
def first() -> Iterator[None]:
    """A short transaction, before which writers of entries make way."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with ExitStack() as stack:
        stack.enter_context(sign())
        _begin(stack)
        yield


def after_commit() -> None:
    """Let whoever publishes go first, once the transaction that is open has ended."""
    if connection.vendor == "sqlite":
        transaction.on_commit(give_way, robust=True)


def give_way() -> None:
    """Wait while the sign is up."""
    deadline = monotonic() + PATIENCE_SECONDS
    while _is_up() and monotonic() < deadline:
        sleep(LOOK_SECONDS)


@contextmanager
def sign() -> Iterator[None]:
    """Up inside. There is one."""
    place = _place()
    files.make_folder(place.parent, mode=0o700)
    handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)  # a child that was forked meanwhile has the handle, too
        os.close(handle)


def _is_up() -> bool:
    try:
        handle = os.open(_place(), os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _place() -> Path:
    return Path(settings.LEDGER_DIR) / "turn"


def _begin(stack: ExitStack) -> None:
    """Open a transaction as soon as nobody else has one: SQLite, left to itself, would look too seldom."""
    with connection.cursor() as cursor:
        [(patience_ms,)] = cursor.execute("PRAGMA busy_timeout").fetchall()
        cursor.execute("PRAGMA busy_timeout = 0")
        deadline = monotonic() + patience_ms / 1000
        try:
            while not _has_begun(stack, deadline):
                sleep(LOOK_SECONDS)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience_ms}")


def _has_begun(stack: ExitStack, deadline: float) -> bool:
    try:
        stack.enter_context(transaction.atomic())
    except OperationalError as error:
        cause = error.__cause__
        if (
            isinstance(cause, sqlite3.Error)
            and cause.sqlite_errorcode == sqlite3.SQLITE_BUSY
            and monotonic() < deadline
        ):
            return False
        raise
    return True
