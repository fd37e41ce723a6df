"""After a restored backup: get back what is known to others, or begin a log that openly continues the old one.

A log that was seen with more entries than it now has must not sign again before it has them back. Its public files
have them, if they were not lost too, or a mirror has: then the missing entries are read from there, and only what
opened them is gone. Where nobody has them, the old log stays as it is, and another begins that says so first.
"""

from django.db import transaction
from django.utils import timezone

from tenuto.base.signatures import verify
from tenuto.ledger import book, halting, logs
from tenuto.ledger.alone import alone
from tenuto.ledger.errors import LedgerTorn
from tenuto.ledger.models import Entry, Log
from tenuto.ledger.shelf import Shelf
from tenuto.rules.audits import audit
from tenuto.rules.canonical import digest_words, moment
from tenuto.rules.checkpoints import Signed, opened
from tenuto.rules.lines import Refused

BATCH = 10_000


def recover(log: Log, shelf: Shelf) -> int:
    """Take into the book what these files have and it lacks, and make their checkpoint the head. How many entries.

    Raises LedgerTorn when the files are not whole, are not this log's, or tell another story than the book.
    """
    with alone(patience_seconds=60) as mine:
        if not mine:
            raise LedgerTorn("another process works on the log and does not end")
        head, entries = _read(log, shelf)
        size = head.checkpoint.size
        with transaction.atomic():
            book.hold()
            known = min(book.size() - log.offset, size)
            if book.leaves(log.offset, log.offset + known) != entries[:known]:
                raise LedgerTorn("the book has entries at places where the files have others")
            at = timezone.now()
            # What opened them is lost with the rows that had it.
            rows = [
                Entry(index=log.offset + index, at=at, leaf=leaf) for index, leaf in enumerate(entries[known:], known)
            ]
            Entry.objects.bulk_create(rows, batch_size=BATCH)
            if size > log.size:
                Log.objects.filter(number=log.number).update(size=size, note=bytes(head.note), signed_at=at)
    return len(rows)


def begin_another(log: Log) -> Log:
    """Open a log that continues this one from its last head that is known here, and says so."""
    head = logs.head_of(log)
    with transaction.atomic():
        book.hold()
        facts: dict[str, object] = {"v": 1, "t": "log.continues", "ts": moment(timezone.now()), "log": log.origin}
        if head is not None:
            facts |= {"size": head.checkpoint.size, "root": digest_words(head.checkpoint.root)}
        book.write([book.public(facts | {"reason": halting.reason()})])
        # What was written and never signed there is carried on here.
        new = logs.begin(log.number + 1, logs.origin_for(log.number + 1), offset=log.offset + log.size)
    halting.go_on()
    return new


def _read(log: Log, shelf: Shelf) -> tuple[Signed, list[bytes]]:
    """The checkpoint and the entries of some files, all of them checked."""
    published = shelf.published()
    if published is None:
        raise LedgerTorn(f"there is no checkpoint in {shelf.folder}")
    entries: list[bytes] = []
    try:
        head = opened(published, logs.verifiers(log), verify)
        if head.checkpoint.origin != log.origin:
            raise LedgerTorn(f"these are the files of {head.checkpoint.origin}")
        for fault in audit(head.checkpoint, shelf.sure, shelf.sure, lambda _first, found: entries.extend(found)):
            raise LedgerTorn(f"{fault.path}: {fault.words}")
    except Refused as error:
        raise LedgerTorn(f"the checkpoint in {shelf.folder} is not what the log signed: {error}") from error
    return head, entries
