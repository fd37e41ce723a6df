"""Several writers at once, on both databases."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from tenuto.ledger.models import Entry
from tests.ledger.keep_writing import keep_writing
from tests.server.house import House

WRITERS, ROUNDS = 4, 15
# Two entries each round, and for each writer the registration of its work.
EXPECTED = WRITERS * ROUNDS * 2 + WRITERS


@pytest.mark.slow
def test_processes_that_write_at_once_share_no_place_and_leave_no_gap(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.make()
    command = [sys.executable, "-m", "tests.ledger.keep_writing"]
    started = [
        subprocess.Popen([*command, str(writer), str(ROUNDS)], env=house.environment, stdout=subprocess.PIPE, text=True)
        for writer in range(WRITERS)
    ]
    given = [int(index) for process in started for index in process.communicate()[0].split()]
    assert len(given) == len({*given}) == WRITERS * ROUNDS * 2
    written = house.inside(
        "from tenuto.ledger.models import Entry; print(*Entry.objects.values_list('index', flat=True))"
    )
    assert [int(index) for index in written.split()] == [*range(1 + EXPECTED)]  # the first says that the log is opened


@pytest.mark.django_db(transaction=True)
def test_threads_that_write_at_once_share_no_place_and_leave_no_gap() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite in memory has one writer; on disk it is asked above")
    with ThreadPoolExecutor(WRITERS) as pool:
        given = [index for indices in pool.map(keep_writing, range(WRITERS), [ROUNDS] * WRITERS) for index in indices]
    assert len(given) == len({*given}) == WRITERS * ROUNDS * 2
    assert [*Entry.objects.values_list("index", flat=True)] == [*range(EXPECTED)]
