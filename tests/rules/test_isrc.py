"""Codes of recordings are understood as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.isrc import read_isrc, write_isrc


@pytest.mark.parametrize(
    "written", ["DEA122600001", "DE-A12-26-00001", "de a12 26 00001", "ISRC DE-A12-26-00001", "isrc: dea12–26–00001"]
)
def test_every_way_of_writing_gives_the_same_code(written: str) -> None:
    assert read_isrc(written) == "DEA122600001"


@pytest.mark.parametrize(
    "written", ["", "DE-A12-26-0001", "DE-A12-26-000011", "D1-A12-26-00001", "DE-A12-2X-00001", "ÄE-A12-26-00001", "١"]
)
def test_what_is_no_code_is_not_taken_for_one(written: str) -> None:
    assert read_isrc(written) is None


@given(st.from_regex(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", fullmatch=True))
def test_a_code_written_for_people_reads_back(code: str) -> None:
    assert read_isrc(write_isrc(code)) == code


@given(st.text(max_size=20))
def test_any_text_is_read_without_harm(text: str) -> None:
    code = read_isrc(text)
    assert code is None or (len(code) == 12 and code.isascii())
