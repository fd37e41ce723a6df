"""A tree kept in memory as RFC 6962 defines it, word by word: slow, plain, and written apart from the code it tests."""

from collections.abc import Iterable, Sequence
from hashlib import sha256


def mth(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of a list of entries (RFC 6962, section 2.1)."""
    count = len(leaves)
    if count == 0:
        return sha256(b"").digest()
    if count == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = largest_power_below(count)
    return sha256(b"\x01" + mth(leaves[:split]) + mth(leaves[split:])).digest()


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The audit path of an entry (section 2.1.1)."""
    count = len(leaves)
    if count == 1:
        return []
    split = largest_power_below(count)
    if index < split:
        return [*path(index, leaves[:split]), mth(leaves[split:])]
    return [*path(index - split, leaves[split:]), mth(leaves[:split])]


def proof(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The consistency proof from a smaller tree (section 2.1.2)."""
    return subproof(old, leaves, True)


def subproof(old: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    count = len(leaves)
    if old == count:
        return [] if whole else [mth(leaves)]
    split = largest_power_below(count)
    if old <= split:
        return [*subproof(old, leaves[:split], whole), mth(leaves[split:])]
    return [*subproof(old - split, leaves[split:], False), mth(leaves[:split])]


def largest_power_below(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root_of_hashes(leaves: Iterable[bytes]) -> bytes:
    """The same root for many leaves, by the roots of whole subtrees, the largest first (compact range)."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        node, full = leaf, size
        while full & 1:  # two subtrees of one size become one
            node, full = sha256(b"\x01" + peaks.pop() + node).digest(), full >> 1
        peaks.append(node)
    if not peaks:
        return sha256(b"").digest()
    node = peaks.pop()
    while peaks:
        node = sha256(b"\x01" + peaks.pop() + node).digest()
    return node


class Nodes:
    """The whole nodes of a tree, each hashed from its leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves

    def __call__(self, level: int, index: int) -> bytes:
        leaves = self._leaves[index << level : index + 1 << level]
        assert len(leaves) == 1 << level, "asked for a node that is not whole"
        return mth(leaves)
