"""The two words on every track are true."""

import pytest

from tenuto.rules.cells import CELLS, EVERYTHING, NEEDED, cell_named, mask_of
from tenuto.rules.marks import Open, kinds_open, mark_of


@pytest.mark.parametrize(
    ("open_cells", "mark"),
    [
        ([], "held"),
        (["recording/recommendation/inform", "metadata/organisation/input"], "held"),
        (["lyrics/organisation/develop"], "develop"),
        (["lyrics/organisation/develop", "listening/fraud/train"], "train"),
        (["recording/fraud/train", "recording/generative/input"], "generative"),
        (["image/third_party/inform", "recording/generative/train"], "third_party"),
    ],
)
def test_the_mark_names_the_widest_use_and_held_means_no_training(open_cells: list[str], mark: str) -> None:
    """Where your track says “AI: held”, no model is trained on it, nobody builds with it, and it goes to nobody."""
    assert mark_of(kinds_open(mask_of(map(cell_named, open_cells)))) == mark


def test_what_the_service_needs_is_no_kind_of_its_own() -> None:
    assert kinds_open(NEEDED) == 0
    assert kinds_open(EVERYTHING) == Open(63)


def test_every_cell_belongs_to_a_kind() -> None:
    assert all(kinds_open(cell.bit) for cell in CELLS if not cell.bit & NEEDED)
