"""Codes of compositions and releases are understood as people write them, and a slip in one is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.iswc import read_iswc, write_iswc
from tenuto.rules.upc import read_upc, write_upc

# Published examples: of ISO 15707 itself, and of GS1.
DANCING_QUEEN = "T0345246801"
GS1_EXAMPLE = "0614141999996"


@pytest.mark.parametrize("written", ["T-034.524.680-1", "T0345246801", "t 034524680 1", "ISWC T-034.524.680-1"])
def test_every_way_of_writing_gives_the_same_work(written: str) -> None:
    assert read_iswc(written) == DANCING_QUEEN


@pytest.mark.parametrize(
    "written", ["614141999996", "0614141999996", "00614141999996", "6 14141 99999 6", "UPC 614141999996"]
)
def test_every_way_of_writing_gives_the_same_release(written: str) -> None:
    assert read_upc(written) == GS1_EXAMPLE


@pytest.mark.parametrize(
    "written", ["", "T-034.524.680-2", "T034524680", "X0345246801", "T-034.524.68O-1", "T٠345246801"]
)
def test_what_is_no_code_of_a_work_is_not_taken_for_one(written: str) -> None:
    assert read_iswc(written) is None


@pytest.mark.parametrize(
    "written", ["", "614141999997", "61414199999", "000000000000", "1614141999996", "10614141999996"]
)
def test_what_is_no_code_of_a_release_is_not_taken_for_one(written: str) -> None:
    assert read_upc(written) is None


@given(st.integers(0, 10**9 - 1), st.data())
def test_a_slip_in_one_digit_of_a_work_is_noticed(number: int, data: st.DataObject) -> None:
    """Save in places that count an even number of times or five: there the standard itself is blind to some."""
    [code] = {f"T{number:09}{last}" for last in range(10)} & {read_iswc(f"T{number:09}{last}") for last in range(10)}
    assert code is not None
    assert read_iswc(write_iswc(code)) == code
    place = data.draw(st.sampled_from([1, 3, 7, 9, 10]))
    other = data.draw(st.sampled_from(sorted(set("0123456789") - {code[place]})))
    assert read_iswc(code[:place] + other + code[place + 1 :]) is None


@given(st.integers(1, 10**12 - 1), st.data())
def test_a_slip_in_one_digit_of_a_release_is_noticed(number: int, data: st.DataObject) -> None:
    [code] = {f"{number:012}{last}" for last in range(10)} & {read_upc(f"{number:012}{last}") for last in range(10)}
    assert code is not None
    assert read_upc(write_upc(code)) == code
    place = data.draw(st.integers(0, 12))
    other = data.draw(st.sampled_from(sorted(set("0123456789") - {code[place]})))
    assert read_upc(code[:place] + other + code[place + 1 :]) is None


@given(st.text(max_size=20))
def test_any_text_is_read_without_harm(text: str) -> None:
    work, release = read_iswc(text), read_upc(text)
    assert work is None or (len(work) == 11 and work.isascii())
    assert release is None or (len(release) == 13 and release.isascii())
