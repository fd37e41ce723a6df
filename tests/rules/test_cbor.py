"""What is written is read again as it was; what a stranger wrote is read within bounds, or not at all."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tenuto.rules.cbor import MOST_DEEP, MOST_ITEMS, NotCbor, Tagged, decode, encode

plain = st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=40) | st.text(max_size=40)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(max_size=9), inner, max_size=5)
        | st.builds(Tagged, st.integers(0, 2**32), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_what_is_written_is_read_again(value: object) -> None:
    written = encode(value)
    assume(not too_deep(value))
    assert decode(written) == value


def too_deep(value: object, left: int = MOST_DEEP) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    inner = [value.value] if isinstance(value, Tagged) else inner
    return left == 0 or any(too_deep(one, left - 1) for one in inner)


# RFC 8949, appendix A.
EXAMPLES = {
    "00": 0,
    "1818": 24,
    "1bffffffffffffffff": 2**64 - 1,
    "3903e7": -1000,
    "f4": False,
    "f6": None,
    "fb3ff199999999999a": 1.1,
    "f93c00": 1.0,
    "c11a514b67b0": Tagged(1, 1363896240),
    "4401020304": b"\1\2\3\4",
    "62c3bc": "ü",
    "83010203": [1, 2, 3],
    "a26161016162820203": {"a": 1, "b": [2, 3]},
    "5f42010243030405ff": b"\1\2\3\4\5",
    "7f657374726561646d696e67ff": "streaming",
    "9f018202039f0405ffff": [1, [2, 3], [4, 5]],
    "bf61610161629f0203ffff": {"a": 1, "b": [2, 3]},
}


@pytest.mark.parametrize(("written", "value"), EXAMPLES.items())
def test_the_examples_of_the_standard_are_read(written: str, value: object) -> None:
    assert decode(bytes.fromhex(written)) == value


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x1b\0\0",  # ends in its head
        b"\x5b" + b"\xff" * 8,  # a text of 2^64 bytes
        b"\x9b" + b"\xff" * 8,  # an array of 2^64 items
        b"\xbb\0\0\0\1\0\0\0\0",
        b"\x81" * (MOST_DEEP + 2) + b"\0",  # nested
        b"\x9f" * 100_000,  # nested without an end
        b"\xc0" * 100_000,  # tags of tags
        b"\x9a\0\0\xff\xff" + b"\0" * 0xFFFF,  # too many items
        b"\xa1\x81\0\0",  # an array as a key
        b"\xff",  # the end of nothing
        b"\x5f\x01\xff",  # a number in a string
        b"\x61\xff",  # no UTF-8
        b"\0\0",  # something left over
        b"\x1c",  # no such head
    ],
)
def test_what_is_torn_or_endless_is_refused(hostile: bytes) -> None:
    with pytest.raises(NotCbor):
        decode(hostile)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    try:
        decode(data)
    except NotCbor:
        return


def test_as_many_items_as_are_allowed_are_read() -> None:
    fits = [0] * (MOST_ITEMS - 1)
    assert decode(encode(fits)) == fits
