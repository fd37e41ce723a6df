"""Reads the operator's settings from the environment, and says plainly when one makes no sense."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from tenuto.rules.ern import is_party


def text(name: str, default: str) -> str:
    return os.environ.get(name, default)


def words(name: str, default: str) -> list[str]:
    return text(name, default).split()


def number(name: str, default: int) -> int:
    given = os.environ.get(name, "")
    if not given:
        return default
    if not given.isdecimal():
        raise ImproperlyConfigured(f"{name} is {given!r}; it must be a whole number such as {default}.")
    return int(given)


def flag(name: str, default: bool) -> bool:
    given = os.environ.get(name, "").lower()
    if given in {"", "yes", "no", "true", "false", "1", "0"}:
        return given in {"yes", "true", "1"} if given else default
    raise ImproperlyConfigured(f"{name} is {given!r}; it must be yes or no.")


def address(name: str, *schemes: str) -> str:
    """The address of another service, by one of these schemes; or nothing."""
    given = os.environ.get(name, "")
    if given and urlsplit(given).scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} must begin with {', '.join(f'{scheme}://' for scheme in schemes)}, or be empty."
        )
    return given


def party(name: str) -> str:
    """A DDEX Party Identifier, or nothing."""
    given = os.environ.get(name, "")
    if given and not is_party(given):
        raise ImproperlyConfigured(f"{name} is {given!r}; it must be DDEX's: PADPIDA2026112901A.")
    return given


def secret_key(home: Path) -> str:
    """The key that signs cookies and addresses: from TENUTO_SECRET_KEY, else made once and kept in `home`."""
    given = os.environ.get("TENUTO_SECRET_KEY", "")
    if given:
        return given
    place = home / "secret_key"
    if not place.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        # A link, not a rename: of two processes that start at once, one wins and both read its key.
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return place.read_text().strip()


def database(home: Path) -> dict[str, Any]:
    """Django's settings of the database: TENUTO_DATABASE as postgresql://user:password@host:port/name, else SQLite."""
    address = os.environ.get("TENUTO_DATABASE", "")
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "tenuto.sqlite3",
            # Opening the file anew costs 1 to 3 ms of each page; a thread keeps its connection.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                # Take the write lock at the start of a transaction: a reader that turns writer half-way
                # cannot wait for the lock and would fail at once.
                "transaction_mode": "IMMEDIATE",
                # 4,000 pages of the write-ahead log, 16 MB, before they are carried over: a page that is written again
                # meanwhile is carried once. A fifth fewer bytes for the ledger's batches than with SQLite's 1,000.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000; "
                "PRAGMA wal_autocheckpoint=4000;",
            },
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "TENUTO_DATABASE must look like postgresql://user:password@host:5432/name, or be empty for SQLite."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # Opening one takes 5 ms and its first page 10 more, until the server knows its way about the tables.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": _FOR_PAGES, **dict(parse_qsl(parts.query, keep_blank_values=True))},
    }


# Whoever opens a page waits for a few rows. Compiling a question (JIT) takes longer than answering it, and with more
# processes for each PostgreSQL would go through whole tables where an index has what is asked for.
_FOR_PAGES = "-c jit=off -c max_parallel_workers_per_gather=0"
