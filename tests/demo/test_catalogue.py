"""Six artists, more than a dozen pieces, every kind of file, and a cover for each."""

import ast
from collections import Counter

import numpy as np
import pytest

from tenuto.accounts.models import Account, ProfileLink
from tenuto.demo.artwork import motifs
from tenuto.demo.artwork.covers import COVERS, cover
from tenuto.demo.artwork.paper import Paper, as_jpeg
from tenuto.demo.artwork.portraits import BANNERS, FACES, banner, face
from tenuto.demo.catalogue import ARTISTS, ENTRIES, LISTENERS
from tenuto.demo.write import HERE
from tenuto.tracks.models import Licence


def test_the_catalogue_is_as_large_and_mixed_as_promised() -> None:
    assert len(ARTISTS) == 6
    assert len(ENTRIES) >= 12
    assert {entry.artist for entry in ENTRIES} == {artist.handle for artist in ARTISTS}
    assert len({entry.genre for entry in ENTRIES}) >= 12
    formats = Counter(entry.suffix for entry in ENTRIES)
    assert set(formats) == {".flac", ".wav", ".mp3", ".opus", ".m4a"}
    assert min(formats.values()) >= 2
    assert {entry.sharing for entry in ENTRIES} == {"public", "followers", "scheduled", "sketch"}
    assert any(entry.links for entry in ENTRIES)


def test_every_piece_is_in_the_catalogue_once() -> None:
    composed = {path.stem for path in (HERE / "pieces").glob("*.py")} - {"__init__", "piece"}
    assert sorted(entry.piece for entry in ENTRIES) == sorted(composed)
    assert len({entry.title for entry in ENTRIES}) == len({entry.description for entry in ENTRIES}) == len(ENTRIES)


def test_all_words_fit_where_people_will_read_them() -> None:
    for artist in ARTISTS:
        words = {"display_name": artist.name, "bio": artist.bio, "place": artist.place}
        Account(username=artist.handle, email="a@example.org", password="x", **words).clean_fields()
        for label, url in artist.links:
            ProfileLink(label=label, url=url).clean_fields(exclude=["account"])
    for handle, name, bio in LISTENERS:
        Account(username=handle, email="b@example.org", password="x", display_name=name, bio=bio).clean_fields()
    for entry in ENTRIES:
        assert entry.licence in Licence.values
        assert 0 < len(entry.artwork_words) <= 200
        assert len(entry.title) <= 200
        assert all(0 < len(tag) <= 30 for tag in entry.tags)


def test_each_has_a_picture_of_its_own() -> None:
    assert set(COVERS) == {entry.piece for entry in ENTRIES}
    assert set(FACES) == set(BANNERS) == {artist.handle for artist in ARTISTS}


def test_pictures_have_their_size_and_are_the_same_each_time() -> None:
    picture = cover("loops_for_leaving")
    assert picture.size == (1200, 1200)
    assert face("alma").size == (640, 640)
    assert banner("hexen-choir").size == (1800, 600)
    assert picture.tobytes() == cover("loops_for_leaving").tobytes()
    assert len(as_jpeg(picture)) < 1_000_000


@pytest.mark.slow
def test_no_two_covers_look_alike() -> None:
    small = {piece: np.asarray(cover(piece).resize((16, 16)), np.float64) for piece in COVERS}
    for one in small:
        for other in small:
            assert one == other or np.abs(small[one] - small[other]).mean() > 12, (one, other)


def test_a_shape_printed_over_another_darkens_it_and_stays_on_its_place() -> None:
    paper = Paper("#ffffff", 100, 100)
    square = [(100.0, 100.0), (300.0, 100.0), (300.0, 300.0), (100.0, 300.0)]
    paper.printed(square, "#80ff80")
    paper.printed([(x + 100, y) for x, y in square], "#ff8080")
    small = np.asarray(paper.image.resize((100, 100)), np.int64)
    assert small[50, 30].tolist() == pytest.approx([128, 255, 128], abs=2)
    assert small[50, 60].tolist() == pytest.approx([128, 128, 64], abs=2)
    assert small[10, 10].tolist() == [255, 255, 255]


def test_a_shape_at_the_edge_of_the_paper_is_cut_off_there() -> None:
    paper = Paper("#ffffff", 90, 90)
    motifs.leaves(paper, np.random.default_rng(1), 12)
    assert paper.finished().size == (90, 90)


def test_nothing_is_sampled() -> None:
    """What a piece is made with is NumPy and our own instruments, and no instrument reads a file."""
    known = {"numpy", "scipy", "tenuto", "collections", "dataclasses", "functools", "itertools", "re"}
    for path in [*(HERE / "pieces").glob("*.py"), *(HERE / "synth").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        roots = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        roots |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {root.partition(".")[0] for root in roots} <= known, path.name
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "open" not in called, path.name
