"""The whole audit from inside: public files, rows and openings, each against the others.

Whoever is outside audits the files alone (`tenuto-verify log`); here the rows are there to be compared as well.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context

from tenuto.base.signatures import verify
from tenuto.ledger import book, logs, trust, vault
from tenuto.ledger.errors import KeyMissing
from tenuto.ledger.manifests import leaves_of
from tenuto.ledger.models import DrawnManifest, Entry, Log, Registration
from tenuto.ledger.seals import Unreadable, opens, tag_of
from tenuto.rules.audits import audit
from tenuto.rules.checkpoints import Checkpoint, opened
from tenuto.rules.cosignatures import cosigners
from tenuto.rules.lines import Refused
from tenuto.rules.manifests import root_of

ROWS = 2_000  # fetched together
MANY = 50_000  # entries: from here on a second process is worth its start
AHEAD = 4  # times ROWS entries, that the one process may be ahead of the other

Kept = tuple[int, str, bytes, bytes, bytes]  # index, subject, key, leaf, sealed


def faults() -> Iterator[str]:
    """Everything that is wrong with the ledger, in sentences."""
    for log in Log.objects.all():
        yield from faults_of_log(log)
    yield from faults_of_book()
    yield from faults_of_manifests()


def faults_of_log(log: Log) -> Iterator[str]:
    """Checkpoint, tiles and bundles: do they follow from one another, and from the rows?"""
    try:
        head = logs.head_of(log)
    except (Refused, KeyMissing) as error:
        yield f"{log.origin}: its head is not what its key signed: {error}"
        return
    shelf = logs.shelf_of(log)
    published = shelf.published()
    if head is None:
        if published is not None:
            yield f"{log.origin}: a checkpoint is published, and none was signed"
        return
    if head.checkpoint.size != log.size:
        yield f"{log.origin}: its head says {head.checkpoint.size} entries, its row says {log.size}"
    yield from _faults_of_published(log, head.checkpoint, published)
    yield from _faults_of_cosigners(log)
    rows = _Rows(log)
    for fault in audit(head.checkpoint, shelf.sure, shelf.sure, rows.look):
        yield f"{log.origin}: {fault.path}: {fault.words}"
    yield from rows.faults


def faults_of_book() -> Iterator[str]:
    """Are the indices without a gap, is each subject's first entry where it is looked for, and does each entry open?

    All keys and tags are held in memory; entries, of which there are many more, are not.
    """
    keys = {tag_of(key): (str(subject), key) for subject, key in vault.every_key()}
    first: dict[bytes, int] = {}  # the first entry that bears each tag
    due = 0
    with _opener(book.size()) as opener:
        rows = Entry.objects.order_by("index").values_list("index", "leaf", "tag", "sealed").iterator(chunk_size=ROWS)
        while some := list(islice(rows, ROWS)):
            kept: list[Kept] = []
            for index, leaf, tag, sealed in some:
                if index != due:
                    yield f"the book has no entry {due}; the next is {index}"
                due = index + 1
                if tag is None:
                    continue
                tag = bytes(tag)
                first.setdefault(tag, index)
                if tag in keys:  # else its key is erased
                    kept.append((index, *keys[tag], bytes(leaf), bytes(sealed or b"")))
            yield from opener.open(kept)
        yield from opener.rest()
    # Read last: what was written meanwhile has its registration, and is looked at the next time.
    registered = {bytes(tag): index for tag, index in Registration.objects.values_list("tag", "index").iterator(ROWS)}
    for tag, index in first.items():
        if registered.get(tag) != index:
            yield f"entry {index} is the first about its subject, and is not registered as that"
    for tag in registered.keys() - first.keys():
        if registered[tag] < due:
            yield f"a subject is registered at {registered[tag]}, and no entry bears its tag"


def faults_of_manifests() -> Iterator[str]:
    """Is the list of every job there, and does it have the root that was logged?"""
    for drawn in DrawnManifest.objects.iterator():
        if sha256(bytes(drawn.header)).hexdigest() != drawn.manifest:
            yield f"manifest {drawn.root}: it is not called by the header of its job"
        try:
            leaves = leaves_of(bytes.fromhex(drawn.root))
            well = len(leaves) == drawn.size and root_of(leaves).hex() == drawn.root
        except (OSError, ValueError) as error:
            yield f"manifest {drawn.root}: {error}"
        else:
            if not well:
                yield f"manifest {drawn.root}: its file has another root"


def unreadable() -> int:
    """How many blinded entries nobody can open any more, because their keys are erased. No fault."""
    known = {tag_of(key) for _subject, key in vault.every_key()}
    tags = Entry.objects.filter(tag__isnull=False).values_list("tag", flat=True).iterator(chunk_size=ROWS)
    return sum(bytes(tag or b"") not in known for tag in tags)


def _unfaithful(kept: list[Kept]) -> list[str]:
    """Which of these do not open to what was committed to."""
    found = []
    for index, subject, key, leaf, sealed in kept:
        try:
            if not opens(key, leaf, sealed):
                found.append(f"entry {index} about {subject} opens to something else than it commits to")
        except Unreadable:
            found.append(f"entry {index} about {subject} does not open: its row was changed")
    return found


class _Opener:
    """Opens entries, in another process where there are many: that is half of an audit's work."""

    def __init__(self, pool: ProcessPoolExecutor | None) -> None:
        self._pool = pool
        self._asked: deque[Future[list[str]]] = deque()

    def open(self, kept: list[Kept]) -> Iterator[str]:
        """Have these opened. What is wrong with them comes now or with a later call."""
        if self._pool is None:
            yield from _unfaithful(kept)
            return
        self._asked.append(self._pool.submit(_unfaithful, kept))
        if len(self._asked) > AHEAD:
            yield from self._asked.popleft().result()

    def rest(self) -> Iterator[str]:
        while self._asked:
            yield from self._asked.popleft().result()


