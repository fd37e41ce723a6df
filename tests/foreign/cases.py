"""Proofs for verifiers that are not ours: true ones of a fresh log, and ones in which one thing was altered."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tenuto.rules.checkpoints import Checkpoint
from tenuto.rules.lines import encoded
from tenuto.rules.nodes import TileNodes
from tenuto.rules.notes import Note, Signature
from tenuto.rules.proofs import Proof
from tenuto.rules.tree import consistency_proof, inclusion_proof
from tests.rules.logs import WrittenLog

SIZES = (1, 2, 3, 100, 255, 256, 257, 4_000, 65_535, 65_536, 65_537, 70_000)  # at which the log was published


@dataclass(frozen=True)
class Included:
    """An entry, and a whole .tlog-proof about it."""

    entry: bytes
    proof: Proof

    def line(self) -> str:
        return json.dumps({"entry": encoded(self.entry), "proof": encoded(bytes(self.proof))})


@dataclass(frozen=True)
class Grown:
    """Two trees, and the proof that the larger begins with the smaller."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    hashes: tuple[bytes, ...]

    def line(self) -> str:
        roots = {"old_root": encoded(self.old_root), "new_root": encoded(self.new_root)}
        return json.dumps({"old": self.old, "new": self.new, "hashes": [*map(encoded, self.hashes)], **roots})


class FreshLog:
    """A log of 70,000 entries made by our code, and what it signed on the way."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.log = WrittenLog()
        self.notes: dict[int, Note] = {}
        self.roots: dict[int, bytes] = {}
        for size in SIZES:
            entries = [self.random.randbytes(self.random.randint(0, 60)) for _ in range(size - self.log.size)]
            self.notes[size] = self.log.append(entries)
            self.roots[size] = self.log.checkpoint.root
        self.nodes = {size: TileNodes(size, self.log.read) for size in SIZES}

    def included(self) -> Included:
        size = self.random.choice(SIZES)
        index = self.random.randrange(size)
        proof = Proof(index, tuple(inclusion_proof(index, size, self.nodes[size])), self.notes[size])
        return Included(self.log.entries[index], proof)

    def grown(self) -> Grown:
        old, new = sorted(self.random.sample(SIZES, 2))
        return Grown(old, new, self.roots[old], self.roots[new], tuple(consistency_proof(old, new, self.nodes[new])))

    def valid(self, count: int, make: Callable[[], Included | Grown]) -> list[str]:
        return [make().line() for _ in range(count)]

    def not_included(self, count: int) -> list[str]:
        """True proofs in which one thing was altered, all kinds of alteration in turn."""
        kinds = (self._entry, self._hash, self._hashes, self._index, self._head, self._signature, self._other_head)
        return [kinds[number % len(kinds)](self.included()).line() for number in range(count)]

    def not_grown(self, count: int) -> list[str]:
        found = []
        for number in range(count):
            grown = self.grown()
            kinds: tuple[Callable[[], Grown], ...] = (
                lambda grown=grown: replace(grown, old_root=self._turned(grown.old_root)),  # type: ignore[misc]
                lambda grown=grown: replace(grown, new_root=self._turned(grown.new_root)),  # type: ignore[misc]
                lambda grown=grown: replace(grown, hashes=self._altered(grown.hashes)),  # type: ignore[misc]
                lambda grown=grown: replace(  # type: ignore[misc]
                    grown, hashes=(*grown.hashes, self.random.randbytes(32))
                ),
            )
            found.append(kinds[number % len(kinds)]().line())
        return found

    def _entry(self, case: Included) -> Included:
        return replace(case, entry=self._turned(case.entry or b"\0"))

    def _hash(self, case: Included) -> Included:
        hashes = list(case.proof.hashes)
        if not hashes:
            return self._hashes(case)
        at = self.random.randrange(len(hashes))
        hashes[at] = self._turned(hashes[at])
        return replace(case, proof=replace(case.proof, hashes=tuple(hashes)))

    def _hashes(self, case: Included) -> Included:
        return replace(case, proof=replace(case.proof, hashes=self._altered(case.proof.hashes)))

    def _index(self, case: Included) -> Included:
        size = Checkpoint.parse(case.proof.checkpoint.text).size
        other = next(self._others(case.proof.index, size))
        return replace(case, proof=replace(case.proof, index=other))

    def _head(self, case: Included) -> Included:
        """What the log signed, altered; its signature as it was."""
        head = Checkpoint.parse(case.proof.checkpoint.text)
        altered = replace(head, size=head.size + 1) if self.random.random() < 0.5 else replace(head, root=bytes(32))
        note = Note(altered.text, case.proof.checkpoint.signatures)
        return replace(case, proof=replace(case.proof, checkpoint=note))

    def _signature(self, case: Included) -> Included:
        log, *others = case.proof.checkpoint.signatures
        turned = Signature(log.name, log.key_id, self._turned(log.value))
        note = Note(case.proof.checkpoint.text, (turned, *others))
        return replace(case, proof=replace(case.proof, checkpoint=note))

    def _other_head(self, case: Included) -> Included:
        """A head that the log did sign, but at another size."""
        size = Checkpoint.parse(case.proof.checkpoint.text).size
        other = self.random.choice([each for each in SIZES if each != size])
        return replace(case, proof=replace(case.proof, checkpoint=self.notes[other]))

    def _others(self, index: int, size: int) -> Iterator[int]:
        while True:
            other = self.random.randrange(size + 2)
            if other != index:
                yield other

    def _altered(self, hashes: tuple[bytes, ...]) -> tuple[bytes, ...]:
        """One left out, one put in, or two exchanged."""
        at = self.random.randrange(len(hashes) + 1)
        altered = [
            (*hashes[:at], *hashes[at + 1 :]),
            (*hashes[:at], self.random.randbytes(32), *hashes[at:]),
            (*hashes[1:], *hashes[:1]),
        ][self.random.randrange(3)]
        return altered if altered != hashes else (*hashes, bytes(32))

    def _turned(self, content: bytes) -> bytes:
        turned = bytearray(content)
        bit = self.random.randrange(len(content) * 8)
        turned[bit // 8] ^= 1 << bit % 8
        return bytes(turned)
