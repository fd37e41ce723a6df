"""What is found in sound, how right it is, and what that costs; beside librosa on the same files in the same run.

Cost: processor time of one thread for decoding a file and describing it (tempo, beats, key, energy, timbre, vector),
over all files below.

Tempo and key where both are known (bench/rendered.py): OpenMSX and composed pieces in every key, each rendered three
times.
Tempo is judged as in the MIREX contests, within 4 %: Acc1 as written, Acc2 also its half, double, third and triple. Two
pieces of OpenMSX are shuffles written on a straight grid (bench/rendered.py says how that shows): their written tempo
is not their beat, so they count among the keys only; `tempo_acc1_all` and `tempo_acc2_all` have them in. Equivariance:
the share of transposed renderings whose key is the original's, transposed. It is counted on pieces whose key is known:
OpenMSX where the notes leave no doubt (bench/symbolic.py; `key_equivariance_sure`), and composed ones;
`key_equivariance_all` is that of all of OpenMSX, whose key is in doubt in 20 of 28 pieces. MIREX weights are counted on
OpenMSX where the notes leave no doubt, and on composed pieces by themselves.

Real music (../shared/music where it is) has no known truth. But played r times as fast, as by a tape, its tempo must be
r times as fast and its key 12 log2 r semitones higher. Where no beat is told, none must be told of the tape either; as
that is easily said, `metamorphic_tempo_where_told` counts the other pieces alone.

librosa is installed, by pip, into a venv of its own under the folder for temporary files: nothing in Tenuto needs it.
With --quick only where that has been done before.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import av  # noqa: E402  the number of threads must be known first
import numpy as np  # noqa: E402
from bench import rendered  # noqa: E402
from bench.rendered import Clip  # noqa: E402
from bench.symbolic import KeyName, mirex  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from scipy.signal import resample_poly  # noqa: E402

from tenuto.algorithms.describe import RATE_HZ, Describer, Description  # noqa: E402
from tenuto.rules.keys import Key  # noqa: E402

Floats = NDArray[np.float32]
MUSIC = ROOT.parent / "shared" / "music"
QUICK_FILES = {"taiko-1.ogg", "solstice-festival.flac", "alba-longa-burns.wav"}
LIBROSA = ("librosa==0.11.0", "numba==0.61.2", "numpy<2.3")  # with numba 0.68 beat_track ends in a segmentation fault
SAME_TEMPO = 0.04
OCTAVES = (1.0, 1 / 2, 2.0, 1 / 3, 3.0)
TAPE_SEMITONES = (-3, -1, 1, 2)
TAPE_ERROR = 0.005  # within which a tempo has moved as it should


@dataclass(frozen=True)
class Told:
    """What one program says of one file. None where it says that nothing is clear."""

    bpm: float | None
    key: KeyName | None


@dataclass(frozen=True)
class Described:
    found: Description
    cpu_seconds: float


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="few and short pieces")
    quick = options.parse_args().quick
    clips = known(quick)
    real = [path for path in sorted(MUSIC.glob("*.*")) if path.suffix not in {".csv", ".md"}]
    if not real:
        say(f"There is no music at {MUSIC}: only rendered pieces are measured.")
    real = [path for path in real if not quick or path.name in QUICK_FILES]
    peers = start_librosa(clips, install=not quick)
    # Processor time is counted, so as many may work as there are cores.
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        all_of_them = list(pool.map(described, [*(clip.path for clip in clips), *real]))
        tapes = list(pool.map(on_tape, real))
    ours, whole = [told(item.found) for item in all_of_them[: len(clips)]], all_of_them[len(clips) :]
    sound_s = sum(item.found.seconds for item in all_of_them)
    found: dict[str, Any] = {"cpu_s_per_min": round(sum(item.cpu_seconds for item in all_of_them) / sound_s * 60, 3)}
    found |= judged(clips, ours)
    for name, held in (("tuned_on", False), ("held_out", True)):
        half = [place for place, clip in enumerate(clips) if clip.held_out is held]
        found[name] = judged([clips[place] for place in half], [ours[place] for place in half])
    found |= tape(real, [told(item.found) for item in whole], tapes)
    found |= {"files": len(all_of_them), "sound_minutes": round(sound_s / 60, 1)}
    table(real, [item.found for item in whole])
    say(f"Tenuto: {json.dumps(found)}")
    found["librosa"] = end_librosa(peers, clips)
    print(json.dumps(found))


def known(quick: bool) -> list[Clip]:
    try:
        font = rendered.soundfont(smallest=quick)
    except rendered.NotInstalled as missing:
        say(f"Without these packages nothing is rendered, and no figure of tempo and key is told:\n  {missing}")
        return []
    began = time.monotonic()
    if quick:
        clips = [*rendered.openmsx(font, pieces=2, seconds=25), *rendered.composed(font, pieces=2)]
    else:
        clips = [*rendered.openmsx(font), *rendered.composed(font)]
    say(f"{len(clips)} clips at hand after {time.monotonic() - began:.0f} s, in {rendered.CACHE}")
    return clips


# ——— ours ———


def described(path: Path) -> Described:
    """Decode and describe a file, as the job does, and count what that takes."""
    began = time.process_time()
    describer = Describer()
    for block in decoded(path):
        describer.feed(block)
    return Described(describer.finish(), time.process_time() - began)


def decoded(path: Path) -> Iterator[Floats]:
    """A file as mono at the describer's rate."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE_HZ, frame_size=32_768)
    with av.open(str(path)) as file:
        for frame in file.decode(file.streams.audio[0]):
            frame.pts = None
            yield from (part.to_ndarray()[0] for part in resampler.resample(frame))
        yield from (part.to_ndarray()[0] for part in resampler.resample(None) if part is not None and part.samples)


