"""A worker is killed at each step of a run at the gate, and another goes on: no use without an entry, nothing left.

A real process on a real SQLite file, killed by the kernel; what is asserted is read from the file afterwards.
"""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.killed_at import STEPS
from tests.server.house import House, until

pytestmark = pytest.mark.slow

TWO_WORKS = """
from tests.people import person
from tests.gate.working import INPUT, agreed, work
alma = agreed(person("alma", "Alma Ferreira"))
print(work(alma, INPUT).pk, work(alma, INPUT).pk, work(alma).pk)
"""
TAKE_BACK = """
from tests.gate.working import INPUT, holds
from tenuto.tracks.models import Track
holds(Track.objects.order_by("pk").first(), INPUT)
"""
OF_FORGETTING = {"before anything is forgotten", "between forgetting and its record", "after it was recorded"}


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two recordings that may be listened to, and one that may not."""
    house = House(tmp_path_factory.mktemp("gate") / "home")
    house.make()
    house.inside(TWO_WORKS)
    return house.home


@pytest.fixture(scope="module")
def described(allowed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after AI has listened, and the first was taken back."""
    house = House(tmp_path_factory.mktemp("described") / "home", TENUTO_JOB_LEASE_SECONDS="1")
    shutil.copytree(allowed, house.home)
    assert house.run("work", "--queues", "ai", "--until-idle").returncode == 0
    house.inside(TAKE_BACK)
    return house.home


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_that_dies_leaves_nothing_unsaid_and_nothing_undone(
    step: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    house = House(tmp_path / "home", TENUTO_JOB_LEASE_SECONDS="1")
    shutil.copytree(request.getfixturevalue("described" if step in OF_FORGETTING else "allowed"), house.home)
    died = subprocess.run(
        [sys.executable, "-m", "tests.faults.killed_at", step],
        env=house.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert died.returncode == -9, died.stderr
    assert "dies here" in died.stderr
    with _file_of(house) as file:
        assert_said_before_read(file)
        assert_known_what_is_kept(file)
    worker = house.start("work", "--queues", "ai,default")
    try:
        until(lambda: _settled(house), seconds=90)
    finally:
        worker.terminate()
        worker.wait(30)
    with _file_of(house) as file:
        assert_said_before_read(file)
        assert_known_what_is_kept(file)
        assert_done(file, forgotten=step in OF_FORGETTING)


def _file_of(house: House) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(house.home / "tenuto.sqlite3", timeout=20))


def assert_said_before_read(file: sqlite3.Connection) -> None:
    """Each work that was handed over has its entry in the log, in a run that has its own, both written earlier."""
    silent = """
        SELECT p.id FROM gate_passage p
        LEFT JOIN ledger_entry e ON e."index" = p.entry
        LEFT JOIN gate_run r ON r.id = p.run_id
        LEFT JOIN ledger_entry o ON o."index" = r.entry
        WHERE p.handed_at IS NOT NULL
          AND (e."index" IS NULL OR o."index" IS NULL OR o."index" >= e."index" OR e.at > p.handed_at)
    """
    assert file.execute(silent).fetchall() == []


def assert_known_what_is_kept(file: sqlite3.Connection) -> None:
    """Nothing is kept of a work that the gate does not know of, nor of one that was never handed over."""
    for table in ("ai_organisation_heard", "gate_derived"):
        known = "SELECT track_id FROM gate_kept WHERE duty = 'organisation.describe'"
        read = "SELECT track_id FROM gate_passage WHERE handed_at IS NOT NULL"
        for source in (known, read):
            unknown = f"SELECT track_id FROM {table} WHERE track_id NOT IN ({source})"
            assert file.execute(unknown).fetchall() == [], table


def _settled(house: House) -> bool:
    with _file_of(house) as file:
        questions = (
            "SELECT count(*) FROM gate_due",
            "SELECT count(*) FROM gate_step WHERE done_at IS NULL",
            "SELECT count(*) FROM gate_run WHERE outcome = 'open'",
            "SELECT count(*) FROM base_job WHERE queue = 'ai' AND state IN ('waiting', 'running')"
            " AND once = 'gate organisation.describe'",
        )
        left = list((house.home / "scratch").glob("gate-*"))
        return not left and all(file.execute(question).fetchone() == (0,) for question in questions)


def assert_done(file: sqlite3.Connection, *, forgotten: bool) -> None:
    first, second, held = (work for (work,) in file.execute("SELECT id FROM tracks_track ORDER BY id"))
    expected = [(second,)] if forgotten else [(first,), (second,)]
    for question in (
        "SELECT track_id FROM ai_organisation_heard ORDER BY track_id",
        "SELECT track_id FROM gate_derived ORDER BY track_id",
        "SELECT track_id FROM gate_kept WHERE duty = 'organisation.describe' ORDER BY track_id",
    ):
        assert file.execute(question).fetchall() == expected, question
    assert file.execute("SELECT count(*) FROM gate_passage WHERE track_id = ?", [held]).fetchone() == (0,)
    outcomes = {outcome for (outcome,) in file.execute("SELECT outcome FROM gate_run")}
    assert outcomes <= {"done", "lost"}
    unclosed = "SELECT count(*) FROM gate_run WHERE close_entry IS NULL"
    assert file.execute(unclosed).fetchone() == (0,)
    if forgotten:
        steps = file.execute("SELECT count(*), count(entry) FROM gate_step").fetchone()
        assert steps == (1, 1)
        assert file.execute("SELECT count(*) FROM gate_withdrawal WHERE done_at IS NULL").fetchone() == (0,)


def test_every_run_that_was_killed_after_it_was_written_down_is_told_as_lost(allowed: Path, tmp_path: Path) -> None:
    house = House(tmp_path / "home", TENUTO_JOB_LEASE_SECONDS="1")
    shutil.copytree(allowed, house.home)
    command = [sys.executable, "-m", "tests.faults.killed_at", "between the first work and the second"]
    assert subprocess.run(command, env=house.environment, timeout=120, check=False).returncode == -9
    worker = house.start("work", "--queues", "ai,default")
    try:
        until(lambda: _settled(house), seconds=90)
    finally:
        worker.terminate()
        worker.wait(30)
    with _file_of(house) as file:
        told = file.execute("SELECT outcome, close_entry > entry FROM gate_run ORDER BY id").fetchall()
    assert told == [("lost", 1), ("done", 1), ("done", 1)], "and then each work alone"
