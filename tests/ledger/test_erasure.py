"""What is removed takes its key along: the log stays whole, and says nothing of it any more."""

import pytest
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ledger import auditing, book, vault
from tenuto.ledger.erasure import erase_what_is_gone
from tenuto.ledger.sequencer import Sequencer
from tenuto.ledger.subjects import Subject
from tests.audio.sounding import sketch
from tests.ledger.writing import published_log, write_uses

pytestmark = pytest.mark.django_db


def test_a_removed_track_takes_its_keys_along_and_no_other(alma: Account, bo: Account) -> None:
    """When you delete a track, what hid its entries is destroyed; other works keep their proofs."""
    kept, gone = sketch(alma, "Kept"), sketch(alma, "Gone")
    subjects = [
        *(Subject(kind, track.pk) for track in (kept, gone) for kind in ("recording", "metadata")),
        *(Subject("account", person.pk) for person in (alma, bo)),
    ]
    for subject in subjects:
        write_uses(1, subject)
    assert erase_what_is_gone(timezone.now()) == 0
    number = gone.pk
    gone.delete()
    assert erase_what_is_gone(timezone.now()) == 2
    assert {*vault.every_subject()} == {
        subject for subject in subjects if subject.id != number or subject.kind == "account"
    }
    assert book.openings([Subject("recording", number)]) == []
    assert len(book.openings([Subject("recording", kept.pk)])) == 2
    assert erase_what_is_gone(timezone.now()) == 0
    published_log()
    Sequencer().step()
    assert list(auditing.faults()) == []