def told(description: Description) -> Told:
    key = description.key
    return Told(description.tempo.bpm if description.tempo else None, (key.tonic, key.minor) if key else None)


# ——— judged where the truth is known ———


def judged(clips: Sequence[Clip], answers: Sequence[Told]) -> dict[str, Any]:
    both = list(zip(clips, answers, strict=True))
    msx = [(clip, answer) for clip, answer in both if not clip.is_composed]
    made = [(clip, answer) for clip, answer in both if clip.is_composed]
    straight = [(clip, answer) for clip, answer in msx if clip.beat_is_written]
    errors = [abs(answer.bpm / clip.bpm - 1) * 100 for clip, answer in straight if answer.bpm and right(clip, answer)]
    return {
        "tempo_acc1": share(right(*pair) for pair in straight),
        "tempo_acc2": share(right(*pair, OCTAVES) for pair in straight),
        "tempo_median_error_pct": round(statistics.median(errors), 4) if errors else None,
        "tempo_acc1_all": share(right(*pair) for pair in msx),
        "tempo_acc2_all": share(right(*pair, OCTAVES) for pair in msx),
        "tempo_acc1_composed": share(right(*pair) for pair in made),
        "key_equivariance": share(equivariance([pair for pair in both if pair[0].key])),
        "key_equivariance_sure": share(equivariance([pair for pair in msx if pair[0].key])),
        "key_equivariance_composed": share(equivariance(made)),
        "key_equivariance_all": share(equivariance(msx)),
        "key_mirex": share(mirex(answer.key, clip.key) for clip, answer in msx if clip.key),
        "key_mirex_composed": share(mirex(answer.key, clip.key) for clip, answer in made if clip.key),
        "key_mirex_declared": share(mirex(answer.key, clip.declared) for clip, answer in msx if clip.declared),
        "clips": {
            "tempo": len(straight),
            "key": sum(clip.key is not None for clip, _ in msx),
            "transposed": sum(clip.semitones != 0 for clip, _ in both if clip.key),
            "transposed_all": sum(clip.semitones != 0 for clip, _ in msx),
            "composed": len(made),
        },
    }


def right(clip: Clip, answer: Told, octaves: Sequence[float] = (1.0,)) -> bool:
    return answer.bpm is not None and any(abs(answer.bpm / clip.bpm / by - 1) <= SAME_TEMPO for by in octaves)


def equivariance(both: Sequence[tuple[Clip, Told]]) -> Iterator[bool]:
    """For each transposed rendering: whether its key is the original's, moved."""
    originals = {clip.piece: answer.key for clip, answer in both if clip.semitones == 0}
    for clip, answer in both:
        if clip.semitones:
            yield answer.key == rendered.moved(originals[clip.piece], clip.semitones)


def share(values: Iterator[Any]) -> float | None:
    every = [float(value) for value in values]
    return round(statistics.fmean(every), 3) if every else None


# ——— real music, as a tape that runs faster or slower ———


def on_tape(path: Path) -> list[Told]:
    """What is said of a file that is played faster or slower by each of TAPE_SEMITONES."""
    samples, answers = np.concatenate(list(decoded(path))), []
    for semitones in TAPE_SEMITONES:
        ratio, describer = tape_ratio(semitones), Describer()
        describer.feed(resample_poly(samples, ratio.denominator, ratio.numerator).astype(np.float32))
        answers.append(told(describer.finish()))
    return answers


