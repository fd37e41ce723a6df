"""A process is killed at every step of adding to an index and erasing from it: nothing is lost, nothing comes back."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.architecture.source import ROOT
from tests.server.house import House

pytestmark = pytest.mark.slow


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """In memory where there is such a place: what is synced a thousand times there costs nothing."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="tenuto-volumes-", dir=memory if os.access(memory, os.W_OK) else tmp_path) as made:
        yield Path(made)


def test_an_index_outlives_a_kill_at_every_step_and_no_erased_byte_is_left(place: Path) -> None:
    """Works 1 to 5 are known; 7 is added, 1 and 5 are erased, volumes are merged; then somebody else does it again."""
    house = House(place / "home")
    house.make()
    program = [sys.executable, "-m", "tests.faults.volumes_killed", str(house.home)]
    environment = house.environment | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    ran = subprocess.run(program, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    moments = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [one["status"] for one in moments] == [9] * (len(moments) - 1) + [0]
    assert len(moments) > 20
    for one in moments:
        after, later = set(one["after"]["read"]), one["later"]
        assert {2, 3, 4} <= after, one
        assert after <= {1, 2, 3, 4, 5, 7}, one
        assert later["read"] in ([2, 3, 4], [2, 3, 4, 7]), one
        assert later["lying"] == later["read"], one
    assert moments[-1]["after"] == {"read": [2, 3, 4, 7], "lying": [2, 3, 4, 7]}
