"""The full audit: whether a log's files are what its checkpoint says, every one of them, from the entries up.

Every tile is computed again from the entries. If the root is right, so are the entries, and a tile that is named is
damaged; if it is not, the first tile named stands over the entries that were changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .checkpoints import Checkpoint
from .edges import Edge
from .lines import Refused
from .tiles import WIDTH, Bundle, ReadBundle, ReadTile, Tile, bundles_between, checked, tile_at, unbundled
from .tree import leaf_hashes


@dataclass(frozen=True)
class Fault:
    """One file that is not as it must be."""

    path: str
    words: str


Look = Callable[[int, list[bytes]], None]  # index of the first of some entries, and these


def _nothing(_first: int, _entries: list[bytes]) -> None:
    """What to do with the entries on the way, if nobody asks for them."""


def audit(
    checkpoint: Checkpoint, read_tile: ReadTile, read_bundle: ReadBundle, look: Look = _nothing
) -> Iterator[Fault]:
    """What is wrong with a log's files; nothing if all is well. Readers raise Refused for a file that is not there."""
    edge = Edge()
    for bundle in bundles_between(0, checkpoint.size):
        try:
            entries = unbundled(read_bundle(bundle), bundle.width)
        except Refused as error:
            yield Fault(bundle.path, str(error))
            leaves = _instead(bundle, read_tile)
        else:
            look(edge.size, entries)
            leaves = leaf_hashes(entries)
        edge, tiles = edge.grown(leaves)
        for tile, content in tiles.items():
            # What the log had when it was smaller may be gone; what it has now must be here.
            if tile == tile_at(tile.level, tile.number, checkpoint.size):
                yield from _compared(tile, content, read_tile)
    if edge.root() != checkpoint.root:
        yield Fault("checkpoint", "the entries do not give the root that was signed")


def check_growth(
    old: int, checkpoint: Checkpoint, read_tile: ReadTile, read_bundle: ReadBundle, look: Look = _nothing
) -> None:
    """Refuse unless the entries from `old` on are those that the checkpoint signs; each is looked at on the way.

    For whoever saw the log at `old` and has checked that it only grew. Tiles and entries that are not the log's own
    cannot pass, for together they must give the root that was signed.
    """
    start = old - old % WIDTH  # a bundle has no beginning in its middle
    edge = Edge.read(start, read_tile, of=checkpoint.size)
    for bundle in bundles_between(start, checkpoint.size):
        entries = unbundled(read_bundle(bundle), bundle.width)
        skipped = max(0, old - bundle.number * WIDTH)
        look(bundle.number * WIDTH + skipped, entries[skipped:])
        edge, _ = edge.grown(leaf_hashes(entries))
    if edge.root() != checkpoint.root:
        raise Refused("the entries do not give the root that was signed")


def _compared(tile: Tile, content: bytes, read: ReadTile) -> Iterator[Fault]:
    try:
        if checked(tile, read(tile)) != content:
            yield Fault(tile.path, "its hashes are not those of the entries")
    except Refused as error:
        yield Fault(tile.path, str(error))


def _instead(bundle: Bundle, read: ReadTile) -> bytes:
    """The hashes of entries that cannot be read, so that one lost file does not hide the others."""
    tile = Tile(0, bundle.number, bundle.width)
    try:
        return checked(tile, read(tile))
    except Refused:
        return bytes(32 * bundle.width)
