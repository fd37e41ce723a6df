"""What the index is asked about a recording, and what a part of it answers: arrays in, plain values out.

Runs in the sandbox too, which sees the volumes of that part and nothing else. Whatever is kept of a work is in one
part, so the parts can be asked apart.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tenuto.ai.identification.passages import MOST, passages
from tenuto.ai.identification.segments import Arrays, read
from tenuto.algorithms import fingerprint
from tenuto.algorithms.fingerprint import Contrast, Heard, Match, Peaks

RATE_HZ = 12_000
MOST_BY_BANDS_SECONDS = 4 * 30 * 60  # of all sides together: some 50 MB of the 64 that a question may have

Found = dict[str, Any]


def question(sides: Sequence[NDArray[np.float32]], work: int = 0) -> Arrays:
    """What is asked about a recording at 12,000 Hz: the points of each of its sides, after each its crowd, and how far
    each side stands out of itself; of long ones points alone, or the question would not fit through the door. The
    answer leaves `work` out.
    """
    by_bands = sum(len(side) for side in sides) <= MOST_BY_BANDS_SECONDS * RATE_HZ
    heard = [_heard(side, by_bands=by_bands) for side in sides]
    points = [peaks for side in heard for peaks in (side.points, side.crowd)]
    return {
        "work": np.array([work], np.int64),
        "counts": np.array([len(one) for one in points], np.uint32),
        "lengths": np.array([one.length_ticks for one in points], np.uint32),
        "ticks": np.concatenate([one.ticks for one in points]).astype(np.uint32),
        "cents": np.concatenate([one.cents for one in points]).astype(np.float32),
        "strengths": np.concatenate([one.strengths for one in points]).astype(np.float32),
        "frames": np.array([len(side.contrast.steps) for side in heard], np.uint32),
        "contrast": np.concatenate([side.contrast.steps for side in heard]),
        "pitches": np.concatenate([side.contrast.pitches for side in heard]),
    }


def _heard(side: NDArray[np.float32], *, by_bands: bool) -> Heard:
    heard = fingerprint.hear(side)
    return heard if by_bands else replace(heard, contrast=heard.contrast.within(0, 0))


def look_up(asked: Arrays, volumes: Sequence[Arrays], without: Collection[int]) -> list[Found]:
    """What these volumes know in it: the number of each registered work, where, how fast, how high, how surely."""
    left_out = {*without, int(asked["work"][0])}
    return [_plain(one) for one in passages(_sides(asked), [read(volume) for volume in volumes], left_out)]


def together(found: Iterable[Found]) -> list[Found]:
    """What all parts answered, in the order in which it sounds: of very many passages, the longest."""
    longest = sorted(found, key=lambda one: -(one["end"] - one["begin"]) * one["probability"])
    return sorted(longest[:MOST], key=lambda one: (one["begin"], one["end"], one["reference"]))


def _sides(asked: Arrays) -> list[Heard]:
    ends = np.cumsum(asked["counts"])
    rows = [np.split(asked[name], ends[:-1]) for name in ("ticks", "cents", "strengths")]
    lengths = asked["lengths"].tolist()
    peaks = [
        Peaks(ticks.astype(np.int64), cents, strengths, length)
        for ticks, cents, strengths, length in zip(*rows, lengths, strict=True)
    ]
    ends = np.cumsum(asked["frames"])[:-1]
    steps = np.split(asked["contrast"].reshape(-1, fingerprint.BANDS), ends)
    pitches = np.split(asked["pitches"].reshape(-1, fingerprint.PITCHES // 2), ends)
    contrasts = [Contrast(0, *each) for each in zip(steps, pitches, strict=True)]
    return [Heard(*each) for each in zip(peaks[::2], peaks[1::2], contrasts, strict=True)]


def _plain(one: Match) -> Found:
    return {
        "reference": one.piece,
        "begin": float(one.query_seconds[0]),
        "end": float(one.query_seconds[1]),
        "reference_begin": float(one.piece_seconds[0]),
        "reference_end": float(one.piece_seconds[1]),
        "tempo": float(one.tempo),
        "semitones": float(one.semitones),
        "probability": float(one.probability),
    }
