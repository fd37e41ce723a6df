"""The boxes in which content credentials lie: JUMBF (ISO 19566-5), as C2PA uses it.

A superbox begins with a description (its kind and its label) and goes on with content or with more superboxes. What is
read may be a stranger's: nothing is followed deeper, or further, than credentials reach.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MOST_DEEP = 8
MOST_BOXES = 4_096

_HEADER = struct.Struct(">I4s")
_REQUESTABLE_AND_LABELLED = 0b11


class NotJumbf(ValueError):
    """These bytes are no such boxes, or more of them than anybody needs."""


def kind_of(letters: bytes) -> bytes:
    """The sixteen bytes that say what a superbox is: four letters, and an ending that all of ISO's share."""
    return letters + bytes.fromhex("00110010800000aa00389b71")


STORE, MANIFEST, ASSERTIONS = kind_of(b"c2pa"), kind_of(b"c2ma"), kind_of(b"c2as")
CLAIM, SIGNATURE = kind_of(b"c2cl"), kind_of(b"c2cs")
CBOR, JSON = kind_of(b"cbor"), kind_of(b"json")


def box(letters: bytes, content: bytes) -> bytes:
    """A plain box."""
    return _HEADER.pack(_HEADER.size + len(content), letters) + content


def superbox(kind: bytes, label: str, *parts: bytes) -> bytes:
    """A box of boxes, with its description first."""
    description = kind + bytes([_REQUESTABLE_AND_LABELLED]) + label.encode() + b"\0"
    return box(b"jumb", box(b"jumd", description) + b"".join(parts))


def without_header(superboxed: bytes) -> bytes:
    """What a hash of a superbox is taken over: all of it but its own length and letters."""
    return superboxed[_HEADER.size :]


@dataclass(frozen=True)
class Content:
    """The bytes of a content box, and the labels of the superboxes it lies in, the outermost first."""

    path: tuple[str, ...]
    letters: bytes
    data: bytes


def contents(data: bytes) -> Iterator[Content]:
    """Every content box in these bytes. Raises NotJumbf where they cannot be read on."""
    count = 0
    # Each entry: where to go on, where to stop, in which superboxes.
    todo: list[tuple[int, int, tuple[str, ...]]] = [(0, len(data), ())]
    while todo:
        place, end, path = todo.pop()
        if place >= end:
            continue
        count += 1
        if count > MOST_BOXES or len(path) > MOST_DEEP:
            raise NotJumbf("nested or long beyond any need")
        letters, body, after = _opened(data, place, end)
        todo.append((after, end, path))
        if letters == b"jumb":
            label, first = _described(data, body, after)
            todo.append((first, after, (*path, label)))
        elif path:
            yield Content(path, letters, data[body:after])


def _opened(data: bytes, place: int, end: int) -> tuple[bytes, int, int]:
    """A box's letters, where its content begins and where it ends."""
    if place + _HEADER.size > end:
        raise NotJumbf("a box without room for its header")
    size, letters = _HEADER.unpack_from(data, place)
    body = place + _HEADER.size
    if size == 1 and body + 8 <= end:
        size, body = int.from_bytes(data[body : body + 8], "big"), body + 8
    elif size == 0:
        size = end - place
    if size < body - place or place + size > end:
        raise NotJumbf("a box reaches beyond the one that it lies in")
    return letters, body, place + size


def _described(data: bytes, place: int, end: int) -> tuple[str, int]:
    """A superbox's label, and where what it holds begins."""
    letters, body, after = _opened(data, place, end)
    if letters != b"jumd" or after - body < 17:
        raise NotJumbf("a superbox without its description")
    label = data[body + 17 : after].partition(b"\0")[0] if data[body + 16] & 0b10 else b""
    return label[:200].decode("utf-8", "replace"), after
