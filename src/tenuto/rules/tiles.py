"""Tiles: the log as files that never change (C2SP tlog-tiles), which any web server can serve.

A tile holds up to 256 neighbouring hashes of every eighth level of the tree; a bundle holds the entries under one tile
of level 0. What is not full yet bears its width in its name.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from .lines import Refused, number
from .tree import HASH_BYTES

WIDTH = 256
LEVELS = 8  # of the tree, in one tile
MOST_ENTRY_BYTES = 65_535


class Tile(NamedTuple):
    """One file of hashes: hash i stands over the leaves from (number * 256 + i) * 256**level on."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        return f"tile/{self.level}/{_place(self.number, self.width)}"


class Bundle(NamedTuple):
    """One file of entries, those under the tile of level 0 with the same number."""

    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        return f"tile/entries/{_place(self.number, self.width)}"


ReadTile = Callable[[Tile], bytes]
ReadBundle = Callable[[Bundle], bytes]


def parse_path(path: str) -> Tile | Bundle:
    """The tile or bundle that a path names. Refuses paths that no log would write."""
    kind, _, rest = path.removeprefix("tile/").partition("/")
    place, partial, width_text = rest.partition(".p/")
    parts = place.split("/")
    index = 0
    for part in parts:
        digits = part.removeprefix("x")
        if len(digits) != 3 or not digits.isascii() or not digits.isdigit():
            raise Refused(f"“{path[:80]}” names no tile")
        index = index * 1000 + int(digits)
    width = number(width_text) if partial else WIDTH
    found = Bundle(index, width) if kind == "entries" else Tile(number(kind), index, width)
    # One tile has one name: whatever else could be read as this one is not it.
    if found.path != path or (partial and not 0 < width < WIDTH) or (isinstance(found, Tile) and found.level > 63):
        raise Refused(f"“{path[:80]}” names no tile")
    return found


def tile_at(level: int, index: int, size: int) -> Tile:
    """The tile as a tree of `size` has it: whole, or as wide as the tree reaches."""
    width = min((size >> LEVELS * level) - index * WIDTH, WIDTH)
    if width <= 0:
        raise Refused(f"a log of {size} has no tile {index} at level {level}")
    return Tile(level, index, width)


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """The tiles that a log of `new` has and a log of `old` has not; all of them if `old` is 0."""
    level = 0
    while hashes := new >> LEVELS * level:
        before = old >> LEVELS * level
        if before != hashes:
            for index in range(before // WIDTH, (hashes + WIDTH - 1) // WIDTH):
                yield tile_at(level, index, new)
        level += 1


def bundles_between(old: int, new: int) -> Iterator[Bundle]:
    """The bundles that a log of `new` has and a log of `old` has not."""
    if old != new:
        for index in range(old // WIDTH, (new + WIDTH - 1) // WIDTH):
            yield Bundle(index, min(new - index * WIDTH, WIDTH))


def bundled(entries: Sequence[bytes]) -> bytes:
    """The entries as a bundle's bytes."""
    if max(map(len, entries), default=0) > MOST_ENTRY_BYTES:
        raise Refused(f"an entry has {MOST_ENTRY_BYTES} bytes at most")
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def unbundled(content: bytes, width: int) -> list[bytes]:
    """The entries of a bundle, of which there must be `width`."""
    entries, at, end = [], 0, len(content)
    while at + 2 <= end:
        start = at + 2
        at = start + (content[at] << 8 | content[at + 1])
        entries.append(content[start:at])
    if at != end or len(entries) != width:
        raise Refused(f"{len(entries)} entries in {end} bytes, where {width} entries should be")
    return entries


def checked(tile: Tile, content: bytes) -> bytes:
    """A tile's bytes, refused if they are not as many hashes as its name says."""
    if len(content) != tile.width * HASH_BYTES:
        raise Refused(f"{tile.path} has {len(content)} bytes, not {tile.width * HASH_BYTES}")
    return content


def _place(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    suffix = "" if width == WIDTH else f".p/{width}"
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]]) + suffix
