"""Runs pytest with a PostgreSQL server of its own: made in a temporary folder, gone afterwards.

It is also pytest's plugin in these runs, and leaves out every test that never asks a database: on another one it could
only say the same again.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import TransactionTestCase

from tests.migrated import MIGRATE, surroundings

USER = "postgres"  # PostgreSQL refuses to run as root; Debian's packages make this user


def binaries() -> Path:
    """The folder of the newest server that is installed."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def is_here() -> bool:
    """Is a server installed on this machine?"""
    return bool(shutil.which("pg_ctl") or [*Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")])


@contextmanager
def serving() -> Iterator[str]:
    """The address of a database on a server that runs until the block ends."""
    bin_folder = binaries()
    as_root = os.geteuid() == 0

    def run(*command: str) -> None:
        as_user = ["runuser", "-u", USER, "--"] if as_root else []
        subprocess.run([*as_user, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)

    with tempfile.TemporaryDirectory(prefix="tenuto-pg-", dir="/tmp") as folder:
        data, sockets = Path(folder) / "data", Path(folder)
        if as_root:
            shutil.chown(folder, USER)
        Path(folder).chmod(0o755)
        run(str(bin_folder / "initdb"), "-D", str(data), "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync")
        # Its durability is PostgreSQL's to test; ours are the statements.
        options = f"-k {sockets} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        options += " -c max_connections=60"
        run(str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            run(str(bin_folder / "createdb"), "-h", folder, "-U", USER, "tenuto")
            # The socket's folder as a parameter: it may hold characters that a host name may not.
            yield f"postgresql://{USER}@/tenuto?host={sockets}"
        finally:
            run(str(bin_folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


def main(arguments: list[str]) -> int:
    with serving() as address, tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"TENUTO_DATABASE": address, "TENUTO_TESTS_TEMPLATE": "tenuto"}
        # Each process of pytest has a database of its own, and all begin with a copy of this one (tests/settings.py).
        of_the_site = surroundings(Path(home)) | {"TENUTO_DATABASE": address}
        subprocess.run([sys.executable, "-c", MIGRATE], env=of_the_site, check=True)
        command = [sys.executable, "-m", "pytest", "-p", "tests.on_postgres", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    asking = [item for item in items if asks_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
    items[:] = asking


def asks_database(item: pytest.Item) -> bool:
    """Does pytest-django open the database to this test: by a fixture, a mark, or Django's own class?"""
    fixtures = {"db", "transactional_db", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    in_class = isinstance(item, pytest.Function) and item.cls and issubclass(item.cls, TransactionTestCase)
    return bool(fixtures) or item.get_closest_marker("django_db") is not None or bool(in_class)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
