"""What reads volumes in the sandbox, which sees these files, and the method's own code, and nothing else.

The methods are AI code, so they run where they can reach nothing that they were not given.
"""

import mmap
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenuto.gate.container import Arrays, pack, unpack

Merge = Callable[[Sequence[Arrays], Collection[int]], Arrays]
Ask = Callable[[Sequence[NDArray[np.float32]]], Arrays]
Found = dict[str, Any]
LookUp = Callable[[Arrays, Sequence[Arrays], Collection[int]], list[Found]]


def rewrite(merge: Merge, sources: Sequence[Path], without: Sequence[int], into: Path) -> int:
    """Merge the volumes at `sources`, leaving these works out, into a new file. How many bytes."""
    with ExitStack() as opened:
        files = [opened.enter_context(source.open("rb")) for source in sources]
        maps = [mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) for file in files]
        made = pack(merge([unpack(each) for each in maps], frozenset(without)))
    return into.write_bytes(made)


def ask(method: Ask, rows: Sequence[Path], into: Path) -> int:
    """Write what a method asks about a recording, in rows of samples as `dsp.mono` writes them. How many bytes."""
    return into.write_bytes(pack(method([np.fromfile(row, np.float32) for row in rows])))


def look_up(method: LookUp, question: Path, volumes: Sequence[Path], without: Sequence[int]) -> list[Found]:
    """What a method finds for a question by these volumes."""
    with ExitStack() as opened:
        files = [opened.enter_context(path.open("rb")) for path in volumes]
        maps = [mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) for file in files]
        return method(unpack(question.read_bytes()), [unpack(each) for each in maps], frozenset(without))
