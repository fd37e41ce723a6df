"""Jobs that a worker in a process of its own can be given."""

import os
import time
from pathlib import Path

from django_tasks import task


@task()
def note(path: str, words: str) -> None:
    """Append a line."""
    with Path(path).open("a") as file:
        file.write(words + "\n")


@task()
def slowly(path: str) -> None:
    """Say that it began, take a while the first time, say that it ended."""
    first = not Path(path).exists()
    with Path(path).open("a") as file:
        file.write("began\n")
    if first:
        time.sleep(60)
    with Path(path).open("a") as file:
        file.write("ended\n")


@task()
def deadly(path: str) -> None:
    """Kill the worker itself, each time."""
    with Path(path).open("a") as file:
        file.write("began\n")
    os._exit(9)
