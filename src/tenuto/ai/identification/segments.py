"""The engine's segments as named arrays, and back: what a volume of the index holds.

Runs in the sandbox too, so it knows the engine and nothing else.
"""

from collections.abc import Collection, Sequence
from dataclasses import fields
from typing import Any

from numpy.typing import NDArray

from tenuto.algorithms import fingerprint
from tenuto.algorithms.fingerprint import Segment

Arrays = dict[str, NDArray[Any]]

_NAMES = tuple(field.name for field in fields(Segment))


def written(segment: Segment) -> Arrays:
    """The arrays of a segment, by the names they have there."""
    return {
        "pieces": segment.pieces,
        "piece_blocks": segment.piece_blocks,
        "block_peaks": segment.block_peaks,
        "piece_lengths": segment.piece_lengths,
        "peak_ticks": segment.peak_ticks,
        "peak_cents": segment.peak_cents,
        "key_starts": segment.key_starts,
        "postings": segment.postings,
        "band_bits": segment.band_bits,
    }


def read(arrays: Arrays) -> Segment:
    """The segment of a volume. Raises KeyError where it is none."""
    unknown = fingerprint.without_bits(arrays["piece_lengths"])
    bits = arrays.get("band_bits", unknown)  # a volume may have been written before any were kept
    bits = bits.reshape(-1, fingerprint.ROW_BYTES) if bits.size == unknown.size else unknown
    whole = arrays | {"band_bits": bits}
    return Segment(**{name: whole[name] for name in _NAMES})


def merge(volumes: Sequence[Arrays], without: Collection[int]) -> Arrays:
    """Several volumes as one, in which nothing of these works is left."""
    return written(fingerprint.merge([read(arrays) for arrays in volumes], without))
