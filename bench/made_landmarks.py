"""A large catalogue made of nothing: segments whose points and triplets have the statistics of real ones.

Pieces are as long as the real ones; every posting draws key and span together from a real posting, and its point
anywhere in its piece. So frequent keys are as frequent as in music, and nothing but chance agrees with a query. Five
segments are different; a larger catalogue has them several times under other numbers, which costs a query as much.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

from tenuto.algorithms.fingerprint import Segment, bands
from tenuto.algorithms.fingerprint.segments import PEAK_BITS

PIECES_IN_ONE, DISTINCT = 4_000, 5
FIRST_NUMBER = 1_000_000
TICKS = 60_000  # of each
SPREAD = 16  # a key is moved by up to so many: nearly the same statistics, not the same few keys


def made_catalogue(real: Segment, many: int, folder: Path) -> list[Segment]:
    """Mapped from files in the folder, made where they are not there yet."""
    segments = []
    for number, size in enumerate(sizes(many)):
        place, first = folder / f"{number % DISTINCT}-{size}", FIRST_NUMBER + number * PIECES_IN_ONE
        if not (place / "done").exists():
            write(made(real, size, seed=number), place)
        segments.append(replace(mapped(place), pieces=np.arange(first, first + size)))
    return segments


def sizes(many: int) -> Iterator[int]:
    for begin in range(0, many, PIECES_IN_ONE):
        yield min(PIECES_IN_ONE, many - begin)


def made(real: Segment, many: int, seed: int) -> Segment:
    random = np.random.default_rng(seed)
    blocks = np.diff(real.piece_blocks)
    points = np.diff(real.block_peaks).astype(np.int64)[real.piece_blocks[:-1][blocks == 1]]  # pieces of one block
    counts = random.choice(points, many)
    starts = np.concatenate([[0], np.cumsum(counts)])
    total = int(starts[-1])
    ticks = (random.random(total) * TICKS).astype(np.uint16)
    order = np.lexsort((ticks, np.repeat(np.arange(many), counts)))
    keys = np.repeat(np.arange(len(real.key_starts) - 1), np.diff(real.key_starts).astype(np.int64))
    drawn = random.integers(len(keys), size=total * len(keys) // len(real.peak_ticks))
    moved = keys[drawn] + random.integers(-SPREAD, SPREAD + 1, len(drawn)) * 16
    key = np.clip(moved, 0, len(real.key_starts) - 2).astype(np.uint64)
    spans = (real.postings[drawn] >> PEAK_BITS).astype(np.uint64)
    posting = (spans << np.uint64(PEAK_BITS)) | random.integers(total, size=len(drawn)).astype(np.uint64)
    composed = np.sort((key << np.uint64(32)) | posting)
    bounds = np.arange(len(real.key_starts), dtype=np.uint64) << np.uint64(32)
    return Segment(
        pieces=np.arange(many),
        piece_blocks=np.arange(many + 1, dtype=np.uint32),
        block_peaks=starts.astype(np.uint32),
        piece_lengths=np.full(many, TICKS, np.uint32),
        peak_ticks=ticks[order],
        peak_cents=random.choice(real.peak_cents, total),
        key_starts=np.searchsorted(composed, bounds).astype(np.uint32),
        postings=(composed & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        band_bits=real.band_bits[random.integers(len(real.band_bits), size=many * bands.rows_of(TICKS))],
    )


def write(segment: Segment, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for field in fields(segment):
        np.save(folder / f"{field.name}.npy", getattr(segment, field.name))
    (folder / "done").touch()


def mapped(folder: Path) -> Segment:
    arrays = {field.name: np.load(folder / f"{field.name}.npy", mmap_mode="r") for field in fields(Segment)}
    return Segment(**arrays)
