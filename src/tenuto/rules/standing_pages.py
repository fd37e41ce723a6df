"""A sparse Merkle tree that stands for ever and changes a little: kept in pages, of which a change writes a few anew.

The tree is that of `rules.manifests` (`tenuto-smt/v1`), with the same proofs. A page holds what lies below a node: up
to 32 keys with their values, or the hashes of 16 nodes four steps further down, and which of those are a single key. It
is named by its node's hash and never changed: every root that ever was still leads to its pages, so a proof can be made
for the past as for the present. A change of one key among a million writes five pages, some 3 kB.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from .manifest_proofs import NOTHING, PATH_BITS, ManifestProof, leaf_of, node_of

STEPS = 4  # from a page of nodes to those it names
WIDTH = 1 << STEPS
MOST_KEYS = 32  # in a page of keys
KEYS, NODES = b"\x01", b"\x02"  # first byte of a page

Pair = tuple[bytes, bytes]  # a key and its value, 32 bytes each
Read = Callable[[Collection[bytes]], Mapping[bytes, bytes]]  # pages by their names


@dataclass(frozen=True)
class Node:
    """What stands somewhere in the tree."""

    hash: bytes = NOTHING
    is_key: bool = False  # one key alone, whose hash is handed upwards as it is


EMPTY = Node()


class Torn(ValueError):
    """A page is not there, or is not what its name says."""


class Missing(Torn):
    """A page is not there."""

    def __init__(self, name: bytes) -> None:
        self.name = name
        super().__init__(f"page {name.hex()} is not there")


def updated(root: bytes, changes: Mapping[bytes, bytes], read: Read) -> tuple[bytes, dict[bytes, bytes]]:
    """The root when these keys have these values, and the pages that are new. Keys come and change, and stay."""
    for key, value in changes.items():
        if len(key) != 32 or len(value) != 32:
            raise ValueError("keys and values of a map have 32 bytes")
    new: dict[bytes, bytes] = {}
    pages = dict(read([root])) if root != NOTHING else {}
    node = _changed(Node(root), 0, sorted(changes.items()), pages, read, new)
    return node.hash, new


def proved(root: bytes, key: bytes, read: Read) -> ManifestProof:
    """The proof that a key has its value under this root, or is not there."""
    if len(key) != 32:
        raise ValueError("keys of a map have 32 bytes")
    siblings: list[bytes] = []
    depth, name = 0, root
    while name != NOTHING:
        pairs, nodes = _content(name, read([name]))
        if nodes is None:
            return _end(siblings, pairs, key, depth)
        for _step in range(STEPS):
            half = len(nodes) // 2
            left, right = nodes[:half], nodes[half:]
            nodes, beside = (right, left) if _bit(key, depth) else (left, right)
            siblings.append(_over(beside).hash)
            depth += 1
            here = _over(nodes)
            if here == EMPTY or here.is_key:
                break
        name = _over(nodes).hash
    return ManifestProof(tuple(siblings), None)


def _end(siblings: list[bytes], pairs: list[Pair], key: bytes, depth: int) -> ManifestProof:
    """The last steps of a proof, within a page of keys."""
    while len(pairs) > 1:
        left, right = _parted(pairs, depth)
        pairs, beside = (right, left) if _bit(key, depth) else (left, right)
        depth += 1
        siblings.append(_hash(beside, depth).hash)
    return ManifestProof(tuple(siblings), pairs[0] if pairs else None)


def _changed(
    node: Node, depth: int, changes: list[Pair], pages: Mapping[bytes, bytes], read: Read, new: dict[bytes, bytes]
) -> Node:
    if node.hash == NOTHING:
        return _built(changes, depth, new)
    pairs, nodes = _content(node.hash, pages)
    if nodes is None:
        return _built(sorted((dict(pairs) | dict(changes)).items()), depth, new)
    below = _sorted_below(changes, depth)
    found = read([nodes[place].hash for place in below if nodes[place].hash != NOTHING])
    for place, some in below.items():
        nodes[place] = _changed(nodes[place], depth + STEPS, some, found, read, new)
    return _kept(nodes, new)


def _built(pairs: list[Pair], depth: int, new: dict[bytes, bytes]) -> Node:
    """The node over these keys, and its pages."""
    if len(pairs) > MOST_KEYS:
        below = _sorted_below(pairs, depth)
        return _kept([_built(below.get(place, []), depth + STEPS, new) for place in range(WIDTH)], new)
    node = _hash(pairs, depth)
    if pairs:
        new[node.hash] = KEYS + b"".join(key + value for key, value in pairs)
    return node


def _kept(nodes: list[Node], new: dict[bytes, bytes]) -> Node:
    node = _over(nodes)
    keys = sum(each.is_key << place for place, each in enumerate(nodes))
    new[node.hash] = NODES + keys.to_bytes(WIDTH // 8, "big") + b"".join(each.hash for each in nodes)
    return node


def _content(name: bytes, pages: Mapping[bytes, bytes]) -> tuple[list[Pair], list[Node] | None]:
    """A page's keys, or its nodes."""
    page = pages.get(name)
    if page is None:
        raise Missing(name)
    if page[:1] == KEYS and len(page) % 64 == 1:
        return [(page[at : at + 32], page[at + 32 : at + 64]) for at in range(1, len(page), 64)], None
    start = 1 + WIDTH // 8
    if page[:1] != NODES or len(page) != start + 32 * WIDTH:
        raise Torn(f"page {name.hex()} cannot be read")
    keys = int.from_bytes(page[1:start], "big")
    hashes = [page[at : at + 32] for at in range(start, len(page), 32)]
    return [], [Node(name, bool(keys >> place & 1)) for place, name in enumerate(hashes)]


def _sorted_below(pairs: Iterable[Pair], depth: int) -> dict[int, list[Pair]]:
    """The keys by which of the 16 nodes below they lie under."""
    found: dict[int, list[Pair]] = {}
    for pair in pairs:
        byte = pair[0][depth // 8]
        found.setdefault(byte & 15 if depth % 8 else byte >> 4, []).append(pair)
    return found


def _over(nodes: list[Node]) -> Node:
    """The node over a power of two of nodes that stand side by side."""
    while len(nodes) > 1:
        nodes = list(_joined(nodes))
    return nodes[0]


def _joined(nodes: list[Node]) -> Iterator[Node]:
    for left, right in zip(nodes[::2], nodes[1::2], strict=True):
        if left == EMPTY and (right == EMPTY or right.is_key):
            yield right
        elif right == EMPTY and left.is_key:
            yield left
        else:
            yield Node(node_of(left.hash, right.hash))


def _hash(pairs: list[Pair], depth: int) -> Node:
    """The node at `depth` over sorted keys."""
    if not pairs:
        return EMPTY
    if len(pairs) == 1:
        return Node(leaf_of(*pairs[0]), is_key=True)
    left, right = _parted(pairs, depth)
    return Node(node_of(_hash(left, depth + 1).hash, _hash(right, depth + 1).hash))


def _parted(pairs: list[Pair], depth: int) -> tuple[list[Pair], list[Pair]]:
    return [pair for pair in pairs if not _bit(pair[0], depth)], [pair for pair in pairs if _bit(pair[0], depth)]


def _bit(key: bytes, depth: int) -> int:
    if depth >= PATH_BITS:
        raise ValueError("two keys are the same")
    return key[depth // 8] >> 7 - depth % 8 & 1
