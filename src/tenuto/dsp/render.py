"""One decode makes everything: renditions, waveform, loudness, true peak, duration.

Decoder and analysis run in the caller's thread, both encoders in another. FFmpeg and NumPy let go of the interpreter's
lock while they work. With a thread for each, a file is ready a fifth sooner on an idle machine, for a tenth more of the
processor where two "cores" are threads of one: who uploads an album waits for the processor.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread

import numpy as np
from av.audio.frame import AudioFrame

from tenuto.dsp.decode import Decoding
from tenuto.dsp.errors import Note
from tenuto.dsp.limits import ROOMY, Limits
from tenuto.dsp.loudness import LoudnessMeter, PeakMeter, decibels
from tenuto.dsp.renditions import RenditionFile, RenditionWriter
from tenuto.dsp.waveform import WaveformMeter

# Eight least significant bits of 16: below the hiss of any room, above the dither of an empty file.
SILENCE_DBFS = -72.0

# In the directory of the renditions while they are made: the sketch of the part that has been decoded.
SKETCH_SO_FAR = "so-far.sketch"
TOLD_EVERY_SECONDS = 0.5

# Blocks of 256 kB that may wait for a consumer: enough that none idles, small enough to forget.
_WAITING_BLOCKS = 6


@dataclass(frozen=True)
class Plan:
    """What shall be made of a file."""

    aac_bit_rate: int | None = 160_000  # of stereo; None: no such rendition
    opus_bit_rate: int | None = 128_000
    zooms: tuple[int, ...] = (256, 8192)  # samples per pixel of the waveforms


EVERYTHING = Plan()


@dataclass(frozen=True)
class WaveformFile:
    """Peaks in the BBC audiowaveform binary format, version 2, 8 bit, one channel."""

    samples_per_pixel: int
    path: Path


@dataclass(frozen=True)
class Rendered:
    """What one decode made, and what it found.

    Loudness and peak are those of what is heard: of the stereo mix where the file has more channels, and of both
    loudspeakers where it is mono.
    """

    seconds: float
    samples: int  # in each channel, at sample_rate_hz
    sample_rate_hz: int  # the file's own
    channels: int
    loudness_lufs: float | None  # integrated, EBU R128; None when too quiet or too short to measure
    loudness_range_lu: float | None
    true_peak_dbtp: float | None  # None when every sample is zero
    notes: tuple[Note, ...]  # silent, damaged, ends_early
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
    decoding = Decoding(path, limits)
    rates = {"aac": plan.aac_bit_rate, "opus": plan.opus_bit_rate}
    writers = [
        RenditionWriter(kind, into / f"{kind}.mp4", decoding.rate_hz, decoding.channels, bit_rate)
        for kind, bit_rate in rates.items()
        if bit_rate is not None
    ]
    analysis = Analysis(decoding.rate_hz, decoding.channels, into / SKETCH_SO_FAR)

    def encode(block: AudioFrame) -> None:
        for writer in writers:
            writer.add(block)

    encoding = Consumer(encode)
    try:
        for block in decoding:
            encoding.give(block)
            analysis.add(block)
            on_progress(decoding.done)
        encoding.finish()
    except BaseException:
        encoding.abandon()
        for writer in writers:
            writer.abandon()
        raise
    finally:
        decoding.close()
    analysis.finish()
    renditions = tuple(writer.finish() for writer in writers)
    waveforms = tuple(analysis.write_waveform(into, zoom) for zoom in plan.zooms)
    on_progress(1.0)
    return Rendered(
        seconds=decoding.samples / decoding.found.sample_rate_hz,
        samples=decoding.samples,
        sample_rate_hz=decoding.found.sample_rate_hz,
        channels=decoding.found.channels,
        loudness_lufs=analysis.loudness.integrated_lufs(),
        loudness_range_lu=analysis.loudness.range_lu(),
        true_peak_dbtp=decibels(analysis.peak.true_peak),
        notes=_notes(decoding, analysis),
        damaged_frames=decoding.damaged,
        sketch=analysis.waveform.sketch(),
        renditions=renditions,
        waveforms=waveforms,
    )


def _notes(decoding: Decoding, analysis: "Analysis") -> tuple[Note, ...]:
    loudest = decibels(analysis.peak.sample_peak)
    found = {
        Note.SILENT: loudest is None or loudest < SILENCE_DBFS,
        Note.DAMAGED: decoding.damaged > 0,
        Note.ENDS_EARLY: decoding.ends_early,
    }
    return tuple(note for note, holds in found.items() if holds)


class Analysis:
    """Everything that is measured rather than encoded. Now and then writes the sketch of what it has seen so far."""

    def __init__(self, rate_hz: int, channels: int, so_far: Path) -> None:
        self._rate_hz = rate_hz
        self._so_far = so_far
        self._told_at = time.monotonic()
        self.loudness = LoudnessMeter(rate_hz, channels, mono_is_heard_twice=True)
        self.peak = PeakMeter(channels)
        self.waveform = WaveformMeter()

    def add(self, block: AudioFrame) -> None:
        samples = block.to_ndarray().astype(np.float32, copy=False)
        self.loudness.add(samples)
        self.peak.add(samples)
        self.waveform.add(samples[0] if len(samples) == 1 else (samples[0] + samples[1]) * np.float32(0.5))
        if time.monotonic() - self._told_at >= TOLD_EVERY_SECONDS:
            self._told_at = time.monotonic()
            self._so_far.write_bytes(self.waveform.sketch())

    def finish(self) -> None:
        self.peak.finish()
        self.waveform.finish()

    def write_waveform(self, into: Path, samples_per_pixel: int) -> WaveformFile:
        path = into / f"waveform-{samples_per_pixel}.dat"
        path.write_bytes(self.waveform.file(self._rate_hz, samples_per_pixel))
        return WaveformFile(samples_per_pixel, path)


class Consumer:
    """A thread that takes blocks in order, a few behind at most. What it raises, `give` and `finish` raise."""

    def __init__(self, take: Callable[[AudioFrame], None]) -> None:
        self._take = take
        self._waiting: Queue[AudioFrame | None] = Queue(_WAITING_BLOCKS)
        self._error: BaseException | None = None
        self._abandoned = False
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def give(self, block: AudioFrame) -> None:
        self._waiting.put(block)
        if self._error is not None:
            raise self._error

    def finish(self) -> None:
        self._waiting.put(None)
        self._thread.join()
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        """Let go of what waits. Safe in any state."""
        self._abandoned = True
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        # After an error it goes on emptying the queue, so that `give` never waits for nobody.
        while (block := self._waiting.get()) is not None:
            if self._error is None and not self._abandoned:
                try:
                    self._take(block)
                except BaseException as error:  # noqa: BLE001  carried to the caller's thread, and raised there
                    self._error = error
