"""The boxes that an MP4 file is made of: ISO/IEC 14496-12, section 4.2."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_PLAIN_HEADER_BYTES = 8
_LONG_HEADER_BYTES = 16


@dataclass(frozen=True)
class Box:
    """One box: what it is, where it begins, where its contents do, where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two positions, in order. One that claims to reach beyond `end` is the last."""
    while start + _PLAIN_HEADER_BYTES <= end:
        file.seek(start)
        header = file.read(_LONG_HEADER_BYTES)
        if len(header) < _PLAIN_HEADER_BYTES:
            return
        size, kind, body = int.from_bytes(header[:4], "big"), header[4:8], start + _PLAIN_HEADER_BYTES
        if size == 1:  # the real size follows, in 64 bits
            size, body = int.from_bytes(header[8:16], "big"), start + _LONG_HEADER_BYTES
        elif size == 0:  # to the end of the file
            size = end - start
        if size < body - start:
            return
        box = Box(kind, start, body, start + size)
        yield box
        start = box.end


def within(file: BinaryIO, outer: Box, limit: int, *path: bytes) -> Iterator[Box]:
    """All boxes that lie in `outer` at `path`, kind by kind inwards."""
    for box in boxes(file, outer.body, min(outer.end, limit)):
        if box.kind == path[0]:
            if len(path) == 1:
                yield box
            else:
                yield from within(file, box, limit, *path[1:])
