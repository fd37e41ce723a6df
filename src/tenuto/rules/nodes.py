"""The nodes of a tree, read from its tiles: what proofs are made from.

Rows between the levels of tiles are hashed when first asked for, a whole tile's at once, and kept.
"""

from .edges import row_above
from .tiles import LEVELS, ReadTile, Tile, checked, tile_at
from .tree import HASH_BYTES

KEPT_TILES = 2_048  # with all its rows a tile takes 16 KiB, so 32 MiB at most


class TileNodes:
    """The nodes of a log of one size. Callable as the tree's functions want it.

    Belongs to one thread at a time, or is shared under a lock. `grown` hands what is kept on to the next size.
    """

    def __init__(self, size: int, read: ReadTile, kept: dict[Tile, list[bytes]] | None = None) -> None:
        self.size = size
        self._read = read
        self._kept: dict[Tile, list[bytes]] = {} if kept is None else kept

    def grown(self, size: int) -> "TileNodes":
        """The nodes of the log when it has become larger."""
        return TileNodes(size, self._read, self._kept)

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of a whole node."""
        tile_level, height = divmod(level, LEVELS)
        tile_index = index >> LEVELS - height
        rows = self._rows(tile_at(tile_level, tile_index, self.size))
        while len(rows) <= height:
            rows.append(row_above(rows[-1]))
        at = (index - (tile_index << LEVELS - height)) * HASH_BYTES
        node = rows[height][at : at + HASH_BYTES]
        if len(node) != HASH_BYTES:
            raise IndexError(f"a log of {self.size} has no node {index} at level {level}")
        return node

    def _rows(self, tile: Tile) -> list[bytes]:
        rows = self._kept.get(tile)
        if rows is None:
            rows = [checked(tile, self._read(tile))]
            if len(self._kept) >= KEPT_TILES:
                del self._kept[next(iter(self._kept))]  # the one longest here
            self._kept[tile] = rows
        return rows
