"""Makes the files beside it, each named for its defect. Run it to add one; the old ones are frozen.

python -m tests.golden.audio.make
"""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tenuto.dsp.encode import write_audio
from tenuto.dsp.tags import Tags, write_tags

HERE = Path(__file__).parent
RATE_HZ = 8_000

# Where an attacker would like to get to. Neither may ever be read.
OTHER_FILE = "tests/golden/audio/whole.wav"
OTHER_HOST = "http://127.0.0.1:9/stolen"


def tone(seconds: float, channels: int = 1, rate_hz: int = RATE_HZ) -> NDArray[np.float32]:
    """A falling chord that any codec can carry."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220.0, 277.2, 329.6)) * 0.2
    fading = (chord * np.exp(-time)).astype(np.float32)
    return np.repeat(fading[:, None], channels, axis=1)


def bytes_of(name: str, seconds: float = 0.5, **how: bool | int) -> bytes:
    """The bytes of a good file in the format of `name`."""
    path = HERE / f".making-{name}"
    rate_hz = 44_100 if path.suffix in (".mp3", ".ogg") else RATE_HZ
    write_audio(path, tone(seconds, rate_hz=rate_hz), rate_hz, **how)  # type: ignore[arg-type]  # of its options
    made = path.read_bytes()
    path.unlink()
    return made


def png(width: int, height: int) -> bytes:
    """A picture of one colour; its header may claim any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80\x40\x20" * min(width, 64) for _ in range(min(height, 64))))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def wav_header(rate_hz: int, channels: int, data_bytes: int, bits: int = 16) -> bytes:
    align = channels * bits // 8 % 65536
    return (
        b"RIFF" + struct.pack("<I", (36 + data_bytes) % 2**32) + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, channels, rate_hz, rate_hz * align % 2**32, align, bits)
        + b"data" + struct.pack("<I", data_bytes)
    )  # fmt: skip


def video_without_sound() -> bytes:
    path = HERE / ".making.mp4"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for shade in (16, 128, 235):
            frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), shade, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    made = path.read_bytes()
    path.unlink()
    return made


def with_cover(cover: bytes) -> bytes:
    path = HERE / ".making-cover.flac"
    write_audio(path, tone(0.3), RATE_HZ)
    write_tags(path, Tags(title="Cover", picture=cover, picture_mime="image/png"))
    made = path.read_bytes()
    path.unlink()
    return made


def faststart(made: bytes) -> bytes:
    """An MP4 with `moov` before `mdat`, so that its end is sound and nothing else."""
    path, other = HERE / ".making-a.m4a", HERE / ".making-b.m4a"
    path.write_bytes(made)
    with av.open(str(path)) as source, av.open(str(other), "w", options={"movflags": "+faststart"}) as target:
        copy = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = copy
                target.mux(packet)
    moved = other.read_bytes()
    path.unlink()
    other.unlink()
    return moved


def patched(made: bytes, at: int, new: bytes) -> bytes:
    return made[:at] + new + made[at + len(new) :]


def flac_that_claims(samples: int) -> bytes:
    """FLAC keeps its length in 36 bits at the end of byte 21 of the file: RFC 9639, section 8.2."""
    made = bytes_of("x.flac")
    field = made[21] & 0xF0 | samples >> 32
    return patched(made, 21, bytes([field]) + struct.pack(">I", samples & 0xFFFF_FFFF))


def wma(*, encrypted: bool) -> bytes:
    header = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + struct.pack("<QIBB", 120, 1, 1, 2)
    encryption = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e") + struct.pack("<Q", 40) + bytes(16)
    return header + (encryption if encrypted else bytes(40)) + bytes(500)


def noise(count: int) -> bytes:
    return np.random.default_rng(2).bytes(count)


def float_wav_with_nan() -> bytes:
    samples = tone(0.5)[:, 0].copy()
    samples[1000], samples[2000], samples[3000] = np.nan, np.inf, -np.inf
    body = samples.astype("<f4").tobytes()
    head = b"fmt " + struct.pack("<IHHIIHH", 16, 3, 1, RATE_HZ, RATE_HZ * 4, 4, 32)
    inner = b"WAVE" + head + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def mp3_with_a_hole() -> bytes:
    made = bytearray(bytes_of("x.mp3", 0.8, bit_rate=64_000))
    middle = len(made) // 2
    made[middle : middle + 400] = bytes(400)
    return bytes(made)


