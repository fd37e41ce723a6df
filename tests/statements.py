"""Which statements every test makes of the database, so that PostgreSQL is asked each of them and few of them often.

A plugin of pytest. Where it runs on SQLite with `--statements FOLDER`, it keeps of every test how long it took and the
shapes of its statements: their words, but for how many values stand in a row. On PostgreSQL, with the same option, it
leaves out every test whose shapes others bring there sooner. A statement that was refused is another than one that was
not. What commits stays, as that is about what transactions do to one another; so does whatever made no statement that
was heard, and every file that speaks of PostgreSQL or of what databases refuse. Without the option all tests run.
"""

import json
import os
import re
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any

import pytest
from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.test import TestCase, TransactionTestCase

VALUES = re.compile(r"%s(?:, ?%s)+")
ROWS = re.compile(r"\(%s\)(?:, ?\(%s\))+")
NUMBERS = re.compile(r"\b\d+\b|(?<=\b[TUVW])\d+\b|\bs\d+_x\d+\b")  # of pages, of joined tables, of savepoints
ABOUT_DATABASES = ("postgres", "integrityerror", "dataerror", "databaseerror", "tests.search")


@dataclass(frozen=True)
class Asked:
    seconds: float
    shapes: frozenset[str]


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
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in kept])
    items[:] = [item for item in items if item.nodeid in kept]


def shape(statement: str) -> str:
    """What is the same of all statements that differ in their values alone."""
    words = NUMBERS.sub("0", ROWS.sub("(%s)", VALUES.sub("%s", statement)))
    return blake2b(words.encode(), digest_size=8).hexdigest()


class Recorder:
    """Keeps what the running test asks, on every connection of this process."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w", encoding="utf-8")
        self._shapes: set[str] = set()
        connection_created.connect(self._listen)

    def _listen(self, connection: BaseDatabaseWrapper, **more: object) -> None:
        if self.hear not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.hear)

    def hear(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        try:
            done = execute(sql, params, many, context)
        except Error as refused:
            self._shapes.add(shape(f"{type(refused).__name__}: {sql}"))
            raise
        self._shapes.add(shape(sql))
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self._shapes.clear()
        began = time.perf_counter()
        ran = yield
        if self._shapes:
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
    """Does it commit what it writes, or stand in a file that names PostgreSQL or what a database refuses?"""
    mark = item.get_closest_marker("django_db")
    commits = "transactional_db" in getattr(item, "fixturenames", ()) or bool(mark and mark.kwargs.get("transaction"))
    in_class = getattr(item, "cls", None)
    commits |= bool(in_class and issubclass(in_class, TransactionTestCase) and not issubclass(in_class, TestCase))
    return commits or _is_about_databases(item.path)


@cache
def _is_about_databases(path: Path) -> bool:
    words = f"{'.'.join(path.parts)} {path.read_text(encoding='utf-8')}".lower()
    return any(word in words for word in ABOUT_DATABASES)
