"""The sequencer: what it publishes follows from the book, only ever grows, and stops where storage contradicts."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tenuto.ledger import book, files, keys, logs, sequencer
from tenuto.ledger.alone import alone
from tenuto.ledger.errors import KeyMissing, LedgerTorn, RolledBack
from tenuto.ledger.models import Log
from tenuto.ledger.sequencer import Sequencer
from tenuto.rules.checkpoints import Checkpoint, issued
from tenuto.rules.nodes import TileNodes
from tenuto.rules.notes import Note
from tenuto.rules.tiles import Bundle, Tile, unbundled
from tenuto.rules.tree import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)
from tests.ledger.writing import published_log, root_over, seen, the_log, write_uses

pytestmark = pytest.mark.django_db


def test_a_log_is_opened_once_and_says_its_name_and_key() -> None:
    log = logs.open_log()
    assert logs.open_log() == log
    record = json.loads(book.leaves(0, 1)[0][1:])
    assert (record["t"], record["origin"]) == ("log.open", "localhost:8000/log")
    assert record["key"] == str(keys.of_log(log.origin)[0].key)
    assert book.size() == 1


def test_what_is_published_is_what_the_book_says() -> None:
    """The root that is signed is the root over exactly the entries that were written, computed anew by the book."""
    published_log(count=700)
    head = seen()
    assert head.size == book.size() == 704  # opening, registration, uses, and padding to a multiple of 16
    assert root_over(book.leaves(0, head.size)) == head.root


def test_every_entry_is_proved_from_the_files_alone() -> None:
    published_log(count=500)
    head, shelf = seen(), logs.shelf_of(the_log())
    nodes = TileNodes(head.size, shelf.read)
    for index in range(head.size):
        bundle = Bundle(index // 256, min(256, head.size - index // 256 * 256))
        entry = unbundled(shelf.read(bundle), bundle.width)[index % 256]
        check_inclusion(leaf_hash(entry), index, head.size, inclusion_proof(index, head.size, nodes), head.root)


def test_each_checkpoint_contains_the_one_before() -> None:
    """Whoever kept an earlier checkpoint can see that nothing behind it was changed."""
    one = Sequencer()
    logs.open_log()
    heads = []
    for count in (3, 300, 1, 17, 250, 1000):
        write_uses(count)
        one.step()
        heads.append(seen())
    assert [head.size for head in heads] == sorted({head.size for head in heads})
    nodes = TileNodes(heads[-1].size, logs.shelf_of(the_log()).read)
    for before in heads[:-1]:
        proof = consistency_proof(before.size, heads[-1].size, nodes)
        check_consistency(before.size, heads[-1].size, before.root, heads[-1].root, proof)


def test_one_that_begins_anew_goes_on_where_the_last_one_ended() -> None:
    for _ in range(4):
        published_log(count=100)
    assert seen().size == book.size()
    assert root_over(book.leaves(0, book.size())) == seen().root


def test_the_number_of_entries_is_hidden_by_padding() -> None:
    logs.open_log()
    for count in (1, 2, 9):
        write_uses(count)
        Sequencer().step()
        assert seen().size % 16 == 0
    kinds = {(leaf[0], len(leaf)) for leaf in book.leaves(1, book.size())}
    assert kinds == {(2, 33)}


def test_where_nothing_is_new_nothing_is_signed() -> None:
    published_log()
    before = bytes(the_log().note)
    assert Sequencer().step() == 0
    assert bytes(the_log().note) == before


def test_narrow_tiles_go_once_they_are_full() -> None:
    published_log(count=200)
    shelf = logs.shelf_of(the_log())
    narrow = shelf.place(Tile(0, 0, seen().size))
    assert narrow.is_file()
    published_log(count=200)
    assert not narrow.parent.exists()
    assert shelf.place(Tile(0, 0)).is_file()
    assert len(shelf.read(Tile(0, 0, 208))) == 208 * 32  # whoever still asks for it is answered


def test_two_at_once_are_one_and_nothing() -> None:
    logs.open_log()
    with alone() as mine:
        assert mine
        assert Sequencer().step() == 0
        assert not (settings.LOG_DIR / "checkpoint").exists()
    assert Sequencer().step() == 16


def test_of_two_that_both_believe_to_be_alone_one_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock on the file is a courtesy; that the head moves once is certain."""
    published_log()
    log, head = the_log(), sequencer.examine(the_log())
    write_uses(16)
    end = sequencer.pad(log, log.size)
    sequencer.advance(log, head, end)
    with pytest.raises(LedgerTorn, match="another sequencer"):
        sequencer.advance(log, head, end)
    assert seen().size == end


def test_the_key_is_for_its_owner_alone() -> None:
    published_log()
    place = settings.LEDGER_DIR / "log-key"
    assert place.stat().st_mode & 0o777 == 0o600
    place.chmod(0o640)
    write_uses(1)
    with pytest.raises(KeyMissing, match="others can read"):
        Sequencer().step()


