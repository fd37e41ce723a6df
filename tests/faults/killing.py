"""Writes and publishes in children that are killed without warning, and looks each time at what they left behind.

Run in a house of its own: `python -m tests.faults.killing SEED ROUNDS`. Prints one JSON object.
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

import django

django.setup()

from django.db import connections, transaction  # noqa: E402  settings first

from tenuto.base.signatures import verify  # noqa: E402
from tenuto.ledger import auditing, book, files, layout, logs, sequencer, vault  # noqa: E402
from tenuto.ledger.sequencer import Sequencer  # noqa: E402
from tenuto.ledger.subjects import Subject  # noqa: E402
from tenuto.rules.checkpoints import Checkpoint, opened  # noqa: E402
from tenuto.rules.nodes import TileNodes  # noqa: E402
from tenuto.rules.tree import check_consistency, consistency_proof  # noqa: E402

# Every step of the way from the book to what is published, where a child may be killed before it or after it.
STEPS: list[tuple[Any, str]] = [
    (sequencer, "examine"),
    (sequencer, "pad"),
    (sequencer, "lay_out"),
    (files, "write"),
    (files, "sync_folder"),
    (files, "settle"),
    (layout, "read_back"),
    (sequencer, "sign"),
    (sequencer, "swap"),
    (sequencer, "publish"),
]
ONCE = {"examine", "settle"}  # when a process begins: a third call would never be
Kill = tuple[int, bool, int]  # which step, after it (or before), at its how manieth call


class Witnessed:
    """What was promised to whoever asked, and what everybody could see: it must hold for ever."""

    def __init__(self) -> None:
        self.leaves: dict[int, str] = {}  # by index, as it was acknowledged: the leaf
        self.heads: list[Checkpoint] = []
        self._held = 0  # so many entries of the book were compared

    def look(self) -> None:
        """Note what is published. Fails if it does not contain what was published before."""
        log = logs.open_log()
        shelf = logs.shelf_of(log)
        note = shelf.published()
        if note is None:
            return
        head = opened(note, logs.verifiers(log), verify).checkpoint
        if self.heads:
            last = self.heads[-1]
            if (last.size, last.root) == (head.size, head.root):
                return
            proof = consistency_proof(last.size, head.size, TileNodes(head.size, shelf.read))
            check_consistency(last.size, head.size, last.root, head.root, proof)
        self.heads.append(head)

    def acknowledge(self, line: str) -> None:
        """Somebody was told that this entry stands there."""
        index, leaf = line.split()
        assert int(index) not in self.leaves, f"index {index} was given twice"
        self.leaves[int(index)] = leaf

    def hold(self, *, everything: bool = False) -> None:
        """Fails unless what was acknowledged is in the book, where it was said to be; what is new, or all of it."""
        start = 0 if everything else self._held
        for index, leaf in enumerate(book.leaves(start, book.size()), start):
            said = self.leaves.get(index)
            assert said in (None, leaf.hex()), f"entry {index} is not what was acknowledged"
        self._held = book.size()
        assert max(self.leaves, default=-1) < self._held, "an entry that was acknowledged is not there"


def child(out: int, seed: int, kill: Kill | None) -> None:
    """Write and publish without end; say what one is at, and each entry once it is committed."""
    if kill is not None:
        arm(*kill)
    chance = random.Random(seed)
    publisher = Sequencer()
    while True:
        os.write(out, b"writing\n")
        with transaction.atomic():
            many = chance.choice([1, 2, 5, 40])
            use: dict[str, object] = {"v": 1, "t": "use", "n": chance.randrange(10**9)}
            given = book.write([book.blinded(Subject("recording", chance.randrange(20)), use) for _ in range(many)])
        leaves = book.leaves(given[0], given[-1] + 1)
        os.write(out, "".join(f"{i} {leaf.hex()}\n" for i, leaf in zip(given, leaves, strict=True)).encode())
        os.write(out, b"publishing\n")
        publisher.step()


def arm(step: int, after: bool, call: int) -> None:
    """Have this process killed before or after one of the steps."""
    place, name = STEPS[step]
    real: Callable[..., Any] = getattr(place, name)
    calls = count(1)

    def killed(*given: Any, **named: Any) -> Any:
        mine = next(calls) == call  # several threads may be in it at once
        if mine and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*given, **named)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(place, name, killed)


def run(seed: int, kill: Kill | None, word: str, seconds: float) -> list[str]:
    """Let a child work until it is killed: at its step, or so long after it said that word. What it said, by lines."""
    connections.close_all()
    vault.close()
    sys.stdout.flush()
    reading, writing = os.pipe()
    if not (pid := os.fork()):
        os.close(reading)
        try:
            child(writing, seed, kill)
        finally:
            os._exit(3)  # an exception: never reached otherwise
    os.close(writing)
    with os.fdopen(reading) as said:
        whole = ""
        if kill is None:
            while not whole.endswith(word):
                whole += said.readline()
            time.sleep(seconds)
            os.kill(pid, signal.SIGKILL)
        whole += said.read()
    _pid, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"the child failed by itself: {status}"
    return whole[: whole.rfind("\n") + 1].splitlines()


def main(seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    seen, killed_while = Witnessed(), Counter[str]()
    at_steps = [
        (step, after, call)
        for step, (_place, name) in enumerate(STEPS)
        for after in (False, True)
        for call in ((1,) if name in ONCE else (1, 3))
    ]
    kills: list[Kill | None] = [*at_steps, *[None] * rounds]
    seconds = 0.1  # that a step takes on this machine, and under its load
    for number, kill in enumerate(kills):
        word = "publishing\n" if chance.random() < 0.8 else "writing\n"
        lines = run(seed + number, kill, word, chance.uniform(0.0, 1.5 * seconds))
        for line in lines:
            if line[:1].isdigit():
                seen.acknowledge(line)
        killed_while[next(line for line in reversed(lines) if not line[:1].isdigit())] += 1
        seen.look()  # as it was left
        begun = time.monotonic()
        Sequencer().step()  # the way back is the way on
        seconds = 0.9 * seconds + 0.1 * (time.monotonic() - begun)
        seen.look()
        seen.hold()
    seen.hold(everything=True)
    assert list(auditing.faults()) == []
    found = {"kills": len(kills), "acknowledged": len(seen.leaves), "heads": len(seen.heads), **killed_while}
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
