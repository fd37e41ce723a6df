"""Where the segments of a rendition lie in its file, from the one `sidx` in front of them; and its HLS playlists."""

from collections.abc import Iterable
from dataclasses import dataclass


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


@dataclass(frozen=True)
class Variant:
    """One rendition as a master playlist offers it."""

    uri: str
    codecs: str  # RFC 6381
    index: Index


def read_index(head: bytes) -> Index:
    """Read the index from the beginning of a rendition: everything before its first `moof`."""
    raise NotImplementedError


def hls_media_playlist(index: Index, uri: str) -> str:
    """The playlist of one rendition, which lies whole at `uri`."""
    raise NotImplementedError


def hls_master_playlist(variants: Iterable[Variant]) -> str:
    """The playlist that offers renditions to choose from."""
    raise NotImplementedError
