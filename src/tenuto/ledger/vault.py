"""The keys: 32 random bytes for each subject, in a file of their own. Erase a key, and what it hid says nothing more.

The file is SQLite's whatever the main database is, so that it can be kept, backed up and emptied by rules of its own.
Each process opens it once and uses it by one thread at a time.
"""

import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from threading import RLock
from time import monotonic, sleep

from django.conf import settings

from tenuto.ledger.errors import VaultClosed
from tenuto.ledger.subjects import Subject, by_kind, ids_by_kind
from tenuto.rules.commitments import KEY_BYTES

WAIT_SECONDS = 20  # for other processes, as long as for the main database

# secure_delete: what is erased is overwritten. FULL: a key is on disk before anything rests on it. In memory: no copy
# of a key in a temporary file. (Measured on SQLite 3.40: without the first, or without emptying the write-ahead log
# after it, erased keys were still found in the files.)
PREPARE = """
    PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;
    CREATE TABLE IF NOT EXISTS key (
        kind TEXT NOT NULL, id INTEGER NOT NULL, key BLOB NOT NULL CHECK (length(key) = 32), PRIMARY KEY (kind, id)
    ) WITHOUT ROWID;
"""
READ = "SELECT id, key FROM key WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"
ADD = "INSERT OR IGNORE INTO key VALUES (?, ?, ?)"
DROP = "DELETE FROM key WHERE kind = ? AND id IN (SELECT value FROM json_each(?))"


def keys_of(subjects: Collection[Subject]) -> dict[Subject, bytes]:
    """Each subject's key, made where there was none. They are on disk before this returns."""
    with _open() as database:
        found = _read(database, subjects)
        missing = sorted(set(subjects) - found.keys()) if len(found) < len(subjects) else []
        if missing:
            fresh = os.urandom(KEY_BYTES * len(missing))
            rows = (
                (subject.kind, subject.id, fresh[place * KEY_BYTES : (place + 1) * KEY_BYTES])
                for place, subject in enumerate(missing)
            )
            with _transaction(database):
                database.executemany(ADD, rows)
            # Read, not remembered: another process may have been first with one of them.
            found |= _read(database, missing)
    return found


def bare_keys_of(subjects: Collection[Subject]) -> list[bytes]:
    """The same keys without saying whose each is, in no order: for whoever has a million subjects."""
    kinds = ids_by_kind(subjects)
    with _open() as database:
        found = [key for kind, ids in kinds.items() for _number, key in database.execute(READ, (kind, dumps(ids)))]
    if len(found) == sum(map(len, kinds.values())):
        return found
    return list(keys_of(subjects).values())


def known_keys(subjects: Collection[Subject]) -> dict[Subject, bytes]:
    """The keys of those subjects that have one: whoever reads makes none."""
    with _open() as database:
        return _read(database, subjects)


def every_key() -> list[tuple[Subject, bytes]]:
    """All keys there are, for whoever looks through the whole ledger."""
    with _open() as database:
        return [(Subject(kind, number), key) for kind, number, key in database.execute("SELECT kind, id, key FROM key")]


def every_subject() -> list[Subject]:
    """Everything that has a key."""
    with _open() as database:
        return [Subject(kind, number) for kind, number in database.execute("SELECT kind, id FROM key")]


def erase(subjects: Collection[Subject]) -> int:
    """Forget these keys for ever: in the file, its free pages and its write-ahead log. How many there were."""
    with _open() as database:
        with _transaction(database):
            gone = sum(
                database.execute(DROP, (kind, dumps(ids))).rowcount for kind, ids in ids_by_kind(subjects).items()
            )
        _empty_log(database)
    return gone


def count() -> int:
    """How many keys there are."""
    with _open() as database:
        return int(database.execute("SELECT count(*) FROM key").fetchone()[0])


def copy_to(place: Path) -> None:
    """A copy of the whole vault at one moment."""
    with _open() as database:
        target = sqlite3.connect(place)
        try:
            database.backup(target)
        finally:
            target.close()
    place.chmod(0o600)


def close() -> None:
    """Let go of the file in this process. It is opened again when next needed."""
    with _lock:
        if _vault.connection is not None and _vault.pid == os.getpid():
            _vault.connection.close()
        _vault.connection = None


def _read(database: sqlite3.Connection, subjects: Collection[Subject]) -> dict[Subject, bytes]:
    return {
        known[number]: key
        for kind, known in by_kind(subjects).items()
        for number, key in database.execute(READ, (kind, dumps(list(known))))
    }


def _empty_log(database: sqlite3.Connection) -> None:
    """Bring the write-ahead log into the file and cut it to nothing. Waits for whoever is just reading."""
    if not _comes_to(database, "PRAGMA wal_checkpoint(TRUNCATE)", 0):
        raise VaultClosed("keys are erased, but the vault's write-ahead log is in use and still holds them")


def _comes_to(database: sqlite3.Connection, pragma: str, answer: object) -> bool:
    """Whether this pragma answers so while we wait for others: at these two SQLite does not wait by itself."""
    deadline = monotonic() + WAIT_SECONDS
    while True:
        with suppress(sqlite3.OperationalError):  # locked
            if database.execute(pragma).fetchone()[0] == answer:
                return True
        if monotonic() > deadline:
            return False
        sleep(0.01)


# ——— the one connection of this process ———


@dataclass
class _Vault:
    connection: sqlite3.Connection | None = None
    path: str = ""
    pid: int = 0


_lock = RLock()  # guards _vault and its connection
_vault = _Vault()


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    path = str(settings.VAULT)
    with _lock:
        try:
            if _vault.connection is None or _vault.path != path or _vault.pid != os.getpid():
                _replace(path)
            assert _vault.connection is not None
            yield _vault.connection
        except sqlite3.Error as error:
            raise VaultClosed(f"{path}: {error}") from error


def _replace(path: str) -> None:
    if _vault.connection is not None and _vault.pid != os.getpid():
        # Inherited by a fork. Closing it here would drop the locks that the parent still holds.
        _inherited.append(_vault.connection)
        _vault.connection = None
    close()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        if not _comes_to(connection, "PRAGMA journal_mode=WAL", "wal"):
            raise VaultClosed(f"{path}: another process has had the file locked for {WAIT_SECONDS} seconds")
        connection.executescript(PREPARE)
    except (sqlite3.Error, VaultClosed):
        connection.close()
        raise
    _vault.connection, _vault.path, _vault.pid = connection, path, os.getpid()


_inherited: list[sqlite3.Connection] = []


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # a full disk may have ended it already
            database.execute("ROLLBACK")
        raise
