"""Encodes what is heard as one fragmented MP4, which plays and seeks as a plain file everywhere and serves as HLS.

One global `sidx` in front, because WebKit takes a file with one before each fragment for its first six seconds;
`delay_moov`, because only then is the edit list written that makes the duration exact. `use_metadata_tags`, because
only then are words kept that have no name in MP4: each beginning carries the reservation of `rules.file_marks`.
"""

from dataclasses import dataclass
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from tenuto.dsp.fmp4 import Index, index_of
from tenuto.rules.file_marks import of_streams

FRAGMENT_SECONDS = 6
_OPTIONS = {
    "movflags": "+frag_keyframe+delay_moov+default_base_moof+global_sidx+use_metadata_tags",
    "frag_duration": str(FRAGMENT_SECONDS * 1_000_000),
}


@dataclass(frozen=True)
class Codec:
    """How one kind of rendition is encoded, and what it is called."""

    encoder: str
    sample_format: str
    codecs: str  # RFC 6381, for CODECS= and type=
    only_rate_hz: int | None = None


CODECS = {
    "aac": Codec("aac", "fltp", "mp4a.40.2"),
    "opus": Codec("libopus", "flt", "opus", only_rate_hz=48_000),
}


@dataclass(frozen=True)
class RenditionFile:
    """One rendition, written."""

    kind: str  # "aac" or "opus"
    path: Path  # a fragmented MP4
    codecs: str  # RFC 6381: mp4a.40.2, opus
    bit_rate: int  # measured
    size_bytes: int
    index: Index


class RenditionWriter:
    """Writes one rendition, block by block. `bit_rate` is for stereo; mono takes half."""

    def __init__(self, kind: str, path: Path, rate_hz: int, channels: int, bit_rate: int) -> None:
        self._kind = kind
        self._path = path
        codec = CODECS[kind]
        self._container = av.open(str(path), "w", format="mp4", options=_OPTIONS)
        self._container.metadata.update(of_streams())
        stream = self._container.add_stream(codec.encoder, rate=codec.only_rate_hz or rate_hz)
        assert isinstance(stream, AudioStream)
        self._stream = stream
        stream.codec_context.layout = "mono" if channels == 1 else "stereo"
        stream.codec_context.format = codec.sample_format
        stream.codec_context.bit_rate = bit_rate if channels > 1 else bit_rate // 2

    def add(self, block: AudioFrame) -> None:
        self._container.mux(self._stream.encode(block))

    def finish(self) -> RenditionFile:
        self._container.mux(self._stream.encode(None))
        self._container.close()
        index = index_of(self._path)
        return RenditionFile(
            kind=self._kind,
            path=self._path,
            codecs=CODECS[self._kind].codecs,
            bit_rate=index.average_bit_rate,
            size_bytes=self._path.stat().st_size,
            index=index,
        )

    def abandon(self) -> None:
        """Give up without finishing; the file is no use."""
        self._container.close()
