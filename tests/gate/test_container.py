"""Arrays come out of a file as they went in; whatever is wrong with the file is said before anything is read."""

import numpy as np
import pytest

from tenuto.gate.container import ALIGNED, Arrays, NoContainer, is_whole, pack, unpack

ARRAYS: Arrays = {
    "times": np.arange(7, dtype=np.uint16),
    "pieces": np.array([1, 9], np.int64),
    "none": np.zeros(0, np.float32),
}


def test_arrays_come_out_as_they_went_in_each_aligned() -> None:
    made = pack(ARRAYS)
    found = unpack(made)
    assert set(found) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        assert found[name].tolist() == array.tolist()
        place = (
            found[name].__array_interface__["data"][0] - np.frombuffer(made, np.uint8).__array_interface__["data"][0]
        )
        assert place % ALIGNED == 0
    assert is_whole(made)


def test_the_same_arrays_are_the_same_bytes() -> None:
    assert pack(ARRAYS) == pack(dict(reversed(list(ARRAYS.items()))))
    assert pack({"a": np.arange(3, dtype=">u2")}) == pack({"a": np.arange(3, dtype="<u2")})


def test_a_changed_byte_is_seen() -> None:
    made = bytearray(pack(ARRAYS))
    made[-40] ^= 1
    assert not is_whole(made)


@pytest.mark.parametrize("kept", [0, 10, 30, 60, 100, -1])
def test_half_a_file_is_refused(kept: int) -> None:
    with pytest.raises(NoContainer):
        unpack(pack(ARRAYS)[:kept])


@pytest.mark.parametrize(
    "head",
    [
        b"[]",
        b"{}",
        b"nothing",
        b'[["a","<u4",99999]]',
        b'[["a","O",1]]',
        b'[["a","<u4",-1]]',
        b'[["a","<u4",1.5]]',
        b'[["a",["x"],1]]',
    ],
)
def test_a_head_that_lies_is_refused(head: bytes) -> None:
    with pytest.raises(NoContainer):
        unpack(b"tenuto arrays 1\n" + len(head).to_bytes(4, "little") + head + bytes(64))


def test_objects_are_no_arrays() -> None:
    with pytest.raises(TypeError):
        pack({"a": np.array([object()])})
