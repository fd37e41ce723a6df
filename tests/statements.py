"""Which statements every test makes of the database, so that PostgreSQL is asked each of them and few of them often.

A plugin of pytest. Where it runs on SQLite with `--statements FOLDER`, it keeps of every test how long it took and the
shapes of its statements: their words, but for how many values stand in a row. On PostgreSQL, with the same option, it
leaves out every test whose shapes others bring there sooner. What commits stays, as that is about what transactions do
to one another, and so does every file that speaks of PostgreSQL. Without the option all tests run.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import TestCase, TransactionTestCase

VALUES = re.compile(r"%s(?:, ?%s)+")
ROWS = re.compile(r"\(%s\)(?:, ?\(%s\))+")
NUMBERS = re.compile(r"\d+")  # of pages, of savepoints, of tables that were joined


@dataclass(frozen=True)
class Asked:
    seconds: float
    shapes: frozenset[int]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--statements", type=Path, metavar="FOLDER", help="where the statements of each test are kept")


def pytest_configure(config: pytest.Config) -> None:
    folder = config.getoption("--statements")
    if folder is not None and connection.vendor == "sqlite":
        config.pluginmanager.register(Recorder(folder / f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}.jsonl"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    folder = config.getoption("--statements")
    if folder is None or connection.vendor == "sqlite":
        return
    known = recorded(folder)
    anyway = {item.nodeid for item in items if item.nodeid not in known or speaks_of_databases(item)}
    kept = enough({item.nodeid: known[item.nodeid] for item in items if item.nodeid in known}, anyway)
    items[:] = [item for item in items if item.nodeid in kept]


def shape(statement: str) -> int:
    return crc32(NUMBERS.sub("0", ROWS.sub("(%s)", VALUES.sub("%s", statement))).encode())


class Recorder:
    """Keeps what the running test asks, on every connection of this process."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w", encoding="utf-8")
        self._shapes: set[int] = set()
        connection_created.connect(self._listen)

    def _listen(self, connection: BaseDatabaseWrapper, **more: object) -> None:
        if self._hear not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._hear)

    def _hear(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        self._shapes.add(shape(sql))
        return execute(sql, params, many, context)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._shapes.clear()
        began = time.perf_counter()
        ran = yield
        json.dump([item.nodeid, round(time.perf_counter() - began, 4), sorted(self._shapes)], self._file)
        self._file.write("\n")
        return ran

    def pytest_unconfigure(self) -> None:
        self._file.close()


def recorded(folder: Path) -> dict[str, Asked]:
    """What was kept in this folder, by the tests' names."""
    lines = (line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
    return {name: Asked(seconds, frozenset(shapes)) for name, seconds, shapes in map(json.loads, lines)}


def enough(tests: Mapping[str, Asked], anyway: Iterable[str]) -> set[str]:
    """Those that run anyway, and of the others the quickest for each shape that is new, until none is missing.

    (The greedy cover; Chvátal, 1979.)
    """
    kept = set(anyway)
    missing = frozenset().union(*(asked.shapes for asked in tests.values()))
    missing -= frozenset().union(*(tests[name].shapes for name in kept if name in tests))
    waiting = [(0.0, name) for name in tests if name not in kept]
    heapify(waiting)
    while missing:
        # What a new shape costs only grows as fewer are missing: who is still first when it is told anew is first.
        _price, name = heappop(waiting)
        asked = tests[name]
        new = asked.shapes & missing
        if not new:
            continue
        price = asked.seconds / len(new)
        if waiting and (price, name) > waiting[0]:
            heappush(waiting, (price, name))
            continue
        kept.add(name)
        missing -= new
    return kept


def speaks_of_databases(item: pytest.Item) -> bool:
    """Does it commit what it writes, or stand in a file that names PostgreSQL?"""
    mark = item.get_closest_marker("django_db")
    commits = "transactional_db" in getattr(item, "fixturenames", ()) or bool(mark and mark.kwargs.get("transaction"))
    in_class = getattr(item, "cls", None)
    commits |= bool(in_class and issubclass(in_class, TransactionTestCase) and not issubclass(in_class, TestCase))
    return commits or _names_postgres(item.path)


@cache
def _names_postgres(path: Path) -> bool:
    return "postgres" in path.read_text(encoding="utf-8").lower()
