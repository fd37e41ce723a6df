"""The log's page for everybody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.base.signatures import SigningKey
from tenuto.ledger import halting, logs, page, trust
from tenuto.ledger.models import Log
from tenuto.rules.cosignatures import cosigned
from tenuto.rules.notes import COSIGNATURE, Key, Note
from tenuto.rules.policies import Policy, Witness
from tests.ledger.writing import published_log, seen, the_log, write_uses

pytestmark = pytest.mark.django_db

FRIEND = SigningKey(b"f" * 32)
FRIEND_KEY = Key("friend.example/witness", COSIGNATURE, FRIEND.public)


def shown() -> str:
    answer = Client().get("/log")
    assert answer.status_code == 200
    return answer.content.decode()


def witnessed_by_a_friend() -> None:
    trust.choose(Policy("friend", (), {"friend": Witness("friend", FRIEND_KEY)}))


def test_before_anything_was_signed_the_page_says_so() -> None:
    assert "Nothing has been signed yet." in shown()


def test_the_head_is_the_one_that_everybody_sees() -> None:
    log = published_log()
    words = shown()
    assert seen().root.hex() in words
    assert f"<b>{seen().size}</b>" in words
    assert str(logs.verifiers(log)[0]) in words
    assert 'data-prefix="/log/"' in words


def test_without_witnesses_it_is_called_unwitnessed() -> None:
    published_log()
    assert "Unwitnessed. Nobody but this server signs this log" in shown()


def test_a_quorum_counts_from_the_cosignature_on() -> None:
    log = published_log()
    witnessed_by_a_friend()
    assert "This head is unwitnessed so far" in shown()
    assert "has not cosigned this head" in shown()
    note = Note.parse(bytes(log.note))
    at = timezone.now()
    line = cosigned(note.text, int(at.timestamp()), FRIEND_KEY, FRIEND.sign)
    Log.objects.update(note=bytes(note.signed_with(line)))
    assert "A quorum of witnesses has cosigned this head" in shown()
    assert f"{at:%Y-%m-%dT%H:%M}" in shown()


def test_a_cosignature_of_somebody_else_makes_no_quorum() -> None:
    log = published_log()
    witnessed_by_a_friend()
    note = Note.parse(bytes(log.note))
    stranger = Key("stranger.example/witness", COSIGNATURE, SigningKey(b"s" * 32).public)
    line = cosigned(note.text, int(timezone.now().timestamp()), stranger, SigningKey(b"s" * 32).sign)
    Log.objects.update(note=bytes(note.signed_with(line)))
    assert "This head is unwitnessed so far" in shown()


def test_how_fast_it_grows_is_told_from_its_newest_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    published_log()
    assert page.per_day(the_log()) is None  # all in one moment
    before = seen().size
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=2))
    write_uses(61)
    first = the_log().offset
    assert page.per_day(the_log()) == round((before + 61 - 1 - first) / 2)


def test_why_nothing_is_signed_is_said_to_everybody() -> None:
    published_log()
    halting.halt("This ledger was restored from a backup.")
    assert "Nothing is signed at present:" in shown()
    assert "This ledger was restored from a backup." in shown()


def test_it_says_what_a_log_cannot_prove() -> None:
    assert "A log cannot prove that nothing happened outside it." in shown()


def test_every_page_leads_to_it() -> None:
    assert '<a href="/log">The public log</a>' in Client().get("/").content.decode()


def test_it_asks_as_much_of_a_long_log_as_of_a_short_one() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            shown()
        return len(found)

    published_log(count=3)
    few = asked()
    write_uses(700)
    assert asked() == few
    assert few <= 4
