"""A worker that kills itself, as kill -9 would, at one numbered step of what the gate does."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

# Each step: where it is, whether before or after the call, and at which call of those that the worker makes.
STEPS = {
    "before anything is written": ("tenuto.gate.record.write_ahead", "before", 1),
    "after the run was written ahead": ("tenuto.gate.record.write_ahead", "after", 1),
    "before the first recording is opened": ("tenuto.gate.attendant.Attendant._permit", "before", 1),
    "after the first recording was permitted": ("tenuto.gate.attendant.Attendant._permit", "after", 1),
    "after the first recording was handed over": ("tenuto.gate.attendant.Attendant._recording", "after", 1),
    "before the first numbers are left": ("tenuto.gate.attendant.Attendant._derive", "before", 1),
    "between the first work and the second": ("tenuto.gate.attendant.Attendant._derive", "after", 1),
    "in the middle of the second": ("tenuto.gate.attendant.Attendant._recording", "after", 2),
    "after the last work": ("tenuto.gate.attendant.Attendant._derive", "after", 2),
    "before strays are looked for": ("tenuto.gate.journey.refuse_strays", "before", 1),
    "before the run is closed": ("tenuto.gate.record.close", "before", 1),
    "after the run was closed": ("tenuto.gate.record.close", "after", 1),
    "before anything is forgotten": ("tenuto.gate.journey.delete_rows", "before", 1),
    "between forgetting and its record": ("tenuto.gate.journey.delete_rows", "after", 1),
    "after it was recorded": ("tenuto.gate.journey.finish", "after", 1),
}


def arm(name: str) -> None:
    """Have this process die at the step of this name."""
    place, when, which = STEPS[name]
    owner, attribute = _owner_of(place)
    wrapped: Callable[..., Any] = getattr(owner, attribute)
    calls = 0

    def deadly(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if when == "before" and calls == which:
            _die()
        result = wrapped(*args, **named)
        if when == "after" and calls == which:
            _die()
        return result

    setattr(owner, attribute, deadly)


def _owner_of(place: str) -> tuple[Any, str]:
    path, _, attribute = place.rpartition(".")
    module, _, last = path.rpartition(".")
    if last[:1].isupper():
        __import__(module)
        return getattr(sys.modules[module], last), attribute
    __import__(path)
    return sys.modules[path], attribute


def _die() -> None:
    # The watch on AI code refuses os.kill; the deadly step is the test's own.
    os.write(2, b"dies here\n")
    signal.raise_signal(signal.SIGKILL)


if __name__ == "__main__":
    django.setup()
    from tenuto.server.worker import work

    arm(sys.argv[1])
    work(1, ["ai"], until_idle=True)