def tape_ratio(semitones: int) -> Fraction:
    return Fraction(2 ** (semitones / 12)).limit_denominator(200)


def tape(paths: Sequence[Path], plain: Sequence[Told], changed: Sequence[Sequence[Told]]) -> dict[str, Any]:
    tempi, beating, keys, both = [], [], [], []
    for path, before, answers in zip(paths, plain, changed, strict=True):
        for semitones, after in zip(TAPE_SEMITONES, answers, strict=True):
            moved_so = after.key == rendered.moved(before.key, semitones)
            if before.bpm is None or after.bpm is None:
                faster_so = before.bpm is after.bpm
            else:
                faster_so = abs(after.bpm / before.bpm / float(tape_ratio(semitones)) - 1) <= TAPE_ERROR
            tempi.append(faster_so)
            if before.bpm is not None:
                beating.append(faster_so)
            keys.append(moved_so)
            both.append(faster_so and moved_so)
            if not both[-1]:
                say(f"{path.name} by {semitones:+d} semitones: {before} became {after}")
    names = ("metamorphic_tempo", "metamorphic_tempo_where_told", "metamorphic_key", "metamorphic_both")
    return {name: share(iter(values)) for name, values in zip(names, (tempi, beating, keys, both), strict=True)}


# ——— the peer, on the rendered files ———


def start_librosa(clips: Sequence[Clip], install: bool) -> "list[subprocess.Popen[str]]":
    """As many of them as there are cores, each with its part of the files; none where librosa is not installed."""
    python = peer_python(install) if clips else None
    if python is None:
        say("librosa is not compared with: a full run installs it.")
        return []
    peers, count = [], os.cpu_count() or 1
    for number in range(count):
        asked, told = (rendered.CACHE / f"librosa-{number}.{kind}" for kind in ("asked", "told"))
        asked.write_text("".join(f"{clip.path}\n" for clip in clips[number::count]))
        command = [str(python), str(ROOT / "bench" / "librosa_peer.py")]
        # What numba has compiled is kept apart: two that wrote it into one place at once ended in a segmentation fault.
        apart = os.environ | {"NUMBA_CACHE_DIR": str(rendered.CACHE / f"numba-{number}")}
        with asked.open() as paths, told.open("w") as answers:
            peers.append(subprocess.Popen(command, stdin=paths, stdout=answers, env=apart, text=True))
    return peers


def end_librosa(peers: "Sequence[subprocess.Popen[str]]", clips: Sequence[Clip]) -> dict[str, Any] | None:
    if not peers:
        return None
    codes = [peer.wait() for peer in peers]
    if any(codes):
        raise RuntimeError("librosa failed")
    answers: list[Any] = [None] * len(clips)
    for number in range(len(peers)):
        lines = (rendered.CACHE / f"librosa-{number}.told").read_text().splitlines()
        answers[number :: len(peers)] = map(json.loads, lines)
    minutes = sum(answer["seconds"] for answer in answers) / 60
    cost = sum(answer["load_s"] + answer["describe_s"] for answer in answers) / minutes
    rated = {
        name: judged(clips, [Told(answer[name], tuple(answer["key"])) for answer in answers])
        for name in ("tempo", "beat_track")
    }
    tracked = {f"{key}_by_beat_track": value for key, value in rated["beat_track"].items() if key.startswith("tempo")}
    return {"cpu_s_per_min": round(cost, 3)} | rated["tempo"] | tracked


def peer_python(install: bool) -> Path | None:
    place = rendered.CACHE / "librosa"
    python, ready = place / "bin" / "python", place / "ready"
    if not ready.exists():
        if not install:
            return None
        say(f"Installing librosa into {place}, for this benchmark only…")
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *LIBROSA], check=True)
        ready.touch()
    return python


# ——— for people ———


def table(paths: Sequence[Path], whole: Sequence[Description]) -> None:
    for path, found in zip(paths, whole, strict=True):
        speed, key = found.tempo, found.key
        tempo = f"{speed.bpm:7.2f} BPM ({speed.candidates[0].weight:.2f})" if speed else "no beat"
        drifts = "" if speed is None or speed.steady else "drifts"
        others = " ".join(f"{other.bpm:.0f}" for other in speed.candidates[1:3]) if speed else ""
        named = f"{Key(key.tonic, key.minor).name} ({key.confidence:.2f})" if key else "no clear key"
        tuning = f"{found.tuning_cents:+4.0f} cents"
        say(f"{path.name:24} {tempo:19} {drifts:6} {others:9} {named:18} {tuning}  energy {found.energy:.2f}")


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
