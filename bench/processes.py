"""What a process and all it has started cost: processor seconds and memory, as Linux counts them in /proc."""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """The process and its living descendants."""
    children: dict[int, list[int]] = defaultdict(list)
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            children[int(_fields(place)[1])].append(int(place.parent.name))
    found, new = [], [root]
    while new:
        found += new
        new = [child for parent in new for child in children[parent]]
    return found


def cpu_seconds(root: int) -> float:
    """Of the tree, user and system, those that have ended and were waited for included."""
    total = 0
    for pid in tree(root):
        with suppress(OSError):
            total += sum(map(int, _fields(Path(f"/proc/{pid}/stat"))[11:15]))
    return total * TICK_SECONDS


def memory_bytes(root: int) -> int:
    """Of the tree, by proportional set size: what several share is counted once."""
    total = 0
    for pid in tree(root):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


@dataclass
class Peak:
    """The most that was seen."""

    bytes: int = 0

    @property
    def mb(self) -> float:
        return round(self.bytes / 1e6, 1)


@contextmanager
def peak_of(root: int, every_seconds: float = 0.1) -> Iterator[Peak]:
    """Looks at the tree's memory again and again until the block ends."""
    peak, over = Peak(), threading.Event()

    def look() -> None:
        while True:
            peak.bytes = max(peak.bytes, memory_bytes(root))
            if over.wait(every_seconds):
                return

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield peak
    finally:
        over.set()
        looking.join()


def _fields(stat: Path) -> list[str]:
    """Those after the command's name, which may hold anything."""
    return stat.read_text().rpartition(")")[2].split()
