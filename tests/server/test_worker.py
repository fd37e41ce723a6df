"""A worker may be killed at any moment: its job is done by the next one."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.house import House, until

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "home", TENUTO_JOB_LEASE_SECONDS="2")
    house.make()
    return house


def send(house: House, job: str, *arguments: str) -> None:
    house.inside(
        f"from tenuto.base.jobs import send; from tests.server.jobs_for_tests import {job}; send({job}, *{arguments!r})"
    )


def states(house: House) -> list[str]:
    with closing(sqlite3.connect(house.home / "tenuto.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT state FROM base_job ORDER BY id")]


def test_two_workers_share_the_jobs_and_do_each_once(house: House, tmp_path: Path) -> None:
    out = tmp_path / "notes"
    house.inside(
        "from tenuto.base.jobs import send; from tests.server.jobs_for_tests import note\n"
        f"[send(note, {str(out)!r}, str(number)) for number in range(40)]"
    )
    workers = [house.start("work", "--until-idle") for _ in range(2)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert sorted(out.read_text().split(), key=int) == [str(number) for number in range(40)]
    assert set(states(house)) == {"done"}


def test_a_job_whose_worker_was_killed_is_done_by_the_next(house: House, tmp_path: Path) -> None:
    out = tmp_path / "notes"
    send(house, "slowly", str(out))
    worker = house.start("work")
    until(out.exists)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert states(house) == ["running"]
    heir = house.start("work")
    try:
        until(lambda: states(house) == ["done"])
    finally:
        os.killpg(heir.pid, signal.SIGTERM)
        assert heir.wait(timeout=30) == 0
    assert out.read_text() == "began\nbegan\nended\n"


def test_a_job_that_kills_every_worker_is_given_up(house: House, tmp_path: Path) -> None:
    out = tmp_path / "notes"
    send(house, "deadly", str(out))
    with closing(sqlite3.connect(house.home / "tenuto.sqlite3")) as database:
        database.execute("UPDATE base_job SET attempts = 5")
        database.commit()
    assert house.start("work").wait(timeout=60) == 9
    heir = house.start("work")
    try:
        until(lambda: states(house) == ["failed"])
    finally:
        os.killpg(heir.pid, signal.SIGTERM)
        heir.wait(timeout=30)
    assert out.read_text() == "began\n"


def test_a_worker_told_to_stop_ends_its_job_first(house: House, tmp_path: Path) -> None:
    out = tmp_path / "notes"
    out.write_text("")  # so that it is quick
    send(house, "slowly", str(out))
    worker = house.start("work")
    until(lambda: "began" in out.read_text())
    worker.terminate()
    assert worker.wait(timeout=30) == 0
    assert out.read_text() == "began\nended\n"
    assert states(house) == ["done"]
