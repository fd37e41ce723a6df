"""A process that is killed at the n-th thing it does to an index, and one that comes after it: test_volumes_kill_9.

Forks for every moment, so that Django starts once. Prints a line of JSON for each: what stood afterwards.
"""

import gc
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django
import numpy as np

HOME = Path(sys.argv[1])
os.environ |= {"TENUTO_HOME": str(HOME), "DJANGO_SETTINGS_MODULE": "tenuto.server.settings"}
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from tenuto.gate import volumes  # noqa: E402
from tenuto.gate.container import pack, unpack  # noqa: E402
from tenuto.gate.duties import duties  # noqa: E402

KIND = "identification.index"
DUTY = next(duty for duty in duties() if duty.shelves == KIND)
countdown = [10**9]


def heed(event: str, args: tuple[Any, ...]) -> None:
    """Die before the n-th time that a file of the index is written, named or removed, or that rows are."""
    if event not in {"open", "os.rename", "os.remove"} or (event == "open" and "w" not in str(args[1])):
        return
    if str(settings.INDEX_DIR) in str(args[0]):
        count()


def count() -> None:
    countdown[0] -= 1
    if countdown[0] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


def counted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if not sql.startswith("SELECT"):
        count()
    return execute(sql, params, many, context)


class Here:
    """The sandbox has tests of its own; here its work is done in the process that is to be killed."""

    def run(self, function: Callable[..., Any], *args: Any, **more: Any) -> Any:
        return function(*args)


def merged(arrays: Any, without: Any) -> dict[str, Any]:
    pieces = [one for each in arrays for one in each["pieces"].tolist() if one not in without]
    return {"pieces": np.array(sorted(pieces), np.int64)}


def add(*works: int) -> None:
    volumes.add(KIND, works, pack({"pieces": np.array(works, np.int64)}))


def act() -> None:
    add(7)
    volumes.erase(DUTY, [1, 5])
    volumes.settle(DUTY)


def in_a_fork(do: Callable[[], None]) -> int:
    """How it ended: 0, or the signal."""
    connection.close()
    child = os.fork()
    if child == 0:
        do()
        os._exit(0)
    return os.waitpid(child, 0)[1]


def killed(moment: int) -> None:
    sys.addaudithook(heed)
    countdown[0] = moment
    with connection.execute_wrapper(counted):
        act()


def stands() -> dict[str, Any]:
    """What a reader finds now, and which bytes lie there."""
    handles = volumes.opened(KIND)
    read = [one for handle in handles for one in pieces(os.pread(handle, 1 << 20, 0))]
    for handle in handles:
        os.close(handle)
    lying = [one for path in (settings.INDEX_DIR / KIND).glob("*.arrays") for one in pieces(path.read_bytes())]
    return {"read": sorted(set(read) - set(volumes.struck(KIND))), "lying": sorted(lying)}


def pieces(file: bytes) -> list[int]:
    found: list[int] = unpack(file)["pieces"].tolist()
    return found


def main() -> None:
    object.__setattr__(DUTY, "merges", merged)
    volumes.SANDBOX = Here()  # type: ignore[assignment, attr-defined]
    for works in ((1, 2), (3,), (4,), (5,)):
        add(*works)
    connection.close()
    gc.freeze()  # collected after each fork, all memory would be copied each time
    shutil.copytree(HOME, HOME.with_name("before"))
    moment = 0
    while True:
        moment += 1
        status = in_a_fork(partial(killed, moment))
        assert status in (0, signal.SIGKILL), status
        after = stands()
        assert volumes.lose(KIND, print) == 0
        volumes.erase(DUTY, [1, 5])
        volumes.settle(DUTY)
        said = {"moment": moment, "status": status, "after": after, "later": stands()}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
        if status == 0:
            return
        connection.close()
        shutil.rmtree(HOME)
        shutil.copytree(HOME.with_name("before"), HOME)


if __name__ == "__main__":
    main()
