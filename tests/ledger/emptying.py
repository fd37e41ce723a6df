"""Between tests the ledger's rows must go, which its tables refuse: for that moment they are told to look away."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

TABLES = ("ledger_entry", "ledger_registration", "ledger_drawnmanifest", "ledger_log")


def empty_ledger() -> None:
    """Take away every row of the ledger, and put the guards back."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in TABLES))
        if not any(rows for (rows,) in cursor.fetchall()):
            return
    with guards_lifted(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")


@contextmanager
def guards_lifted() -> Iterator[None]:
    """What somebody could do who owns the database and takes its triggers away."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_%'")
        guards = cursor.fetchall()
        for name, _sql in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _name, sql in guards:
            cursor.execute(sql)