def faces(magic: str) -> Callable[[], bytes]:
    return lambda: magic.encode()


FILES: dict[str, Callable[[], bytes]] = {
    "whole.wav": lambda: bytes_of("x.wav"),
    "png-renamed.mp3": lambda: png(16, 16),
    "text-renamed.wav": lambda: b"Dear diary, today I recorded nothing at all.\n" * 40,
    "noise-renamed.mp3": lambda: noise(15_000),
    "noise-renamed.aac": lambda: noise(15_000),
    "playlist-of-a-local-file.mp3": faces(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{OTHER_FILE}\n#EXT-X-ENDLIST\n"
    ),
    "playlist-of-an-address.m3u8": faces(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{OTHER_HOST}.ts\n#EXT-X-ENDLIST\n"
    ),
    "concat-of-a-local-file.wav": faces(f"ffconcat version 1.0\nfile {OTHER_FILE}\n"),
    "concat-of-an-address.mp3": faces(f"ffconcat version 1.0\nfile {OTHER_HOST}.mp3\n"),
    "session-description.mp3": faces("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n"),
    "video-without-sound.mp4": video_without_sound,
    "no-bytes.wav": lambda: b"",
    "no-samples.wav": lambda: wav_header(RATE_HZ, 1, 0),
    "no-samples.flac": lambda: flac_that_claims(0)[:42],
    "cut.wav": lambda: bytes_of("x.wav", 1.0)[:9_000],
    "cut-before-data.wav": lambda: bytes_of("x.wav")[:30],
    "cut.aiff": lambda: bytes_of("x.aiff", 1.0)[:9_000],
    "cut.flac": lambda: bytes_of("x.flac", 1.5)[:9_000],
    "cut-before-moov.m4a": lambda: bytes_of("x.m4a")[:-200],
    "cut-after-moov.m4a": lambda: faststart(bytes_of("x.m4a", 2.0))[:-4_000],
    "cut.ogg": lambda: bytes_of("x.ogg", 2.0)[:-3_000],
    "cut.opus": lambda: bytes_of("x.opus", 3.0, bit_rate=24_000)[:-3_000],
    "cut.mp3": lambda: bytes_of("x.mp3", 1.0, bit_rate=64_000)[:-6_000],
    "protected-fairplay.m4p": lambda: bytes_of("x.m4a").replace(b"mp4a", b"drms"),
    "protected-cenc.m4a": lambda: bytes_of("x.m4a").replace(b"mp4a", b"enca"),
    "protected.wma": lambda: wma(encrypted=True),
    "windows-media.wma": lambda: wma(encrypted=False),
    "rate-of-four-gigahertz.wav": lambda: wav_header(2**32 - 1, 1, 400) + bytes(400),
    "rate-of-zero.wav": lambda: wav_header(0, 1, 400) + bytes(400),
    "channels-65535.wav": lambda: wav_header(RATE_HZ, 65_535, 400) + bytes(400),
    "channels-eight.wav": lambda: wav_header(RATE_HZ, 8, 1600) + bytes(1600),
    "rate-too-low.wav": lambda: wav_header(4_000, 1, 4000) + bytes(4000),
    "claims-eighteen-days.flac": lambda: flac_that_claims(2**36 - 1),
    "claims-no-length.flac": lambda: flac_that_claims(0),
    "claims-no-length.wav": lambda: patched(bytes_of("x.wav"), bytes_of("x.wav").index(b"data") + 4, b"\xff" * 4),
    "cover-of-sixty-thousand-pixels.flac": lambda: with_cover(png(60_000, 60_000)),
    "hole-in-the-middle.mp3": mp3_with_a_hole,
    "not-a-number.wav": float_wav_with_nan,
    "silent.wav": lambda: wav_header(RATE_HZ, 1, 8_000) + bytes(8_000),
    "tag-larger-than-the-file.mp3": lambda: b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes_of("x.mp3")[:4_000],
    "tag-torn.mp3": lambda: b"ID3\x04\0\0\0\0\1\0TIT2\xff\xff\xff\xff\0\0\3abc" + bytes(110) + bytes_of("x.mp3", 0.3),
}


def main() -> None:
    for name, make in FILES.items():
        path = HERE / name
        if not path.exists():
            path.write_bytes(make())
        assert path.stat().st_size < 20_000, name


if __name__ == "__main__":
    main()
