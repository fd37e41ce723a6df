"""A whole Tenuto in processes of its own, in a folder of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.architecture.source import ROOT
from tests.migrated import begin

COMMAND = [sys.executable, "-P", "-m", "tenuto.server.command"]  # as bin/tenuto does


class House:
    """Runs commands against one home, and code inside it."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TENUTO_", "DJANGO_"))}
        self.environment = kept | {
            "TENUTO_HOME": str(home),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "tenuto.server.settings",
            **environment,
        }

    def make(self) -> "House":
        """Make it ready for any command, as the first one in a new home does."""
        if "TENUTO_DATABASE" not in self.environment:
            begin(self.home)
        ran = self.run("migrate")
        assert ran.returncode == 0, ran.stderr
        return self

    def run(self, *arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            [*COMMAND, *arguments], env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """A command that goes on, in a process group of its own so that all of it can be killed."""
        self.home.mkdir(exist_ok=True)
        return subprocess.Popen([*COMMAND, *arguments], env=self.environment, start_new_session=True, cwd=self.home)

    def inside(self, code: str) -> str:
        """What a piece of code prints that runs with this home's settings."""
        ran = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


def until(true: Callable[[], object], seconds: float = 120) -> None:
    """Wait for something that other processes bring about. How long they may take is no claim of any test."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
