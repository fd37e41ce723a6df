"""What the transparency log costs, with every fsync, beside the same entries through a plain SQLite insert.

Append, the whole path: from handing batches of 1,000 bodies to `ledger.book`, each body another, to the checkpoint in
which the last of them is published: bodies checked and written canonically, keys read from the vault, commitments,
sealed openings, rows, a commit with its fsync for each batch, tiles and bundles brought to disk, read back, signed and
published. The bodies of a batch differ in what they rest on and share a stencil, as those of one run of the gate do.
As on a server, a worker in a process of its own publishes, once a second, and its last second is counted.
Beside it, in one process and one after the other: a batch written and published at once, and a plain SQLite insert of
the same leaves and openings, one commit for each batch; they take turns, so that a busy machine slows both alike.
Making the keys and registrations of 20,000 works comes before and is not counted.
Receipts: 1,000 entries a second are offered, as 100 transactions of 10, while the worker signs a checkpoint every
second. A receipt is the time from asking to being durable. Beside it, as many and as large plain SQLite inserts.
Audit: of everything that was appended; from the public files alone, as anybody does it, and as `tenuto ledger audit`
does, with rows and openings.
Proofs: from the tiles of a log of 10 million entries; cold is without any node in memory, warm is asked once more.
Manifest: drawn up and kept, its file on disk; keys are there already.
"""

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
HOME = Path(tempfile.mkdtemp(prefix="tenuto-bench-"))
os.environ |= {
    "TENUTO_HOME": str(HOME),
    "TENUTO_LEDGER_SECONDS": "1",
    "DJANGO_SETTINGS_MODULE": "tenuto.server.settings",
    "PYTHONPATH": os.pathsep.join(sys.path[:2]),
}

import django  # noqa: E402  its settings must be known first

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from tenuto.ledger import auditing, book, logs, manifests, vault  # noqa: E402
from tenuto.ledger.models import Entry  # noqa: E402
from tenuto.ledger.sequencer import Sequencer  # noqa: E402
from tenuto.ledger.shelf import Shelf  # noqa: E402
from tenuto.ledger.subjects import Subject  # noqa: E402
from tenuto.rules.audits import audit  # noqa: E402
from tenuto.rules.commitments import manifest_key  # noqa: E402
from tenuto.rules.edges import Edge  # noqa: E402
from tenuto.rules.manifests import Manifest  # noqa: E402
from tenuto.rules.nodes import TileNodes  # noqa: E402
from tenuto.rules.stencils import Stencil  # noqa: E402
from tenuto.rules.tree import inclusion_proof  # noqa: E402
from tenuto.server.serve import prepare  # noqa: E402

BATCH = 1_000
WORKS = 20_000
USE: dict[str, object] = {
    "v": 1,
    "t": "use",
    "ts": "2026-11-28T12:00:00Z",
    "kind": "recording",
    "purpose": "recommendation",
    "use": "train",
    "job": "bcdfghjkmnpq",
    "model": "neighbours-7",
    "actor": "service",
    "decision": "allow",
    "policy": f"sha256:{'a' * 64}",
    "reason": "answered",
}
BASIS: dict[str, object] = {"consent": 123_456, "terms": 7, "agreement": None}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer entries, a smaller log, fewer works")
    quick = options.parse_args().quick
    try:
        prepare(lambda words: None)
        works = registered()
        found = in_turns(works, rounds=10 if quick else 60)
        found |= append(works, batches=20 if quick else 400)
        found |= receipts(works, seconds=5 if quick else 30)
        found |= audited(times=1 if quick else 3)
        found |= proofs(size=500_000 if quick else 10_000_000)
        found |= manifest(works=50_000 if quick else 1_000_000)
    finally:
        shutil.rmtree(HOME, ignore_errors=True)
    print(json.dumps(found))


def registered() -> list[Subject]:
    """Works that the log has spoken of already."""
    works = [Subject("recording", number) for number in range(WORKS)]
    for start in range(0, WORKS, BATCH):
        with transaction.atomic():
            book.write([use_of(work) for work in works[start : start + BATCH]])
    Sequencer().step()
    return works


def bodies(works: list[Subject], number: int) -> list[book.Draft]:
    """The drafts of one batch: no two works in it are the same, nor two bodies anywhere."""
    chosen, stencil = Random(number).sample(works, BATCH), Stencil(USE)
    return [
        book.blinded(work, {"basis": BASIS | {"consent": number * BATCH + place}}, stencil)
        for place, work in enumerate(chosen)
    ]


def use_of(work: Subject) -> book.Draft:
    """A draft of its own."""
    return book.blinded(work, USE | {"basis": BASIS})


