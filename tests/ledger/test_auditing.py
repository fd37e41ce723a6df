"""The whole audit: every byte that is stored is looked at, and what does not agree is named."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from tenuto.ledger import auditing, vault
from tenuto.ledger.models import Entry, Registration
from tenuto.ledger.rebuilding import rebuild
from tenuto.ledger.seals import opens
from tenuto.ledger.subjects import Subject
from tests.ledger.emptying import guards_lifted
from tests.ledger.writing import OPEN, SONG, draw_up, published_log, the_log, write_uses

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole() -> None:
    """A log of 304 entries, with a manifest, in which all is well."""
    published_log(count=290)
    draw_up([Subject("recording", 1)], OPEN)
    assert list(auditing.faults()) == []


def current_files() -> list[Path]:
    """The public files that a log of this size consists of: those of earlier sizes may be gone."""
    return sorted(path for path in settings.LOG_DIR.rglob("*") if path.is_file() and path.name != "policy")


def flip(place: Path, at: int) -> None:
    content = bytearray(place.read_bytes())
    content[at] ^= 1
    place.write_bytes(content)


def test_every_single_changed_byte_of_the_public_files_is_noticed(whole: None) -> None:
    """Tiles, bundles, checkpoint, manifests: change one byte of any, and the audit names what is wrong."""
    silent, looked = [], 0
    for place in current_files():
        before = place.read_bytes()
        # Every byte of what is small; of the rest a spread of places, those at the edges included.
        step = 1 if len(before) < 400 else 397
        for at in {*range(0, len(before), step), len(before) - 1}:
            flip(place, at)
            looked += 1
            if not list(auditing.faults()):
                silent.append(f"{place.relative_to(settings.LOG_DIR)} byte {at}")
        place.write_bytes(before)
    assert looked > 300
    assert silent == []
    assert list(auditing.faults()) == []


@pytest.mark.parametrize("change", ["cut", "longer", "gone"])
def test_files_that_are_cut_lengthened_or_gone_are_noticed(whole: None, change: str) -> None:
    for place in current_files():
        before = place.read_bytes()
        if change == "gone":
            place.unlink()
        else:
            place.write_bytes(before[:-1] if change == "cut" else before + b"\n")
        assert list(auditing.faults()), place
        place.write_bytes(before)


@pytest.mark.parametrize("change", ["moved", "gone", "made up"])
def test_a_registration_that_was_changed_is_noticed(whole: None, change: str) -> None:
    """Where a work's key came on record is kept beside the entries, and follows from them."""
    there = Registration.objects.order_by("index")[0]
    with guards_lifted():
        if change == "gone":
            there.delete()
        elif change == "moved":
            Registration.objects.filter(tag=there.tag).update(index=there.index + 1)
        else:
            Registration.objects.create(tag=bytes(16), index=there.index)
    assert len(list(auditing.faults())) == 1


def test_what_is_written_while_the_audit_goes_on_is_no_fault(whole: None, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []

    def opens_while_somebody_writes(key: bytes, leaf: bytes, sealed: bytes) -> bool:
        if not opened:
            write_uses(1, Subject("recording", 78))
        opened.append(leaf)
        return opens(key, leaf, sealed)

    monkeypatch.setattr(auditing, "ROWS", 50)
    monkeypatch.setattr(auditing, "opens", opens_while_somebody_writes)
    assert list(auditing.faults_of_book()) == []
    assert len(opened) >= 291
    monkeypatch.undo()
    assert list(auditing.faults_of_book()) == []


def test_a_head_that_nobody_signed_is_noticed(whole: None) -> None:
    note = bytes(the_log().note)
    for at in range(0, len(note), 7):
        type(the_log()).objects.update(note=note[:at] + bytes([note[at] ^ 1]) + note[at + 1 :])
        assert list(auditing.faults())


def test_what_was_erased_is_counted_and_is_no_fault(whole: None) -> None:
    """When keys are erased the log stays whole: everybody else's proofs hold, and the audit finds nothing wrong."""
    write_uses(3, Subject("recording", 77))
    assert auditing.unreadable() == 0
    vault.erase([Subject("recording", 77)])
    assert auditing.unreadable() == 4
    assert list(auditing.faults()) == []
    vault.erase([SONG])
    assert auditing.unreadable() == 4 + 291


def test_files_are_made_again_from_the_rows_exactly(whole: None) -> None:
    before = {path: path.read_bytes() for path in current_files()}
    for place in (settings.LOG_DIR / "tile").rglob("*"):
        if place.is_file():
            flip(place, 0)
    assert rebuild(the_log()) == 304
    assert list(auditing.faults()) == []
    for path, content in before.items():
        assert path.read_bytes() == content


def test_nothing_is_made_again_from_rows_that_were_changed(whole: None) -> None:
    with guards_lifted():
        Entry.objects.filter(index=7).update(leaf=b"\x02" + bytes(32))
    before = {path: path.read_bytes() for path in current_files()}
    with pytest.raises(Exception, match="do not have the root that was signed"):
        rebuild(the_log())
    assert {path: path.read_bytes() for path in current_files()} == before


def test_the_guards_are_back_after_they_were_lifted(whole: None) -> None:
    with guards_lifted():
        pass
    with pytest.raises(Exception, match="keeps what was written"), transaction.atomic():
        connection.cursor().execute("UPDATE ledger_entry SET leaf = leaf")
