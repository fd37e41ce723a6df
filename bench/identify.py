"""Known again: real pieces, degraded in 32 ways, beside chromaprint on the same queries in the same run.

Recall is the share of queries of held-out references whose best match is the right piece and CERTAIN. False positives
are CERTAIN matches of held-out outsiders, of which nothing is indexed, degraded in the same ways, counted over all
lengths together. Weights and thresholds were chosen on other pieces (bench/pieces.py: by package), never on these;
`tuned_on` has the same figures of those. Silent places are not asked about: there is no piece to be known there.

A position is right within 0.1 s. A piece may play the same again: where the piece itself sounds the same at both
places (two seconds of its spectrum, correlation above 0.9), either is right.

Every outsider is asked about at ten seconds, every fifth of them at the other lengths too. What is decoded, degraded
and made is kept in the folder for temporary files, so that a second run only asks.

At 100,000 pieces: the real ones among made ones, whose points and triplets have the lengths and the frequencies of keys
of the real ones, in files that are mapped. Milliseconds are processor time of one thread, sound to answer.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import numpy as np  # noqa: E402  the number of threads must be known first
from bench import chromaprint_peer, excerpts, pieces  # noqa: E402
from bench.degraded import KINDS, RATE_HZ  # noqa: E402
from bench.excerpts import Excerpt  # noqa: E402
from bench.made_landmarks import made_catalogue  # noqa: E402
from bench.pieces import HELD_OUT, TUNING, Floats, Piece  # noqa: E402
from scipy.signal import stft  # noqa: E402

from tenuto.algorithms import fingerprint  # noqa: E402
from tenuto.algorithms.fingerprint import Fingerprint, Match, Segment  # noqa: E402

LENGTHS = (5.0, 10.0, 20.0)
EACH_KIND, OUTSIDE = 36, 520
OF_TUNING = (4, 130)
USUAL_LENGTH, OTHER_LENGTHS_EVERY = 10.0, 5  # no divisor of the number of kinds
AT_SIZE_EVERY = 8
QUICK_KINDS = ("original", "mp3-64", "white 0", "pitch +2", "speed +6")
PIECES, MANY_PIECES = 200, 100_000
DELETED, OF_MANY = 1_000, 4_000
KEYS = (
    "recall_5",
    "recall_10",
    "recall_20",
    "worst_kind_recall_10",
    "false_positives",
    "index_cpu_s_per_min",
    "index_mb_per_hour",
    "query_ms_200",
    "query_ms_100k",
)
WORKERS = os.cpu_count() or 1


@dataclass(frozen=True)
class Asked:
    excerpt: Excerpt
    seconds: float
    match: Match | None
    cpu_s: float


@dataclass
class Catalogue:
    """What workers inherit: the index, which number is which piece, and the peer's index."""

    segments: Sequence[Segment]
    numbers: dict[str, int]
    hashes: dict[str, chromaprint_peer.Hashes] = field(default_factory=dict)


HERE = Catalogue([], {})


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="few pieces and kinds, no large catalogue")
    options.add_argument("--every", type=int, default=1, help="only every so many'th query of references")
    options.add_argument("--lengths", type=float, nargs="+", default=LENGTHS, help="of queries, in seconds")
    options.add_argument(
        "--held-out-only", action="store_true", help="leave the tuning half, the sizes and the peer out"
    )
    given = options.parse_args()
    there = pieces.found()
    if not any(piece.half == HELD_OUT for piece in there):
        say(f"No music to identify is installed:\n  {pieces.ADVICE}")
        print(json.dumps({}))
        return
    shown = run_quick(there) if given.quick else run(there, given.every, given.lengths, given.held_out_only)
    say("all of it: " + json.dumps(shown))
    print(json.dumps({key: shown[key] for key in KEYS if key in shown}))


def run_quick(there: Sequence[Piece]) -> dict[str, Any]:
    members = [piece for piece in there if piece.indexed and piece.seconds < 130][:8]
    outsiders = [piece for piece in there if not piece.indexed and piece.seconds < 130][:4]
    found = indexed(members)
    asked = ask(excerpts.planned(members, 3, 3, QUICK_KINDS), (5.0, 10.0))
    asked += ask(excerpts.outside(outsiders, 8, 4, QUICK_KINDS), (5.0, 10.0))
    return found | judged(asked) | {"pieces": len(there), "queries": len(asked)}


def run(there: Sequence[Piece], every: int, lengths: Sequence[float], held_out_only: bool) -> dict[str, Any]:
    members = [piece for piece in there if piece.indexed]
    found = indexed(members) | {"pieces": len(there), "references": len(members)}
    held = half(there, HELD_OUT, every, lengths, seed=3)
    table(held)
    found |= judged(held) | where_it_is([one for one in held if one.seconds == lengths[-1] and is_right(one)])
    say("held out: " + json.dumps(found))
    if not held_out_only:
        found |= at_size(held) | deleting() | {"chromaprint": peer(members, held)}
        say("with sizes and the peer: " + json.dumps(found))
        found |= {"tuned_on": judged(half(there, TUNING, every, lengths, seed=1))}
    return found


