"""Is it audio? Which kind, how wide, how long? Reads the headers, and decodes until the first sound."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from tenuto.dsp.encode import LAYOUTS
from tenuto.dsp.errors import AbsurdHeader, Damaged, Empty, NoSound, NotAudio, TooLong, Truncated, Unsupported
from tenuto.dsp.limits import QUICK, Limits
from tenuto.dsp.opening import open_sound
from tenuto.dsp.wholeness import End, end_of, has_frame_count

_LOSSY = ("mp3", "aac", "vorbis", "opus", "pcm_alaw", "pcm_mulaw", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt")
_PCM = re.compile(r"pcm_([usf])(8|16|24|32|64)(le|be)?$")

# Beyond these nobody has ever recorded anything: the header is wrong, not the taste.
_ABSURD_RATE_HZ = 1_500_000
_ABSURD_CHANNELS = 64
# Digital silence in FLAC takes 1 kbit/s. A file that promises more sound for fewer bits is lying.
_LEAST_BITS_PER_SECOND = 50

_MOST_PACKETS_BEFORE_SOUND = 200


@dataclass(frozen=True)
class Probe:
    """What a file's header says, checked for sense."""

    container: str  # wav, w64, aiff, flac, mp3, ogg, mp4, matroska, caf, aac
    codec: str  # as FFmpeg names it: pcm_s24le, flac, mp3, aac, vorbis, opus, alac
    channels: int
    layout: str  # mono, stereo, 5.1, …
    sample_rate_hz: int
    bits: int | None  # of a sample, where nothing is lost; None for lossy codecs
    is_float: bool
    is_lossless: bool
    seconds: float | None  # as declared, or guessed from the bit rate; None where the header is silent
    samples: int | None  # in each channel, where the header counts them
    bit_rate: int | None
    ends_early: bool  # its end is not where the header says, by a trifle


def probe(path: Path, limits: Limits = QUICK) -> Probe:
    """Look into the file at `path`; raise the SoundError that says why it cannot be a track."""
    with open_sound(path) as container:
        stream = sound_of(container)
        found = _read(path, container, stream)
        _refuse(found, path.stat().st_size, limits)
        frame = _first_frame(container, stream)
    # What comes out may differ from what is written: HE-AAC plays at twice the rate that its header names.
    if frame.sample_rate != found.sample_rate_hz or frame.layout.nb_channels != found.channels:
        samples = found.samples and round(found.samples * frame.sample_rate / found.sample_rate_hz)
        found = replace(
            found,
            channels=frame.layout.nb_channels,
            layout=frame.layout.name,
            sample_rate_hz=frame.sample_rate,
            samples=samples,
        )
    _refuse(found, path.stat().st_size, limits)
    end = end_of(path, found.container)
    if end is End.CUT:
        raise Truncated(f"the {found.container} container promises more than {path} holds")
    return replace(found, ends_early=end is End.SHORT)


def sound_of(container: InputContainer) -> AudioStream:
    """The sound in an open file, its loudspeakers named."""
    if not container.streams.audio:
        # A cover picture is a video stream to FFmpeg; only these containers hold real ones.
        if container.streams.video and _container(container) in ("mp4", "matroska"):
            raise NoSound("video streams only")
        raise NotAudio(f"{container.format.name} without an audio stream")
    stream = container.streams.best("audio") or container.streams.audio[0]
    assert isinstance(stream, AudioStream)
    # PyAV's types do not say so, but there is none where FFmpeg has no decoder.
    context = cast("AudioCodecContext | None", stream.codec_context)
    if context is None:
        raise Unsupported("no decoder for it")
    # A file may count its channels without naming them; unnamed ones cannot be mixed.
    if context.layout.name.endswith(" channels") and context.layout.nb_channels in LAYOUTS:
        context.layout = LAYOUTS[context.layout.nb_channels]
    return stream


def _read(path: Path, container: InputContainer, stream: AudioStream) -> Probe:
    context = stream.codec_context
    codec = context.codec.canonical_name
    pcm = _PCM.fullmatch(codec)
    if not (pcm or codec in ("flac", "alac") or codec in _LOSSY):
        raise Unsupported(f"codec {codec}")
    kind = _container(container)
    seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
    if seconds is None and container.duration:
        seconds = container.duration / av.time_base
    # ADTS has no header, MP3 not always: then FFmpeg's duration is a guess.
    counted = kind != "aac" and (kind != "mp3" or has_frame_count(path))
    return Probe(
        container=kind,
        codec=codec,
        channels=context.layout.nb_channels,
        layout=context.layout.name,
        sample_rate_hz=context.sample_rate,
        bits=int(pcm[2]) if pcm else _bits(codec, context.extradata or b""),
        is_float=bool(pcm) and pcm[1] == "f" if pcm else False,
        is_lossless=codec not in _LOSSY,
        seconds=seconds,
        samples=round(seconds * context.sample_rate) if seconds and counted else None,
        bit_rate=container.bit_rate or None,
        ends_early=False,
    )


def _container(container: InputContainer) -> str:
    first = container.format.name.split(",")[0]
    return "mp4" if first == "mov" else first


def _bits(codec: str, extradata: bytes) -> int | None:
    if codec == "flac" and len(extradata) >= 18:  # STREAMINFO: RFC 9639, section 8.2
        return ((extradata[12] & 1) << 4 | extradata[13] >> 4) + 1
    if codec == "alac" and len(extradata) >= 18:  # bitDepth of the magic cookie, after its box header
        return extradata[17]
    return None


def _first_frame(container: InputContainer, stream: AudioStream) -> AudioFrame:
    """Decode until something sounds: a header alone is easily forged, or found by chance in a picture."""
    packets = 0
    try:
        for packet in container.demux(stream):
            packets += packet.size > 0
            try:
                for frame in stream.decode(packet):
                    if frame.samples:
                        return frame
            except MemoryError:
                raise
            except av.FFmpegError:
                pass
            if packets > _MOST_PACKETS_BEFORE_SOUND:
                break
    except MemoryError:
        raise
    except av.FFmpegError as error:
        raise Damaged(f"nothing could be read: {error}") from error
    raise NotAudio("nothing in it could be decoded") if packets else Empty("a header without samples")


def _refuse(found: Probe, size_bytes: int, limits: Limits) -> None:
    if found.sample_rate_hz == 0 and found.container in ("mp3", "aac"):
        raise NotAudio("nothing but a pattern that looks like a frame")  # neither has a header to be wrong
    if not 0 < found.sample_rate_hz <= _ABSURD_RATE_HZ or not 0 < found.channels <= _ABSURD_CHANNELS:
        raise AbsurdHeader(f"{found.channels} channels at {found.sample_rate_hz} Hz")
    if not limits.lowest_rate_hz <= found.sample_rate_hz <= limits.highest_rate_hz:
        raise Unsupported(f"{found.sample_rate_hz} Hz")
    if found.channels > limits.most_channels:
        raise Unsupported(f"{found.channels} channels")
    if found.seconds is None:
        return
    if size_bytes * 8 < found.seconds * _LEAST_BITS_PER_SECOND:
        raise AbsurdHeader(f"{found.seconds:.0f} s in {size_bytes} bytes")
    if found.seconds > limits.longest_seconds:
        raise TooLong(f"{found.seconds:.0f} s")