@contextmanager
def _opener(entries: int) -> Iterator[_Opener]:
    if entries < MANY:
        yield _Opener(None)
        return
    # A copy of this process: it is given bytes and touches no connection.
    with ProcessPoolExecutor(1, get_context("fork")) as pool:
        yield _Opener(pool)


class _Rows:
    """Compares the entries of the files with the rows, as the audit walks along them."""

    def __init__(self, log: Log) -> None:
        entries = Entry.objects.filter(index__gte=log.offset).order_by("index").values_list("leaf", flat=True)
        self._leaves = (bytes(leaf) for leaf in entries.iterator(chunk_size=ROWS))
        self._at = 0
        self._log = log
        self.faults: list[str] = []

    def look(self, first: int, entries: list[bytes]) -> None:
        for _skipped in islice(self._leaves, first - self._at):  # of a bundle that could not be read
            pass
        self._at = first + len(entries)
        rows = list(islice(self._leaves, len(entries)))
        if rows != entries:
            [place, *_] = [place for place, entry in enumerate(entries) if rows[place : place + 1] != [entry]]
            self.faults.append(f"{self._log.origin}: the row of entry {first + place} is not what is published")


def _faults_of_cosigners(log: Log) -> Iterator[str]:
    """What witnesses wrote under the head, and under the last one that a quorum saw."""
    witnesses = [witness.key for witness in trust.chosen().witnesses.values()]
    for name, note in (("head", log.note), ("witnessed head", log.witnessed)):
        try:
            if note:
                cosigners(opened(bytes(note), logs.verifiers(log), verify).note, witnesses, verify)
        except Refused as error:
            yield f"{log.origin}: its {name} is not what was signed: {error}"


def _faults_of_published(log: Log, head: Checkpoint, published: bytes | None) -> Iterator[str]:
    if published is None:
        yield f"{log.origin}: no checkpoint is published; the next step does it"
        return
    try:
        seen = opened(published, logs.verifiers(log), verify).checkpoint
    except Refused as error:
        yield f"{log.origin}: the published checkpoint is not what its key signed: {error}"
        return
    if (seen.size, seen.root) != (head.size, head.root):
        yield f"{log.origin}: {seen.size} entries are published, the head is {head.size}"
