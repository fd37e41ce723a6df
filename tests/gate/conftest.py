"""On PostgreSQL a room is another process, which sees nothing of a test's own transaction. Tests of the journey run
their jobs in this process there; those of rooms, in `test_rooms`, commit what they write and use real rooms."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.db import connection, transaction

from tenuto.accounts.models import Account
from tenuto.gate import rooms
from tenuto.gate.attendant import Attendant
from tenuto.gate.door import Answer, Door
from tenuto.gate.guard import trusted, watched
from tenuto.ledger import logs
from tests.gate.working import agreed


@pytest.fixture(autouse=True)
def without_rooms(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "transactional_db" not in request.fixturenames:
        work_in_this_process(monkeypatch)


def work_in_this_process(patching: pytest.MonkeyPatch) -> None:
    if connection.vendor == "postgresql":
        patching.setattr(rooms, "_in_a_room", _unproven_use)


@pytest.fixture
def artist(alma: Account) -> Account:
    """Alma, who agreed to terms that name every use of organisation, where there is a log."""
    logs.open_log()
    return agreed(alma)


def _unproven_use(attendant: Attendant, works: list[int], rehearsal: bool = False) -> None:
    """Watched, but with the database open: only for tests, and only where a room would see nothing."""

    class Line:
        def ask(self, word: str, said: dict[str, Any], values: bytes = b"") -> Answer:
            with trusted():
                return attendant.ask(word, said, values)

    with transaction.atomic() if rehearsal else nullcontext():
        with watched():
            attendant.duty.work(Door(Line(), works, attendant.duty.looks_up))
        if rehearsal:
            transaction.set_rollback(True)
