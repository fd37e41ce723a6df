"""Runs the tests of the scripts that need no browser. Node is a developer's tool; nothing else needs it."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def _node() -> str | None:
    """A node that knows modules by their syntax, as browsers do: 20.19, 22.7 or later."""
    node = shutil.which("node")
    if node is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = map(int, version.strip().lstrip("v").split(".")[:2])
    return node if (major, minor) >= (22, 7) or (major == 20 and minor >= 19) else None


NODE = _node()


@pytest.mark.skipif(NODE is None, reason="there is no node 20.19 or later here, which runs the tests of our scripts")
@pytest.mark.parametrize("path", sorted(HERE.glob("*.test.js")), ids=lambda path: path.stem)
def test_the_scripts_keep_their_promises(path: Path) -> None:
    assert NODE is not None
    run = subprocess.run([NODE, "--test", str(path)], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