def half(there: Sequence[Piece], name: str, every: int, lengths: Sequence[float], seed: int) -> list[Asked]:
    members = [piece for piece in there if piece.half == name and piece.indexed]
    strangers = [piece for piece in there if piece.half == name and not piece.indexed]
    each_kind, many = (EACH_KIND, OUTSIDE) if name == HELD_OUT else OF_TUNING
    unknown = excerpts.outside(strangers, many, seed + 1)
    others = [seconds for seconds in lengths if seconds != USUAL_LENGTH]
    asked = ask(excerpts.planned(members, each_kind, seed)[::every], lengths)
    asked += ask(unknown, [USUAL_LENGTH] if USUAL_LENGTH in lengths else [])
    return asked + ask(unknown[::OTHER_LENGTHS_EVERY], others)


# ——— asking ———


def printed(piece: Piece) -> tuple[Fingerprint, float, float]:
    """With seconds of work, and of sound."""
    sound = excerpts.whole(piece)
    began = time.process_time()
    made = fingerprint.fingerprint(*fingerprint.listen(sound))
    return made, time.process_time() - began, len(sound) / RATE_HZ


def indexed(members: Sequence[Piece]) -> dict[str, Any]:
    with ProcessPoolExecutor(WORKERS) as pool:
        prints, cpu, seconds = zip(*pool.map(printed, members), strict=True)
    cpu_s, sound_s = sum(cpu), sum(seconds)
    began = time.process_time()
    segment = fingerprint.build(list(enumerate(prints)))
    cpu_s += time.process_time() - began
    HERE.segments, HERE.numbers = [segment], {piece.name: number for number, piece in enumerate(members)}
    return {
        "index_cpu_s_per_min": round(cpu_s / sound_s * 60, 3),
        "index_mb_per_hour": round(
            sum(getattr(segment, array.name).nbytes for array in fields(segment)) / 1e6 / sound_s * 3600, 3
        ),
        "of_it_mb_per_segment": round(segment.key_starts.nbytes / 1e6, 2),
        "sound_minutes": round(sound_s / 60),
    }


def ask(plan: Sequence[Excerpt], lengths: Sequence[float]) -> list[Asked]:
    excerpts.sounds(plan, WORKERS)
    with ProcessPoolExecutor(WORKERS) as pool:
        return list(pool.map(answered, [(each, seconds) for each in plan for seconds in lengths], chunksize=8))


def answered(question: tuple[Excerpt, float]) -> Asked:
    excerpt, seconds = question
    sound = excerpts.sound(excerpt, seconds)
    began = time.process_time()
    matches = fingerprint.search(fingerprint.hear(sound), HERE.segments)
    return Asked(excerpt, seconds, matches[0] if matches else None, time.process_time() - began)


# ——— judging ———


def is_told(one: Asked) -> bool:
    return one.match is not None and one.match.probability >= fingerprint.CERTAIN


def is_right(one: Asked) -> bool:
    return is_told(one) and one.match is not None and one.match.piece == HERE.numbers.get(one.excerpt.piece.name)


def share(some: Sequence[bool]) -> float:
    return round(sum(some) / len(some), 4) if some else 0.0


def judged(asked: Sequence[Asked]) -> dict[str, Any]:
    members = [one for one in asked if one.excerpt.piece.indexed]
    outsiders = [one for one in asked if not one.excerpt.piece.indexed]
    found: dict[str, Any] = {}
    for seconds in LENGTHS:
        some = [is_right(one) for one in members if one.seconds == seconds]
        if some:
            found[f"recall_{seconds:.0f}"] = share(some)
    found["worst_kind_recall_10"] = min(by_kind(members, USUAL_LENGTH).values(), default=0.0)
    found["false_positives"] = sum(is_told(one) for one in outsiders)
    found["wrong_piece"] = sum(is_told(one) and not is_right(one) for one in members)
    found["outside_queries"] = len(outsiders)
    ten = [one.cpu_s for one in asked if one.seconds == USUAL_LENGTH]
    return found | {"query_ms": round(1000 * statistics.median(ten))} if ten else found


def by_kind(members: Sequence[Asked], seconds: float) -> dict[str, float]:
    kinds = defaultdict(list)
    for one in members:
        if one.seconds == seconds and one.excerpt.piece.indexed:
            kinds[one.excerpt.kind].append(is_right(one))
    return {kind: share(some) for kind, some in kinds.items()}


def where_it_is(hits: Sequence[Asked]) -> dict[str, float]:
    place, speed, pitch = [], [], []
    for one in hits:
        match, kind = one.match, KINDS[one.excerpt.kind]
        if match is None:
            continue
        here = match.piece_seconds[0] - kind.tempo * match.query_seconds[0]
        again = abs(here - one.excerpt.begin_s) > 0.1 and sounds_alike(one.excerpt.piece, here, one.excerpt.begin_s)
        place.append(abs(here - one.excerpt.begin_s) <= 0.1 or again)
        speed.append(abs(match.tempo / kind.tempo - 1) <= 0.005)
        pitch.append(abs(match.semitones - kind.semitones) <= 0.2)
    return {"position_right": share(place), "speed_right": share(speed), "pitch_right": share(pitch)}


