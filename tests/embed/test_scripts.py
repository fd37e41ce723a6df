"""What a page may ask of the player that it embeds, run by node."""

import subprocess
from pathlib import Path

import pytest

from tests.web.test_scripts import NODE

HERE = Path(__file__).parent


@pytest.mark.skipif(NODE is None, reason="there is no node 20.19 or later here, which runs the tests of our scripts")
def test_the_scripts_keep_their_promises() -> None:
    assert NODE is not None
    run = subprocess.run(
        [NODE, "--test", str(HERE / "asked.test.js")], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
