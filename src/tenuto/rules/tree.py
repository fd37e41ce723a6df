"""The tree of the log: RFC 6962 hashes, proofs made from its nodes, and proofs checked against its root.

A node is named by level and index: it stands over the leaves from index * 2**level on, 2**level of them. Checks follow
RFC 9162, sections 2.1.3.2 and 2.1.4.2; they say nothing when a proof holds and raise Refused when it does not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from .lines import MOST, Refused

EMPTY_ROOT = sha256().digest()
HASH_BYTES = 32
_LEAF = sha256(b"\x00")  # copied, never added to

ReadNode = Callable[[int, int], bytes]  # the hash of a whole node, by level and index


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry. Its prefix keeps it from posing as a node."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> bytes:
    """The hashes of many entries, one behind the other."""
    hashes, start = [], _LEAF.copy  # to copy a hash that has its prefix costs less than to begin a new one
    for entry in entries:
        leaf = start()
        leaf.update(entry)
        hashes.append(leaf.digest())
    return b"".join(hashes)


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two hashes."""
    return sha256(b"\x01" + left + right).digest()


def root(size: int, read: ReadNode) -> bytes:
    """The root of the tree's first `size` leaves."""
    return _over(0, _counted(size), read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: ReadNode) -> list[bytes]:
    """The hashes that lead from a leaf to the root, the leaf's sibling first."""
    if not 0 <= index < _counted(size):
        raise Refused(f"a tree of {size} has no leaf {index}")
    # A size's ones are its whole subtrees, from left to right. The leaf is in the one where its index has a zero.
    top = (index ^ size).bit_length() - 1
    proof = [read(level, (index >> level) ^ 1) for level in range(top)]
    end = ((index >> top) + 1) << top
    if end < size:
        proof.append(_over(end, size, read))
    proof += [read(level, (size >> level) - 1) for level in range(top + 1, size.bit_length()) if size >> level & 1]
    return proof


def consistency_proof(old: int, new: int, read: ReadNode) -> list[bytes]:
    """The hashes that show that a tree of `new` begins with the tree of `old`. None if old says nothing or all."""
    if not 0 <= old <= _counted(new):
        raise Refused(f"a tree of {new} does not begin with one of {old}")
    if old == 0:
        return []
    proof, start, end = [], 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_over(middle, end, read))
            end = middle
        else:
            proof.append(_over(start, middle, read))
            start = middle
    if start:  # otherwise the old root itself is where the proof begins, and the checker has it
        proof.append(_over(start, end, read))
    return proof[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Refuse unless the leaf with this hash stands at `index` in the tree of `size` with the root `expected`."""
    _whole(leaf, expected, *proof)
    if not 0 <= index < _counted(size):
        raise Refused(f"a tree of {size} has no leaf {index}")
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Refused("the proof goes on above the root")
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while place and not place & 1:  # the right edge skips levels where it has no sibling
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    if last or node != expected:
        raise Refused("the proof does not lead to the root")


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Refuse unless the tree of `new` with root `new_root` begins with the tree of `old` with root `old_root`."""
    _whole(old_root, new_root, *proof)
    if not 0 <= old <= _counted(new):
        raise Refused(f"a tree of {new} does not begin with one of {old}")
    if old == 0 or old == new:
        # Every tree begins with the empty one and with itself: there is nothing to show, so nothing may be shown.
        if proof or old_root != (new_root if old else EMPTY_ROOT) or (new == 0 and new_root != EMPTY_ROOT):
            raise Refused("the roots differ" if not proof else "a proof where none is due")
        return
    if led_to(old, new, old_root, proof) != (old_root, new_root):
        raise Refused("the proof does not lead to both roots")


def led_to(old: int, new: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots at two sizes, 0 < old < new, to which a proof of consistency leads. Refused if it leads nowhere.

    At a power of two the proof leaves the smaller root out, so that there it is always the one that is given.
    """
    path = list(proof)
    if not path:
        raise Refused("the proof is empty")
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Refused("the proof goes on above the root")
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Refused("the proof ends below the root")
    return first, second


def whole_nodes(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The whole nodes over the leaves from `start` to `end`, left to right. A subtree must begin at `start`."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _over(start: int, end: int, read: ReadNode) -> bytes:
    return _folded([read(level, index) for level, index in whole_nodes(start, end)])


def _folded(hashes: Sequence[bytes]) -> bytes:
    node = hashes[-1]
    for left in reversed(hashes[:-1]):
        node = node_hash(left, node)
    return node


def _split(count: int) -> int:
    """The largest power of two below `count`: where RFC 6962 divides a tree."""
    return 1 << (count - 1).bit_length() - 1


def _counted(size: int) -> int:
    if not 0 <= size <= MOST:
        raise Refused(f"{size} is no size of a log")
    return size


def _whole(*hashes: bytes) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise Refused("a hash has 32 bytes")
