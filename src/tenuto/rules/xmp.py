"""Puts an XMP packet into a finished picture, without unpacking it: JPEG, PNG and WebP (XMP, part 3).

A picture that has a packet already keeps it, and one that is torn stays as it is: words about rights are no reason to
lose a cover.
"""

import struct
from collections.abc import Iterator
from zlib import crc32

_JPEG_NAME = b"http://ns.adobe.com/xap/1.0/\0"
_MOST_IN_JPEG = 65_533 - len(_JPEG_NAME)
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_NAME = b"XML:com.adobe.xmp\0\0\0\0\0"  # not compressed, of no language
_XMP_FLAG, _ALPHA_FLAG = 0x04, 0x10


def with_packet(picture: bytes, packet: bytes) -> bytes:
    """The picture with the packet in it."""
    if picture[:2] == b"\xff\xd8":
        return _in_jpeg(picture, packet)
    if picture.startswith(_PNG):
        return _in_png(picture, packet)
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return _in_webp(picture, packet)
    return picture


def _in_jpeg(picture: bytes, packet: bytes) -> bytes:
    """As a segment of its own, behind those that must be first (JFIF, Exif)."""
    if _JPEG_NAME in picture or len(packet) > _MOST_IN_JPEG:
        return picture
    place = 2
    while picture[place : place + 2] in (b"\xff\xe0", b"\xff\xe1"):
        place += 2 + int.from_bytes(picture[place + 2 : place + 4], "big")
    if picture[place : place + 1] != b"\xff":
        return picture
    content = _JPEG_NAME + packet
    return picture[:place] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + picture[place:]


def _in_png(picture: bytes, packet: bytes) -> bytes:
    """As an international text before the pixels."""
    if _PNG_NAME[:17] in picture:
        return picture
    header = len(_PNG) + 25
    if picture[len(_PNG) + 4 : len(_PNG) + 8] != b"IHDR" or len(picture) <= header:
        return picture
    content = b"iTXt" + _PNG_NAME + packet
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", crc32(content))
    return picture[:header] + chunk + picture[header:]


def _in_webp(picture: bytes, packet: bytes) -> bytes:
    """As the last chunk, which the first one, made where there is none, announces."""
    chunks = list(_chunks(picture))
    if not chunks or any(kind == b"XMP " for kind, _, _ in chunks):
        return picture
    kind, start, size = chunks[0]
    if kind == b"VP8X" and size == 10:
        extended, rest = bytearray(picture[start : start + size]), picture[start + size :]
    elif found := _canvas(kind, picture[start : start + 10]):
        width, height, alpha = found
        extended = bytearray(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        extended[0] |= _ALPHA_FLAG if alpha else 0
        rest = picture[12:]
    else:
        return picture
    extended[0] |= _XMP_FLAG
    body = b"WEBP" + _chunk(b"VP8X", bytes(extended)) + rest + _chunk(b"XMP ", packet)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunks(picture: bytes) -> Iterator[tuple[bytes, int, int]]:
    place = 12
    while place + 8 <= len(picture):
        size = int.from_bytes(picture[place + 4 : place + 8], "little")
        if place + 8 + size > len(picture):
            return
        yield picture[place : place + 4], place + 8, size
        place += 8 + size + size % 2


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _canvas(kind: bytes, head: bytes) -> tuple[int, int, bool] | None:
    """Width, height, and whether it can be seen through, from the head of the one frame."""
    if kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[6:10])
        return width & 0x3FFF, height & 0x3FFF, False
    if kind == b"VP8L" and head[:1] == b"\x2f":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    return None
