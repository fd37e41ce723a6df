"""The nodes of a tree, read from its tiles: what proofs are made from.

Rows between the levels of tiles are hashed when first asked for, a whole tile's at once, and kept.
"""

from .edges import row_above
from .tiles import LEVELS, WIDTH, ReadTile, checked, tile_at
from .tree import HASH_BYTES

KEPT_TILES = 2_048  # with all its rows a tile takes 16 KiB, so 32 MiB at most

Rows = dict[tuple[int, int], list[bytes]]  # of tiles by level and number: the tile's own hashes, those above them, …


class TileNodes:
    """The nodes of a log of one size. Callable as the tree's functions want it.

    Belongs to one thread at a time, or is shared under a lock. `grown` hands what is kept on to the next size.
    """

    def __init__(self, size: int, read: ReadTile, whole: Rows | None = None) -> None:
        self.size = size
        self._read = read
        self._whole: Rows = {} if whole is None else whole  # the same at every size
        self._narrow: Rows = {}  # the last tile of each level, as this size has it

    def grown(self, size: int) -> "TileNodes":
        """The nodes of the log when it has become larger."""
        return TileNodes(size, self._read, self._whole)

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of a whole node."""
        tile_level, height = divmod(level, LEVELS)
        number = index >> LEVELS - height
        tile = tile_level, number
        rows = self._whole.get(tile) or self._narrow.get(tile) or self._taken_up(tile_level, number)
        while len(rows) <= height:
            rows.append(row_above(rows[-1]))
        at = (index - (number << LEVELS - height)) * HASH_BYTES
        node = rows[height][at : at + HASH_BYTES]
        if len(node) != HASH_BYTES:
            raise IndexError(f"a log of {self.size} has no node {index} at level {level}")
        return node

    def _taken_up(self, level: int, number: int) -> list[bytes]:
        tile = tile_at(level, number, self.size)
        rows = [checked(tile, self._read(tile))]
        if tile.width < WIDTH:
            self._narrow[level, number] = rows
        else:
            if len(self._whole) >= KEPT_TILES:
                del self._whole[next(iter(self._whole))]  # the one longest here
            self._whole[level, number] = rows
        return rows
