"""The log as files: which there are, what they are called, what is in them, and the tree read back from them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.rules.edges import Edge
from tenuto.rules.lines import Refused
from tenuto.rules.nodes import TileNodes
from tenuto.rules.tiles import (
    Bundle,
    Tile,
    bundled,
    bundles_between,
    parse_path,
    tile_at,
    tiles_between,
    unbundled,
)
from tenuto.rules.tree import EMPTY_ROOT, consistency_proof, inclusion_proof, leaf_hash, root
from tests.rules import trees

ENTRIES = [f"entry {number}".encode() for number in range(66_000)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]


class Shelf:
    """The tiles of a log as it was written, each at the sizes at which the log was published."""

    def __init__(self, *sizes: int) -> None:
        self.tiles: dict[Tile, bytes] = {}
        self.reads = 0
        self.edge = Edge()
        for size in sizes:
            self.edge, written = self.edge.grown(b"".join(HASHES[self.edge.size : size]))
            for tile, content in written.items():
                assert self.tiles.get(tile, content) == content, "a tile never changes"
                self.tiles[tile] = content

    def read(self, tile: Tile) -> bytes:
        self.reads += 1
        return self.tiles[tile]


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        (1, {0: (0, 1)}),
        (255, {0: (0, 255)}),
        (256, {0: (1, 0), 1: (0, 1)}),
        (257, {0: (1, 1), 1: (0, 1)}),
        (65_535, {0: (255, 255), 1: (0, 255)}),
        (65_536, {0: (256, 0), 1: (1, 0), 2: (0, 1)}),
        (70_000, {0: (273, 112), 1: (1, 17), 2: (0, 1)}),
    ],
)
def test_a_log_has_the_tiles_that_the_specification_counts(size: int, widths: dict[int, tuple[int, int]]) -> None:
    """Full tiles and the width of the partial one; 256 and 70,000 are the specification's own examples."""
    found: dict[int, tuple[int, int]] = {}
    for tile in tiles_between(0, size):
        full, partial = found.get(tile.level, (0, 0))
        found[tile.level] = (full + 1, partial) if tile.width == 256 else (full, tile.width)
    assert found == widths
    assert sum(bundle.width for bundle in bundles_between(0, size)) == size


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(2, 1_234_067), "tile/2/x001/x234/067"),
        (Tile(1, 999, 17), "tile/1/999.p/17"),
        (Tile(63, 1_000, 255), "tile/63/x001/000.p/255"),
        (Bundle(273, 112), "tile/entries/273.p/112"),
        (Bundle(1_000_000), "tile/entries/x001/x000/000"),
    ],
)
def test_a_tile_is_called_as_the_specification_says(tile: Tile | Bundle, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/000", "tile/64/000", "tile/0/0", "tile/0/x000/000", "tile/0/000.p/0", "tile/0/000.p/256",
        "tile/0/000/", "tile/0/001/000", "tile/-1/000", "tile/0/0x0", "tile/0/x00", "0/000", "tile/0", "tile/", "",
        "tile/0/٠٠٠", "tile/data/000", "tile/0/000.p/", "tile/0/000.p/5.p/5", "tile/0/../000", "/tile/0/000",
        "tile/0/xx00/000", "tile/0/000.p/01",
    ],
)  # fmt: skip
def test_no_other_name_is_taken_for_a_tile(path: str) -> None:
    with pytest.raises(Refused):
        parse_path(path)


@given(st.integers(0, 63), st.integers(0, 2**55), st.integers(1, 256))
def test_a_name_says_which_tile_it_is(level: int, index: int, width: int) -> None:
    for tile in (Tile(level, index, width), Bundle(index, width)):
        assert parse_path(tile.path) == tile


