"""The public files made again from the rows, when they are lost, damaged or older than what was signed.

Nothing is guessed: the rows must have exactly the root that was signed, or nothing is written. What was there is put
aside, not deleted.
"""

from contextlib import suppress

from tenuto.base.ids import new_key
from tenuto.base.signatures import verify
from tenuto.ledger import book, layout, logs
from tenuto.ledger.alone import alone
from tenuto.ledger.errors import LedgerTorn, RolledBack
from tenuto.ledger.models import Log
from tenuto.ledger.sequencer import AT_ONCE
from tenuto.rules.checkpoints import opened
from tenuto.rules.edges import Edge
from tenuto.rules.lines import Refused
from tenuto.rules.tiles import WIDTH


def rebuild(log: Log) -> int:
    """Write the files of a log anew, up to its head. How many entries they hold. Raises LedgerTorn if rows differ."""
    with alone(patience_seconds=60) as mine:
        if not mine:
            raise LedgerTorn("another process works on the log and does not end")
        try:
            head = logs.head_of(log)
        except Refused as error:
            raise LedgerTorn(f"the head of {log.origin} is not what its key signed: {error}") from error
        if head is None:
            return 0
        size, shelf = head.checkpoint.size, logs.shelf_of(log)
        _refuse_over_newer(log, size)
        if _walk(log, size, write=False).root() != head.checkpoint.root:
            raise LedgerTorn(f"the rows of {log.origin} do not have the root that was signed at {size}")
        with suppress(FileNotFoundError):
            (shelf.folder / "tile").rename(shelf.folder / f".replaced-{new_key()}")
        _walk(log, size, write=True)
        if layout.read_back(Edge(), size, shelf).root() != head.checkpoint.root:
            raise LedgerTorn(f"what was written for {log.origin} is not what is read back")
        shelf.publish(bytes(log.note))
    return size


def _refuse_over_newer(log: Log, size: int) -> None:
    """Files that are further than the rows may hold the only copy of what the database has lost."""
    try:
        further = opened(logs.shelf_of(log).published() or b"", logs.verifiers(log), verify).checkpoint.size
    except Refused:
        return
    if further > size:
        raise RolledBack(f"{further} entries are published, and the database knows of {size}")


def _walk(log: Log, size: int, *, write: bool) -> Edge:
    """The edge over the rows; twice, first without writing, so that nothing is overwritten with what is not signed."""
    edge, shelf = Edge(), logs.shelf_of(log)
    while edge.size < size:
        first = edge.size - edge.size % WIDTH
        end = min(size, edge.size + AT_ONCE)
        entries = book.leaves(log.offset + first, log.offset + end)
        if len(entries) != end - first:
            raise LedgerTorn(f"the book lacks entries between {first} and {end}")
        edge, contents = layout.laid_out(edge, entries[: edge.size - first], entries[edge.size - first :])
        if write:
            shelf.write(contents)
    return edge
