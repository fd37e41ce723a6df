"""Whatever colour somebody wishes for a player on their page, it can be seen there and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.colours import BLACK, ENOUGH, WHITE, Colour, contrast, read, seen_on, written_on

colours = st.builds(Colour, *[st.integers(0, 255)] * 3)


@given(colours, colours)
def test_every_wish_can_be_told_from_every_ground(ground: Colour, wish: Colour) -> None:
    shown = seen_on(ground, wish)
    assert contrast(shown, ground) >= ENOUGH
    assert shown == wish or contrast(wish, ground) < ENOUGH


@given(colours)
def test_what_is_written_on_any_colour_can_be_read(ground: Colour) -> None:
    assert contrast(written_on(ground), ground) >= 4.5


@given(colours)
def test_a_colour_is_read_as_it_is_written(colour: Colour) -> None:
    assert read(str(colour)) == colour


@pytest.mark.parametrize("words", ["", "red", "#12", "#1234567", "12345g", "#123456;color:red", "１２３４５６"])
def test_what_is_no_colour_is_none(words: str) -> None:
    assert read(words) is None


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(Colour(0x77, 0x77, 0x77), WHITE) == pytest.approx(4.48, abs=0.01)
