"""Whoever has music here brings it along: a database of the first day, with some of everything, becomes today's."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.server.house import House

pytestmark = pytest.mark.slow

DATABASES = sorted((ROOT / "tests/golden").glob("database-*.sql"))
# Written by Django itself, for the tables that there are.
NOT_OURS = {"django_migrations", "django_content_type", "auth_permission", "sqlite_sequence"}
Rows = list[dict[str, object]]


def tables(database: sqlite3.Connection) -> dict[str, Rows]:
    """Every row of every table, as its columns say it."""
    database.row_factory = sqlite3.Row
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: [dict(row) for row in database.execute(f'SELECT * FROM "{name}" ORDER BY 1')]
        for name in names
        if name not in NOT_OURS
    }


@pytest.mark.parametrize("dump", DATABASES, ids=lambda dump: dump.stem)
def test_nothing_is_lost_on_the_way_to_this_version(dump: Path, tmp_path: Path) -> None:
    house = House(tmp_path)
    place = tmp_path / "tenuto.sqlite3"
    with closing(sqlite3.connect(place)) as database:
        database.executescript(dump.read_text(encoding="utf-8"))
        before = tables(database)
    assert sum(map(len, before.values())) >= 15, "there is something to lose"
    ran = house.run("migrate")
    assert ran.returncode == 0, ran.stderr
    with closing(sqlite3.connect(place)) as database:
        after = tables(database)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for name, rows in before.items():
        assert len(after[name]) == len(rows), name
        for old, new in zip(rows, after[name], strict=True):
            assert old == {column: new[column] for column in old}, name
    assert house.run("manage", "migrate", "--check").returncode == 0
    assert "Harbour, 5 a.m." in house.inside(
        "from django.conf import settings; settings.ALLOWED_HOSTS = ['*']\n"
        "from django.test import Client; print(Client().get('/@alma').content.decode())"
    )
