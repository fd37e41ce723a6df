"""Chromaprint, by its own `fpcalc`: every alignment with every reference, the fewest wrong bits win.

AcoustID looks candidates up by whole hashes first; trying every alignment instead can only find more.
"""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from bench.degraded import RATE_HZ
from bench.pieces import Floats
from numpy.typing import NDArray
from scipy.io import wavfile

Hashes = NDArray[np.uint32]


def hashes(sound: Floats) -> Hashes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.wav"
        wavfile.write(path, RATE_HZ, np.rint(sound * 32_767).astype(np.int16))
        command = ["fpcalc", "-raw", "-json", "-length", "0", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    # It ends with an error of its decoder at the end of each WAV file, after it has printed everything.
    return np.array(json.loads(done.stdout)["fingerprint"] if done.stdout.strip() else [], np.uint32)


def nearest(query: Hashes, references: Mapping[str, Hashes]) -> tuple[str, float]:
    """The piece with the best alignment, and its share of wrong bits."""
    best = ("", 1.0)
    for name, theirs in references.items():
        if 0 < len(query) <= len(theirs):
            windows = np.lib.stride_tricks.sliding_window_view(theirs, len(query))
            wrong = float(np.bitwise_count(windows ^ query).mean(axis=1).min()) / 32
            best = min(best, (name, wrong), key=lambda answer: answer[1])
    return best
