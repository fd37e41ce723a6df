"""How quickly consent is decided, and how quickly a change of mind holds.

The policy: 10,000 works of 200 accounts, as rows of accounts, terms, acts, agreements and objections (bench/policy.py).
All engines decide the same asks in turns, and must agree with what the rules give without any row. Counted is the
processor's time, which neighbours do not lengthen; nobody here waits for anything else.

Single: one decision of the ten steps with its reason and basis, from Python, on the stances that
`consent.stances.stances` reads, beside cedarpy and pycasbin. The peers have it easier: they are given the outcome and
only look it up, everything parsed beforehand (bench/peers.py).

Database: `gate.decide.judge` itself. It reads all rows that concern the works anew each time, replays the histories
and decides by the ten steps, reason and basis included, before anything is handed over. The peers have it easier again:
a table in the same file holds the outcome, and they read no more of it than the works and cells that are asked for.
`database_vs_best_peer` is for all works at once in the three cells of the first job that learns from all of them.
`database_one_vs_best_peer` is for one work and one cell: there ours asks the database a dozen questions about what was
said, where the peers ask one about what follows from it.

Set-wise: every cell of every work at once, from what was said to what is open, beside the same facts turned round so
that each cell is asked of all works at once.

Bulk: bench/bulk.py.
"""

import argparse
import gc
import json
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "src")]
HOME = Path(tempfile.mkdtemp(prefix="tenuto-bench-"))
os.environ |= {
    "TENUTO_HOME": str(HOME),
    "DJANGO_SETTINGS_MODULE": "tenuto.server.settings",
    "TENUTO_LOG_LEVEL": "ERROR",
}

import django  # noqa: E402  the home must be known first

django.setup()

from bench.bulk import bulk  # noqa: E402  needs Django set up
from bench.peers import Casbin, CasbinThatReads, Cedar, CedarThatReads, SlimCedar, Table  # noqa: E402
from bench.policy import NOON, catalogue, write_down  # noqa: E402
from tests.migrated import begin  # noqa: E402

from tenuto.consent.stances import stances  # noqa: E402
from tenuto.gate.decide import judge  # noqa: E402
from tenuto.gate.duties import Duty, duties  # noqa: E402
from tenuto.rules.agreements import Errand  # noqa: E402
from tenuto.rules.cells import CELLS, Cell  # noqa: E402
from tenuto.rules.consent import Ask, decide  # noqa: E402
from tenuto.rules.consent_masks import by_cell, effective_mask, facts_of, settle  # noqa: E402

ERRAND = Errand(NOON, licensee="Stem Studio")
# What the first job that learns from all works needs: the tagger, which reads tempo and timbre and what artists wrote.
(TAGGER,) = (duty for duty in duties() if duty.name == "organisation.learn")
ONE_CELL = replace(TAGGER, assets=TAGGER.assets[:1], reads="")

Engine = Callable[[Sequence[int], Sequence[Cell]], list[bool]]  # each work in each cell, in this order


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="2,000 works; 40,000 tracks, 4,000 of them turned")
    quick = options.parse_args().quick
    found: dict[str, Any] = {}
    try:
        begin(HOME)
        masks = policy(works=2_000 if quick else 10_000)
        found |= single(masks, rounds=3 if quick else 15)
        found |= database(masks, rounds=3 if quick else 11)
        found |= set_wise(works=20_000 if quick else 200_000, rounds=3)
        found |= bulk(tracks=40_000 if quick else 1_000_000, rounds=1 if quick else 3)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    print(json.dumps(found))


def policy(works: int) -> dict[int, int]:
    """The works, written down as rows, and what must be open in each: found by the rules alone, without a row."""
    said = [replace(stance, album=(), licences=()) for stance in catalogue(Random(1), works)]
    return {track_id: effective_mask(stance, ERRAND) for track_id, stance in zip(write_down(said), said, strict=True)}


def single(outcome: dict[int, int], rounds: int, asks_per_round: int = 5_000) -> dict[str, Any]:
    """The middle round's time of one decision, for each engine."""
    random = Random(2)
    found = stances(list(outcome), NOON)
    works, masks = [found[track_id] for track_id in outcome], list(outcome.values())
    engines: dict[str, Callable[[int, Cell], bool]] = {
        "tenuto": lambda work, cell: decide(Ask(cell, ERRAND), works[work]).allowed
    }
    for peer in (Cedar, SlimCedar, Casbin):
        began = time.monotonic()
        engines[peer.name] = peer(masks).decide
        say(f"{peer.name}: {time.monotonic() - began:.1f} s to load {len(works):,} works")
    gc.collect()
    gc.freeze()  # what was loaded is nothing to be looked through while decisions are timed
    times: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(-2, rounds):  # the first two warm up
        asks = [(random.randrange(len(works)), random.choice(CELLS)) for _ in range(asks_per_round)]
        expected = [bool(masks[work] & cell.bit) for work, cell in asks]
        for name, engine in engines.items():
            began_ns = time.process_time_ns()
            answers = [engine(work, cell) for work, cell in asks]
            spent_ns = time.process_time_ns() - began_ns
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
        "works": len(works),
        "single_vs_best_peer": round(statistics.median(ratios), 1),
        "single_ns": round(ours),
        "best_peer": best,
        "best_peer_ns": round(medians[best]),
    }


