"""librosa's tempo and key of some files, as its documentation shows them; run by bench/organise.py in its own venv.

Reads paths from its standard input, one a line, and answers each with one line of JSON. Sound is loaded by librosa.
The key is that whose profile of Krumhansl and Kessler (1982) its mean chroma correlates with best.
"""

import json
import sys
import time
import warnings

import librosa
import numpy as np

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def main() -> None:
    warnings.simplefilter("ignore")
    # Numba compiles at the first call: that is not counted.
    told(np.random.default_rng(1).standard_normal(22_050 * 12).astype(np.float32), 22_050)
    for line in sys.stdin:
        began = time.process_time()
        samples, rate_hz = librosa.load(line.strip())
        loaded = time.process_time()
        found = told(samples, int(rate_hz))
        cost = {"load_s": loaded - began, "describe_s": time.process_time() - loaded}
        print(json.dumps({"seconds": len(samples) / rate_hz, **cost, **found}), flush=True)


def told(samples: np.ndarray, rate_hz: int) -> dict[str, object]:
    tempo = librosa.feature.tempo(y=samples, sr=rate_hz)
    tracked, _ = librosa.beat.beat_track(y=samples, sr=rate_hz)
    pitches = librosa.feature.chroma_cqt(y=samples, sr=rate_hz).mean(axis=1)
    keys = [(tonic, minor) for minor in (False, True) for tonic in range(12)]
    likeness = [np.corrcoef(pitches, np.roll(MINOR if minor else MAJOR, tonic))[0, 1] for tonic, minor in keys]
    return {"tempo": float(tempo[0]), "beat_track": float(np.ravel(tracked)[0]), "key": keys[int(np.argmax(likeness))]}


if __name__ == "__main__":
    main()
