"""A file's samples as they are heard: 32-bit floating point, mono or stereo, at most 48 kHz, in blocks of equal length.

What cannot be decoded in the middle is counted and left out; what is missing at the end is told apart from an end.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from tenuto.dsp.errors import Damaged, Empty, TooLong, Truncated
from tenuto.dsp.limits import Limits
from tenuto.dsp.opening import open_sound
from tenuto.dsp.probe import probe, sound_of

# Two thirds of a second: large enough that Python's part is lost in the codecs' (2 % of all), small enough that a
# queue of them stays below 4 MB.
BLOCK_SAMPLES = 32_768

# AAC fills its last frame with silence; the container says where the sound really ends.
MOST_PADDING_SAMPLES = 4_096

# Rates that AAC knows and that need no change; anything above 48 kHz nobody hears.
_KEPT_RATES_HZ = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)

_MOST_DAMAGE = 0.2  # of a file's packets; beyond it no listener would call it music
_SHORT_SECONDS = 0.25  # missing at the end: a cut file, not a rounding of its header
_SHORT_SHARE = 0.002


# Six bits above full scale. Floating-point files may hold anything, also what is no number; encoders refuse it.
_LOUDEST = np.float32(64.0)


def heard_rate_hz(rate_hz: int) -> int:
    """The rate at which a sound of `rate_hz` is heard, measured and encoded."""
    if rate_hz in _KEPT_RATES_HZ:
        return rate_hz
    return 44_100 if rate_hz % 11_025 == 0 else 48_000


class Decoding:
    """One decode of one file. Iterate once; then the facts are final."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self.found = probe(path, limits)
        self._container: InputContainer = open_sound(path)
        self._stream = sound_of(self._container)
        self.rate_hz = heard_rate_hz(self.found.sample_rate_hz)
        self.channels = min(self.found.channels, 2)
        self.samples = 0  # decoded so far, at the file's own rate
        self.packets = 0
        self.damaged = 0  # packets that gave nothing
        self._damaged_last = 0  # of these, the ones after the last sound
        self.ends_early = self.found.ends_early

    @property
    def done(self) -> float:
        """How much of the file is decoded, 0 to 1, as far as its header can be believed."""
        declared = self.found.seconds
        return min(1.0, self.samples / self.found.sample_rate_hz / declared) if declared else 0.0

    def close(self) -> None:
        self._container.close()

    def __iter__(self) -> Iterator[AudioFrame]:
        """Blocks of BLOCK_SAMPLES samples; the last one is shorter. Planar float, `pts` counts samples."""
        layout = "mono" if self.channels == 1 else "stereo"
        resampler = AudioResampler(format="fltp", layout=layout, rate=self.rate_hz)
        position = 0
        for heard in self._heard(resampler):
            block = _tame(heard)
            block.time_base = Fraction(1, self.rate_hz)
            block.pts = position
            position += block.samples
            yield block
        self._judge()

    def _heard(self, resampler: AudioResampler) -> Iterator[AudioFrame]:
        for block in self._blocks():
            yield from resampler.resample(block)
        # What the resampler holds back; where it had nothing to do, it answers None with None.
        yield from (block for block in resampler.resample(None) if block is not None and block.samples)

    def _blocks(self) -> Iterator[AudioFrame]:
        """The file's own samples, collected into blocks, without the padding after their end."""
        fifo = AudioFifo()
        for frame in self._alike(self._frames()):
            self.samples += frame.samples
            if self.samples > self._limits.longest_seconds * self.found.sample_rate_hz:
                raise TooLong(f"longer than {self._limits.longest_seconds} s")
            frame.pts = None  # the fifo would insist on an unbroken count; damaged files have none
            fifo.write(frame)
            while fifo.samples >= BLOCK_SAMPLES + MOST_PADDING_SAMPLES:
                block = fifo.read(BLOCK_SAMPLES)
                assert block is not None
                yield block
        if self.samples == 0:
            raise Damaged("no frame could be decoded") if self.damaged else Empty("no samples")
        padding = self._padding()
        self.samples -= padding
        while (left := fifo.samples - padding) > 0:
            block = fifo.read(min(left, BLOCK_SAMPLES))
            assert block is not None
            yield block

    def _padding(self) -> int:
        declared = self.found.samples
        if declared is None or self.found.container != "mp4":
            return 0
        padding = self.samples - declared
        return padding if 0 < padding <= min(MOST_PADDING_SAMPLES, self.samples - 1) else 0

    def _alike(self, frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
        """All frames in the form of the first: a chained Ogg or a spliced MP3 may change rate or width midway."""
        first: AudioFrame | None = None
        changing: AudioResampler | None = None
        changing_from: tuple[str, str, int] | None = None
        for frame in frames:
            if first is None:
                first = frame
            form = (frame.format.name, frame.layout.name, frame.sample_rate)
            if form == (first.format.name, first.layout.name, first.sample_rate):
                yield frame
                continue
            if changing is None or form != changing_from:
                changing = AudioResampler(first.format.name, first.layout.name, first.sample_rate)
                changing_from = form
            frame.pts = None
            yield from changing.resample(frame)

    def _frames(self) -> Iterator[AudioFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except MemoryError:  # FFmpeg's own is an FFmpegError too
                raise
            except av.FFmpegError:
                # The container itself is torn here. What the decoder still holds is heard, the rest judged below.
                self._note_damage()
                try:
                    yield from self._stream.decode(None)
                except av.FFmpegError:
                    self._note_damage()
                return
            self.packets += 1
            try:
                frames = self._stream.decode(packet)
            except MemoryError:
                raise
            except av.FFmpegError:
                self._note_damage()
                continue
            for frame in frames:
                if frame.samples:
                    self._damaged_last = 0
                    yield frame

    def _note_damage(self) -> None:
        self.damaged += 1
        self._damaged_last += 1

    def _judge(self) -> None:
        """Refuse what turned out to be no music, or half of it."""
        if self.damaged > max(1.0, _MOST_DAMAGE * self.packets):
            raise Damaged(f"{self.damaged} of {self.packets} packets are damaged")
        if self.found.samples is None:
            return
        missing = self.found.samples - self.samples
        much = missing > max(_SHORT_SECONDS * self.found.sample_rate_hz, _SHORT_SHARE * self.found.samples)
        at_the_end = self.damaged == 0 or self._damaged_last > 0
        if much and at_the_end:
            raise Truncated(f"{missing} of {self.found.samples} samples are missing")
        if missing > _MOST_DAMAGE * self.found.samples:
            raise Damaged(f"{missing} of {self.found.samples} samples are missing")
        # An encoder's rounding is below one frame; more is worth a word.
        self.ends_early = self.ends_early or (at_the_end and missing > MOST_PADDING_SAMPLES)


def _tame(block: AudioFrame) -> AudioFrame:
    """The same block, with silence for what is no number, and the rest bounded."""
    planes = [np.frombuffer(memoryview(plane), np.float32, block.samples) for plane in block.planes]
    # Written so that NaN, which is neither more nor less than anything, fails it.
    if all(plane.min() >= -_LOUDEST and plane.max() <= _LOUDEST for plane in planes):
        return block
    tame = np.clip(np.nan_to_num(np.stack(planes), nan=0.0, posinf=0.0, neginf=0.0), -_LOUDEST, _LOUDEST)
    quiet = AudioFrame.from_ndarray(tame, format="fltp", layout=block.layout.name)
    quiet.sample_rate = block.sample_rate
    return quiet
