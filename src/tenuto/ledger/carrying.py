"""The public files in a bucket of an object store too, from where a web server or a network of caches serves them.

    tiles and lists -> policy -> checkpoint -> narrow tiles that are full now go

The folder stays what the log is made in: nothing is signed but what was read back from a disk. What is in the bucket is
behind it by a moment, and whole at every moment: a checkpoint comes there after all that it speaks of. Tiles are
written only where nothing is, so that nobody's mistake replaces one; and a bucket that knows a longer log than the
database does has kept what a restored backup has lost.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings

from tenuto.base.signatures import verify
from tenuto.ledger import halting, logs
from tenuto.ledger.bucket import Bucket, BucketSilent, Changed
from tenuto.ledger.errors import LedgerTorn, RolledBack
from tenuto.ledger.layout import filled
from tenuto.ledger.manifests import folder, kept_of
from tenuto.ledger.models import Log
from tenuto.ledger.public import BYTES, FOR_EVER, FOR_NOW, TEXT
from tenuto.ledger.shelf import Named, Shelf
from tenuto.ledger.subjects import batches
from tenuto.rules.checkpoints import Checkpoint, opened
from tenuto.rules.lines import Refused
from tenuto.rules.nodes import TileNodes
from tenuto.rules.tiles import WIDTH, bundles_between, tiles_between
from tenuto.rules.tree import EMPTY_ROOT, check_consistency, consistency_proof

logger = logging.getLogger(__name__)

AT_ONCE = 8


def bucket() -> Bucket | None:
    """The operator's bucket; None where the folder is all there is."""
    if not settings.LOG_BUCKET:
        return None
    return Bucket(settings.LOG_BUCKET, settings.LOG_BUCKET_REGION, settings.LOG_BUCKET_KEY, settings.LOG_BUCKET_SECRET)


def ask(log: Log) -> None:
    """Before the first signature: does the bucket know more of this log? Raises RolledBack if so; silence is no answer.

    Whoever restores yesterday's rows together with yesterday's files has no other memory of today but his witnesses.
    """
    there = bucket()
    if there is None:
        return
    try:
        found = there.get(f"{_prefix(log)}checkpoint")
    except BucketSilent as error:
        logger.warning("the bucket was not asked: %s", error)
        return
    size = _head(found.content, log).size if found else 0
    if size > log.size:
        words = f"the bucket has this log with {size} entries; it has {log.size}"
        halting.halt(words)
        raise RolledBack(words)


class Carrier:
    """Brings the bucket up to what is published, again and again, for as long as a process lives."""

    def __init__(self) -> None:
        self._lists: set[str] = set()  # manifests that are known to be there

    def carry(self) -> int:
        """Up to the checkpoint that everybody may see. How many files were written."""
        there, log = bucket(), logs.current()
        if there is None or log is None or halting.reason():
            return 0
        return self._carry(there, log)

    def _carry(self, there: Bucket, log: Log) -> int:
        shelf = logs.shelf_of(log)
        note = shelf.published()
        if note is None:
            return 0
        head, prefix = _head(note, log), _prefix(log)
        found = there.get(f"{prefix}checkpoint")
        before = _head(found.content, log) if found else Checkpoint(log.origin, 0, EMPTY_ROOT)
        _compare(before, head, shelf)
        files = [*_names(before.size, head.size)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda name: _put_once(there, prefix + name.path, shelf.read(name)), files))
        written = len(files) + self._carry_lists(there) + _replace(there, "policy", _policy())
        if found is None or found.content != note:
            # Should another worker have been faster: the checkpoint is not what was found, and stays.
            there.put(f"{prefix}checkpoint", note, TEXT, FOR_NOW, replacing=found)
            written += 1
        # What stays, should this be cut off, takes room and does no harm.
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(there.delete, (prefix + path for path in _narrower(before.size, head.size))))
        return written

    def _carry_lists(self, there: Bucket) -> int:
        """The lists of jobs: each is called by its root, so what has the name has the content."""
        here = {place.name: place for place in folder().glob("[0-9a-f]*") if place.name not in self._lists}
        new = [root for batch in batches(here) for root in kept_of(batch)]  # what no job has kept may yet be removed
        for root in new:
            _put_once(there, f"manifest/{root}", here[root].read_bytes())
            self._lists.add(root)
        return len(new)


def _prefix(log: Log) -> str:
    return "" if log.number == 1 else f"{log.number}/"


def _head(note: bytes, log: Log) -> Checkpoint:
    try:
        return opened(note, logs.verifiers(log), verify).checkpoint
    except Refused as error:
        raise LedgerTorn(f"a checkpoint of {log.origin} is not what its key signed: {error}") from error


def _compare(before: Checkpoint, head: Checkpoint, shelf: Shelf) -> None:
    """What is in the bucket was signed: the log must have grown out of it, or it is not that log any more."""
    if before.size > head.size:
        raise RolledBack(f"the bucket has this log with {before.size} entries; it has {head.size}")
    if before.size == 0:
        return
    try:
        proof = consistency_proof(before.size, head.size, TileNodes(head.size, shelf.sure))
        check_consistency(before.size, head.size, before.root, head.root, proof)
    except Refused as error:
        raise LedgerTorn(f"the bucket's checkpoint at {before.size} is of another history: {error}") from error


def _names(old: int, size: int) -> Iterator[Named]:
    yield from tiles_between(old, size)
    yield from bundles_between(old, size)


def _narrower(old: int, size: int) -> Iterator[str]:
    """What the bucket may still have of tiles and bundles that became full on the way."""
    for name in filled(old, size):
        level = getattr(name, "level", 0)
        for width in range(1, WIDTH) if level else range(16, WIDTH, 16):
            yield name._replace(width=width).path


def _put_once(there: Bucket, path: str, content: bytes) -> None:
    try:
        there.put(path, content, BYTES, FOR_EVER)
    except Changed as error:
        found = there.get(path)
        if found is None or found.content != content:
            raise LedgerTorn(f"{path} is in the bucket and says something else") from error


def _replace(there: Bucket, path: str, content: bytes | None) -> int:
    found = there.get(path)
    if content is None or (found is not None and found.content == content):
        return 0
    there.put(path, content, TEXT, FOR_NOW, replacing=found)
    return 1


def _policy() -> bytes | None:
    place = Path(settings.LOG_DIR) / "policy"
    return place.read_bytes() if place.exists() else None
