"""Proofs that a work is, or is not, among the works under a manifest's root; and how anyone checks them.

A key's bits lead from the root to one place only. What stands there settles it: the key itself, another key with the
same beginning, or nothing. So for one root a key has a proof of one kind only (`tenuto-smt/v1`, see `rules.manifests`).
"""

from dataclasses import dataclass
from hashlib import sha256

from .lines import Refused

NOTHING = bytes(32)
PATH_BITS = 256
VERSION = 1
_HEAD_BYTES = 3


def leaf_of(key: bytes, value: bytes) -> bytes:
    """The hash where one work stands alone. Its prefix keeps it from posing as a node of the log."""
    return sha256(b"\x10" + key + value).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """The hash over two hashes of a manifest."""
    return sha256(b"\x11" + left + right).digest()


@dataclass(frozen=True)
class ManifestProof:
    """The hashes beside the way down, the topmost first, and the key and value at its end, if any."""

    siblings: tuple[bytes, ...]
    found: tuple[bytes, bytes] | None

    def value_of(self, key: bytes, root: bytes) -> bytes | None:
        """The key's value under this root, or None where it is proved not to be there. Refused if nothing is proved."""
        depth = len(self.siblings)
        if len(key) != 32 or len(root) != 32 or depth > PATH_BITS or any(len(part) != 32 for part in self.siblings):
            raise Refused("keys, roots and hashes of a manifest have 32 bytes")
        path = int.from_bytes(key, "big")
        node = NOTHING
        if self.found:
            there, value = self.found
            if len(there) != 32 or len(value) != 32:
                raise Refused("keys and values of a manifest have 32 bytes")
            if (int.from_bytes(there, "big") ^ path) >> PATH_BITS - depth:
                raise Refused("the key that was found lies elsewhere")
            node = leaf_of(there, value)
        for bit, sibling in enumerate(reversed(self.siblings), PATH_BITS - depth):
            node = node_of(sibling, node) if path >> bit & 1 else node_of(node, sibling)
        if node != root:
            raise Refused("the proof does not lead to the manifest's root")
        return self.found[1] if self.found and self.found[0] == key else None

    def __bytes__(self) -> bytes:
        marks = 0
        for at, sibling in enumerate(self.siblings):
            marks |= (sibling != NOTHING) << at
        depth = len(self.siblings)
        head = bytes([VERSION]) + depth.to_bytes(2, "big") + marks.to_bytes((depth + 7) // 8, "little")
        return head + b"".join(part for part in self.siblings if part != NOTHING) + b"".join(self.found or ())

    @classmethod
    def parse(cls, content: bytes) -> "ManifestProof":
        """A proof from its bytes: version, depth, a bit for every sibling that is not empty, those, what was found."""
        depth = int.from_bytes(content[1:_HEAD_BYTES], "big")
        start = _HEAD_BYTES + (depth + 7) // 8
        if content[:1] != bytes([VERSION]) or len(content) < start or depth > PATH_BITS:
            raise Refused("this is no proof about a manifest")
        marks = int.from_bytes(content[_HEAD_BYTES:start], "little")
        parts = [content[at : at + 32] for at in range(start, len(content), 32)]
        count = marks.bit_count()
        if marks >> depth or len(parts) - count not in (0, 2) or any(len(part) != 32 for part in parts):
            raise Refused("this proof about a manifest has too much or too little in it")
        if NOTHING in parts[:count]:
            raise Refused("this proof about a manifest spells out what is empty")
        shown = iter(parts[:count])
        siblings = tuple(next(shown) if marks >> at & 1 else NOTHING for at in range(depth))
        return cls(siblings, (parts[count], parts[count + 1]) if len(parts) > count else None)