def database(masks: dict[int, int], rounds: int) -> dict[str, Any]:
    """The middle round's time of one decision through the database, of many at once and of one alone."""
    ids = list(masks)
    with closing(sqlite3.connect(HOME / "tenuto.sqlite3")) as file:
        table = Table(file, masks)
        peers: dict[str, Engine] = {
            "cedarpy": CedarThatReads(table).decide_all,
            "pycasbin": CasbinThatReads(table).decide_all,
        }
        many = beside({"tenuto": judge_for(TAGGER)} | peers, masks, [ids] * rounds, TAGGER.cells)
        alone = [[track_id] for track_id in Random(3).sample(ids, 10 * rounds)]
        one = beside({"tenuto": judge_for(ONE_CELL)} | peers, masks, alone, ONE_CELL.cells)
    return {
        "database_vs_best_peer": many.pop("ratio"),
        "database_us": many.pop("tenuto"),
        "database_peers_us": many,
        "database_one_vs_best_peer": one.pop("ratio"),
        "database_one_us": one.pop("tenuto"),
        "database_one_peers_us": one,
    }


def judge_for(duty: Duty) -> Engine:
    """As the gate judges before it hands anything over: its own function, in the order in which it was asked."""

    def engine(works: Sequence[int], cells: Sequence[Cell]) -> list[bool]:
        return [decision.allowed for each in judge(duty, works, NOON) for _cell, decision in each.decisions]

    return engine


def beside(
    engines: dict[str, Engine], masks: dict[int, int], turns: list[list[int]], cells: Sequence[Cell]
) -> dict[str, float]:
    """Microseconds a decision for each engine, and how many times as long the better peer takes."""
    times: dict[str, list[float]] = {name: [] for name in engines}
    gc.collect()
    gc.freeze()
    for works in [turns[0], *turns]:  # the first warms up
        expected = [bool(masks[work] & cell.bit) for work in works for cell in cells]
        for name, engine in engines.items():
            began = time.process_time()
            answers = engine(works, cells)
            times[name].append((time.process_time() - began) / len(expected) * 1e6)
            assert answers == expected, f"{name} decides otherwise"
    medians = {name: statistics.median(spent[1:]) for name, spent in times.items()}
    for name, median in medians.items():
        say(f"{name:28} {median:8.2f} µs a decision through the database, {len(turns[0]):,} works at once")
    best = min((name for name in engines if name != "tenuto"), key=lambda name: medians[name])
    ratios = [theirs / our for theirs, our in zip(times[best][1:], times["tenuto"][1:], strict=True)]
    return {name: round(value, 2) for name, value in medians.items()} | {"ratio": round(statistics.median(ratios), 3)}


def set_wise(works: int, rounds: int) -> dict[str, Any]:
    """Cells a second, of one work after the other and of all works for one cell after the other."""
    rows: list[float] = []
    columns: list[float] = []
    for number in range(rounds):
        stances = catalogue(Random(number), works)
        began = time.process_time()
        # Each stance is made anew, as when its records have just been read: what it counts once is counted here.
        masks = [effective_mask(replace(stance), ERRAND) for stance in stances]
        rows.append(time.process_time() - began)
        facts = [facts_of(stance, ERRAND) for stance in stances]
        began = time.process_time()
        opened = {cell: settle(every) for cell, every in by_cell(facts).items()}
        columns.append(time.process_time() - began)
        for cell, found in opened.items():
            assert found.bit_count() == sum(mask >> cell.position & 1 for mask in masks)
    per_second = [works * len(CELLS) / statistics.median(spent) for spent in (rows, columns)]
    say(f"{works:,} works x {len(CELLS)} cells: {per_second[0] / 1e6:.1f} million cells/s work by work")
    say(f"turned round and settled cell by cell: {per_second[1] / 1e6:.1f} million cells/s")
    return {"cells_per_s": round(per_second[0]), "cells_per_s_turned": round(per_second[1])}


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
