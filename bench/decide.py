"""How quickly consent is decided.

Single: one decision of the ten steps with its reason and basis, from Python, beside cedarpy and pycasbin on the same
10,000 works. The peers have it easier: they are given the outcome and only look it up, everything parsed beforehand
(bench/peers.py). All decide the same asks in turns, so that a busy machine slows them alike, and must agree.

Set-wise: every cell of every work at once, from what was said to what is open, beside the same facts turned round so
that each cell is asked of all works at once.
"""

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]

from bench.peers import Casbin, Cedar, SlimCedar  # noqa: E402  the path must be known first

from tenuto.rules.agreements import Agreement, Errand, Licence, Recipient  # noqa: E402
from tenuto.rules.cells import CELLS, EVERYTHING, LICENCE_ONLY, NEEDED, Asset, Cell, cells_of  # noqa: E402
from tenuto.rules.consent import Ask, decide  # noqa: E402
from tenuto.rules.consent_masks import by_cell, effective_mask, facts_of, settle  # noqa: E402
from tenuto.rules.stances import Acceptance, Answer, Objection, Stance  # noqa: E402

WORKS = 10_000
NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
ERRAND = Errand(NOON, licensee="Stem Studio")
T = TypeVar("T")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer asks, fewer works at once")
    quick = options.parse_args().quick
    found: dict[str, Any] = {}
    found |= single(rounds=10 if quick else 50)
    found |= set_wise(works=20_000 if quick else 200_000, rounds=3)
    print(json.dumps(found))


def single(rounds: int, asks_per_round: int = 1_000) -> dict[str, Any]:
    """The middle round's time of one decision, for each engine."""
    random = Random(1)
    stances = catalogue(random, WORKS)
    masks = [effective_mask(stance, ERRAND) for stance in stances]
    engines: dict[str, Callable[[int, Cell], bool]] = {
        "tenuto": lambda work, cell: decide(Ask(cell, ERRAND), stances[work]).allowed
    }
    for peer in (Cedar, SlimCedar, Casbin):
        began = time.monotonic()
        engines[peer.name] = peer(masks).decide
        say(f"{peer.name}: {time.monotonic() - began:.1f} s to load {WORKS:,} works")
    gc.collect()
    gc.freeze()  # what was loaded is nothing to be looked through while decisions are timed
    times: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(-2, rounds):  # the first two warm up
        asks = [(random.randrange(WORKS), random.choice(CELLS)) for _ in range(asks_per_round)]
        expected = [bool(masks[work] & cell.bit) for work, cell in asks]
        for name, engine in engines.items():
            began_ns = time.perf_counter_ns()
            answers = [engine(work, cell) for work, cell in asks]
            spent_ns = time.perf_counter_ns() - began_ns
            assert answers == expected, f"{name} decides otherwise"
            if turn >= 0:
                times[name].append(spent_ns / asks_per_round)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        say(f"{name:28} {median / 1000:8.2f} µs a decision")
    ours = medians.pop("tenuto")
    best = min(medians, key=lambda name: medians[name])
    ratios = [theirs / our for theirs, our in zip(times[best], times["tenuto"], strict=True)]
    return {
        "single_vs_best_peer": round(statistics.median(ratios), 1),
        "single_ns": round(ours),
        "best_peer": best,
        "best_peer_ns": round(medians[best]),
    }


def set_wise(works: int, rounds: int) -> dict[str, Any]:
    """Cells a second, of one work after the other and of all works for one cell after the other."""
    rows: list[float] = []
    columns: list[float] = []
    for number in range(rounds):
        stances = catalogue(Random(number), works)
        began = time.perf_counter()
        # Each stance is made anew, as when its records have just been read: what it counts once is counted here.
        masks = [effective_mask(replace(stance), ERRAND) for stance in stances]
        rows.append(time.perf_counter() - began)
        facts = [facts_of(stance, ERRAND) for stance in stances]
        began = time.perf_counter()
        opened = {cell: settle(every) for cell, every in by_cell(facts).items()}
        columns.append(time.perf_counter() - began)
        for cell, found in opened.items():
            assert found.bit_count() == sum(mask >> cell.position & 1 for mask in masks)
    per_second = [works * len(CELLS) / statistics.median(spent) for spent in (rows, columns)]
    say(f"{works:,} works x {len(CELLS)} cells: {per_second[0] / 1e6:.1f} million cells/s work by work")
    say(f"turned round and settled cell by cell: {per_second[1] / 1e6:.1f} million cells/s")
    return {"cells_per_s": round(per_second[0]), "cells_per_s_turned": round(per_second[1])}


def catalogue(random: Random, works: int) -> list[Stance]:
    """Works as they would be: an account for each 50, most silent, some answered, few with other people's word."""
    year = timedelta(days=365)
    opened, stances = EVERYTHING & ~LICENCE_ONLY, []
    for number in range(works):
        if number % 50 == 0:
            terms = Acceptance(id=number, party="2026-11", named=opened, needed=NEEDED)
            account = maybe(random, 0.7, Answer(id=number, allowed=some_of(random) & opened, held=some_of(random)))
            album = maybe(random, 0.4, Answer(id=number + 1, allowed=some_of(random) & opened, album=number))
        stances.append(
            Stance(
                terms=terms,
                objections=maybe(random, 0.02, Objection(id=number, party="Bo")),
                agreements=maybe(
                    random,
                    0.1,
                    Agreement(
                        id=number,
                        party="Northlight",
                        starts_at=NOON - year,
                        ends_at=NOON + year,
                        assets=frozenset({Asset.RECORDING}),
                        grants=some_of(random),
                    ),
                ),
                licences=maybe(
                    random,
                    0.05,
                    Licence(
                        id=number,
                        starts_at=NOON - year,
                        cells=cells_of(Asset.RECORDING) & LICENCE_ONLY,
                        recipient=Recipient("Stem Studio"),
                    ),
                ),
                own=maybe(random, 0.4, Answer(id=number + 2, allowed=some_of(random) & opened, held=some_of(random))),
                album=album,
                account=account,
            )
        )
    return stances


def maybe(random: Random, chance: float, said: T) -> tuple[T, ...]:
    return (said,) if random.random() < chance else ()


def some_of(random: Random) -> int:
    """A quarter of all cells."""
    return random.getrandbits(256) & random.getrandbits(256) & EVERYTHING


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
