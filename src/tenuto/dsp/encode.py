"""Writes sound to a file, in the format that the file's suffix names."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from numpy.typing import NDArray

LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1"}

# One second at 48 kHz: bounds what is converted at once, whatever the length.
BLOCK_SAMPLES = 48_000


@dataclass(frozen=True)
class Format:
    """How one kind of file is written."""

    muxer: str
    codec: str
    sample_format: str
    bit_rate: int | None = None
    rates_hz: tuple[int, ...] = ()  # that the encoder knows; empty: any


_MP3_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_AAC_RATES = (*_MP3_RATES, 64_000, 88_200, 96_000)
_LOSSY = {
    ".mp3": Format("mp3", "libmp3lame", "fltp", 192_000, _MP3_RATES),
    ".opus": Format("opus", "libopus", "flt", 128_000, (48_000,)),
    ".m4a": Format("ipod", "aac", "fltp", 160_000, _AAC_RATES),
    ".aac": Format("adts", "aac", "fltp", 160_000, _AAC_RATES),
    ".ogg": Format("ogg", "vorbis", "fltp", 160_000),
}
_LOSSLESS = {
    (".wav", 16): Format("wav", "pcm_s16le", "s16"),
    (".wav", 24): Format("wav", "pcm_s24le", "s32"),
    (".wav", 32): Format("wav", "pcm_f32le", "flt"),
    (".w64", 16): Format("w64", "pcm_s16le", "s16"),
    (".w64", 24): Format("w64", "pcm_s24le", "s32"),
    (".aiff", 16): Format("aiff", "pcm_s16be", "s16"),
    (".aiff", 24): Format("aiff", "pcm_s24be", "s32"),
    (".aiff", 32): Format("aiff", "pcm_f32be", "flt"),
    (".flac", 16): Format("flac", "flac", "s16"),
    (".flac", 24): Format("flac", "flac", "s32"),
    (".alac", 16): Format("ipod", "alac", "s16p"),
    (".alac", 24): Format("ipod", "alac", "s32p"),
}


def write_audio(
    path: Path,
    samples: NDArray[np.float32],
    rate_hz: int,
    *,
    bit_rate: int | None = None,
    bits: int = 16,
    lossless: bool = False,
) -> None:
    """Write `samples`, from -1 to 1 and of shape (length, channels), as .wav, .w64, .aiff, .flac, .mp3, .m4a, .aac,
    .ogg or .opus. `bits` counts where nothing is lost: 16, 24, or 32 for floating point. `lossless` makes .m4a ALAC."""
    samples = samples[:, None] if samples.ndim == 1 else samples
    if samples.ndim != 2 or samples.shape[1] not in LAYOUTS:
        raise ValueError(f"samples of shape {samples.shape} are not (length, 1 to 6 channels)")
    form = _format(path.suffix.lower(), bits, lossless)
    if form.codec == "vorbis" and samples.shape[1] == 1:
        samples = np.repeat(samples, 2, axis=1)  # FFmpeg's own Vorbis encoder knows stereo only
    out_rate = rate_hz if not form.rates_hz or rate_hz in form.rates_hz else 48_000
    with av.open(str(path), "w", format=form.muxer) as container:
        options = {"strict": "experimental"} if form.codec == "vorbis" else {}
        stream = container.add_stream(form.codec, rate=out_rate, options=options)
        assert isinstance(stream, AudioStream)
        layout = LAYOUTS[samples.shape[1]]
        stream.codec_context.layout = layout
        stream.codec_context.format = form.sample_format
        if form.bit_rate is not None:
            stream.codec_context.bit_rate = bit_rate or form.bit_rate
        for start in range(0, len(samples), BLOCK_SAMPLES):
            frame = _frame(samples[start : start + BLOCK_SAMPLES], form.sample_format, bits, layout)
            frame.sample_rate = rate_hz
            frame.time_base = Fraction(1, rate_hz)
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _format(suffix: str, bits: int, lossless: bool) -> Format:
    if suffix == ".m4a" and lossless:
        suffix = ".alac"
    if suffix in _LOSSY:
        return _LOSSY[suffix]
    if (suffix, bits) not in _LOSSLESS:
        raise ValueError(f"cannot write {bits}-bit sound as {suffix or 'a file without a suffix'}")
    return _LOSSLESS[suffix, bits]


def _frame(block: NDArray[np.float32], sample_format: str, bits: int, layout: str) -> AudioFrame:
    """One block as FFmpeg wants it: whole numbers rounded to `bits`, planes side by side or interleaved."""
    values: NDArray[Any]
    if sample_format.startswith("s16"):
        values = np.clip(np.rint(block * np.float32(32767)), -32768, 32767).astype(np.int16)
    elif sample_format.startswith("s32"):
        # FFmpeg keeps 24 bits in the upper part of 32.
        values = np.clip(np.rint(block.astype(np.float64) * 8388607), -8388608, 8388607).astype(np.int32) << 8
    else:
        values = block.astype(np.float32, copy=False)
    planes = values.T if sample_format.endswith("p") else values.reshape(1, -1)
    return AudioFrame.from_ndarray(np.ascontiguousarray(planes), format=sample_format, layout=layout)
