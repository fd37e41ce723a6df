"""The works of one job under one root: a sparse Merkle tree in which every work has the one place that its key names.

For one root no work can be shown to be both in and not in it, because nobody chooses the place. `tenuto-smt/v1`: 256
bits of path, the most significant first; nothing below: 32 zero bytes; one work below: SHA-256(0x10 || K || V);
otherwise SHA-256(0x11 || left || right). Proofs are made here and checked in `rules.manifest_proofs`.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from hashlib import sha256, shake_256
from itertools import pairwise

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
        self._keys = sorted(leaves)
        self._values = [leaves[key] for key in self._keys]
        self.root, self._parting = self._built()

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        """Keys and values in the order of keys: what is published, so that anyone can rebuild the root."""
        return zip(self._keys, self._values, strict=True)

    def prove(self, key: bytes) -> ManifestProof:
        """The proof that a key is in the manifest, with its value, or that it is not."""
        if len(key) != 32:
            raise ValueError("keys of a manifest have 32 bytes")
        path, start, end, depth = int.from_bytes(key, "big"), 0, len(self._keys), 0
        siblings = []
        while end - start > 1:
            bit = 1 << PATH_BITS - 1 - depth
            # The first key whose path has a one here, after the same bits before.
            turn = (path >> PATH_BITS - depth << PATH_BITS - depth) | bit
            middle = bisect_left(self._keys, turn.to_bytes(32, "big"), start, end)
            depth += 1
            if path & bit:
                siblings.append(self._over(start, middle, depth))
                start = middle
            else:
                siblings.append(self._over(middle, end, depth))
                end = middle
        found = (self._keys[start], self._values[start]) if start < end else None
        return ManifestProof(tuple(siblings), found)

    def _over(self, start: int, end: int, depth: int) -> bytes:
        """The hash that stands at `depth` over the leaves from `start` to `end`."""
        if start == end:
            return NOTHING
        if end - start == 1:
            return leaf_of(self._keys[start], self._values[start])
        first, last = int.from_bytes(self._keys[start], "big"), int.from_bytes(self._keys[end - 1], "big")
        parts_at = PATH_BITS - (first ^ last).bit_length()
        turn = last >> PATH_BITS - 1 - parts_at << PATH_BITS - 1 - parts_at
        at = (bisect_left(self._keys, turn.to_bytes(32, "big"), start, end) - 1) * 32
        return _lifted(self._parting[at : at + 32], first, parts_at, depth)

    def _built(self) -> tuple[bytes, bytes]:
        """The root, and the array of nodes; filled from left to right."""
        if not self._keys:
            return NOTHING, b""
        nodes = [sha256(b"\x10" + key + value).digest() for key, value in self]
        paths = [int.from_bytes(key, "big") for key in self._keys]
        # The depth at which each path and the next one part; before the root, where there is no next one.
        depths = [PATH_BITS - (path ^ following).bit_length() for path, following in pairwise(paths)]
        parting = [NOTHING] * len(depths)
        # What waits for its right side: hash, depth of the node over both sides, and that node's place in the array.
        waiting = [(NOTHING, -1, -1)]
        for at, parts_at in enumerate([*depths, -1]):
            node, stands_at = nodes[at], PATH_BITS  # a leaf stands wherever it is alone, so it is never lifted
            while waiting[-1][1] > parts_at:
                left, depth, place = waiting.pop()
                if stands_at - depth > 1 and stands_at < PATH_BITS:
                    node = _lifted(node, paths[at], stands_at, depth + 1)
                node = parting[place] = sha256(b"\x11" + left + node).digest()
                stands_at = depth
            if stands_at - parts_at > 1 and stands_at < PATH_BITS:
                node = _lifted(node, paths[at], stands_at, parts_at + 1)
            waiting.append((node, parts_at, at))
        return waiting[-1][0], b"".join(parting)


def _lifted(node: bytes, path: int, stands_at: int, depth: int) -> bytes:
    """The hash at `depth` of a node that stands further down, with nothing beside the way between them."""
    for bit in range(PATH_BITS - stands_at, PATH_BITS - depth):
        node = node_of(NOTHING, node) if path >> bit & 1 else node_of(node, NOTHING)
    return node
