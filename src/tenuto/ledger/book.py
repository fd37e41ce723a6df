"""The book: entries are written here, each at its final place, in the transaction that needs them.

Whoever is about to use something writes first. When the transaction commits, the entry is on disk and has its index
for ever; when it does not, nothing happened. Entries are published by `ledger.sequencer`, later and without waiting.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from json import loads
from os import urandom
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from tenuto.base.questions import batched
from tenuto.ledger import turns, vault
from tenuto.ledger.errors import NotWritten
from tenuto.ledger.models import STRETCH_BITS, Entry
from tenuto.ledger.registrations import facts_of
from tenuto.ledger.seals import Sealer, nonces, tag_of, unseal
from tenuto.ledger.subjects import Subject, batches
from tenuto.rules.canonical import canonical
from tenuto.rules.commitments import BLINDED, NONCE_BYTES, public_entry
from tenuto.rules.stencils import Stencil

Row = tuple[int, Any, bytes, bytes | None, bytes | None]
INSERT = 'INSERT INTO ledger_entry ("index", at, leaf, tag, sealed) VALUES %s'
# With each statement SQLite notes how far it has given out numbers: a quarter of the time of an insert row by row. It
# takes 32,766 values in one statement, and a row has five.
ROWS_AT_ONCE = 5_000
REGISTER = 'INSERT INTO ledger_registration (tag, "index") VALUES (%s, %s)'
REGISTERED = """
    WITH asked (tag) AS (VALUES %s)
    SELECT asked.tag, "index" FROM asked CROSS JOIN ledger_registration WHERE ledger_registration.tag = asked.tag
"""
# One look into the index for each tag and stretch: see Entry. The order of the tables is that of the joins.
PLACES = f"""
    WITH RECURSIVE
        asked (tag) AS (VALUES %s),
        stretch (number) AS (
            SELECT CAST(%%s AS bigint) UNION ALL SELECT number + 1 FROM stretch WHERE number < %%s
        )
    SELECT "index" FROM stretch CROSS JOIN asked CROSS JOIN ledger_entry
    WHERE ledger_entry."index" >> {STRETCH_BITS} = stretch.number AND ledger_entry.tag = asked.tag
