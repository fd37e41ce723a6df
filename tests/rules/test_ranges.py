"""Ranges and conditions are answered as RFC 9110 has them, whatever is sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.ranges import Answer, Asked, Held, answer, content_range, http_date, without_conditions

MODIFIED = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
SONG = Held(1000, '"song"', MODIFIED)
THEN = format_datetime(MODIFIED, usegmt=True)
BEFORE = format_datetime(MODIFIED - timedelta(seconds=1), usegmt=True)
LATER = format_datetime(MODIFIED + timedelta(seconds=1), usegmt=True)
WHOLE = Answer(200, 0, 1000)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", WHOLE),
        ("bytes=0-499", Answer(206, 0, 500)),
        ("bytes=500-", Answer(206, 500, 500)),
        ("bytes=-300", Answer(206, 700, 300)),
        ("bytes=-5000", Answer(206, 0, 1000)),
        ("bytes=900-5000", Answer(206, 900, 100)),
        ("bytes=999-999", Answer(206, 999, 1)),
        ("bytes=0-0", Answer(206, 0, 1)),
        ("Bytes = 0-0", Answer(206, 0, 1)),
        ("bytes=0-99999999999999999999999999", Answer(206, 0, 1000)),
        ("bytes=1000-", Answer(416)),
        ("bytes=99999999999999999999999999-", Answer(416)),
        ("bytes=-0", Answer(416)),
        ("bytes=2000-3000,4000-", Answer(416)),
        ("bytes=2000-,5-9", Answer(206, 5, 5)),  # the one that can be satisfied
        ("bytes=0-1, 5-6", WHOLE),  # several: ignored, as 14.2 permits
        ("bytes=, 3-4 ,", Answer(206, 3, 2)),  # empty list elements are allowed
        ("bytes=5-4", WHOLE),  # malformed in what follows: ignored
        ("bytes=5-4,0-1", WHOLE),
        ("bytes=-", WHOLE),
        ("bytes=", WHOLE),
        ("bytes=a-b", WHOLE),
        ("bytes=1-2-3", WHOLE),
        ("bytes=+1-2", WHOLE),
        ("bytes=٣-٤", WHOLE),  # digits, but not HTTP's
        ("items=0-1", WHOLE),
    ],
)
def test_a_range_is_read_as_the_rfc_says(header: str, expected: Answer) -> None:
    assert answer(Asked(range=header), SONG) == expected


def test_only_get_knows_ranges() -> None:
    assert answer(Asked("HEAD", range="bytes=0-1"), SONG) == WHOLE


def test_an_empty_file_has_no_range_to_give() -> None:
    empty = Held(0, '"empty"')
    assert answer(Asked(range="bytes=0-"), empty) == Answer(416)
    assert answer(Asked(), empty) == Answer(200, 0, 0)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (Asked(if_none_match='"song"'), 304),
        (Asked("HEAD", if_none_match='"song"'), 304),
        (Asked(if_none_match='W/"song"'), 304),  # weak comparison is enough here
        (Asked(if_none_match='"a", "song"'), 304),
        (Asked(if_none_match="*"), 304),
        (Asked(if_none_match='"other"'), 200),
        (Asked("PUT", if_none_match='"song"'), 412),
        (Asked(if_modified_since=THEN), 304),
        (Asked(if_modified_since=LATER), 304),
        (Asked(if_modified_since=BEFORE), 200),
        (Asked(if_modified_since="yesterday"), 200),
        (Asked(if_none_match='"other"', if_modified_since=LATER), 200),  # the tag speaks alone
        (Asked(if_match='"song"'), 200),
        (Asked(if_match="*"), 200),
        (Asked(if_match='"other"'), 412),
        (Asked(if_match='W/"song"'), 412),  # a weak tag never matches strongly
        (Asked(if_unmodified_since=BEFORE), 412),
        (Asked(if_unmodified_since=THEN), 200),
        (Asked(if_match='"song"', if_unmodified_since=BEFORE), 200),  # the tag speaks alone
        (Asked(if_match='"other"', if_none_match='"song"'), 412),  # first things first
        (Asked(range="bytes=0-1", if_none_match='"song"'), 304),
        (Asked(range="bytes=0-1", if_range='"song"'), 206),
        (Asked(range="bytes=0-1", if_range='W/"song"'), 200),
        (Asked(range="bytes=0-1", if_range='"other"'), 200),
        (Asked(range="bytes=5000-", if_range='"other"'), 200),
        (Asked(range="bytes=0-1", if_range=THEN), 206),
        (Asked(range="bytes=0-1", if_range=LATER), 200),  # the exact date, not a later one
        (Asked(range="bytes=0-1", if_range="soon"), 200),
    ],
)
def test_conditions_speak_in_their_order(asked: Asked, status: int) -> None:
    assert answer(asked, SONG).status == status


def test_without_a_known_date_no_date_condition_holds() -> None:
    undated = replace(SONG, modified=None)
    assert answer(Asked(if_modified_since=LATER), undated) == WHOLE
    assert answer(Asked(range="bytes=0-1", if_range=THEN), undated) == WHOLE


def test_of_an_endless_range_a_part_may_be_sent() -> None:
    in_parts = replace(SONG, most_at_once=100)
    assert answer(Asked(range="bytes=300-"), in_parts) == Answer(206, 300, 100)
    assert answer(Asked(range="bytes=950-"), in_parts) == Answer(206, 950, 50)
    assert answer(Asked(range="bytes=300-899"), in_parts) == Answer(206, 300, 600)
    assert answer(Asked(range="bytes=-300"), in_parts) == Answer(206, 700, 300)
    assert answer(Asked(), in_parts) == WHOLE


def test_content_range_names_the_stretch_or_the_size() -> None:
    assert content_range(Answer(206, 10, 5), 1000) == "bytes 10-14/1000"
    assert content_range(Answer(416), 1000) == "bytes */1000"


headers = st.text(max_size=40) | st.from_regex(r"bytes=[0-9,\- ]{0,30}", fullmatch=True)


@given(
    st.builds(
        Asked,
        st.sampled_from(["GET", "HEAD", "POST"]),
        headers,
        headers,
        headers,
        headers,
        st.text(max_size=40),
        st.text(max_size=40),
    ),
    st.integers(0, 2000),
    st.none() | st.integers(1, 500),
)
def test_whatever_is_asked_the_stretch_lies_within_the_file(asked: Asked, size: int, most: int | None) -> None:
    given_ = answer(asked, Held(size, '"x"', MODIFIED, most))
    assert given_.status in {200, 206, 304, 412, 416}
    assert 0 <= given_.first <= given_.first + given_.length <= size
    if given_.status == 206:
        assert given_.length > 0
    if given_.status == 200:
        assert (given_.first, given_.length) == (0, size)
    if given_.status in {304, 412, 416}:
        assert given_.length == 0


@given(st.integers(0, 999), st.integers(0, 2000))
def test_a_plain_range_gives_exactly_those_bytes(first: int, more: int) -> None:
    data = bytes(index % 251 for index in range(1000))
    given_ = answer(Asked(range=f"bytes={first}-{first + more}"), SONG)
    assert data[given_.first : given_.first + given_.length] == data[first : first + more + 1]


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    found = http_date(text)
    assert found is None or found.tzinfo is not None


def test_the_three_forms_of_a_date_are_read() -> None:
    for form in ("Sun, 01 Mar 2026 12:00:00 GMT", "Sunday, 01-Mar-26 12:00:00 GMT", "Sun Mar  1 12:00:00 2026"):
        assert http_date(form) == MODIFIED


def test_what_a_304_lets_them_keep_is_what_they_had_asked_for() -> None:
    asked = Asked(range="bytes=0-99", if_none_match='"song"')
    assert answer(asked, SONG).status == 304
    assert without_conditions(asked, SONG) == Answer(206, 0, 100)
