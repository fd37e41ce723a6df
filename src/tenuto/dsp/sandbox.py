"""Runs a function of ours on a stranger's file in a process of its own, which can harm nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from tenuto.dsp.limits import QUICK, Limits

P = ParamSpec("P")
T = TypeVar("T")


class Sandbox:
    """Processes with limits. One per worker process; safe to share between threads.

    sandbox = Sandbox()
    found = sandbox.run(probe, path, reads=[path])
    made = sandbox.run(render, path, into, plan, limits, reads=[path], writes=[into],
                       limits=limits, on_progress=show)
    """

    def run(
        self,
        function: Callable[..., T],
        *args: Any,
        reads: tuple[Path, ...] = (),
        writes: tuple[Path, ...] = (),
        limits: Limits = QUICK,
        on_progress: Callable[[float], None] | None = None,
    ) -> T:
        """Return `function(*args)` as a child computes it. With `on_progress`, the child's function is called with
        `on_progress=` too. Whatever goes wrong in the child is a SoundError here."""
        raise NotImplementedError
