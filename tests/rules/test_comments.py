"""What people say along a track: whom it names, where it hangs, when it waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.comments import MOST_NAMED, Approval, handles_in, parted, read_moment, waits

HANDLES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,28}[a-z0-9]", fullmatch=True)


@pytest.mark.parametrize(
    ("words", "handles"),
    [
        ("@bo, listen", ["bo"]),
        ("listen,@bo: and (@cy-2)!", ["bo", "cy-2"]),
        ("@Bo and @bo", ["bo"]),
        ("write to bo@example.org", []),
        ("https://example.org/@bo", []),
        ("@b", []),
        ("@@bo", []),
        ("@bo-", ["bo"]),
        ("@bo@example.org", []),
        ("", []),
    ],
)
def test_whom_words_name(words: str, handles: list[str]) -> None:
    assert handles_in(words) == handles


@given(st.lists(st.one_of(st.text(max_size=12), HANDLES.map("@{}".format)), max_size=30).map(" ".join))
def test_the_pieces_are_the_words_and_name_whom_the_words_name(words: str) -> None:
    pieces = parted(words)
    assert "".join(piece for piece, _handle in pieces) == words
    assert all(handle is None or (piece == f"@{piece[1:]}" and piece[1:].lower() == handle) for piece, handle in pieces)
    named = [handle for _piece, handle in pieces if handle is not None]
    assert handles_in(words) == list(dict.fromkeys(named))[:MOST_NAMED]


@given(st.integers(0, 36_000), st.integers(0, 36_000))
def test_a_moment_is_read_as_it_is_written_while_it_lies_in_the_track(moment: int, length: int) -> None:
    hours, minutes, seconds = moment // 3600, moment // 60 % 60, moment % 60
    written = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    assert read_moment(written, length) == read_moment(str(moment), length)
    assert read_moment(written, length) == (min(moment, length) if moment < length + 1 else None)


@pytest.mark.parametrize("text", ["", "x", "1:60", "1:61:00", "-3", "1:5", "1e3", "nan", "1:51 or so"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert read_moment(text, 5000.0) is None


@given(st.sampled_from(Approval), st.booleans(), st.booleans())
def test_an_artist_never_waits_for_herself_and_everybody_waits_where_she_reads_all(
    approval: Approval, is_artist: bool, is_known: bool
) -> None:
    answer = waits(approval, is_artist=is_artist, is_known=is_known)
    if is_artist or approval is Approval.NOBODY:
        assert not answer
    elif approval is Approval.EVERYBODY:
        assert answer
    else:
        assert answer is not is_known


def test_a_moment_may_be_written_in_the_digits_of_any_script() -> None:
    assert read_moment("٣:١٠", 5000.0) == 190
