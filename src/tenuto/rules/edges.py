"""The right edge of the tiles: all that is needed to let a log grow, and to know its root.

An edge is, for every level, the hashes that do not fill a tile yet. Letting it grow names exactly the tiles that must
be written for the new size; the same call with the same hashes names the same bytes, so that it may be repeated.
"""

from dataclasses import dataclass
from hashlib import sha256
from struct import Struct

from .tiles import LEVELS, WIDTH, ReadTile, Tile, checked, tile_at
from .tree import EMPTY_ROOT, HASH_BYTES, node_hash

TILE_BYTES = WIDTH * HASH_BYTES
PAIR_BYTES = 2 * HASH_BYTES

_NODE = sha256(b"\x01")  # how the hash of every node begins; copied, never added to
_PAIRS = Struct(f"{PAIR_BYTES}s").iter_unpack


@dataclass(frozen=True)
class Edge:
    """A log's right edge: `partial[n]` are the hashes of the last tile of level n, less than 256."""

    size: int = 0
    partial: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, size: int, read: ReadTile, of: int | None = None) -> "Edge":
        """The edge of a log of `size`, from its tiles; or from those of a log that has grown to size `of` since."""
        partial, level = [], 0
        while hashes := size >> LEVELS * level:
            width = hashes % WIDTH
            tile = tile_at(level, hashes // WIDTH, size if of is None else of) if width else None
            partial.append(checked(tile, read(tile))[: width * HASH_BYTES] if tile else b"")
            level += 1
        return cls(size, tuple(partial))

    def grown(self, leaves: bytes) -> "tuple[Edge, dict[Tile, bytes]]":
        """The edge after the given leaf hashes (joined), and the tiles to be written for it."""
        written: dict[Tile, bytes] = {}
        partial = list(self.partial)
        added, level, size = leaves, 0, self.size + len(leaves) // HASH_BYTES
        while added:
            before = partial[level] if level < len(partial) else b""
            row = before + added
            index = (self.size >> LEVELS * level) // WIDTH
            above = []
            for at in range(0, len(row), TILE_BYTES):
                content = row[at : at + TILE_BYTES]
                written[Tile(level, index, len(content) // HASH_BYTES)] = content
                if len(content) == TILE_BYTES:
                    above.append(tile_root(content))
                index += 1
            rest = row[len(row) - len(row) % TILE_BYTES :]
            if level < len(partial):
                partial[level] = rest
            else:
                partial.append(rest)
            added, level = b"".join(above), level + 1
        return Edge(size, tuple(partial)), written

    def root(self) -> bytes:
        """The root of the whole log."""
        node = b""
        for hashes in self.partial:  # lowest level first: the right end of the tree
            rows = [hashes]
            while len(rows[-1]) > HASH_BYTES:
                rows.append(row_above(rows[-1]))
            for row in rows:
                # A whole node without a sibling in its row is a peak of the tree.
                if len(row) // HASH_BYTES & 1:
                    node = node_hash(row[-HASH_BYTES:], node) if node else row[-HASH_BYTES:]
        return node or EMPTY_ROOT


def tile_root(content: bytes) -> bytes:
    """The root over a full tile, which is its hash in the level above."""
    while len(content) > HASH_BYTES:
        content = row_above(content)
    return content


def row_above(row: bytes) -> bytes:
    """The hashes over each two hashes of a row; an odd one at the end has no parent yet."""
    # A started hash is copied and the row unpacked by the struct module: a quarter less than a hash begun anew over
    # each slice. Every audit and every proof is made of this.
    above, start = [], _NODE.copy
    for (children,) in _PAIRS(row[:-HASH_BYTES] if len(row) % PAIR_BYTES else row):
        node = start()
        node.update(children)
        above.append(node.digest())
    return b"".join(above)
