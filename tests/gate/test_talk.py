"""The wire to a room: whatever comes out of it is a message, or the end of it; and nothing else happens."""

import os
import socket
import struct
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tenuto.gate.talk import MOST_VALUES_BYTES, MOST_WORDS_BYTES, Cut, Message, receive, send

LENGTHS = struct.Struct("<IIB")
WORDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def heard(raw: bytes, handles: list[int] | None = None) -> Message:
    """What is heard when the other side sends these bytes, and is gone."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            if handles:
                socket.send_fds(theirs, [raw], handles)
            else:
                theirs.sendall(raw)
        ours.settimeout(5)
        return receive(ours)


@given(st.dictionaries(st.text(max_size=10), WORDS, max_size=5), st.binary(max_size=2_000))
def test_what_is_said_is_heard(said: dict[str, object], values: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(theirs, Message(said, values))
        assert receive(ours) == Message(said, values)


@given(st.binary(max_size=4_000))
@example(b"")
@example(LENGTHS.pack(2, 0, 1) + b"{}")
@example(LENGTHS.pack(2, 0, 7) + b"{}")
def test_no_bytes_do_anything_but_cut_the_wire_or_make_a_message(raw: bytes) -> None:
    try:
        message = heard(raw)
    except Cut:
        return
    assert isinstance(message.said, dict)
    assert message.handle is None


@given(st.binary(max_size=1_000), st.binary(max_size=200))
@example(b"[" * 1_000, b"")
@example(b"9" * 1_000, b"")
@example(b'{"a": NaN}', b"")
@example(b"\xff\xfe{\x00}\x00", b"")
def test_words_of_the_right_length_that_are_none_cut_it_too(words: bytes, values: bytes) -> None:
    try:
        message = heard(LENGTHS.pack(len(words), len(values), 0) + words + values)
    except Cut:
        return
    assert isinstance(message.said, dict)
    assert message.values == values


@given(
    st.one_of(
        st.tuples(st.integers(MOST_WORDS_BYTES + 1, 2**32 - 1), st.integers(0, 2**32 - 1)),
        st.tuples(st.integers(0, 2**32 - 1), st.integers(MOST_VALUES_BYTES + 1, 2**32 - 1)),
    )
)
def test_more_than_may_be_said_is_not_waited_for(lengths: tuple[int, int]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:  # the other side stays, and would go on for ever
        ours.settimeout(5)
        theirs.sendall(LENGTHS.pack(*lengths, 0))
        with pytest.raises(Cut, match="another form"):
            receive(ours)


def test_nesting_without_end_cuts_the_wire() -> None:
    words = b"[" * 50_000
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(LENGTHS.pack(len(words), 0, 0) + words)
        with pytest.raises(Cut):
            receive(ours)


@pytest.mark.parametrize(
    "raw", [LENGTHS.pack(2, 0, 0) + b"{}", LENGTHS.pack(2, 0, 1) + b"[]", LENGTHS.pack(99, 0, 1), b"xy"]
)
def test_files_that_come_with_no_message_are_closed(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    mine = os.open(tmp_path / "file", os.O_RDONLY)
    before = _open_files()
    try:
        with pytest.raises(Cut):
            heard(raw, [mine, mine, mine])
        assert _open_files() == before
    finally:
        os.close(mine)


def _open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_a_file_goes_with_its_message() -> None:
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    with ours, theirs:
        send(theirs, Message({"samples": 1}, b"", reading))
        os.close(reading)
        came = receive(ours).handle
        assert came is not None
        os.write(writing, b"x")
        os.close(writing)
        assert os.read(came, 2) == b"x"
        os.close(came)
