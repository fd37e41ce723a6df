"""Where the segments of a rendition lie in its file, from the one `sidx` in front of them; and its HLS playlists.

A rendition is ftyp, moov, sidx, then a moof and an mdat for each segment: ISO/IEC 14496-12, section 8.16.3.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from tenuto.dsp.boxes import Box, boxes


class NotARendition(ValueError):
    """These bytes are not of the shape that we write."""


@dataclass(frozen=True)
class Segment:
    """A stretch of bytes that plays alone, after the beginning."""

    offset_bytes: int
    size_bytes: int
    seconds: float


@dataclass(frozen=True)
class Index:
    """A rendition's beginning (ftyp and moov), and its segments in order."""

    init_bytes: int
    segments: tuple[Segment, ...]

    @property
    def seconds(self) -> float:
        return sum(segment.seconds for segment in self.segments)

    @property
    def average_bit_rate(self) -> int:
        """Bits per second over the whole."""
        return round(sum(segment.size_bytes for segment in self.segments) * 8 / self.seconds) if self.seconds else 0

    @property
    def peak_bit_rate(self) -> int:
        """Bits per second of the densest segment; a last one of less than half a second says nothing."""
        rates = [segment.size_bytes * 8 / segment.seconds for segment in self.segments if segment.seconds >= 0.5]
        return max(round(max(rates, default=0)), self.average_bit_rate)

    def to_json(self) -> list[object]:
        """As Rendition.segments keeps it: [init_bytes, [[offset, bytes, seconds], …]]."""
        return [self.init_bytes, [[s.offset_bytes, s.size_bytes, round(s.seconds, 6)] for s in self.segments]]

    @classmethod
    def from_json(cls, stored: list[object]) -> "Index":
        match stored:
            case [int(init_bytes), list(rows)]:
                return cls(init_bytes, tuple(Segment(int(at), int(size), float(sec)) for at, size, sec in rows))
        raise NotARendition("not an index")


@dataclass(frozen=True)
class Variant:
    """One rendition as a master playlist offers it."""

    uri: str
    codecs: str  # RFC 6381
    index: Index


def index_of(path: Path) -> Index:
    """The index of the rendition at `path`."""
    with path.open("rb") as file:
        return _index(file, path.stat().st_size)


def read_index(head: bytes) -> Index:
    """The index from the beginning of a rendition: everything before its first `moof`."""
    return _index(BytesIO(head), len(head))


def _index(file: BinaryIO, size: int) -> Index:
    init_bytes = 0
    for box in boxes(file, 0, size):
        if box.end > size and box.kind in (b"ftyp", b"moov", b"sidx"):
            break
        if box.kind in (b"ftyp", b"moov"):
            if box.start != init_bytes:
                break
            init_bytes = box.end
        if box.kind == b"sidx":
            file.seek(box.body)
            return Index(init_bytes, tuple(_segments(file.read(box.end - box.body), box)))
        if box.kind in (b"moof", b"mdat"):
            break
    raise NotARendition("no sidx before the first fragment")


def _segments(body: bytes, box: Box) -> Iterable[Segment]:
    try:
        version, _, timescale = struct.unpack_from(">B3x2I", body)
        at, kind = (12, ">2I") if version == 0 else (12, ">2Q")
        _, first_offset = struct.unpack_from(kind, body, at)
        at += struct.calcsize(kind)
        (count,) = struct.unpack_from(">2xH", body, at)
        at += 4
        offset = box.end + first_offset
        for number in range(count):
            reference, duration, _ = struct.unpack_from(">3I", body, at + 12 * number)
            if reference >> 31:
                raise NotARendition("the sidx refers to another sidx")
            size = reference & 0x7FFF_FFFF
            yield Segment(offset, size, duration / timescale)
            offset += size
    except (struct.error, ZeroDivisionError) as error:
        raise NotARendition(f"torn sidx: {error}") from error


def hls_media_playlist(index: Index, uri: str, said: Mapping[str, str] | None = None) -> str:
    """The playlist of one rendition, which lies whole at `uri`: RFC 8216 with byte ranges.

    What is `said` besides stands in comments, which players pass over: a media playlist has no place for it.
    """
    longest = max((segment.seconds for segment in index.segments), default=0.0)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        # Each duration, rounded to the nearest second, must not exceed it: RFC 8216, section 4.3.3.1.
        f"#EXT-X-TARGETDURATION:{max(1, int(longest + 0.5))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        *(f"# {name}: {_one_line(value)}" for name, value in (said or {}).items()),
        f'#EXT-X-MAP:URI="{_quotable(uri)}",BYTERANGE="{index.init_bytes}@0"',
    ]
    for segment in index.segments:
        lines += [
            f"#EXTINF:{segment.seconds:.6f},",
            f"#EXT-X-BYTERANGE:{segment.size_bytes}@{segment.offset_bytes}",
            _quotable(uri),
        ]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def hls_master_playlist(variants: Iterable[Variant], said: Mapping[str, str] | None = None) -> str:
    """The playlist that offers renditions to choose from. What is `said` besides is session data: section 4.3.4.4."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for name, value in (said or {}).items():
        lines.append(f'#EXT-X-SESSION-DATA:DATA-ID="{_quotable(name)}",VALUE="{_quotable(_one_line(value))}"')
    for variant in variants:
        lines += [
            f"#EXT-X-STREAM-INF:BANDWIDTH={variant.index.peak_bit_rate},"
            f'AVERAGE-BANDWIDTH={variant.index.average_bit_rate},CODECS="{variant.codecs}"',
            _quotable(variant.uri),
        ]
    return "\n".join([*lines, ""])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quotable(uri: str) -> str:
    if any(mark in uri for mark in '"\r\n'):
        raise ValueError(f"{uri!r} cannot stand in a playlist")
    return uri