def append(works: list[Subject], batches: int) -> dict[str, Any]:
    """As on a server: one process writes, another publishes."""
    made = [bodies(works, number) for number in range(batches)]
    with worker() as heads:
        begun = time.perf_counter()
        for drafts in made:
            with transaction.atomic():
                *_, last = book.write(drafts)
        durable = batches * BATCH / (time.perf_counter() - begun)
        while heads[-1][1] <= last:
            time.sleep(0.005)
        rate = batches * BATCH / (heads[-1][0] - begun)
    print(f"append: {rate:,.0f}/s published, {durable:,.0f}/s durable; {batches} batches of {BATCH}")
    return {"append_per_s": round(rate), "durable_per_s": round(durable)}


def in_turns(works: list[Subject], rounds: int) -> dict[str, Any]:
    """The middle round's rate of writing and publishing in one process, and of a plain insert."""
    sequencer = Sequencer()
    sequencer.step()
    ours, theirs = [], []
    with plain_table("turns") as plain:
        for number in range(rounds):
            drafts = bodies(works, -1 - number)
            ours.append(BATCH / clocked(lambda drafts=drafts: written(sequencer, drafts)))  # type: ignore[misc]  # bound at once
            last = book.size()
            rows = list(Entry.objects.filter(index__gte=last - BATCH).values_list("leaf", "sealed"))
            theirs.append(BATCH / clocked(lambda rows=rows: inserted(plain, rows)))  # type: ignore[misc]
    rate, peer = statistics.median(ours), statistics.median(theirs)
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    print(f"in one process: {rate:,.0f}/s published, plain SQLite {peer:,.0f}/s; {rounds} rounds of {BATCH}")
    return {"one_process_per_s": round(rate), "plain_sqlite_per_s": round(peer), "plain_ratio": round(ratio, 3)}


def written(sequencer: Sequencer, drafts: list[book.Draft]) -> None:
    with transaction.atomic():
        book.write(drafts)
    sequencer.step()


@contextmanager
def plain_table(name: str) -> Iterator[sqlite3.Connection]:
    """What a plain SQLite insert goes into: no tree, no commitments, no keys; each commit is on disk."""
    with closing(sqlite3.connect(HOME / f"plain-{name}.sqlite3", isolation_level=None)) as plain:
        plain.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "CREATE TABLE entry (id INTEGER PRIMARY KEY, leaf, sealed)"
        )
        yield plain


def inserted(plain: sqlite3.Connection, rows: list[Any]) -> None:
    plain.execute("BEGIN IMMEDIATE")
    plain.executemany("INSERT INTO entry (leaf, sealed) VALUES (?, ?)", rows)
    plain.execute("COMMIT")


def audited(times: int) -> dict[str, Any]:
    """The full audit of what was appended: the files, as anybody does it; and these, the rows and the openings."""
    log = logs.open_log()
    head, shelf = logs.head_of(log), logs.shelf_of(log)
    assert head is not None
    rates = [log.size / clocked(lambda: none_of(audit(head.checkpoint, shelf.sure, shelf.sure))) for _ in range(times)]
    own = [log.size / clocked(lambda: none_of(auditing.faults())) for _ in range(times)]
    size = sum(place.stat().st_size for place in (settings.LOG_DIR / "tile").rglob("*") if place.is_file())
    rate, whole = statistics.median(rates), statistics.median(own)
    print(f"audit: {rate:,.0f} entries/s, with rows and openings {whole:,.0f}/s", end="; ")
    print(f"{size / log.size:.1f} public bytes an entry, of {log.size:,}")
    return {
        "audit_per_s": round(rate),
        "own_audit_per_s": round(whole),
        "public_bytes_per_entry": round(size / log.size, 1),
    }


def none_of(faults: Iterable[object]) -> None:
    for fault in faults:
        raise SystemExit(f"the audit of a log that is whole found {fault}")


def receipts(works: list[Subject], seconds: int) -> dict[str, Any]:
    """Latency until durable, and until in a signed checkpoint, at 1,000 entries a second; and of plain inserts."""
    done: list[tuple[float, int]] = []

    def write(number: int) -> None:
        with transaction.atomic():
            given = book.write([use_of(works[(number * 10 + place) % WORKS]) for place in range(10)])
        done.append((time.perf_counter(), given[-1]))

    with plain_table("receipts") as plain, worker() as heads:
        took = paced(seconds, write)
        rows = list(Entry.objects.order_by("-index").values_list("leaf", "sealed")[:10])
        plainly = paced(seconds, lambda number: inserted(plain, rows))
        while heads[-1][1] <= done[-1][1]:
            time.sleep(0.05)
    in_checkpoint = [next(at for at, size in heads if size > index) - now for now, index in done]
    p50, p99, plain_p50, plain_p99 = (quantile(times, at) * 1000 for times in (took, plainly) for at in (0.5, 0.99))
    signed = quantile(in_checkpoint, 0.99)
    print(f"receipts: p50 {p50:.1f} ms, p99 {p99:.1f} ms; in a checkpoint p99 {signed:.2f} s", end="; ")
    print(f"of plain SQLite: p50 {plain_p50:.1f} ms, p99 {plain_p99:.1f} ms")
    return {
        "receipt_p50_ms": round(p50, 2),
        "receipt_p99_ms": round(p99, 2),
        "plain_receipt_p50_ms": round(plain_p50, 2),
        "plain_receipt_p99_ms": round(plain_p99, 2),
        "checkpoint_p99_s": round(signed, 2),
    }


