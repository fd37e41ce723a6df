"""A database that all migrations have run on, and the collected static files: made once for each state of the code.

Migrating takes seconds of every process that begins an empty home, and a suite begins dozens. That it can be done is
what tests/server/test_migrations.py and the first home of every state are for.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path

from tests.architecture.source import ROOT

DATABASE = "tenuto.sqlite3"
MIGRATE = "import django; django.setup(); from tenuto.base.tables import migrate; migrate()"
COLLECT = "import django; django.setup(); from tenuto.server.serve import collect; collect(lambda _words: None)"


@cache
def migrated() -> Path:
    """A folder with the empty database of this version of the code, and its static files."""
    place = Path(tempfile.gettempdir()) / f"tenuto-migrated-{_state_of_the_code()}"
    if not place.exists():
        with place.with_suffix(".lock").open("w") as lock:
            flock(lock, LOCK_EX)  # of several processes one makes it, and the others wait
            if not place.exists():
                _make().rename(place)
    return place


def _make() -> Path:
    made = Path(tempfile.mkdtemp(prefix="tenuto-migrating-"))
    steps = [subprocess.Popen([sys.executable, "-c", step], env=surroundings(made)) for step in (MIGRATE, COLLECT)]
    assert [step.wait(timeout=300) for step in steps] == [0, 0]
    with closing(sqlite3.connect(made / DATABASE)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (made / "secret_key").unlink(missing_ok=True)  # each home has its own
    return made


def surroundings(home: Path) -> dict[str, str]:
    """The environment of a process of the site's own, with the site's settings instead of the tests'."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TENUTO_")}
    settings = {"DJANGO_SETTINGS_MODULE": "tenuto.server.settings"}
    return kept | settings | {"TENUTO_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}


def begin(home: Path) -> None:
    """Let this empty home begin with it."""
    shutil.copytree(migrated(), home, dirs_exist_ok=True)


def fill(database: sqlite3.Connection) -> None:
    """Let this empty database begin with it."""
    with closing(sqlite3.connect(migrated() / DATABASE)) as source:
        source.backup(database)


def _state_of_the_code() -> str:
    """Changes with every line that could change what is made."""
    digest = hashlib.sha256()
    for place in sorted([*ROOT.glob("src/tenuto/**/*"), ROOT / "requirements-dev.txt"]):
        if place.is_file() and place.suffix != ".pyc":
            digest.update(f"{place.relative_to(ROOT)}\0".encode() + hashlib.sha256(place.read_bytes()).digest())
    return digest.hexdigest()[:16]
