"""The book: what is written has its place for ever, says nothing without its key, and is refused any change."""

from importlib import import_module
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tenuto.accounts.models import Account
from tenuto.ledger import book, vault
from tenuto.ledger.errors import NotWritten, VaultClosed
from tenuto.ledger.models import STRETCH_BITS, Entry, Registration
from tenuto.ledger.seals import Unreadable, unseal
from tenuto.ledger.subjects import Subject
from tenuto.rules.canonical import NotCanonical, canonical
from tenuto.rules.commitments import blinded_entry, commitment
from tests.audio.sounding import sketch
from tests.ledger.emptying import guards_lifted

pytestmark = pytest.mark.django_db

SONG, DEMO = Subject("recording", 1), Subject("recording", 2)
OPEN: dict[str, object] = {"v": 1, "t": "job.open", "job": "abc"}
USE: dict[str, object] = {"v": 1, "t": "use", "ts": "2026-11-28T12:00:00Z", "purpose": "fraud", "use": "train"}


def leaves() -> list[bytes]:
    return [bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True)]


def test_a_public_record_stands_in_the_log_as_it_was_written() -> None:
    assert book.write([book.public(OPEN)]) == [0]
    assert leaves() == [b"\x01" + canonical(OPEN)]


def test_entries_get_their_places_in_order_and_without_a_gap() -> None:
    assert book.write([book.public(OPEN), book.public(OPEN)]) == [0, 1]
    assert book.write([]) == []
    assert book.write([book.public(OPEN)]) == [2]
    assert book.size() == 3


def test_the_first_entry_about_a_work_is_preceded_by_its_registration() -> None:
    assert book.write([book.public(OPEN), book.blinded(SONG, USE), book.blinded(DEMO, USE)]) == [2, 3, 4]
    assert book.write([book.blinded(SONG, USE)]) == [5]
    opened = book.openings([SONG, DEMO])
    assert [(each.index, each.subject, each.body["t"]) for each in opened] == [
        *((0, SONG, "registration"), (1, DEMO, "registration")),
        *((3, SONG, "use"), (4, DEMO, "use"), (5, SONG, "use")),
    ]
    assert [each.body["reg"] for each in opened[2:]] == [0, 1, 0]
    assert opened[2].body == USE | {"reg": 0}
    assert book.openings([SONG], after=3) == [opened[4]]


def test_entries_are_found_however_far_apart_they_are() -> None:
    """The index begins anew every 16,384 entries; whoever looks for a work's entries looks into each part."""
    [first] = book.write([book.blinded(SONG, USE)])
    book.pad(0, 1 << STRETCH_BITS)
    [second] = book.write([book.blinded(SONG, USE)])
    assert second >> STRETCH_BITS == 1
    assert [each.index for each in book.openings([SONG, DEMO])] == [0, first, second]
    assert [each.index for each in book.openings([SONG], after=first)] == [second]
    assert [each.index for each in book.openings([SONG], among=[second, first, 5])] == [first, second]
    assert book.openings([DEMO], among=[first]) == []


def test_where_works_were_registered_is_found_again_in_a_database_of_before() -> None:
    """What an earlier version wrote is filled in by the migration: the first entry about each work."""
    book.write([book.blinded(SONG, USE), book.blinded(DEMO, USE), book.blinded(SONG, USE)])
    before = book.registered([SONG, DEMO])
    assert before == {SONG: 0, DEMO: 1}
    with guards_lifted(), connection.cursor() as cursor:
        Registration.objects.all().delete()
        cursor.execute(import_module("tenuto.ledger.migrations.0003_tags_by_stretch").FILL)
    assert book.registered([SONG, DEMO]) == before


def test_a_registration_says_whose_the_work_is_and_which_bytes_it_was(alma: Account) -> None:
    track = sketch(alma)
    book.write([book.blinded(Subject("recording", track.pk), USE), book.blinded(Subject("account", alma.pk), USE)])
    song, person = (
        each.body for each in book.openings([Subject("recording", track.pk), Subject("account", alma.pk)])[:2]
    )
    original = track.recordings.get().original_id
    assert (song["owner"], song["file"]) == (alma.pk, f"sha256:{original}")
    assert (person["owner"], person["kind"]) == (alma.pk, "account")


def test_blinded_entries_look_like_any_random_bytes() -> None:
    """Two uses of one work, and of two works, look alike to whoever reads the public log."""
    book.write([book.blinded(SONG, USE), book.blinded(SONG, USE), book.blinded(DEMO, USE)])
    found = leaves()
    assert {(leaf[:1], len(leaf)) for leaf in found} == {(b"\x02", 33)}
    assert len({*found}) == 5


def test_an_entry_opens_for_whoever_is_shown_the_key_and_for_nobody_else() -> None:
    [index] = book.write([book.blinded(SONG, USE)])
    keys = vault.keys_of([SONG, DEMO])
    use = book.openings([SONG])[-1]
    assert (use.index, use.written) == (index, canonical(USE | {"reg": 0}))
    assert use.leaf == blinded_entry(commitment(keys[SONG], use.nonce, use.written))
    assert use.leaf != blinded_entry(commitment(keys[DEMO], use.nonce, use.written))
    assert use.leaf != blinded_entry(commitment(keys[SONG], use.nonce, use.written.replace(b"fraud", b"Fraud")))


