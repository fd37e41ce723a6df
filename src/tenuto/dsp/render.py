"""One decode makes everything: renditions, waveform, loudness, true peak, duration."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tenuto.dsp.errors import Note
from tenuto.dsp.fmp4 import Index
from tenuto.dsp.limits import ROOMY, Limits


@dataclass(frozen=True)
class Plan:
    """What shall be made of a file."""

    aac_bit_rate: int | None = 160_000  # None: no such rendition
    opus_bit_rate: int | None = 128_000
    zooms: tuple[int, ...] = (256, 8192)  # samples per pixel of the waveforms


EVERYTHING = Plan()


@dataclass(frozen=True)
class RenditionFile:
    """One rendition, written."""

    kind: str  # "aac" or "opus"
    path: Path  # a fragmented MP4
    codecs: str  # RFC 6381: mp4a.40.2, opus
    bit_rate: int  # measured
    size_bytes: int
    index: Index


@dataclass(frozen=True)
class WaveformFile:
    """Peaks in the BBC audiowaveform binary format, version 2, 8 bit, one channel."""

    samples_per_pixel: int
    path: Path


@dataclass(frozen=True)
class Rendered:
    """What one decode made, and what it found."""

    seconds: float
    samples: int  # in each channel, at sample_rate_hz
    sample_rate_hz: int
    channels: int
    loudness_lufs: float | None  # integrated, EBU R128; None when too quiet or too short to measure
    loudness_range_lu: float | None
    true_peak_dbtp: float | None  # None when every sample is zero
    notes: tuple[Note, ...]  # silent, damaged, clipped_length
    damaged_frames: int
    sketch: bytes  # 400 peaks, then 400 RMS values, each 0 to 255
    renditions: tuple[RenditionFile, ...]
    waveforms: tuple[WaveformFile, ...]


def render(
    path: Path,
    into: Path,
    plan: Plan = EVERYTHING,
    limits: Limits = ROOMY,
    on_progress: Callable[[float], None] = lambda done: None,
) -> Rendered:
    """Decode `path` once and write everything into the directory `into`. `on_progress` hears 0 to 1."""
    raise NotImplementedError