"""  # noqa: S608  # a number of ours
LEAVES = 'SELECT leaf FROM ledger_entry WHERE "index" >= %s AND "index" < %s ORDER BY "index"'
LOCK = 0x74656E75746F01  # "tenuto", 1: PostgreSQL's advisory lock of whoever gives out indices


class Draft(NamedTuple):
    """An entry that has no index yet."""

    record: dict[str, object]
    subject: Subject | None = None  # none: it is public
    stencil: Stencil | None = None  # with what the record does not say itself


@dataclass(frozen=True)
class Opened:
    """A blinded entry as whoever has its key reads it."""

    index: int
    subject: Subject
    at: datetime
    body: dict[str, object]
    written: bytes  # the body's bytes as they were committed to; checks are made over these
    nonce: bytes
    leaf: bytes


def public(record: dict[str, object]) -> Draft:
    """An entry that everybody can read. Raises NotCanonical for what a record cannot hold."""
    canonical(record)
    return Draft(record)


def blinded(subject: Subject, body: dict[str, object], stencil: Stencil | None = None) -> Draft:
    """An entry about one subject, which says nothing without the subject's key.

    Whoever writes many that differ in a few parts gives these, and a stencil with the rest.
    """
    return Draft(body, subject, stencil)


def register(subjects: Iterable[Subject]) -> None:
    """Put the keys of these on record, where that was not done before, in the caller's transaction.

    From then on it can be shown that a work is in no list: its key was fixed before the list was.
    """
    _write([], subjects)


def write(drafts: Sequence[Draft]) -> list[int]:
    """Write entries in the caller's transaction; their indices, in the order of the drafts.

    Whoever writes holds up every other writer until the transaction ends: write last. Raises if it cannot, and then
    the use must not happen.
    """
    return _write(drafts)


def _write(drafts: Sequence[Draft], also: Iterable[Subject] = ()) -> list[int]:
    if not connection.in_atomic_block:
        raise NotWritten("entries are written in the transaction that needs them, and there is none")
    subjects = list(dict.fromkeys([*also, *(draft.subject for draft in drafts if draft.subject is not None)]))
    if not drafts and not subjects:
        return []
    sealers = {subject: Sealer(key) for subject, key in vault.keys_of(subjects).items()}
    hold()
    now = timezone.now()
    at = connection.ops.adapt_datetimefield_value(now)
    rows: list[Row] = []
    index = size()
    places = _registered([sealer.tag for sealer in sealers.values()])
    new = [subject for subject in subjects if sealers[subject].tag not in places]
    facts = facts_of(new, now)
    for subject in new:
        sealer = sealers[subject]
        places[sealer.tag] = index
        leaf, sealed = sealer.seal_registration(urandom(NONCE_BYTES), canonical(facts[subject]))
        rows.append((index, at, leaf, sealer.tag, sealed))
        index += 1
    registrations = [(tag, index) for index, _at, _leaf, tag, _sealed in rows]
    first = index
    for index, nonce, (record, about, stencil) in zip(count(first), nonces(len(drafts)), drafts, strict=False):
        if about is None:
            rows.append((index, at, public_entry(canonical(record)), None, None))
        else:
            tag = (sealer := sealers[about]).tag
            body = record | {"reg": places[tag]}
            leaf, sealed = sealer.seal(nonce, stencil.filled(body) if stencil else canonical(body))
            rows.append((index, at, leaf, tag, sealed))
    _insert(rows)
    with connection.cursor() as cursor:
        cursor.executemany(REGISTER, registrations)
    turns.after_commit()
    return list(range(first, first + len(drafts)))


def pad(offset: int, multiple: int) -> int:
    """Add entries that say nothing until the log that begins at `offset` has a multiple of so many; the book's size.

    They are random bytes in the form of blinded entries: nobody outside can count what was done in a moment.
    """
    hold()
    end = size()
    lacking = (offset - end) % multiple
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = [(end + number, at, BLINDED + urandom(32), None, None) for number in range(lacking)]
    _insert(rows)
    return end + lacking


def leaves(start: int, end: int) -> list[bytes]:
    """The entries from one index of the book to another, as they stand in the log."""
    with connection.cursor() as cursor:
        cursor.execute(LEAVES, [start, end])
        return [bytes(leaf) for (leaf,) in cursor.fetchall()]


def hold() -> None:
    """One writer at a time, until its transaction ends. SQLite has locked the whole database at its beginning."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def size() -> int:
    """How many entries there are, those not yet published included."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT MAX("index") FROM ledger_entry')
        [(last,)] = cursor.fetchall()
    return 0 if last is None else int(last) + 1


def openings(subjects: Collection[Subject], after: int = -1, among: Collection[int] | None = None) -> list[Opened]:
    """All that was written about these subjects, registrations included, as long as their keys exist; by index.

    With `among`, only what has one of these indices.
    """
    return sorted(_opened(subjects, after, among), key=lambda opened: opened.index)


def registered(subjects: Collection[Subject]) -> dict[Subject, int]:
    """The index at which the key of each of these was put on record, where it was."""
    by_tag = {tag_of(key): subject for subject, key in vault.known_keys(subjects).items()}
    return {by_tag[tag]: index for tag, index in _registered(by_tag).items()}


def _insert(rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        for some in batched(rows, ROWS_AT_ONCE):
            cursor.execute(INSERT % _placeholders(some, "(%s, %s, %s, %s, %s)"), [*chain.from_iterable(some)])


def _opened(subjects: Collection[Subject], after: int, among: Collection[int] | None) -> Iterator[Opened]:
    keys = vault.known_keys(subjects)
    by_tag = {tag_of(key): subject for subject, key in keys.items()}
    for batch in batches(_places(by_tag, after) if among is None else among):
        entries = Entry.objects.filter(index__in=batch, index__gt=after)
        for index, at, *stored in entries.values_list("index", "at", "leaf", "tag", "sealed"):
            leaf, tag, sealed = (bytes(part or b"") for part in stored)
            subject = by_tag.get(tag)
            if subject is not None:
                nonce, written = unseal(keys[subject], leaf, sealed)
                yield Opened(index, subject, at, loads(written), written, nonce, leaf)


def _places(tags: Collection[bytes], after: int) -> Iterator[int]:
    """The indices of all entries that bear one of these tags, from the one after `after` on."""
    first, last = max(after, 0) >> STRETCH_BITS, size() >> STRETCH_BITS
    with connection.cursor() as cursor:
        for batch in batches(tags):
            cursor.execute(PLACES % _placeholders(batch, "(%s)"), [*batch, first, last])
            yield from [index for (index,) in cursor.fetchall()]


def _registered(tags: Collection[bytes]) -> dict[bytes, int]:
    """Where each of these was registered, of those that were."""
    found: dict[bytes, int] = {}
    with connection.cursor() as cursor:
        for batch in batches(tags):
            cursor.execute(REGISTERED % _placeholders(batch, "(%s)"), batch)
            found |= {bytes(tag): index for tag, index in cursor.fetchall()}
    return found


def _placeholders(batch: Sequence[object], each: str) -> str:
    return ", ".join([each] * len(batch))
