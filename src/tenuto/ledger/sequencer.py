"""From the book to the public log, one step at a time. Read downwards.

    examine -> pad -> lay out -> read back -> sign -> swap -> publish

Entries have their indices before any file is written, so a step that was interrupted, anywhere, is simply done again
and writes the same bytes. Nothing is signed but what was read back from the disk, and nothing is published but what
the database has taken as the new head. Who cosigns is asked afterwards (`ledger.witnesses`).
"""

from dataclasses import dataclass

from django.utils import timezone

from tenuto.base.signatures import verify
from tenuto.ledger import book, carrying, files, halting, keys, layout, logs, trust, turns
from tenuto.ledger.alone import alone
from tenuto.ledger.errors import LedgerTorn, RolledBack
from tenuto.ledger.models import Log
from tenuto.ledger.shelf import Shelf
from tenuto.rules.checkpoints import Checkpoint, issued, opened
from tenuto.rules.edges import Edge
from tenuto.rules.lines import Refused
from tenuto.rules.notes import Note, signed
from tenuto.rules.tiles import WIDTH
from tenuto.rules.tree import leaf_hashes

MULTIPLE = 16  # every checkpoint stands at a multiple of so many entries
AT_ONCE = 32_768  # entries in one step, so that a long pause does not become one long step


@dataclass(frozen=True)
class Head:
    """How far the log is signed, and what its next entries are added to."""

    number: int
    edge: Edge


class Sequencer:
    """Carries entries from the book into the log. Belongs to one thread; of all there are, one works at a time."""

    def __init__(self) -> None:
        self._head: Head | None = None  # as this process has checked it; nothing when it must look again
        self._asked = False  # have the witnesses been asked whether they have seen more of this log?

    def step(self, patience_seconds: float = 0.0) -> int:
        """Publish every entry there is. How many were, padding included; none while another sequencer works."""
        with alone(patience_seconds) as mine:
            if not mine:
                self._head = None
                return 0
            try:
                return self._publish_all()
            except BaseException:
                self._head = None  # whatever happened, look anew before the next signature
                raise

    def _publish_all(self) -> int:
        log = logs.open_log()
        head = self._head = self._head if self._still_is(log) else _taken_up(log)
        assert head is not None
        if not self._asked or halting.reason():
            halting.ask(log)
            carrying.ask(log)
            self._asked = True
        begun = head.edge.size
        end = pad(log, head.edge.size)
        while head.edge.size < end:
            head = self._head = advance(log, head, min(end, head.edge.size + AT_ONCE))
        return head.edge.size - begun

    def _still_is(self, log: Log) -> bool:
        """Is the head in the database the one this process left there? Witnesses add lines to it, nothing else."""
        head = self._head
        return head is not None and head.number == log.number and head.edge.size == log.size


def _taken_up(log: Log) -> Head:
    """The head as somebody left it who may have been killed; what they had begun to publish is published."""
    shelf = logs.shelf_of(log)
    shelf.settle()
    files.settle(keys.place_of_log().parent)  # the key that has signed must not be lost
    head = examine(log)
    if log.note and shelf.published() != bytes(log.note):
        shelf.publish(bytes(log.note))
    return head


def examine(log: Log) -> Head:
    """Does what is stored agree with what was signed? Raises LedgerTorn when it does not: then nothing is signed."""
    shelf = logs.shelf_of(log)
    try:
        signed_head = logs.head_of(log)
    except Refused as error:
        raise LedgerTorn(f"the head of {log.origin} is not what its key signed: {error}") from error
    checkpoint = signed_head.checkpoint if signed_head else Checkpoint(log.origin, 0, Edge().root())
    if checkpoint.size != log.size or checkpoint.origin != log.origin:
        raise LedgerTorn(f"the head of {log.origin} says {checkpoint.size}, its row says {log.size}")
    if book.size() < log.offset + log.size:
        raise LedgerTorn(f"{log.size} entries are signed, and the book has {book.size() - log.offset}")
    _compare_published(log, checkpoint, shelf)
    edge = layout.edge_of(log.size, shelf)
    if edge.root() != checkpoint.root:
        raise LedgerTorn(f"the tiles of {log.origin} do not have the root that was signed at {log.size}")
    return Head(log.number, edge)


def _compare_published(log: Log, checkpoint: Checkpoint, shelf: Shelf) -> None:
    """What everybody sees may be behind the head for a moment; never before it, and never beside it."""
    published = shelf.published()
    if published is None:
        return
    try:
        seen = opened(published, logs.verifiers(log), verify).checkpoint
    except Refused as error:
        raise LedgerTorn(f"the published checkpoint of {log.origin} is not what its key signed: {error}") from error
    if seen.size > checkpoint.size:
        raise RolledBack(f"{seen.size} entries are published, and the database knows of {checkpoint.size}")
    if seen.size == checkpoint.size and seen.root != checkpoint.root:
        raise LedgerTorn(f"two checkpoints of {log.origin} are signed at {seen.size}")


def pad(log: Log, published: int) -> int:
    """Up to where to publish: what is new, and as many entries that say nothing as make the size even."""
    if book.size() == log.offset + published:
        return published
    with turns.first():
        return book.pad(log.offset, MULTIPLE) - log.offset


def advance(log: Log, head: Head, size: int) -> Head:
    """One checkpoint further: every step from the rows to the published file."""
    shelf = logs.shelf_of(log)
    laid = lay_out(log, head.edge, size, shelf)
    edge = layout.read_back(head.edge, size, shelf)
    if edge != laid:
        raise LedgerTorn(f"what was read back up to {size} is not what was written")
    note = sign(log, edge)
    swap(log, head, edge.size, note)
    publish(shelf, head.edge.size, size, note)
    trust.publish(log)
    return Head(log.number, edge)


def lay_out(log: Log, edge: Edge, size: int, shelf: Shelf) -> Edge:
    """Write the tiles and bundles of the new entries to disk."""
    first = edge.size - edge.size % WIDTH
    entries = book.leaves(log.offset + first, log.offset + size)
    if len(entries) != size - first:
        raise LedgerTorn(f"the book lacks entries between {first} and {size}")
    begun = entries[: edge.size - first]
    if leaf_hashes(begun) != (edge.partial[0] if edge.partial else b""):
        raise LedgerTorn(f"the book's entries between {first} and {edge.size} are not those that were signed")
    grown, contents = layout.laid_out(edge, begun, entries[edge.size - first :])
    shelf.write(contents)
    return grown


def sign(log: Log, edge: Edge) -> Note:
    """The checkpoint at this edge, under every key that the log has in use."""
    first, *others = keys.of_log(log.origin)
    note = issued(Checkpoint(log.origin, edge.size, edge.root()), first.key, first.sign)
    return note.signed_with(*(signed(note.text, other.key, other.sign) for other in others))


def swap(log: Log, head: Head, size: int, note: Note) -> None:
    """Make this the head, if the head still is the one we began from."""
    with turns.first():
        moved = Log.objects.filter(number=log.number, size=head.edge.size).update(
            size=size, note=bytes(note), signed_at=timezone.now()
        )
    if moved != 1:
        raise LedgerTorn(f"another sequencer moved the head of {log.origin} away from {head.edge.size}")


def publish(shelf: Shelf, old: int, size: int, note: Note) -> None:
    """Let everybody see it."""
    shelf.publish(bytes(note))
    shelf.drop_partial(layout.filled(old, size))
