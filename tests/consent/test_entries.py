"""Every act that changes consent stands in the log, in one entry, for the artist whose works it concerns."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase

from tenuto.accounts.models import Account
from tenuto.agreements.disputes import contest, resolve
from tenuto.agreements.ending import part
from tenuto.agreements.models import Proof, Resolution, Side
from tenuto.agreements.objections import object_to, withdraw
from tenuto.consent import stops
from tenuto.consent.answer import answer, answer_by_default, answer_for_catalogue, hold_everything
from tenuto.consent.entries import What, entries_of, write_missing
from tenuto.consent.models import Act, Logged, Stop
from tenuto.ledger.book import openings, size
from tenuto.ledger.models import Entry
from tenuto.ledger.subjects import ACCOUNT, Subject
from tenuto.rules.canonical import parsed
from tenuto.rules.cells import Purpose
from tenuto.rules.records import Kind, Record
from tests.agreements.agreeing import ISRC, isrc, label, over, signed
from tests.consent.answering import DAY, INFORM, NOON, PAGE, TRAIN, agree, allow, hold, opened, terms, track
from tests.people import person
from tests.tracks.catalogue import public

pytestmark = pytest.mark.django_db


def told(account: Account) -> list[dict[str, object]]:
    """What the log says of an account's consent, in the order in which it stands there."""
    found = [each.body | {"index": each.index} for each in openings([Subject(ACCOUNT, account.pk)])]
    return [body for body in found if body["t"] == "consent"]


def what(account: Account) -> list[object]:
    return [body["what"] for body in told(account)]


def test_an_answer_is_in_the_log_when_it_holds_and_the_terms_stand_before_it(alma: Account) -> None:
    """What you say about your music is written where nobody can change it, in the moment in which it begins to hold."""
    agree(alma, terms())
    one = track(alma)
    act = answer(alma, [one.pk], allow(TRAIN), PAGE, at=NOON)
    assert act is not None
    accepted, said = told(alma)
    assert (accepted["what"], accepted["version"], accepted["before"]) == ("terms", 1, None)
    assert (said["act"], said["allowed"], said["held"]) == (act.key, [str(TRAIN)], [])
    digest = sha256(one.key.encode() + b"\n").hexdigest()
    assert said["tracks"] == {"count": 1, "digest": f"sha256:{digest}"}
    assert said["before"] == accepted["index"]


def test_an_answer_that_fails_is_not_in_the_log(alma: Account) -> None:
    agree(alma, terms())
    one = track(alma)
    before = size()
    with pytest.raises(RuntimeError), transaction.atomic():
        answer(alma, [one.pk], allow(TRAIN), PAGE, at=NOON)
        raise RuntimeError
    assert size() == before
    assert Act.objects.count() == Logged.objects.count() == 0


def test_one_act_for_many_tracks_is_one_entry_that_fits_these_tracks_alone(alma: Account) -> None:
    agree(alma, terms())
    keys = sorted(track(alma, f"Song {number}").key for number in range(30))
    write_missing()
    before = size()
    answer_for_catalogue(alma, hold(TRAIN), PAGE, at=NOON)
    assert size() == before + 1
    said = told(alma)[-1]
    digest = sha256("".join(f"{key}\n" for key in keys).encode()).hexdigest()
    assert said["tracks"] == {"count": 30, "digest": f"sha256:{digest}"}


def test_holding_everything_is_two_acts_for_all_that_is_and_all_that_comes(alma: Account) -> None:
    track(alma)
    hold_everything(alma, PAGE, at=NOON)
    assert [(body["layer"], body["held"]) for body in told(alma)] == [
        ("account", ["everything"]),
        ("tracks", ["everything"]),
    ]


def test_what_others_claim_is_in_the_log_of_the_artist_whom_it_concerns(alma: Account, bo: Account) -> None:
    song = public(alma, isrc=ISRC)
    Account.objects.filter(pk=bo.pk).update(is_staff=True)
    bo.refresh_from_db()
    with TestCase.captureOnCommitCallbacks(execute=True):
        agreement = signed(label(bo), alma, over(isrc()), by=bo)
        part(agreement, NOON + DAY, "Bo Themselves", Proof.TOTP, side=Side.ORGANISATION, by=bo, at=NOON)
        part(agreement, NOON + DAY, "Alma Themselves", Proof.TOTP, side=Side.ARTIST, by=alma, at=NOON)
        first = object_to(song, "writer", frozenset({TRAIN}), "I wrote the second verse of it.", by=bo, at=NOON)
        withdraw(first, by=bo, at=NOON)
        second = object_to(song, "performer", frozenset(), "I play the violin on it.", by=person("eve", "Eve"), at=NOON)
        dispute = contest(second, "I played the violin on it myself.", by=alma, at=NOON)
        resolve(dispute, Resolution.Outcome.REJECTED, "It is her own violin.", by=bo, at=NOON)
    assert sorted(map(str, what(alma))) == [
        "agreement", "dispute", "ending", "objection", "objection", "resolution", "withdrawal",
    ]  # fmt: skip
    assert what(bo) == []
    by_row = {body["row"]: body for body in told(alma) if body["what"] == "objection"}
    assert by_row[first.pk]["cells"] == [str(TRAIN)]
    assert by_row[second.pk]["cells"] == ["everything"]
    assert "Eve" not in str(told(alma))
    assert "violin" not in str(told(alma))