def paced(seconds: int, write: Callable[[int], object]) -> list[float]:
    """Seconds from when each of 100 transactions a second was due until it was durable."""
    took, begun = [], time.perf_counter()
    for number in range(seconds * 100):
        due = begun + number / 100
        time.sleep(max(0.0, due - time.perf_counter()))
        write(number)
        took.append(time.perf_counter() - due)  # what waits for its turn is late, too
    return took


@contextmanager
def worker() -> Iterator[list[tuple[float, int]]]:
    """A worker that publishes, in a process of its own; when each of its checkpoints was to be seen, and its size."""
    command = [sys.executable, "-m", "tenuto.server.command", "work", "--threads", "1"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    heads: list[tuple[float, int]] = []
    ending = threading.Event()
    watching = threading.Thread(target=watch, args=[heads, ending])
    watching.start()
    try:
        # It is at work when it has published what is written here.
        with transaction.atomic():
            (first,) = book.write([book.public({"v": 1, "t": "bench"})])
        while not heads or heads[-1][1] <= first:
            if process.poll() is not None:
                raise SystemExit("the worker has ended")
            time.sleep(0.01)
        yield heads
    finally:
        ending.set()
        watching.join()
        process.terminate()
        process.wait()


def watch(heads: list[tuple[float, int]], ending: threading.Event) -> None:
    """When each checkpoint was to be seen, and its size."""
    place = logs.shelf_of(logs.open_log()).checkpoint
    while not ending.is_set():
        size = int(place.read_text().split("\n")[1])
        if not heads or heads[-1][1] != size:
            heads.append((time.perf_counter(), size))
        ending.wait(0.005)


def proofs(size: int) -> dict[str, Any]:
    """Inclusion proofs from the tiles of a large log, whose leaves are any hashes."""
    shelf, edge, random = Shelf(HOME / "large"), Edge(), Random(1)
    while edge.size < size:
        edge, tiles = edge.grown(random.randbytes(32 * min(262_144, size - edge.size)))
        for tile, content in tiles.items():
            place = shelf.place(tile)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    asked = [random.randrange(size) for _ in range(500)]
    cold = [clocked(lambda index=index: inclusion_proof(index, size, TileNodes(size, shelf.read))) for index in asked]  # type: ignore[misc]
    nodes = TileNodes(size, shelf.read)
    for index in asked:
        inclusion_proof(index, size, nodes)
    warm = [clocked(lambda index=index: inclusion_proof(index, size, nodes)) for index in asked]  # type: ignore[misc]
    shutil.rmtree(HOME / "large")
    first, again = quantile(cold, 0.5) * 1000, quantile(warm, 0.5) * 1000
    print(f"proofs at {size:,}: cold p50 {first:.2f} ms, warm p50 {again:.3f} ms")
    return {"proof_cold_ms": round(first, 3), "proof_warm_ms": round(again, 3)}


def manifest(works: int) -> dict[str, Any]:
    """One job's list: drawn up, stored, and proofs made from it. Keys are there already."""
    subjects = [Subject("recording", number) for number in range(works)]
    vault.keys_of(subjects)
    header: dict[str, object] = {"v": 1, "t": "job.open", "job": "bench"}
    begun = time.perf_counter()
    made = manifests.prepare(subjects, header)
    computed = time.perf_counter()
    with transaction.atomic():
        manifests.keep(made)
    ended = time.perf_counter()
    tree = Manifest(manifests.leaves_of(made.root))
    keys = vault.keys_of([Subject("recording", number) for number in range(0, works * 2, works // 500)])
    places = [manifest_key(key, made.id) for key in keys.values()]
    sizes = [len(bytes(tree.prove(place))) for place in places]
    proving = [clocked(lambda place=place: tree.prove(place)) for place in places]  # type: ignore[misc]
    each_ms = quantile(proving, 0.5) * 1000
    print(f"manifest of {works:,}: {ended - begun:.1f} s, {ended - computed:.3f} of them in a transaction", end="; ")
    print(f"proofs {max(sizes)} bytes at most, made in {each_ms:.3f} ms")
    return {
        "manifest_build_s": round(ended - begun, 2),
        "manifest_proof_bytes": max(sizes),
        "manifest_proof_ms": round(each_ms, 3),
    }


def clocked(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def quantile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


if __name__ == "__main__":
    main()
