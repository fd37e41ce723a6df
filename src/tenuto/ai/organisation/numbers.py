"""What describing leaves behind the gate for the other jobs, as bytes: tempo, key, and the vector of the sound."""

import struct
from dataclasses import dataclass

import numpy as np

from tenuto.algorithms.describe import Description
from tenuto.algorithms.vectors import SIZE, Vector

KIND = "organisation.description"
_HEAD = struct.Struct("<Bdbb")  # version, bpm, tonic, minor
_VERSION = 1
_NONE = -1


@dataclass(frozen=True)
class Described:
    """The numbers of one recording."""

    bpm: float | None
    tonic: int | None
    minor: bool
    vector: Vector


def pack(found: Description) -> bytes:
    """The numbers of a description, 16-bit and little-endian on every machine."""
    bpm = found.tempo.bpm if found.tempo else 0.0
    tonic, minor = (found.key.tonic, found.key.minor) if found.key else (_NONE, False)
    return _HEAD.pack(_VERSION, bpm, tonic, minor) + found.vector.astype("<i2").tobytes()


def unpack(values: bytes) -> Described | None:
    """The same again; None for those of another version, which are made anew when the recording is next described."""
    if len(values) != _HEAD.size + 2 * SIZE:
        return None
    version, bpm, tonic, minor = _HEAD.unpack_from(values)
    if version != _VERSION:
        return None
    vector = np.frombuffer(values, "<i2", SIZE, _HEAD.size).astype(np.int16)
    return Described(bpm or None, None if tonic == _NONE else tonic, bool(minor), vector)
