"""Entries laid out as tiles and bundles, and files read back to see that they say the same.

One walk serves three: laying out what is new, reading it back before it is signed, and the audit of a whole log.
"""

from collections.abc import Iterator, Mapping

from tenuto.ledger.errors import LedgerTorn
from tenuto.ledger.shelf import Named, Shelf
from tenuto.rules.edges import Edge
from tenuto.rules.lines import Refused
from tenuto.rules.tiles import WIDTH, ReadTile, Tile, bundled, bundles_between, tiles_between, unbundled
from tenuto.rules.tree import leaf_hashes

STRIDE = 64  # bundles looked at together: 16,384 entries


def laid_out(edge: Edge, begun: list[bytes], new: list[bytes]) -> tuple[Edge, dict[Named, bytes]]:
    """The edge after new entries, and the files to be written. `begun`: the entries of the bundle that is not full."""
    grown, tiles = edge.grown(leaf_hashes(new))
    first = edge.size - len(begun)
    entries = begun + new
    contents: dict[Named, bytes] = dict(tiles.items())
    for bundle in bundles_between(edge.size, grown.size):
        start = bundle.number * WIDTH - first
        contents[bundle] = bundled(entries[start : start + bundle.width])
    return grown, contents


def read_back(edge: Edge, size: int, shelf: Shelf) -> Edge:
    """The edge at `size` as the files from `edge` on say it, each compared with every other. Raises LedgerTorn."""
    for start, entries in _bundles(edge.size, size, shelf):
        known = edge.size - start
        hashes = leaf_hashes(entries)
        if known > 0 and hashes[: known * 32] != edge.partial[0]:
            raise LedgerTorn(f"the bundle at {start} does not hold the entries that were signed")
        edge, tiles = edge.grown(hashes[max(known, 0) * 32 :])
        # Tiles of upper levels that are not full yet are written for the size that is published, no other.
        compare({tile: content for tile, content in tiles.items() if tile.width == WIDTH}, shelf)
    if Edge.read(size, _reader(shelf)) != edge:
        raise LedgerTorn(f"the tiles at the edge of {size} do not follow from the entries")
    return edge


def edge_of(size: int, shelf: Shelf) -> Edge:
    """The edge of a log whose tiles are written. Raises LedgerTorn where one is missing or no tile."""
    try:
        return Edge.read(size, _reader(shelf))
    except Refused as error:
        raise LedgerTorn(str(error)) from error


def compare(contents: Mapping[Tile, bytes], shelf: Shelf) -> None:
    """Raise LedgerTorn unless the files are there and say the same."""
    read = _reader(shelf)
    for name, content in contents.items():
        if read(name) != content:
            raise LedgerTorn(f"{name.path} does not follow from the entries below it")


def filled(old: int, size: int) -> Iterator[Named]:
    """The tiles and bundles that a log of `size` has in full, and a log of `old` had not."""
    yield from (tile for tile in tiles_between(old, size) if tile.width == WIDTH)
    yield from (bundle for bundle in bundles_between(old, size) if bundle.width == WIDTH)


def _bundles(start: int, size: int, shelf: Shelf) -> Iterator[tuple[int, list[bytes]]]:
    """The entries from `start` to `size`, from the begin of the first bundle on, some bundles at a time."""
    found: list[bytes] = []
    first = start // WIDTH * WIDTH
    for bundle in bundles_between(start, size):
        try:
            found += unbundled(shelf.read(bundle), bundle.width)
        except (OSError, Refused) as error:
            raise LedgerTorn(f"{bundle.path}: {error}") from error
        if len(found) >= STRIDE * WIDTH:
            yield first, found
            first, found = first + len(found), []
    if found:
        yield first, found


def _reader(shelf: Shelf) -> ReadTile:
    def read(tile: Tile) -> bytes:
        try:
            return shelf.read(tile)
        except OSError as error:
            raise LedgerTorn(f"{tile.path}: {error}") from error

    return read
