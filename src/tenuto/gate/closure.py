"""Lock 4: while AI code runs, the database is closed to it, but for the tables that its job keeps.

On SQLite the connection's authorizer refuses every statement that touches another table, when it is prepared; putting
it in place makes SQLite prepare every remembered statement anew. On PostgreSQL an authorizer does not exist: there the
job runs in a room (`rooms`), a process whose database role has rights on these tables only.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from tenuto.gate.guard import trusted, watched

_TOUCH = {sqlite3.SQLITE_READ, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
_HARMLESS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
    sqlite3.SQLITE_RECURSIVE,
}
# Functions that read or write files, or load code; the rest compute.
_REACHING = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}
_FROM_ARGUMENTS = {"json_each", "json_tree"}  # tables made of what the statement itself says

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]


def only(own: frozenset[str], read: frozenset[str] = frozenset()) -> Authorizer:
    """An authorizer that lets a connection touch `own` tables, read those of `read`, and nothing else."""
    open_to_read = own | read | _FROM_ARGUMENTS

    def verdict(action: int, first: str | None, second: str | None, database: str | None, inner: str | None) -> int:
        if action in _HARMLESS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            # An empty name is a statement that reads no column, as COUNT(*) over a sub-query of its own.
            return sqlite3.SQLITE_OK if first in open_to_read or not first else sqlite3.SQLITE_DENY
        if action in _TOUCH:
            return sqlite3.SQLITE_OK if first in own else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION:
            return sqlite3.SQLITE_DENY if (second or "").lower() in _REACHING else sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    return verdict


class Shut:
    """The database and the process, closed around AI code; opened for as long as the gate works for it."""

    def __init__(self, own: frozenset[str], read: frozenset[str]) -> None:
        self._verdict = only(own, read)
        self._closed = False

    @contextmanager
    def around(self) -> Iterator[None]:
        """AI code runs inside."""
        raw = _sqlite()
        raw.set_authorizer(self._verdict)
        self._closed = True
        try:
            with watched():
                yield
        finally:
            self._closed = False
            # AI code may have closed the connection, or lost it; the new one must not stay open to it, nor shut to us.
            _sqlite().set_authorizer(None)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The gate works inside, on the same connection."""
        with trusted():
            raw = _sqlite()
            raw.set_authorizer(None)
            try:
                yield
            finally:
                if self._closed:  # not where a door was kept beyond its run
                    _sqlite().set_authorizer(self._verdict)


def _sqlite() -> sqlite3.Connection:
    connection.ensure_connection()
    raw = connection.connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
