"""Cells keep their places, and sets of them are sets."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.cells import (
    BITS_PER_ASSET,
    CELLS,
    EVERYTHING,
    LICENCE_ONLY,
    NEEDED,
    Asset,
    Cell,
    Purpose,
    Use,
    cell,
    cell_named,
    cells_in,
    cells_of,
    mask_of,
)

# Positions are in databases and in the log. This list only ever grows at its ends.
ASSETS = ["recording", "composition", "lyrics", "artwork", "logo", "image", "metadata", "listening"]
PURPOSES = ["recommendation", "organisation", "fraud", "identification", "generative", "third_party"]
USES = ["input", "inform", "train", "develop"]


def test_positions_never_move() -> None:
    for each in CELLS:
        asset, purpose, use = ASSETS.index(each.asset), PURPOSES.index(each.purpose), USES.index(each.use)
        assert each.position == asset * 32 + purpose * 4 + use
        assert each.bit == 1 << each.position
    assert (list(Asset), list(Purpose), list(Use)) == (ASSETS, PURPOSES, USES)


def test_each_work_has_every_cell_and_plays_have_four() -> None:
    """Your recording, words and pictures have all 24 uses in the grid. Plays can steer and train two features only."""
    for asset in set(Asset) - {Asset.LISTENING}:
        assert cells_of(asset=asset).bit_count() == 24
    assert {str(each) for each in cells_in(cells_of(asset=Asset.LISTENING))} == {
        "listening/recommendation/inform",
        "listening/recommendation/train",
        "listening/fraud/inform",
        "listening/fraud/train",
    }
    with pytest.raises(ValueError, match="no cell listening/generative/train"):
        cell(Asset.LISTENING, Purpose.GENERATIVE, Use.TRAIN)


def test_what_is_needed_is_two_cells() -> None:
    """The service works without every other use."""
    assert [str(each) for each in cells_in(NEEDED)] == ["recording/identification/input", "listening/fraud/inform"]


def test_what_only_a_licence_opens() -> None:
    assert {each.purpose for each in cells_in(LICENCE_ONLY)} == {Purpose.GENERATIVE, Purpose.THIRD_PARTY}
    assert {each.purpose for each in cells_in(EVERYTHING & ~LICENCE_ONLY)} == {
        Purpose.RECOMMENDATION,
        Purpose.ORGANISATION,
        Purpose.FRAUD,
        Purpose.IDENTIFICATION,
    }


@given(st.sets(st.sampled_from(CELLS)))
def test_a_mask_is_a_set_of_cells(some: set[Cell]) -> None:
    assert list(cells_in(mask_of(some))) == sorted(some, key=lambda each: each.position)


@given(st.integers(0, EVERYTHING).map(lambda bits: bits & EVERYTHING))
def test_an_assets_word_is_cut_out_by_its_shift(mask: int) -> None:
    words = [mask >> asset.shift & (1 << BITS_PER_ASSET) - 1 for asset in Asset]
    assert sum(word << asset.shift for asset, word in zip(Asset, words, strict=True)) == mask
    for asset, word in zip(Asset, words, strict=True):
        assert word << asset.shift == mask & cells_of(asset=asset)


def test_cells_are_found_by_what_is_given_of_them() -> None:
    for asset, purpose, use in product([None, *Asset], [None, *Purpose], [None, *Use]):
        found = set(cells_in(cells_of(asset, purpose, use)))
        assert found == {
            each
            for each in CELLS
            if asset in (None, each.asset) and purpose in (None, each.purpose) and use in (None, each.use)
        }


def test_a_cells_name_leads_back_to_it() -> None:
    for each in CELLS:
        assert cell_named(str(each)) is each
        assert cell(each.asset, each.purpose, each.use) is each
    for name in (
        "",
        "recording/fraud",
        "listening/generative/train",
        "RECORDING/fraud/train",
        "recording/fraud/train/",
    ):
        with pytest.raises(ValueError, match="is no cell"):
            cell_named(name)
