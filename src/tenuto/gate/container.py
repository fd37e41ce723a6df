"""Several arrays in one file: a head that says where each lies, the arrays, and the SHA-256 of all of it.

A reader maps the file and gets the arrays as they lie there. Nothing in a file can make it read beyond its end.
"""

import json
import struct
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"tenuto arrays 1\n"
ALIGNED = 64
DIGEST_BYTES = 32
MOST_HEAD_BYTES = 64 * 1024
KINDS = frozenset({"|u1", "<u2", "<u4", "<u8", "|i1", "<i2", "<i4", "<i8", "<f4", "<f8"})

_HEAD = struct.Struct("<I")

Arrays = dict[str, NDArray[Any]]


class NoContainer(ValueError):
    """These bytes are not such a file, or not all of one."""


def pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """The arrays as the bytes of one file. The same arrays are the same bytes."""
    flat = {name: _little(array) for name, array in sorted(arrays.items())}
    said = [[name, array.dtype.str, array.size] for name, array in flat.items()]
    head = json.dumps(said, separators=(",", ":")).encode()
    parts = [MAGIC, _HEAD.pack(len(head)), head]
    length = sum(map(len, parts))
    for array in flat.values():
        parts += [bytes(-length % ALIGNED), array.tobytes()]
        length += len(parts[-2]) + len(parts[-1])
    whole = b"".join(parts)
    return whole + sha256(whole).digest()


def unpack(file: Any) -> Arrays:
    """The arrays in these bytes, which are read as they are used. Raises NoContainer."""
    view = memoryview(file)
    start = len(MAGIC) + _HEAD.size
    if len(view) < start + DIGEST_BYTES or bytes(view[: len(MAGIC)]) != MAGIC:
        raise NoContainer("not a file of arrays")
    (head_bytes,) = _HEAD.unpack(view[len(MAGIC) : start])
    place = start + head_bytes
    if head_bytes > MOST_HEAD_BYTES or place > len(view) - DIGEST_BYTES:
        raise NoContainer("its head is longer than the file")
    arrays: Arrays = {}
    for name, kind, size in _said(bytes(view[start:place])):
        place += -place % ALIGNED
        if place + size * np.dtype(kind).itemsize > len(view) - DIGEST_BYTES:
            raise NoContainer(f"{name} ends beyond the file")
        arrays[name] = np.frombuffer(view, kind, size, place)
        place += arrays[name].nbytes
    if place != len(view) - DIGEST_BYTES:
        raise NoContainer("more than its head says")
    return arrays


def is_whole(file: Any) -> bool:
    """Is every byte as it was written? Reads all of them."""
    view = memoryview(file)
    return len(view) > DIGEST_BYTES and sha256(view[:-DIGEST_BYTES]).digest() == bytes(view[-DIGEST_BYTES:])


def _little(array: NDArray[Any]) -> NDArray[Any]:
    flat = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(-1)
    if flat.dtype.str not in KINDS:
        raise TypeError(f"an array of {array.dtype}")
    return flat


def _said(head: bytes) -> list[tuple[str, str, int]]:
    try:
        said = [(name, kind, size) for name, kind, size in json.loads(head)]
    except (ValueError, TypeError) as error:
        raise NoContainer("a head that says nothing") from error
    for name, kind, size in said:
        if (
            not isinstance(name, str)
            or not isinstance(kind, str)
            or kind not in KINDS
            or type(size) is not int
            or size < 0
        ):
            raise NoContainer("a head that makes no sense")
    return said
