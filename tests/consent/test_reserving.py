"""A file that says no holds its track; opening it again takes a sentence, and the act keeps that it was said."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from mutagen.flac import FLAC

from tenuto.accounts.models import Account
from tenuto.audio.arrive import Wish as Arriving
from tenuto.consent.answer import HOLD_EVERYTHING, Wish, answer, answer_by_default, answer_for_catalogue
from tenuto.consent.models import Act
from tenuto.consent.receipts import receipt_of
from tenuto.consent.reserving import SENTENCE_NAME, NeedsAttestation
from tenuto.tracks.models import Track
from tests.api.test_people import by_token
from tests.audio.test_journey import arrived, clip, do_the_jobs
from tests.consent.answering import INPUT, TRAIN, agree, allow, clear, hold, opened, terms, track

pytestmark = pytest.mark.django_db
API = Act.How.API


@pytest.fixture
def reserved(alma: Account) -> Track:
    agree(alma, terms(timezone.now() - timedelta(days=2)), timezone.now() - timedelta(days=1))
    made = track(alma, at=timezone.now())
    answer(alma, [made.pk], HOLD_EVERYTHING, Act.How.FILE, at=timezone.now())
    return made


def file_that_says_no(folder: Path, name: str = "song.flac") -> Path:
    path = clip(folder, name)
    tags = FLAC(path)
    tags["tdm_reservation"] = ["1"]
    tags.save()
    return path


def test_an_upload_that_says_no_begins_as_held_whatever_the_account_allows(alma: Account, tmp_path: Path) -> None:
    now = timezone.now()
    agree(alma, terms(now - timedelta(days=2)), now - timedelta(days=1))
    answer_by_default(alma, allow(TRAIN, INPUT), API, at=now)
    plain, refusing = arrived(alma, clip(tmp_path, "plain.flac")), arrived(alma, file_that_says_no(tmp_path))
    do_the_jobs()
    refusing.refresh_from_db()
    assert refusing.tags["reservations"] == ["tag TDM_RESERVATION"]
    assert str(TRAIN) in opened(plain.track)
    assert not {str(TRAIN), str(INPUT)} & opened(refusing.track)
    act = Act.objects.get(how=Act.How.FILE)
    assert (list(act.tracks.all()), act.held) == ([refusing.track], HOLD_EVERYTHING.held)


def test_what_was_lifted_once_stays_the_artists_word_when_the_file_is_replaced(
    alma: Account, reserved: Track, tmp_path: Path
) -> None:
    answer(alma, [reserved.pk], allow(TRAIN), API, at=timezone.now(), attests=True)
    arrived(alma, file_that_says_no(tmp_path), Arriving(replaces=reserved))
    do_the_jobs()
    assert str(TRAIN) in opened(reserved)
    assert Act.objects.filter(how=Act.How.FILE).count() == 1


@pytest.mark.parametrize("wish", [allow(TRAIN), clear(TRAIN)])
def test_nothing_opens_without_the_sentence_and_nothing_is_written(alma: Account, reserved: Track, wish: Wish) -> None:
    count = Act.objects.count()
    with pytest.raises(NeedsAttestation):
        answer(alma, [reserved.pk], wish, API, at=timezone.now())
    with pytest.raises(NeedsAttestation):
        answer_for_catalogue(alma, wish, API, at=timezone.now())
    assert Act.objects.count() == count
    answer_by_default(alma, allow(TRAIN), API, at=timezone.now())
    assert str(TRAIN) not in opened(reserved)


def test_the_act_that_lifts_keeps_the_sentence_and_later_ones_need_none(alma: Account, reserved: Track) -> None:
    lifted = answer(alma, [reserved.pk], allow(TRAIN), API, at=timezone.now(), attests=True)
    assert lifted is not None
    assert lifted.attested == SENTENCE_NAME
    assert "I lift it here" in str(receipt_of(lifted)["attested"])
    assert str(TRAIN) in opened(reserved)
    later = answer(alma, [reserved.pk], allow(INPUT), API, at=timezone.now())
    assert later is not None
    assert (later.attested, receipt_of(later)["attested"]) == ("", None)


def test_to_hold_and_to_answer_for_other_tracks_take_no_sentence(alma: Account, reserved: Track) -> None:
    other = track(alma, "Other", at=timezone.now())
    assert answer(alma, [other.pk], allow(TRAIN), API, at=timezone.now())
    assert answer(alma, [reserved.pk], hold(TRAIN), API, at=timezone.now())


def test_the_sentence_said_where_nothing_is_reserved_is_not_written_down(alma: Account, reserved: Track) -> None:
    other = track(alma, "Other", at=timezone.now())
    act = answer(alma, [other.pk], allow(TRAIN), API, at=timezone.now(), attests=True)
    assert act is not None
    assert act.attested == ""


def test_the_tab_asks_for_the_sentence_and_takes_it(alma: Account, as_alma: Client, reserved: Track) -> None:
    page = as_alma.get(reverse("tracks:permissions", args=[reserved.key])).content.decode()
    assert 'name="attest"' in page
    typed = {"open": str(TRAIN), "shown": "0", "offered": f"{TRAIN.bit:064x}"}
    address = reverse("consent:track", args=[reserved.key])
    refused = as_alma.post(address, typed, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert refused.status_code == 422
    assert "carries a reservation against AI" in refused.content.decode()
    box = next(line for line in refused.content.decode().splitlines() if f'value="{TRAIN}"' in line)
    assert " checked" in box  # what was ticked is not lost
    assert str(TRAIN) not in opened(reserved)
    taken = as_alma.post(
        address, typed | {"attest": "yes"}, headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert taken.status_code == 200
    assert str(TRAIN) in opened(reserved)
    assert 'name="attest"' not in taken.content.decode()
    assert "I lift it here" in as_alma.get(reverse("consent:history")).content.decode()


def test_without_scripts_the_page_that_refuses_keeps_what_was_typed_and_asks(
    alma: Account, as_alma: Client, reserved: Track
) -> None:
    typed = {"open": str(TRAIN), "shown": "0", "offered": f"{TRAIN.bit:064x}"}
    address = reverse("consent:track", args=[reserved.key])
    refused = as_alma.post(address, typed)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert 'name="attest"' in page
    kept = dict(re.findall(r'type="hidden" name="(open|shown|offered)" value="([^"]*)"', page))
    assert kept == typed
    assert as_alma.post(address, kept | {"attest": "yes"}).status_code == 302
    assert str(TRAIN) in opened(reserved)


def test_the_page_for_many_tracks_asks_only_whom_it_concerns(
    alma: Account, as_alma: Client, as_bo: Client, reserved: Track
) -> None:
    assert 'name="attest"' in as_alma.get(reverse("consent:many")).content.decode()
    assert 'name="attest"' not in as_bo.get(reverse("consent:many")).content.decode()
    typed = {
        "which": "all", "assets": ["recording"], "purposes": ["organisation"], "uses": ["train"], "answer": "allowed",
    }  # fmt: skip
    assert as_alma.post(reverse("consent:many"), typed).status_code == 422
    assert as_alma.post(reverse("consent:many"), typed | {"attest": "yes"}).status_code == 302
    assert str(TRAIN) in opened(reserved)


def test_a_program_says_it_with_a_field(alma: Account, reserved: Track) -> None:
    program, address = by_token(alma), f"/api/v1/tracks/{reserved.key}/consent"
    refused = program.post(address, {"allow": [str(TRAIN)]}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "needs_attestation")
    taken = program.post(address, {"allow": [str(TRAIN)], "attests": True}, content_type="application/json")
    assert "I lift it here" in taken.json()["receipt"]["attested"]
