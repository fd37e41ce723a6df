"""After a restored backup: what others still have is got back; what nobody has is said openly."""

import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from tenuto.ledger import auditing, book, continuing, halting, logs
from tenuto.ledger.errors import LedgerTorn, RolledBack
from tenuto.ledger.models import Entry
from tenuto.ledger.rebuilding import rebuild
from tenuto.ledger.sequencer import Sequencer
from tenuto.ledger.shelf import Shelf
from tests.ledger.writing import OPEN, published_log, seen, the_log, write_uses
from tests.ledger.yesterday import Yesterday

pytestmark = pytest.mark.django_db(transaction=True)


def grow(count: int = 40) -> None:
    write_uses(count)
    Sequencer().step()


def test_yesterdays_rows_beside_todays_files_sign_nothing_and_are_filled_up_from_the_files(tmp_path: Path) -> None:
    """The likeliest accident: the database is restored, the public files are not. No entry is lost."""
    published_log()
    yesterday = Yesterday(tmp_path)
    grow(300)
    today, leaves = seen(), book.leaves(0, book.size())
    yesterday.restore(files=False)
    with pytest.raises(RolledBack):
        Sequencer().step()
    assert continuing.recover(the_log(), logs.shelf_of(the_log())) == today.size - 48
    assert book.leaves(0, book.size()) == leaves
    assert list(auditing.faults()) == []
    grow()
    assert seen().size > today.size
    assert list(auditing.faults()) == []


@pytest.mark.parametrize(("today", "since"), [(300, 1), (300, 20), (60, 1), (60, 20), (60, 30)])
def test_yesterdays_rows_beside_todays_tiles_sign_nothing_even_where_the_checkpoint_is_lost(
    tmp_path: Path, today: int, since: int
) -> None:
    """Tiles alone tell that the log was longer: what is written beside them must be what they begin with."""
    published_log()
    yesterday = Yesterday(tmp_path)
    grow(today)
    yesterday.restore(files=False)
    (settings.LOG_DIR / "checkpoint").unlink()
    write_uses(since)
    before = bytes(the_log().note)
    with pytest.raises(LedgerTorn):
        Sequencer().step()
    assert (bytes(the_log().note), the_log().size) == (before, 48)


def test_yesterdays_files_beside_todays_rows_sign_nothing_and_are_made_again(tmp_path: Path) -> None:
    published_log()
    yesterday = Yesterday(tmp_path)
    grow(300)
    today = seen()
    yesterday.restore(rows=False)
    write_uses(1)
    with pytest.raises(LedgerTorn):
        Sequencer().step()
    assert rebuild(the_log()) == today.size
    assert seen() == today
    grow()
    assert list(auditing.faults()) == []


def test_both_of_yesterday_are_filled_up_from_a_mirror(tmp_path: Path) -> None:
    published_log()
    yesterday = Yesterday(tmp_path)
    grow(300)
    today = seen()
    shutil.copytree(settings.LOG_DIR, tmp_path / "mirror")
    yesterday.restore()
    halting.halt(halting.RESTORED)
    assert continuing.recover(the_log(), Shelf(tmp_path / "mirror")) == today.size - 48
    assert the_log().size == today.size


@pytest.mark.parametrize("harm", ["another entry", "a changed file", "another log"])
def test_nothing_is_taken_from_files_that_tell_another_story(tmp_path: Path, harm: str) -> None:
    published_log()
    yesterday = Yesterday(tmp_path)
    grow(300)
    yesterday.restore(files=False)
    if harm == "another entry":
        with transaction.atomic():
            book.write([book.public(OPEN)])
    elif harm == "a changed file":
        place = settings.LOG_DIR / "tile/entries/000"
        place.write_bytes(place.read_bytes()[:-1] + b"\0")
    else:
        (settings.LOG_DIR / "checkpoint").write_bytes(
            (settings.LOG_DIR / "checkpoint").read_bytes().replace(b"localhost", b"elsewhere")
        )
    before = book.size()
    with pytest.raises(LedgerTorn):
        continuing.recover(the_log(), logs.shelf_of(the_log()))
    assert book.size() == before


def test_a_log_that_cannot_go_on_is_continued_by_another_that_says_so(tmp_path: Path) -> None:
    """Where nobody has what was lost, the old log is left as it was seen, and the new one begins with the reason."""
    published_log()
    yesterday = Yesterday(tmp_path)
    grow(100)
    yesterday.restore()
    halting.halt("near has seen this log with 144 entries; it has 48")
    write_uses(2)
    with pytest.raises(RolledBack):
        Sequencer().step()
    old = the_log()
    new = continuing.begin_another(old)
    Sequencer().step()
    assert (new.number, new.origin, new.offset) == (2, "localhost:8000/log/2", 48)
    assert (the_log().origin, the_log().size % 16) == (new.origin, 0)
    assert (settings.LOG_DIR / "2" / "checkpoint").is_file()
    records = [json.loads(leaf[1:]) for leaf in book.leaves(48, book.size()) if leaf[0] == 1]
    assert [record["t"] for record in records] == ["log.continues", "log.open"]
    assert (records[0]["log"], records[0]["size"], records[0]["reason"][:4]) == (old.origin, 48, "near")
    assert seen_of_first() == 48
    assert Entry.objects.count() == 48 + the_log().size
    assert list(auditing.faults()) == []


def seen_of_first() -> int:
    return int((settings.LOG_DIR / "checkpoint").read_text().split("\n")[1])