def test_a_stop_and_its_end_are_for_everybody_to_read(db: None) -> None:
    stops.stop(Purpose.ORGANISATION, "The tagger is wrong about trams.", NOON)
    stops.resume(Purpose.ORGANISATION, NOON + DAY)
    stops.stop(Purpose.ORGANISATION, "Again.", NOON + 2 * DAY)
    said = [parsed(bytes(leaf)[1:]) for leaf in Entry.objects.values_list("leaf", flat=True)]
    assert [(one["what"], one["purpose"], one.get("reason")) for one in said] == [
        ("stop", "organisation", "The tagger is wrong about trams."),
        ("resumption", "organisation", None),
        ("stop", "organisation", "Again."),
    ]


def test_what_was_said_before_the_log_knew_of_it_is_written_later_once(alma: Account, bo: Account) -> None:
    """An instance that comes from an older version has acts of years, and none is left out."""
    version = terms()
    for account in (alma, bo):
        agree(account, version)
        answer_by_default(account, allow(INFORM), PAGE, at=NOON)
        answer_by_default(account, hold(INFORM), PAGE, at=NOON)
    Logged.objects.all().delete()
    begun = size()
    assert write_missing() == 6
    assert write_missing() == 0
    assert [body["what"] for body in told(bo) if int(str(body["index"])) >= begun] == ["terms", "answer", "answer"]


def test_nobodys_no_waits_for_a_vault_that_cannot_be_reached(
    alma: Account, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Your no holds at once, and stands in the log as soon as it can."""
    agree(alma, terms())
    one, place = track(alma), settings.VAULT
    answer(alma, [one.pk], allow(TRAIN), PAGE, at=NOON)
    settings.VAULT = tmp_path  # a folder is no vault
    act = answer(alma, [one.pk], hold(TRAIN), PAGE, at=NOON)
    assert str(TRAIN) not in opened(one)
    assert "not in the ledger yet" in caplog.text
    settings.VAULT = place
    assert write_missing(What.ANSWER) == 1
    assert act is not None
    assert told(alma)[-1]["act"] == act.key


def test_of_whoever_is_leaving_nothing_new_is_written(alma: Account) -> None:
    agree(alma, terms())
    Account.objects.filter(pk=alma.pk).update(is_active=False)
    assert write_missing() == 0


def test_a_basis_is_found_or_written_before_it_is_named(alma: Account, bo: Account) -> None:
    agree(alma, terms())
    act = answer_by_default(alma, allow(INFORM), PAGE, at=NOON)
    assert act is not None
    stopped = Stop.objects.create(purpose=Purpose.ORGANISATION.value)
    agreement = signed(label(bo), alma, over(isrc()), by=bo)
    asked = {
        (alma.pk, Record(Kind.ANSWER, act.pk)),
        (alma.pk, Record(Kind.STOP, stopped.pk)),
        (bo.pk, Record(Kind.STOP, stopped.pk)),
        # An agreement by code reaches tracks of others, who must be able to read what it says.
        (bo.pk, Record(Kind.AGREEMENT, agreement.pk, "Harbour Records")),
        (alma.pk, Record(Kind.REMOVAL, alma.pk)),
    }
    found = entries_of(asked)
    assert found == entries_of(asked)
    assert {(account, record.kind) for account, record in asked - found.keys()} == {(alma.pk, Kind.REMOVAL)}
    assert found[alma.pk, Record(Kind.STOP, stopped.pk)] == found[bo.pk, Record(Kind.STOP, stopped.pk)]
    [said] = told(bo)
    assert (said["what"], said["row"], said["index"]) == (
        "agreement",
        agreement.pk,
        found[bo.pk, Record(Kind.AGREEMENT, agreement.pk, "Harbour Records")],
    )
    assert write_missing(What.AGREEMENT) == 1  # and its artist has it as well
    assert "agreement" in what(alma)
