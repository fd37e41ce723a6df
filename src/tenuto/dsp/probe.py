"""Is it audio? Which kind, how wide, how long does it say it is? Reads headers only; decodes nothing."""

from dataclasses import dataclass
from pathlib import Path

from tenuto.dsp.limits import QUICK, Limits


@dataclass(frozen=True)
class Probe:
    """What a file's header says, checked for sense."""

    container: str  # wav, w64, aiff, flac, mp3, ogg, mp4, matroska, caf, asf, aac
    codec: str  # as FFmpeg names it: pcm_s24le, flac, mp3, aac, vorbis, opus, alac, …
    channels: int
    layout: str  # mono, stereo, 5.1, …
    sample_rate_hz: int
    bits: int | None  # of a sample, where nothing is lost; None for lossy codecs
    is_float: bool
    is_lossless: bool
    seconds: float | None  # as declared; None where the header is silent
    bit_rate: int | None


def probe(path: Path, limits: Limits = QUICK) -> Probe:
    """Look into the file at `path`; raise the SoundError that says why it cannot be a track."""
    raise NotImplementedError
