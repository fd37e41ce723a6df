"""Where content credentials lie in a file of sound, and the bytes that tie them to it.

WAV has a chunk for them and MP4 a box; MP3 and FLAC carry an ID3 tag in front that holds them as an attached object.
Every other kind gets a file beside it. Nothing is read whole: a two-hour master costs as little memory as a song.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from mutagen.id3 import GEOB, ID3, ID3NoHeaderError

from tenuto.dsp.boxes import Box, boxes, within
from tenuto.rules.credentials import MEDIA_TYPE

BLOCK_BYTES = 1024 * 1024
NONCE_BYTES = 16
LARGEST_STORE_BYTES = 8 * 1024 * 1024  # of somebody else's credentials: with pictures in them, some have one or two
_LARGEST_INDEX_BYTES = 64 * 1024 * 1024  # moov of an MP4; three hours have two
_MOST_CHUNKS, _MOST_BOXES = 10_000, 100
UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
# What stands before the credentials in their box: its kind, a version, what they are for, where more would follow.
_BOX_HEAD = UUID + bytes(4) + b"manifest\0" + bytes(8)
_OBJECT_TYPES = (MEDIA_TYPE, "application/x-c2pa-manifest-store")
_RIFF, _CHUNK_HEADER_BYTES, _BOX_HEADER_BYTES = b"RIFF", 8, 8
_OFFSETS = ((b"stco", 4), (b"co64", 8))


class NoRoom(Exception):
    """Credentials cannot be put into this very file; they go beside it."""


@dataclass(frozen=True)
class Place:
    """Where credentials are to be written, and what the rest of the file is. No length: nowhere in it."""

    digest: bytes = b""
    start: int = 0
    length: int = 0
    head: int = 0  # bytes before `start` that belong to them and are left out of the digest, too
    boxes: bool = False


def leave_room(path: Path, container: str, length: int, nonce: bytes) -> Place:
    """Make `length` bytes of room in the file at `path` for its credentials. Raises NoRoom, and leaves it as it was."""
    blank = nonce + bytes(length - len(nonce))
    match container:
        case "mp3" | "flac":
            start, head = _in_front(path, blank), 0
        case "wav":
            start, head = _behind(path, blank), _CHUNK_HEADER_BYTES
        case "mp4":
            start = _in_a_box(path, blank)
            return Place(_digest_of_boxes(path), start, length, boxes=True)
        case other:
            raise NoRoom(f"{other} has no place for them")
    return Place(digest_without(path, start - head, length + head), start, length, head)


def digest_without(path: Path, start: int = 0, length: int = 0) -> bytes:
    """SHA-256 of a file, with a stretch of it left out."""
    digest = sha256()
    with path.open("rb") as file:
        for block in _stretch(file, 0, start):
            digest.update(block)
        for block in _stretch(file, start + length, path.stat().st_size):
            digest.update(block)
    return digest.digest()


def stores(path: Path) -> Iterator[bytes]:
    """The credentials that a file came with: those of every place in which any reader would look."""
    with path.open("rb") as file:
        head, end = file.read(12), path.stat().st_size
        if head[:4] == _RIFF and head[8:] == b"WAVE":
            for kind, start, size in _riff_chunks(file, end):
                if kind == b"C2PA" and size <= LARGEST_STORE_BYTES:
                    file.seek(start)
                    yield file.read(size)
        elif head[4:8] == b"ftyp":
            for number, box in enumerate(boxes(file, 0, end)):
                if number > _MOST_CHUNKS:
                    return
                if _is_ours(file, box) and box.end - box.body <= LARGEST_STORE_BYTES:
                    file.seek(box.body + len(_BOX_HEAD))
                    yield file.read(box.end - box.body - len(_BOX_HEAD))
        elif head[:3] == b"ID3":
            yield from _attached(path)


def _attached(path: Path) -> Iterator[bytes]:
    for frame in ID3(path).getall("GEOB"):
        if frame.mime in _OBJECT_TYPES and len(frame.data) <= LARGEST_STORE_BYTES:
            yield bytes(frame.data)


# MP3 and FLAC: an attached object of an ID3 tag


def _in_front(path: Path, blank: bytes) -> int:
    try:
        tag = ID3(path)
    except ID3NoHeaderError:
        tag = ID3()
    for frame in tag.getall("GEOB"):
        if frame.mime in _OBJECT_TYPES:
            tag.delall(frame.HashKey)
    tag.add(GEOB(encoding=0, mime=MEDIA_TYPE, filename="c2pa", desc="c2pa manifest store", data=blank))
    tag.save(path)
    return _found(path, blank[:NONCE_BYTES])


def _found(path: Path, nonce: bytes) -> int:
    """Where in the tag in front the room begins: with bytes that nobody else can have put there."""
    with path.open("rb") as file:
        header = file.read(10)
        size = sum((byte & 0x7F) << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True))
        start = (header + file.read(size)).find(nonce)
    if start < 0:
        raise NoRoom("it was not written")
    return start


# WAV: a chunk


def _riff_chunks(file: BinaryIO, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk's kind, where its contents begin, and their size."""
    place = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(place)
        header = file.read(_CHUNK_HEADER_BYTES)
        if len(header) < _CHUNK_HEADER_BYTES:
            return
        size = int.from_bytes(header[4:], "little")
        if place + _CHUNK_HEADER_BYTES + size > end:
            return
        yield header[:4], place + _CHUNK_HEADER_BYTES, size
        place += _CHUNK_HEADER_BYTES + size + size % 2


