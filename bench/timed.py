"""Our web front with a clock: each process writes down how long each page took it, from a request's arrival until its
answer was handed to granian. The waits for a free thread, for the interpreter and for the database are in it; the way
to the reader is not.
"""

import os
import time
from pathlib import Path
from typing import Any

from tenuto.server.front import app as front


class Timed:
    """Writes a line to a file of its own process: milliseconds, and the path."""

    def __init__(self) -> None:
        self._lines = Path(f"{os.environ['TENUTO_BENCH_TIMES']}.{os.getpid()}").open("a", buffering=1)  # noqa: SIM115

    async def __rsgi__(self, scope: Any, transport: Any) -> None:
        began = time.perf_counter()
        await front.__rsgi__(scope, transport)
        self._lines.write(f"{(time.perf_counter() - began) * 1000:.3f} {scope.path}?{scope.query_string}\n")

    def __rsgi_del__(self, loop: Any) -> None:
        front.__rsgi_del__(loop)


app = Timed()
