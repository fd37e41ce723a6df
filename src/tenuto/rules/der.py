"""DER (X.690): the few pieces of ASN.1 that a time stamp is made of, written and read."""

from datetime import UTC, datetime

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID, UTF8 = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C
TIME, SEQUENCE, SET = 0x18, 0x30, 0x31


class NotDer(ValueError):
    """These bytes are not DER."""


def wrap(tag: int, *parts: bytes) -> bytes:
    """A value with its tag and length."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def explicit(number: int, *parts: bytes) -> bytes:
    """A value inside a context tag of its own; also a constructed one whose own tag is left out."""
    return wrap(0xA0 | number, *parts)


def sequence(*parts: bytes) -> bytes:
    return wrap(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    return wrap(SET, *sorted(parts))


def integer(value: int) -> bytes:
    return wrap(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(data: bytes) -> bytes:
    return wrap(OCTETS, data)


def boolean(value: bool) -> bytes:
    return wrap(BOOLEAN, b"\xff" if value else b"\0")


def oid(dotted: str) -> bytes:
    """A name from the tree of object identifiers."""
    first, second, *rest = map(int, dotted.split("."))
    return wrap(OID, b"".join(map(_base128, [first * 40 + second, *rest])))


def utf8(text: str) -> bytes:
    return wrap(UTF8, text.encode())


def moment(at: datetime) -> bytes:
    """GeneralizedTime, to the second."""
    return wrap(TIME, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode())


def _base128(number: int) -> bytes:
    low = [number & 0x7F]
    while number := number >> 7:
        low.append(0x80 | number & 0x7F)
    return bytes(reversed(low))


def read(data: bytes) -> tuple[int, bytes, bytes]:
    """The first value's tag and content, and what follows it. Raises NotDer."""
    if len(data) < 2:
        raise NotDer("it ends too early")
    tag, size, place = data[0], data[1], 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4 or len(data) < 2 + count:
            raise NotDer("a length that cannot be")
        size, place = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
        if size < 0x80 or data[2] == 0:
            raise NotDer("a length longer than it need be")
    if len(data) < place + size:
        raise NotDer("it ends too early")
    return tag, data[place : place + size], data[place + size :]


def read_all(data: bytes) -> list[tuple[int, bytes]]:
    """Every value that stands beside another in these bytes. Raises NotDer."""
    found = []
    while data:
        tag, content, data = read(data)
        found.append((tag, content))
        if len(found) > 100:
            raise NotDer("more values than anybody needs")
    return found