@given(
    st.lists(st.integers(1, 700), max_size=5).map(lambda steps: [sum(steps[:end]) for end in range(1, len(steps) + 1)])
)
@settings(max_examples=40)
def test_a_log_writes_exactly_the_tiles_that_its_new_size_has(sizes: list[int]) -> None:
    """A file is written once, when it becomes due, and never again."""
    shelf, before = Shelf(*sizes), 0
    expected = set()
    for size in sizes:
        expected |= set(tiles_between(before, size))
        before = size
    assert set(shelf.tiles) == expected
    assert shelf.edge.size == before
    assert shelf.edge.root() == trees.root_of_hashes(HASHES[:before])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_793])
def test_the_edge_read_back_from_the_tiles_is_the_edge_that_wrote_them(size: int) -> None:
    """After a restart a log goes on from its files, with the root that its entries have."""
    shelf = Shelf(size)
    assert Edge.read(size, shelf.read) == shelf.edge
    assert shelf.edge.root() == (trees.mth(ENTRIES[:size]) if size else EMPTY_ROOT)
    assert root(size, TileNodes(size, shelf.read)) == shelf.edge.root()


@given(st.integers(0, 3_000), st.integers(0, 3_000))
@settings(max_examples=40)
def test_the_edge_that_a_log_once_had_is_found_in_the_log_that_it_became(one: int, two: int) -> None:
    """Whoever knows an earlier size can go on from there, though the partial tiles of then are gone."""
    old, new = sorted((one, two))
    assert Edge.read(old, Shelf(new).read, of=new) == Shelf(old).edge


def test_the_same_entries_written_again_are_the_same_files() -> None:
    """A batch that a crash interrupted may simply be written again."""
    shelf = Shelf(300)
    once = shelf.edge.grown(b"".join(HASHES[300:900]))
    assert once == shelf.edge.grown(b"".join(HASHES[300:900]))
    assert shelf.edge.grown(b"") == (shelf.edge, {})


@given(st.integers(1, 3_000).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
@settings(max_examples=60)
def test_proofs_from_tiles_are_the_proofs_of_the_tree(place: tuple[int, int]) -> None:
    """The files are enough to prove every entry and every growth."""
    size, index = place
    nodes = TileNodes(size, Shelf(size).read)
    plain = trees.Nodes(ENTRIES[:size])
    assert inclusion_proof(index, size, nodes) == inclusion_proof(index, size, plain)
    assert consistency_proof(index, size, nodes) == consistency_proof(index, size, plain)


def test_a_tile_that_was_read_is_not_read_again() -> None:
    shelf = Shelf(65_793)
    nodes = TileNodes(65_793, shelf.read)
    first = inclusion_proof(40_000, 65_793, nodes)
    reads = shelf.reads
    assert inclusion_proof(40_000, 65_793, nodes) == first
    assert inclusion_proof(40_001, 65_793, nodes) != first
    assert shelf.reads == reads
    assert TileNodes(65_793, shelf.read, {}).grown(65_793)(0, 40_000) == HASHES[40_000]


def test_a_tile_of_the_wrong_length_is_no_tile() -> None:
    shelf = Shelf(300)
    for content in (b"", bytes(31), bytes(44 * 32 + 1), bytes(43 * 32)):
        shelf.tiles[Tile(0, 1, 44)] = content
        with pytest.raises(Refused):
            inclusion_proof(0, 300, TileNodes(300, shelf.read))
        with pytest.raises(Refused):
            Edge.read(300, shelf.read)


def test_a_log_has_no_tile_beyond_its_size() -> None:
    for level, index, size in [(0, 0, 0), (0, 1, 256), (1, 0, 255), (2, 0, 65_535)]:
        with pytest.raises(Refused):
            tile_at(level, index, size)


@given(st.lists(st.binary(max_size=40), max_size=256))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    content = bundled(entries)
    assert unbundled(content, len(entries)) == entries
    for wrong in (content + b"\0", content[:-1], content + b"\0\1"):
        if wrong != content:
            with pytest.raises(Refused):
                unbundled(wrong, len(entries))
    with pytest.raises(Refused):
        unbundled(content, len(entries) + 1)


def test_an_entry_is_at_most_what_its_length_can_say() -> None:
    assert len(bundled([bytes(65_535)])) == 65_537
    with pytest.raises(Refused):
        bundled([bytes(65_536)])
