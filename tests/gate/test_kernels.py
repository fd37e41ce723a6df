"""A withdrawn track leaves, to the last bit, the model that never saw it, on every kernel and any number of cores."""

import json
import os
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests.kernels import kernels

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def program(home: Path, *words: str, **settings: str) -> Any:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TENUTO_")}
    environment |= {
        "TENUTO_HOME": str(home),
        "TENUTO_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "tenuto.server.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.gate.kernels", *words]
    done = subprocess.run(command, env=environment | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_withdrawing_gives_the_model_that_never_saw_the_track_on_every_kernel(tmp_path: Path) -> None:
    """Made before you allowed it, made with it, made after you took it back: the first and the last are one model."""
    never, seen, withdrawn = program(tmp_path, "make")
    assert never["digest"] == withdrawn["digest"] != seen["digest"]
    products = set()
    for kernel, threads in zip((*kernels(), kernels()[0]), cycle("12")):
        settings = {"OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": threads}
        found = program(tmp_path, "again", never["job"], withdrawn["job"], **settings)
        assert set(found["digests"]) == {withdrawn["digest"]}, f"{kernel} with {threads} threads"
        products.add(found["kernel"])
    # Else all of this ran on one kernel, and shows nothing.
    assert len(products) >= 3