def _behind(path: Path, blank: bytes) -> int:
    end = path.stat().st_size
    with path.open("r+b") as file:
        head = file.read(12)
        said = int.from_bytes(head[4:8], "little") + 8
        chunks = list(_riff_chunks(file, end))
        whole = chunks and (last := chunks[-1][1] + chunks[-1][2]) + last % 2 in (end, end + 1)
        grown = end + end % 2 + _CHUNK_HEADER_BYTES + len(blank)
        # RF64, and a recorder that never wrote how long it went on, have no size to be made larger.
        if head[:4] != _RIFF or said not in (end, end + 1) or not whole or grown - 8 >= 1 << 32:
            raise NoRoom("a RIFF that says nothing of its size, or too much")
        for kind, start, _ in chunks:
            if kind == b"C2PA":  # what it came with is true of the original alone
                file.seek(start - _CHUNK_HEADER_BYTES)
                file.write(b"JUNK")
        file.seek(end)
        file.write(bytes(end % 2) + b"C2PA" + len(blank).to_bytes(4, "little") + blank)
        file.seek(4)
        file.write((grown - 8).to_bytes(4, "little"))
    return grown - len(blank)


# MP4: a box behind the first


def _is_ours(file: BinaryIO, box: Box) -> bool:
    if box.kind != b"uuid":
        return False
    file.seek(box.body)
    return file.read(len(UUID)) == UUID


def _in_a_box(path: Path, blank: bytes) -> int:
    draft = path.with_name(f"{path.name}.boxed")
    end = path.stat().st_size
    with path.open("rb") as file:
        found: list[Box] = []
        for box in boxes(file, 0, end):
            if len(found) == _MOST_BOXES or box.kind == b"moof":
                raise NoRoom("in fragments")
            found.append(box)
        if not found or found[0].kind != b"ftyp" or found[-1].end != end:
            raise NoRoom("its boxes do not fill it")
        kept = [box for box in found if not _is_ours(file, box)]
        new = b"uuid" + _BOX_HEAD + blank
        new = (len(new) + 4).to_bytes(4, "big") + new
        moves: list[tuple[Box, int]] = []
        place = 0
        for box in kept:
            moves.append((box, place - box.start))
            place += box.end - box.start + (len(new) if box is kept[0] else 0)
        with draft.open("wb") as out:
            for box, _ in moves:
                if box.kind == b"moov":
                    out.write(_moved(file, box, moves))
                else:
                    for block in _stretch(file, box.start, box.end):
                        out.write(block)
                if box is kept[0]:
                    out.write(new)
    draft.replace(path)
    return kept[0].end + _BOX_HEADER_BYTES + len(_BOX_HEAD)


def _moved(file: BinaryIO, moov: Box, moves: list[tuple[Box, int]]) -> bytes:
    """The index of an MP4, pointing to where its sound lies now."""
    if moov.end - moov.start > _LARGEST_INDEX_BYTES:
        raise NoRoom("an index beyond any need")
    file.seek(moov.start)
    index = bytearray(file.read(moov.end - moov.start))
    for kind, width in _OFFSETS:
        for table in within(file, moov, moov.end, b"trak", b"mdia", b"minf", b"stbl", kind):
            first = table.body - moov.start + 8
            count = int.from_bytes(index[first - 4 : first], "big")
            if first + count * width > table.end - moov.start or table.end > moov.end:
                raise NoRoom("a table of offsets that is torn")
            for at in range(first, first + count * width, width):
                old = int.from_bytes(index[at : at + width], "big")
                by = next((by for box, by in moves if box.start <= old < box.end), None)
                if by is None or old + by >= 1 << 8 * width:
                    raise NoRoom("an offset that leads nowhere")
                index[at : at + width] = (old + by).to_bytes(width, "big")
    return bytes(index)


def _digest_of_boxes(path: Path) -> bytes:
    """As C2PA hashes an MP4: each box that is not left out, after the place where it begins."""
    digest, end = sha256(), path.stat().st_size
    with path.open("rb") as file:
        for box in boxes(file, 0, end):
            if box.kind in (b"ftyp", b"mfra") or _is_ours(file, box):
                continue
            digest.update(box.start.to_bytes(8, "big"))
            for block in _stretch(file, box.start, box.end):
                digest.update(block)
    return digest.digest()


def _stretch(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    file.seek(start)
    left = end - start
    while left > 0 and (block := file.read(min(BLOCK_BYTES, left))):
        left -= len(block)
        yield block
