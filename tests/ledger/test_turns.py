"""SQLite has no queue for its one write lock: whoever publishes puts up a sign, and writers make way."""

import threading

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from tenuto.ledger import turns
from tenuto.ledger.models import Entry
from tests.ledger.writing import write_uses


def test_where_nobody_ever_published_nobody_waits() -> None:
    turns.give_way()
    assert not (settings.LEDGER_DIR / "turn").exists()


def test_the_sign_falls_with_whoever_put_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 600.0)
    with pytest.raises(ZeroDivisionError), turns.sign():
        raise ZeroDivisionError
    turns.give_way()


def test_nobody_waits_for_ever_for_a_sequencer_that_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.0)
    with turns.sign():
        turns.give_way()


@pytest.mark.django_db(transaction=True)
def test_who_has_written_entries_goes_on_when_the_sequencer_has_had_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has a queue")
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 600.0)
    up, over, happened = threading.Event(), threading.Event(), []

    def sequencer() -> None:
        with turns.sign():
            up.set()
            while not _committed():
                if over.is_set():  # nothing was ever written
                    return
            happened.append("published")

    publishing = threading.Thread(target=sequencer, daemon=True)
    publishing.start()
    try:
        up.wait()
        write_uses(3)  # returns only when the sign is down
        happened.append("written")
    finally:
        over.set()
        publishing.join()
    assert happened == ["published", "written"]


@pytest.mark.django_db(transaction=True)
def test_a_turn_waits_as_long_as_any_other_and_leaves_the_connection_as_it_was() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has a queue")
    before = _patience()
    with turns.first():
        assert _in_transaction()
        assert _patience() == before
    assert not _in_transaction()
    with pytest.raises(ZeroDivisionError), turns.first():
        write_uses(1)
        raise ZeroDivisionError
    assert not Entry.objects.exists()
    with transaction.atomic(), turns.first():  # within another it is a part of it
        assert _in_transaction()


def _in_transaction() -> bool:
    return connection.in_atomic_block


def _patience() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        [(patience_ms,)] = cursor.fetchall()
    return int(patience_ms)


def _committed() -> bool:
    """Are the entries there? Asked by a thread of its own, which closes what it opened."""
    try:
        return Entry.objects.exists()
    except OperationalError:  # the table is being written
        return False
    finally:
        connection.close()
