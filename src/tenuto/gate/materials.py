"""What AI code is handed: finished values. None of them leads back to a track, a file or a connection."""

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenuto.gate.container import Arrays, unpack

SAMPLE_BYTES = 4
BLOCK_SECONDS = 30


class Sound:
    """A recording, mono, 32-bit floating point at `rate_hz`. Iterating gives it in blocks, in memory of half a minute.

    Asked for with its sides, it has more rows of as many samples each; iterating gives the first of them.

    `work` is the number by which the job keeps what it found.
    """

    __slots__ = ("_bytes", "rate_hz", "rows", "samples", "work")

    def __init__(self, work: int, rate_hz: int, samples: int, handle: int, rows: int = 1) -> None:
        self.work = work
        self.rate_hz = rate_hz
        self.samples = samples
        self.rows = rows
        try:
            # The file has no name any more, and goes with this mapping.
            size = rows * samples * SAMPLE_BYTES
            self._bytes = mmap.mmap(handle, size, access=mmap.ACCESS_READ) if size else None
        finally:
            os.close(handle)

    @property
    def seconds(self) -> float:
        return self.samples / self.rate_hz

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        step = BLOCK_SECONDS * self.rate_hz * SAMPLE_BYTES
        end = self.samples * SAMPLE_BYTES
        for start in range(0, end, step):
            assert self._bytes is not None
            # A copy: pages that were read are given back below, so three hours take no more memory than one minute.
            yield np.frombuffer(self._bytes[start : min(start + step, end)], np.float32)
            if hasattr(mmap, "MADV_DONTNEED"):
                self._bytes.madvise(mmap.MADV_DONTNEED)

    def whole(self) -> NDArray[np.float32]:
        """All of it as one array that is read from the file as it is used."""
        return self.sides()[0]

    def sides(self) -> list[NDArray[np.float32]]:
        """All rows, each as such an array."""
        if self._bytes is None:
            return [np.zeros(0, np.float32)]
        return list(np.frombuffer(self._bytes, np.float32).reshape(self.rows, self.samples))


def mapped(handle: int) -> Arrays:
    """The arrays of a volume, as they lie in the file; the handle is closed."""
    try:
        return unpack(mmap.mmap(handle, 0, access=mmap.ACCESS_READ))
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Words:
    """What an artist wrote of a work: tags and genre. `artist` tells apart whose works they are, not who that is."""

    work: int
    artist: int
    genre: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """What was derived from a work before, as bytes; whoever derived it knows how to read them."""

    work: int
    values: bytes
