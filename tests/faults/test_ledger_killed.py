"""The ledger is killed at every step and at random moments, and published by two at once; on both databases.

KILLS=1000 asks for as many random kills.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests import on_postgres
from tests.server.house import House

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A home on either database."""
    home = tmp_path_factory.mktemp(request.param) / "home"
    if request.param == "sqlite":
        yield House(home).make()
        return
    if not on_postgres.is_here():
        pytest.skip("PostgreSQL is not installed here")
    with on_postgres.serving() as address:
        yield House(home, TENUTO_DATABASE=address).make()


def run(house: House, module: str, *arguments: object) -> Any:
    """What a program says that runs in this house."""
    ran = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        env=house.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=3000,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    print(ran.stdout)  # noqa: T201
    return json.loads(ran.stdout)


def test_whoever_kills_the_ledger_loses_no_entry_and_sees_one_history(house: House) -> None:
    """At whatever moment it is killed: what was acknowledged is there, and every checkpoint contains the last."""
    rounds = int(os.environ.get("KILLS", "32"))
    found = run(house, "tests.faults.killing", 20261128, rounds)
    assert found["kills"] == rounds + 36
    assert found["acknowledged"] > 500
    assert found["heads"] > 20
    assert found["publishing"] > 20


def test_two_that_publish_at_once_without_a_lock_sign_one_history(house: House) -> None:
    """Should both locks fail: of two, one moves the head; and what both sign is the same."""
    found = run(house, "tests.faults.sequencing", 7, 15)
    assert found["published"] > 0
    assert found["beaten"] + len(found["torn"]) > 0  # they did meet
    assert found["signed"] > found["heads"]
