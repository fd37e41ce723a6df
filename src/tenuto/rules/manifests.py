"""The works of one job under one root: a sparse Merkle tree in which every work has the one place that its key names.

For one root no work can be shown to be both in and not in it, because nobody chooses the place. `tenuto-smt/v1`: 256
bits of path, the most significant first; nothing below: 32 zero bytes; one work below: SHA-256(0x10 || K || V);
otherwise SHA-256(0x11 || left || right). Proofs are made here and checked in `rules.manifest_proofs`.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from hashlib import sha256, shake_256
from itertools import pairwise
from struct import iter_unpack

from .manifest_proofs import NOTHING, PATH_BITS, ManifestProof, leaf_of, node_of

ALGORITHM = "tenuto-smt/v1"
LEAST_SIZE = 256  # a job with three works looks like one with two hundred


def padded(works: Mapping[bytes, bytes], seed: bytes) -> dict[bytes, bytes]:
    """The works and as many dummies as make the next power of two, so that the size says little."""
    size = max(LEAST_SIZE, 1 << (len(works) - 1).bit_length() if works else 0)
    dummies = shake_256(b"tenuto/dummies/v1\n" + seed).digest(64 * (size - len(works)))
    return dict(works) | {dummies[at : at + 32]: dummies[at + 32 : at + 64] for at in range(0, len(dummies), 64)}


def root_of(leaves: Mapping[bytes, bytes]) -> bytes:
    """The root over keys and values of 32 bytes each."""
    return Manifest(leaves).root


class Manifest:
    """A manifest's tree, built once, from which every work's proof is made in well under a millisecond.

    Sorted, the keys lie as the tree's leaves do. Between two neighbours there is exactly one node under which their
    paths part, so all such nodes fit into one array; what stands between them is a chain of empty siblings.
    """

    def __init__(self, leaves: Mapping[bytes, bytes]) -> None:
        if {*map(len, leaves), *map(len, leaves.values())} - {32}:
            raise ValueError("keys and values of a manifest have 32 bytes")
        self._lines = sorted([key + value for key, value in leaves.items()])
        self.root, self._parting = self._built()

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values in the order of keys."""
        return ((line[:32], line[32:]) for line in self._lines)

    def __bytes__(self) -> bytes:
        """The same, one behind the other: what is published, so that anyone can rebuild the root."""
        return b"".join(self._lines)

    def prove(self, key: bytes) -> ManifestProof:
        """The proof that a key is in the manifest, with its value, or that it is not."""
        if len(key) != 32:
            raise ValueError("keys of a manifest have 32 bytes")
        path, start, end, depth = int.from_bytes(key, "big"), 0, len(self._lines), 0
        siblings = []
        while end - start > 1:
            bit = 1 << PATH_BITS - 1 - depth
            # The first key whose path has a one here, after the same bits before.
            turn = (path >> PATH_BITS - depth << PATH_BITS - depth) | bit
            middle = bisect_left(self._lines, turn.to_bytes(32, "big"), start, end)
            depth += 1
            if path & bit:
                siblings.append(self._over(start, middle, depth))
                start = middle
            else:
                siblings.append(self._over(middle, end, depth))
                end = middle
        found = (self._lines[start][:32], self._lines[start][32:]) if start < end else None
        return ManifestProof(tuple(siblings), found)

    def _over(self, start: int, end: int, depth: int) -> bytes:
        """The hash that stands at `depth` over the leaves from `start` to `end`."""
        if start == end:
            return NOTHING
        if end - start == 1:
            return leaf_of(self._lines[start][:32], self._lines[start][32:])
        first, last = _path(self._lines[start]), _path(self._lines[end - 1])
        parts_at = PATH_BITS - (first ^ last).bit_length()
        turn = last >> PATH_BITS - 1 - parts_at << PATH_BITS - 1 - parts_at
        at = (bisect_left(self._lines, turn.to_bytes(32, "big"), start, end) - 1) * 32
        return _lifted(self._parting[at : at + 32], first, parts_at, depth)

    def _built(self) -> tuple[bytes, bytes]:
        """The root, and the array of nodes; filled from left to right."""
        lines = self._lines
        if not lines:
            return NOTHING, b""
        # The depth at which each path and the next one part; before the root, where there is no next one.
        depths = [*_depths(lines), -1]
        parting = [NOTHING] * (len(lines) - 1)
        # What waits for its right side: hash, depth of the node over both sides, and that node's place in the array.
        waiting = [(NOTHING, -1, -1)]
        # `leaf_of` and `node_of` at their place: to copy a hash that has its prefix costs less than to begin a new one.
        new_leaf, new_node = sha256(b"\x10").copy, sha256(b"\x11").copy
        for at, parts_at in enumerate(depths):
            hashing = new_leaf()
            hashing.update(lines[at])
            node, stands_at = hashing.digest(), PATH_BITS  # a leaf stands wherever it is alone, so it is never lifted
            left, depth, place = waiting[-1]
            while depth > parts_at:
                if depth + 1 < stands_at < PATH_BITS:
                    node = _lifted(node, _path(lines[at]), stands_at, depth + 1)
                hashing = new_node()
                hashing.update(left + node)
                node = parting[place] = hashing.digest()
                stands_at = depth
                waiting.pop()
                left, depth, place = waiting[-1]
            if parts_at + 1 < stands_at < PATH_BITS:
                node = _lifted(node, _path(lines[at]), stands_at, parts_at + 1)
            waiting.append((node, parts_at, at))
        return waiting[-1][0], b"".join(parting)


def _depths(lines: list[bytes]) -> list[int]:
    """The depth at which the path of each line and the next one part."""
    # Of a million paths hardly two have their first 64 bits in common, so whole paths are not compared.
    begins = [begin for (begin,) in iter_unpack(">Q56x", b"".join(lines))]
    depths = [64 - (one ^ other).bit_length() for one, other in pairwise(begins)]
    if 64 in depths:
        return [PATH_BITS - (_path(one) ^ _path(other)).bit_length() for one, other in pairwise(lines)]
    return depths


def _path(line: bytes) -> int:
    return int.from_bytes(line[:32], "big")


def _lifted(node: bytes, path: int, stands_at: int, depth: int) -> bytes:
    """The hash at `depth` of a node that stands further down, with nothing beside the way between them."""
    for bit in range(PATH_BITS - stands_at, PATH_BITS - depth):
        node = node_of(NOTHING, node) if path >> bit & 1 else node_of(node, NOTHING)
    return node
