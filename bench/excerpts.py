"""Queries: excerpts of pieces, each degraded in one way, with what is true of them; made once and kept.

A query of five or ten seconds is the beginning of the one of twenty.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random

import numpy as np
from bench.degraded import KINDS, RATE_HZ, filtered
from bench.pieces import CACHE, FULL_HZ, Floats, Piece, decoded

EDITION = "1"  # of all that is made here and in bench.degraded: what was kept of another edition is made anew
SECONDS = 20.0
SLACK_S = 0.5
SILENT = 10 ** (-50 / 20)
ALL = tuple(sorted(KINDS))


@dataclass(frozen=True)
class Excerpt:
    piece: Piece
    kind: str
    begin_s: float

    @property
    def kept_as(self) -> str:
        return f"{EDITION} {self.piece.name} {self.kind} {self.begin_s:.2f}"

    @property
    def seed(self) -> int:
        return int.from_bytes(hashlib.sha256(self.kept_as.encode()).digest()[:4])


def planned(pieces: Sequence[Piece], each_kind: int, seed: int, kinds: Sequence[str] = ALL) -> list[Excerpt]:
    """So many of every kind, going round the pieces."""
    long_enough = [piece for piece in pieces if piece.seconds > SECONDS * 1.2 + 4]
    random = Random(seed)
    turns: list[Piece] = []
    plan = []
    for kind in kinds:
        for _ in range(each_kind):
            turns = turns or random.sample(long_enough, len(long_enough))
            plan.append(_somewhere(turns.pop(), kind, random))
    return plan


def outside(pieces: Sequence[Piece], many: int, seed: int, kinds: Sequence[str] = ALL) -> list[Excerpt]:
    """So many altogether, going round pieces and kinds."""
    random = Random(seed)
    return [_somewhere(pieces[place % len(pieces)], kinds[place % len(kinds)], random) for place in range(many)]


def _somewhere(piece: Piece, kind: str, random: Random) -> Excerpt:
    latest = max(0.0, piece.seconds - SECONDS * KINDS[kind].tempo - 2 * SLACK_S)
    drawn = Excerpt(piece, kind, round(random.uniform(0, latest), 2))
    again = Random(drawn.kept_as)  # so that the others stay where they are
    for _ in range(20):
        if not piece.indexed or not _is_silent(drawn):
            break
        drawn = Excerpt(piece, kind, round(again.uniform(0, latest), 2))
    return drawn


def _is_silent(excerpt: Excerpt) -> bool:
    """Whether the piece is, in the first five seconds."""
    begin = int(excerpt.begin_s * RATE_HZ)
    part = whole(excerpt.piece)[begin : begin + 5 * RATE_HZ]
    return float(np.sqrt(np.mean(part**2))) < SILENT


def sounds(excerpts: Sequence[Excerpt], workers: int) -> None:
    """Makes what is not there yet."""
    missing = [excerpt for excerpt in excerpts if not _place(excerpt.kept_as).exists()]
    missing.sort(key=lambda excerpt: excerpt.piece.name)
    by_piece = [list(mine) for _, mine in groupby(missing, key=lambda excerpt: excerpt.piece)]
    with ProcessPoolExecutor(workers) as pool:
        for _ in pool.map(_make, by_piece):
            pass


def _make(excerpts: Sequence[Excerpt]) -> None:
    whole = decoded(excerpts[0].piece)
    for excerpt in excerpts:
        kind = KINDS[excerpt.kind]
        begin = int(excerpt.begin_s * FULL_HZ)
        part = whole[begin : begin + int((SECONDS * kind.tempo + SLACK_S) * FULL_HZ)]
        _keep(excerpt.kept_as, kind.change(part, excerpt.seed)[: int(SECONDS * RATE_HZ)])


def sound(excerpt: Excerpt, seconds: float = SECONDS) -> Floats:
    return _kept(excerpt.kept_as)[: int(seconds * RATE_HZ)]


def whole(piece: Piece) -> Floats:
    return _kept(_make_whole(piece))


def _make_whole(piece: Piece) -> str:
    name = f"{EDITION} {piece.name} whole"
    if not _place(name).exists():
        _keep(name, filtered(decoded(piece)))
    return name


def _place(name: str) -> Path:
    return CACHE / "sounds" / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.npy"


def _keep(name: str, made: Floats) -> None:
    place = _place(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    partly = place.with_suffix(".partly")
    with partly.open("wb") as out:
        np.save(out, np.rint(np.clip(made, -1, 1) * 32_767).astype(np.int16))
    partly.replace(place)


def _kept(name: str) -> Floats:
    sound: Floats = np.load(_place(name)).astype(np.float32) / 32_767
    return sound
