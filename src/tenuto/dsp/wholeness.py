"""Is all of a file there? Compares what its container promises with the bytes on the disk, without decoding.

FFmpeg plays a cut file to its cut and calls that the end; only the promise shows that something is missing.
"""

import os
import struct
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from tenuto.dsp.boxes import boxes, within
from tenuto.dsp.errors import Protected


class End(Enum):
    """What the bytes say about a file's end."""

    WHOLE = "whole"  # or nothing to the contrary
    SHORT = "short"  # a trifle is missing, or no end is marked
    CUT = "cut"


# Less than this is a padding byte or a lost tag, not music.
_TRIFLE_BYTES = 4096
_TRIFLE_SHARE = 0.01

# What programs write that stream to a pipe and cannot know the length: then it says nothing.
_UNKNOWN_BYTES = 0x7FFF_0000
_WHOLE_TAIL_BYTES = 2 * 65_307  # the longest page of Ogg, twice: RFC 3533, section 6

_PROTECTED_CODECS = (b"drms", b"drmi", b"p608", b"enca", b"encv", b"aavd")


def end_of(path: Path, container: str) -> End:
    """Whether the file at `path` has the end that it promises."""
    size = path.stat().st_size
    with path.open("rb") as file:
        match container:
            case "wav":
                return _end_of_wave(file, size)
            case "aiff":
                return _end_of_aiff(file, size)
            case "mp4":
                return _end_of_mp4(file, size)
            case "ogg":
                return _end_of_ogg(file, size)
            case "mp3":
                return _end_of_mp3(file, size)
    return End.WHOLE


def kind_of(head: bytes) -> str:
    """The container that a file's first bytes promise, whether or not the rest keeps it."""
    for kind, magic, at in (
        ("wav", b"WAVE", 8),
        ("aiff", b"AIFF", 8),
        ("aiff", b"AIFC", 8),
        ("w64", b"riff\x2e\x91\xcf\x11", 0),
        ("flac", b"fLaC", 0),
        ("ogg", b"OggS", 0),
        ("mp4", b"ftyp", 4),
        ("caf", b"caff", 0),
        ("matroska", b"\x1a\x45\xdf\xa3", 0),
    ):
        if head.startswith(magic, at):
            return kind
    return ""


def refuse_protected_mp4(path: Path) -> None:
    """Raise Protected where an MP4 file names an encrypted codec: FFmpeg would decode it to noise."""
    size = path.stat().st_size
    with path.open("rb") as file:
        for moov in (box for box in boxes(file, 0, size) if box.kind == b"moov"):
            for stsd in within(file, moov, size, b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
                for entry in boxes(file, stsd.body + 8, min(stsd.end, size)):
                    if entry.kind in _PROTECTED_CODECS:
                        raise Protected(f"sample entry {entry.kind!r}")


def has_frame_count(path: Path) -> bool:
    """Whether an MP3 file says how many frames it has; otherwise its length is a guess from its first bit rate."""
    with path.open("rb") as file:
        return _xing(file)[0] is not None


def _verdict(missing_bytes: int, promised_bytes: int) -> End:
    if missing_bytes <= 1:  # the padding byte that many programs forget
        return End.WHOLE
    return End.CUT if missing_bytes > max(_TRIFLE_BYTES, promised_bytes * _TRIFLE_SHARE) else End.SHORT


def _chunks(file: BinaryIO, size: int, order: str) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and size of every chunk of an IFF file."""
    at = 12
    while at + 8 <= size:
        file.seek(at)
        name, length = struct.unpack(f"{order}4sI", file.read(8))
        yield name, at + 8, length
        at += 8 + length + length % 2


def _end_of_wave(file: BinaryIO, size: int) -> End:
    long_size: int | None = None
    for name, start, length in _chunks(file, size, "<"):
        if name == b"ds64" and length >= 16:  # RF64: sizes beyond 32 bits stand here
            file.seek(start)
            long_size = struct.unpack("<QQ", file.read(16).ljust(16, b"\0"))[1]
        if name == b"data":
            if length == 0xFFFF_FFFF and long_size is not None:
                length = long_size
            elif length >= _UNKNOWN_BYTES:
                return End.WHOLE
            return _verdict(start + length - size, length)
    return End.CUT


def _end_of_aiff(file: BinaryIO, size: int) -> End:
    for name, start, length in _chunks(file, size, ">"):
        if name == b"SSND":
            return End.WHOLE if length >= _UNKNOWN_BYTES else _verdict(start + length - size, length)
    return End.CUT


def _end_of_mp4(file: BinaryIO, size: int) -> End:
    kinds = set()
    for box in boxes(file, 0, size):
        kinds.add(box.kind)
        if box.end > size:
            return End.CUT
    return End.WHOLE if b"moov" in kinds else End.CUT


def _end_of_ogg(file: BinaryIO, size: int) -> End:
    start = max(0, size - _WHOLE_TAIL_BYTES)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"OggS")
    if at < 0 or len(tail) < at + 27:
        return End.CUT
    lacing = tail[at + 27 : at + 27 + tail[at + 26]]
    if len(lacing) < tail[at + 26] or len(tail) < at + 27 + len(lacing) + sum(lacing):
        return End.CUT
    last_page = 0x04
    return End.WHOLE if tail[at + 5] & last_page else End.SHORT


def _end_of_mp3(file: BinaryIO, size: int) -> End:
    _, promised, start = _xing(file)
    if promised is None:
        return End.WHOLE
    return _verdict(start + promised - size, promised)


def _xing(file: BinaryIO) -> tuple[int | None, int | None, int]:
    """Frames and bytes that the first frame of an MP3 file announces (Xing's header, LAME's too), and its position."""
    file.seek(0)
    head = file.read(10)
    start = 0
    if head[:3] == b"ID3" and len(head) == 10:
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    file.seek(start, os.SEEK_SET)
    frame = file.read(4096)
    at = max(frame.find(b"Xing", 0, 256), frame.find(b"Info", 0, 256))
    if at < 0 or len(frame) < at + 16:
        return None, None, start
    flags, first, second = struct.unpack(">III", frame[at + 4 : at + 16])
    frames = first if flags & 1 else None
    size = (second if flags & 1 else first) if flags & 2 else None
    return frames, size, start
