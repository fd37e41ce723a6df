"""CBOR (RFC 8949) as content credentials write it: one form out, and a reader that a stranger's bytes cannot tire.

Written as section 4.2 asks: shortest heads, definite lengths. Maps keep the order they are given. Read: nothing deeper
than a few levels, no more items than a form could hold, no length beyond the bytes that are there.
"""

import struct
from dataclasses import dataclass

MOST_DEEP = 16
MOST_ITEMS = 4_096

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_INDEFINITE = 31
_FALSE, _TRUE, _NULL, _UNDEFINED = 20, 21, 22, 23
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_BREAK = object()


class NotCbor(ValueError):
    """These bytes are not CBOR, or more of it than anybody needs."""


@dataclass(frozen=True)
class Tagged:
    """A value with a tag (section 3.4)."""

    tag: int
    value: object


def encode(value: object) -> bytes:
    """The value's bytes."""
    match value:
        case None:
            return bytes([_SIMPLE << 5 | _NULL])
        case bool():
            return bytes([_SIMPLE << 5 | (_TRUE if value else _FALSE)])
        case int():
            return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
        case bytes():
            return _head(_BYTES, len(value)) + value
        case str():
            return _head(_TEXT, len(value.encode())) + value.encode()
        case list() | tuple():
            return _head(_ARRAY, len(value)) + b"".join(map(encode, value))
        case dict():
            return _head(_MAP, len(value)) + b"".join(encode(key) + encode(part) for key, part in value.items())
        case Tagged():
            return _head(_TAG, value.tag) + encode(value.value)
        case _:
            raise TypeError(f"no CBOR is written of a {type(value).__name__}")


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    for extra, form in ((24, ">B"), (25, ">H"), (26, ">I"), (27, ">Q")):
        if number < 1 << 8 * struct.calcsize(form):
            return bytes([kind << 5 | extra]) + struct.pack(form, number)
    raise ValueError(f"{number} is more than 64 bits")


def decode(data: bytes) -> object:
    """The one value that these bytes are. Raises NotCbor, for too much of it as well."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.place != len(data):
        raise NotCbor(f"{len(data) - reader.place} bytes are left over")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0
        self.items = 0

    def value(self, depth: int, within: int | None = None) -> object:
        """The next value; inside something without a length also the sign that it ends."""
        self.items += 1
        if depth > MOST_DEEP or self.items > MOST_ITEMS:
            raise NotCbor("nested or long beyond any need")
        first = self._take(1)[0]
        kind, low = first >> 5, first & 0x1F
        if kind == _SIMPLE:
            return self._simple(low, within)
        if low == _INDEFINITE:
            return self._without_length(kind, depth)
        number = self._number(low)
        match kind:
            case 0:
                return number
            case 1:
                return -1 - number
            case 2:
                return self._take(number)
            case 3:
                return self._text(self._take(number))
            case 4:
                return [self.value(depth + 1) for _ in range(self._fits(number))]
            case 5:
                return dict([self._pair(depth + 1) for _ in range(self._fits(number))])
            case _:
                return Tagged(number, self.value(depth + 1))

    def _pair(self, depth: int) -> tuple[object, object]:
        key = self.value(depth)
        if not isinstance(key, str | int | bytes):
            raise NotCbor(f"a {type(key).__name__} as a key")
        return key, self.value(depth)

    def _without_length(self, kind: int, depth: int) -> object:
        parts: list[object] = []
        while (part := self.value(depth + 1, within=kind)) is not _BREAK:
            parts.append(part)
        if kind == _ARRAY:
            return parts
        if kind == _MAP and len(parts) % 2 == 0 and all(isinstance(key, str | int | bytes) for key in parts[::2]):
            return dict(zip(parts[::2], parts[1::2], strict=True))
        if kind == _BYTES and all(isinstance(part, bytes) for part in parts):
            return b"".join(part for part in parts if isinstance(part, bytes))
        if kind == _TEXT and all(isinstance(part, str) for part in parts):
            return "".join(part for part in parts if isinstance(part, str))
        raise NotCbor("something without a length holds what it cannot")

    def _simple(self, low: int, within: int | None) -> object:
        if low == _INDEFINITE:
            if within is None:
                raise NotCbor("an end of nothing")
            return _BREAK
        if low in (_FALSE, _TRUE):
            return low == _TRUE
        if low in (_NULL, _UNDEFINED):
            return None
        if low in _FLOATS:
            form = _FLOATS[low]
            return struct.unpack(form, self._take(struct.calcsize(form)))[0]
        raise NotCbor(f"simple value {low}")

    def _number(self, low: int) -> int:
        if low < 24:
            return low
        if low > 27:
            raise NotCbor(f"a head of {low}")
        return int.from_bytes(self._take(1 << low - 24), "big")

    def _fits(self, number: int) -> int:
        """As many items as it claims, if there are bytes left for them at all."""
        if number > len(self.data) - self.place:
            raise NotCbor(f"{number} items in {len(self.data) - self.place} bytes")
        return number

    def _take(self, count: int) -> bytes:
        taken = self.data[self.place : self.place + count]
        if len(taken) != count:
            raise NotCbor("it ends too early")
        self.place += count
        return taken

    @staticmethod
    def _text(data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise NotCbor("a text that is no UTF-8") from error