def sounds_alike(piece: Piece, one_s: float, other_s: float) -> bool:
    whole = excerpts.whole(piece)
    one, other = (spectrum(whole[int(max(0.0, at) * RATE_HZ) :][: 2 * RATE_HZ]) for at in (one_s, other_s))
    frames = min(one.shape[1], other.shape[1])
    return frames > 10 and float(np.corrcoef(one[:, :frames].ravel(), other[:, :frames].ravel())[0, 1]) > 0.9


def spectrum(sound: Floats) -> Floats:
    _, _, found = stft(sound, RATE_HZ, nperseg=1024)
    logs: Floats = np.log(np.abs(found) + 1e-4)
    return logs


# ——— beside others, and at size ———


def at_size(asked: Sequence[Asked]) -> dict[str, Any]:
    """Time, and what is still found, in catalogues filled up with made pieces."""
    some = [one.excerpt for one in asked if one.excerpt.piece.indexed and one.seconds == USUAL_LENGTH]
    some = some[::AT_SIZE_EVERY]
    real = HERE.segments
    found: dict[str, Any] = {}
    for name, many in (("200", PIECES), ("100k", MANY_PIECES)):
        folder = pieces.CACHE / f"made-{many}"
        HERE.segments = [*real, *made_catalogue(real[0], many - len(real[0].pieces), folder)]
        again = [answered((excerpt, USUAL_LENGTH)) for excerpt in some]
        found |= {
            f"query_ms_{name}": round(1000 * statistics.median(one.cpu_s for one in again)),
            f"recall_10_at_{name}": share([is_right(one) for one in again]),
            f"wrong_piece_at_{name}": sum(is_told(one) and not is_right(one) for one in again),
        }
    HERE.segments = real
    return found


def deleting() -> dict[str, Any]:
    """How long it takes until nothing of a thousand pieces is left in a segment of four thousand."""
    segment = made_catalogue(HERE.segments[0], OF_MANY, pieces.CACHE / f"made-{OF_MANY}")[0]
    gone = segment.pieces[:: OF_MANY // DELETED].tolist()
    began = time.process_time()
    left = fingerprint.merge([segment], without=gone)
    taken = time.process_time() - began
    if not np.array_equal(left.pieces, np.setdiff1d(segment.pieces, gone)):
        raise AssertionError("what was deleted is still there")
    return {"deleted_1000_s": round(taken, 2)}


def peer(members: Sequence[Piece], asked: Sequence[Asked]) -> dict[str, Any]:
    """With the highest threshold that has no false positive on these very queries: no threshold could do better."""
    whole = {piece.name: excerpts.whole(piece) for piece in members}
    with ProcessPoolExecutor(WORKERS) as pool:
        prints = dict(zip(whole, pool.map(chromaprint_peer.hashes, whole.values()), strict=True))
        ten = [one.excerpt for one in asked if one.seconds == USUAL_LENGTH]
        HERE.hashes = prints
    with ProcessPoolExecutor(WORKERS) as pool:  # of workers that know the references
        answers = list(pool.map(answered_by_peer, ten, chunksize=8))
    strangers = [wrong for excerpt, (_, wrong) in zip(ten, answers, strict=True) if not excerpt.piece.indexed]
    kinds = defaultdict(list)
    for excerpt, (name, wrong) in zip(ten, answers, strict=True):
        if excerpt.piece.indexed:
            kinds[excerpt.kind].append(name == excerpt.piece.name and wrong < min(strangers, default=1.0))
    say("chromaprint, 10 s: " + "  ".join(f"{kind} {share(some):.2f}" for kind, some in sorted(kinds.items())))
    return {
        "recall_10": share([right for some in kinds.values() for right in some]),
        "worst_kind_recall_10": min(share(some) for some in kinds.values()),
    }


def answered_by_peer(excerpt: Excerpt) -> tuple[str, float]:
    return chromaprint_peer.nearest(chromaprint_peer.hashes(excerpts.sound(excerpt, USUAL_LENGTH)), HERE.hashes)


# ——— for people ———


def table(asked: Sequence[Asked]) -> None:
    lengths = sorted({one.seconds for one in asked})
    columns = [by_kind(asked, seconds) for seconds in lengths]
    say(f"{'held out, by kind':18}" + "".join(f"{seconds:6.0f} s" for seconds in lengths))
    for kind in sorted(columns[0], key=lambda kind: columns[0][kind]):
        say(f"{kind:18}" + "".join(f"{100 * column[kind]:7.0f}%" for column in columns))
    told = sorted(
        (one for one in asked if one.match and not is_right(one)),
        key=lambda one: -(one.match.score if one.match else 0.0),
    )
    for one in told[:8]:
        score = one.match.score if one.match else 0.0
        say(f"wrong, score {score:5.1f}: {one.excerpt.piece.name} ({one.excerpt.kind}, {one.seconds:.0f} s)")


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