def test_the_database_moves_no_head_back() -> None:
    published_log()
    for change in ({"size": 0}, {"origin": "another"}, {"offset": 5}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Log.objects.update(**change)


# ——— storage that contradicts ———


def lose_the_key_file() -> None:
    (settings.LEDGER_DIR / "log-key").unlink()


def lose_a_tile() -> None:
    shutil.rmtree(settings.LOG_DIR / "tile/0")


def change_a_tile() -> None:
    [place] = (settings.LOG_DIR / "tile/0/000.p").iterdir()
    content = bytearray(place.read_bytes())
    content[40] ^= 1
    place.write_bytes(content)


def cut_a_tile() -> None:
    [place] = (settings.LOG_DIR / "tile/0/000.p").iterdir()
    place.write_bytes(place.read_bytes()[:-7])


def publish_another_root() -> None:
    log = the_log()
    head = logs.head_of(log)
    assert head is not None
    [signer] = keys.of_log(log.origin)
    other = Checkpoint(log.origin, log.size, bytes(32))
    files.put(settings.LOG_DIR / "checkpoint", bytes(issued(other, signer.key, signer.sign)))


def publish_further() -> None:
    log = the_log()
    [signer] = keys.of_log(log.origin)
    other = Checkpoint(log.origin, log.size + 16, bytes(32))
    files.put(settings.LOG_DIR / "checkpoint", bytes(issued(other, signer.key, signer.sign)))


def publish_what_nobody_signed() -> None:
    place = settings.LOG_DIR / "checkpoint"
    place.write_bytes(place.read_bytes().replace(b"\n48\n", b"\n32\n"))


def write_over_the_head() -> None:
    Log.objects.update(note=bytes(the_log().note).replace(b"\n48\n", b"\n32\n"))


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (lose_the_key_file, KeyMissing),
        (lose_a_tile, LedgerTorn),
        (change_a_tile, LedgerTorn),
        (cut_a_tile, LedgerTorn),
        (publish_another_root, LedgerTorn),
        (publish_further, RolledBack),
        (publish_what_nobody_signed, LedgerTorn),
        (write_over_the_head, LedgerTorn),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_nothing_is_signed_where_storage_contradicts(harm: Callable[[], None], error: type[Exception]) -> None:
    """When anything stored does not agree with what was signed, the log stops rather than tell a second story."""
    log = published_log(count=40)
    assert log.size == 48
    write_uses(1)
    harm()
    before = bytes(the_log().note)
    with pytest.raises(error):
        Sequencer().step()
    assert bytes(the_log().note) == before


def test_a_file_that_stands_where_the_next_one_belongs_stops_it() -> None:
    """Left by a history that the database has forgotten: yesterday's rows beside today's files."""
    published_log(count=40)
    (settings.LOG_DIR / "tile/0/000.p/64").write_bytes(bytes(64 * 32))
    write_uses(5)
    with pytest.raises(LedgerTorn, match="says something else"):
        Sequencer().step()
    assert seen().size == 48


def test_what_the_disk_gives_back_wrongly_is_not_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    published_log(count=40)
    write_uses(5)
    write = files.write

    def lie(place: Path, data: bytes, mode: int = 0o644, drafts: Path | None = None) -> None:
        write(place, data[:-1] + bytes([data[-1] ^ 1]) if "tile" in place.parts else data, mode, drafts)

    monkeypatch.setattr(files, "write", lie)
    with pytest.raises(LedgerTorn):
        Sequencer().step()
    assert (seen().size, the_log().size) == (48, 48)


@pytest.mark.parametrize("failing", ["fsync", "replace", "write"])
def test_a_disk_that_fails_or_is_full_costs_a_step_and_nothing_else(
    failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entries are in the book already; once the disk takes files again, the next step publishes them."""
    published_log(count=40)
    write_uses(5)

    def fail(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        if failing == "fsync":
            broken.setattr("os.fsync", fail)
        elif failing == "replace":
            broken.setattr(Path, "replace", fail)
        else:
            broken.setattr(files, "write", fail)
        with pytest.raises(OSError, match="No space"):
            Sequencer().step()
    assert seen().size == 48
    assert [path for path in settings.LOG_DIR.rglob(".*") if path.is_file()] == []
    assert Sequencer().step() == 16
    assert root_over(book.leaves(0, 64)) == seen().root


def test_a_process_that_ended_between_swap_and_publishing_is_made_up_for() -> None:
    published_log(count=40)
    before = (settings.LOG_DIR / "checkpoint").read_bytes()
    published_log(count=40)
    (settings.LOG_DIR / "checkpoint").write_bytes(before)
    assert Sequencer().step() == 0
    assert seen().size == the_log().size


def test_an_empty_log_has_no_checkpoint_and_the_root_of_nothing() -> None:
    log = logs.open_log()
    assert sequencer.examine(log).edge.root() == EMPTY_ROOT
    assert logs.shelf_of(log).published() is None


def test_a_new_key_signs_beside_the_old_one_until_that_is_dropped() -> None:
    log = published_log()
    old, new = keys.rotate(log.origin)
    write_uses(1)
    Sequencer().step()
    note = Note.parse(bytes(the_log().note))
    assert [signature.key_id for signature in note.signatures] == [new.key.id, old.key.id]
    assert [gone.key for gone in keys.drop_old(log.origin)] == [old.key]
    write_uses(1)
    Sequencer().step()
    assert [signature.key_id for signature in Note.parse(bytes(the_log().note)).signatures] == [new.key.id]


def test_the_lock_of_all_machines_is_given_back() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's one machine has the lock on the file")
    for _ in range(2):
        with alone() as mine:
            assert mine
    with connection.cursor() as cursor:
        # Only this connection's: the server has those of other processes of tests as well, in their own databases.
        ours = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
        cursor.execute(ours)
        assert cursor.fetchone() == (0,)
