"""Two processes that write and publish at once, each sure that it is alone: no lock keeps them apart.

Run in a house of its own: `python -m tests.faults.sequencing SEED ROUNDS`. Prints one JSON object.
"""

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import django

django.setup()

from django.db import connections, transaction  # noqa: E402  settings first

from tenuto.ledger import auditing, book, logs, sequencer, vault  # noqa: E402
from tenuto.ledger.errors import LedgerTorn  # noqa: E402
from tenuto.ledger.models import Log  # noqa: E402
from tenuto.ledger.sequencer import Sequencer  # noqa: E402
from tenuto.ledger.subjects import Subject  # noqa: E402
from tenuto.rules.checkpoints import Checkpoint  # noqa: E402
from tenuto.rules.edges import Edge  # noqa: E402
from tenuto.rules.notes import Note  # noqa: E402
from tests.ledger.writing import root_over  # noqa: E402


@contextmanager
def believed(_patience_seconds: float = 0.0) -> Iterator[bool]:
    """The lock that failed: whoever asks is alone."""
    yield True


def child(out: int, seed: int, rounds: int) -> None:
    """Write and publish, so many times; say every head that was signed, and how each step ended."""
    sign = sequencer.sign

    def said(log: Log, edge: Edge) -> Note:
        note = sign(log, edge)
        head = Checkpoint.parse(note.text)
        os.write(out, f"signed {head.size} {head.root.hex()}\n".encode())
        return note

    setattr(sequencer, "sign", said)  # noqa: B010  not this module's to export
    setattr(sequencer, "alone", believed)  # noqa: B010
    chance, publisher = random.Random(seed), Sequencer()
    for number in range(rounds):
        use: dict[str, object] = {"v": 1, "t": "use", "n": number}
        with transaction.atomic():
            book.write([book.blinded(Subject("recording", seed), use) for _ in range(chance.choice([1, 9, 60]))])
        try:
            publisher.step()
        except LedgerTorn as error:
            os.write(out, b"beaten\n" if "another sequencer" in str(error) else f"torn {error}\n".encode())
        except OSError:  # the other took its drafts for those of a dead process
            os.write(out, b"disturbed\n")
        else:
            os.write(out, b"published\n")
    os._exit(0)


def main(seed: int, rounds: int) -> None:
    logs.open_log()
    connections.close_all()
    vault.close()
    reading, writing = os.pipe()
    for number in (1, 2):
        if not os.fork():
            os.close(reading)
            try:
                child(writing, seed + number, rounds)
            finally:
                os._exit(3)
    os.close(writing)
    with os.fdopen(reading) as said:
        lines = said.read().splitlines()
    assert [os.wait()[1], os.wait()[1]] == [0, 0]
    ends = Counter(line.split()[0] for line in lines)
    Sequencer().step()
    heads: dict[int, str] = {}
    for line in lines:
        if line.startswith("signed "):
            _, digits, root = line.split()
            assert heads.setdefault(int(digits), root) == root, f"two heads are signed at {digits}"
    leaves = book.leaves(0, book.size())
    for size, root in heads.items():
        assert root_over(leaves[:size]).hex() == root, f"the head at {size} is not that of the book"
    assert list(auditing.faults()) == []
    print(json.dumps({"heads": len(heads), **ends, "torn": [line for line in lines if line.startswith("torn")]}))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