def test_a_row_does_not_say_what_it_is_about() -> None:
    """Whoever copies the database, and not the vault, can neither read your entries nor tell which are yours."""
    book.write([book.blinded(SONG, USE)])
    entry = Entry.objects.get(index=1)
    kept = bytes(entry.leaf) + bytes(entry.tag or b"") + bytes(entry.sealed or b"")
    for told in (b"fraud", b"recording", canonical(USE), *(number.to_bytes(8, "big") for number in (1,))):
        assert told not in kept
    other = vault.keys_of([DEMO])[DEMO]
    with pytest.raises(Unreadable):
        unseal(other, bytes(entry.leaf), bytes(entry.sealed or b""))


def test_once_the_key_is_erased_nothing_is_found_and_the_log_is_whole() -> None:
    book.write([book.blinded(SONG, USE), book.blinded(DEMO, USE)])
    before = leaves()
    vault.erase([SONG])
    assert book.openings([SONG]) == []
    assert len(book.openings([DEMO])) == 2
    assert leaves() == before
    # Spoken of again, it is a new subject, which nobody can connect with the old one.
    book.write([book.blinded(SONG, USE)])
    assert [each.index for each in book.openings([SONG])] == [4, 5]


@pytest.mark.parametrize("place", ["leaf", "sealed nonce", "sealed body"])
def test_a_changed_byte_in_a_row_is_noticed_when_it_is_opened(place: str) -> None:
    book.write([book.blinded(SONG, USE)])
    key, entry = vault.keys_of([SONG])[SONG], Entry.objects.get(index=1)
    leaf, sealed = bytearray(entry.leaf), bytearray(entry.sealed or b"")
    assert unseal(key, bytes(leaf), bytes(sealed))[1] == canonical(USE | {"reg": 0})
    {"leaf": leaf, "sealed nonce": sealed, "sealed body": sealed}[place][20 if place == "sealed body" else 5] ^= 1
    with pytest.raises(Unreadable):
        unseal(key, bytes(leaf), bytes(sealed))


def test_what_cannot_be_written_is_not_used() -> None:
    with pytest.raises(NotCanonical):
        book.public({"v": 1, "t": "use", "part": 0.5})
    with pytest.raises(NotCanonical), transaction.atomic():
        book.write([book.public(OPEN), book.blinded(SONG, {"v": 1, "t": "use", "part": 0.5})])
    assert book.size() == 0


def test_without_the_vault_nothing_is_written(tmp_path: Path, settings: object) -> None:
    settings.VAULT = tmp_path  # type: ignore[attr-defined]  # a folder is no vault
    with pytest.raises(VaultClosed), transaction.atomic():
        book.write([book.blinded(SONG, USE)])
    assert book.size() == 0


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(NotWritten):
        book.write([book.public(OPEN)])


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_never_had_a_place() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        book.write([book.blinded(SONG, USE)])
        raise ZeroDivisionError
    with transaction.atomic():
        assert book.write([book.blinded(SONG, USE)]) == [1]


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE ledger_entry SET leaf = leaf""",
        """UPDATE ledger_entry SET "index" = 9 WHERE "index" = 1""",
        """DELETE FROM ledger_entry WHERE "index" = 1""",
        """DELETE FROM ledger_entry""",
        """INSERT INTO ledger_entry ("index", at, leaf) SELECT 3, at, leaf FROM ledger_entry WHERE "index" = 0""",
        """INSERT INTO ledger_entry ("index", at, leaf) SELECT 0, at, leaf FROM ledger_entry WHERE "index" = 0""",
        """INSERT INTO ledger_entry ("index", at, leaf) SELECT -1, at, leaf FROM ledger_entry WHERE "index" = 0""",
        """INSERT INTO ledger_entry ("index", at, leaf) SELECT 1, at, leaf FROM ledger_entry WHERE "index" = 0
           ON CONFLICT ("index") DO UPDATE SET leaf = excluded.leaf""",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_written(statement: str) -> None:
    """Not even the operator's own programs can alter or drop an entry by the database's ordinary ways."""
    book.write([book.public(OPEN), book.public(OPEN)])
    before = leaves()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert leaves() == before


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE ledger_registration SET "index" = 7""",
        """DELETE FROM ledger_registration""",
        """INSERT INTO ledger_registration (tag, "index") SELECT tag, 7 FROM ledger_registration""",
        """INSERT INTO ledger_registration (tag, "index") SELECT tag, 7 FROM ledger_registration WHERE true
           ON CONFLICT (tag) DO UPDATE SET "index" = 7""",
    ],
)
def test_a_work_is_registered_once_and_for_ever(statement: str) -> None:
    """When your key came on record decides what can be proved of you: nobody moves it later."""
    book.write([book.blinded(SONG, USE)])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert book.registered([SONG]) == {SONG: 0}


def test_each_database_refuses_its_own_way_around() -> None:
    book.write([book.public(OPEN), book.public(OPEN)])
    around = {
        "sqlite": """INSERT OR REPLACE INTO ledger_entry ("index", at, leaf)
                     SELECT 1, at, x'00' FROM ledger_entry WHERE "index" = 0""",
        "postgresql": "TRUNCATE ledger_entry",
    }
    before = leaves()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(around[connection.vendor])
    assert leaves() == before


def test_many_entries_take_few_statements() -> None:
    def statements(count: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            book.write([book.blinded(Subject("metadata", 1000 * count + number), USE) for number in range(count)])
        return len(seen)

    assert statements(2000) == statements(2)
