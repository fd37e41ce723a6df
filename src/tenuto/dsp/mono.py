"""A recording as rows of samples, for methods that listen: 32-bit floating point, at the rate they ask for.

One row for methods that describe. For those that must know a recording again, whatever was done to it, also what the
sum of both channels hides: music whose channels cancel each other out is silence in the sum, and heard all the same.
"""

from contextlib import ExitStack
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from tenuto.dsp.decode import Decoding
from tenuto.dsp.limits import Limits

SIDES = MID, SIDE, LEFT, RIGHT = "mid", "side", "left", "right"
FAINT = 1e-5  # of the other's power: 50 dB below, nobody hears it beside the other
SILENT = 1e-10  # of full scale's


def write_mono(path: Path, into: Path, rate_hz: int, limits: Limits) -> int:
    """Decode the file at `path` and write its samples, native byte order, to `into`. How many samples.

    Raises SoundError as decoding does. Memory does not grow with the file.
    """
    decoding = Decoding(path, limits)
    resampler = AudioResampler(format="flt", layout="mono", rate=rate_hz)
    samples = 0
    try:
        with into.open("wb") as file:

            def write(frames: list[av.AudioFrame]) -> int:
                written = 0
                for frame in frames:
                    if frame is None or not frame.samples:
                        continue  # what the resampler answers where it held nothing back
                    file.write(np.frombuffer(memoryview(frame.planes[0]), np.float32, frame.samples).tobytes())
                    written += frame.samples
                return written

            for block in decoding:
                block.pts = None
                samples += write(resampler.resample(block))
            samples += write(resampler.resample(None))
    finally:
        decoding.close()
    return samples


def write_sides(path: Path, place: Path, rate_hz: int, limits: Limits) -> tuple[int, tuple[str, ...]]:
    """Write all that can be heard of the file at `path` into files in `place`. How many samples each, and their names.

    Of a sound that is the same on both sides that is one file. Else it is what both have in common, what they differ
    by, and each alone: a recording that can be made out by ear is plain in one of them, however the sides were turned
    against each other. Raises SoundError as decoding does. Memory does not grow with the file.
    """
    decoding = Decoding(path, limits)
    resampler = AudioResampler(format="fltp", layout="stereo", rate=rate_hz)
    samples, heard = 0, dict.fromkeys(SIDES, False)
    try:
        with ExitStack() as opened:
            files = {name: opened.enter_context((place / name).open("wb")) for name in SIDES}

            def write(frames: list[av.AudioFrame]) -> int:
                written = 0
                for frame in frames:
                    if frame is None or not frame.samples:
                        continue  # what the resampler answers where it held nothing back
                    rows = _rows(frame)
                    for name, other in ((MID, SIDE), (SIDE, MID), (LEFT, RIGHT), (RIGHT, LEFT)):
                        heard[name] = heard[name] or _power(rows[name]) > max(SILENT, FAINT * _power(rows[other]))
                        files[name].write(rows[name].tobytes())
                    written += frame.samples
                return written

            for block in decoding:
                block.pts = None
                samples += write(resampler.resample(block))
            samples += write(resampler.resample(None))
    finally:
        decoding.close()
    if not heard[MID] and heard[SIDE]:
        return samples, (SIDE,)
    return samples, SIDES if all(heard.values()) else (MID,)


def _rows(frame: av.AudioFrame) -> dict[str, NDArray[np.float32]]:
    left, right = (np.frombuffer(memoryview(plane), np.float32, frame.samples) for plane in frame.planes)
    half = np.float32(0.5)
    return {MID: half * (left + right), SIDE: half * (left - right), LEFT: left, RIGHT: right}


def _power(row: NDArray[np.float32]) -> float:
    return float(np.mean(np.square(row)))
