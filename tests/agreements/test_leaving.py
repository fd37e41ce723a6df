"""What agreements put into somebody's copy of everything, and what becomes of them when somebody leaves."""

import json

import pytest
from django.utils import timezone

from tenuto.accounts import removal
from tenuto.accounts.export import Stored, Words, items_of
from tenuto.accounts.models import Account
from tenuto.agreements.claims import claims_on
from tenuto.agreements.documents import attach
from tenuto.agreements.models import Agreement, Document, Membership, Objection, Side
from tenuto.agreements.objections import object_to
from tenuto.base import storage
from tests.agreements.acting import browser
from tests.agreements.agreeing import ISRC, dee, drafted, isrc, joined, label, over, signed
from tests.tracks.catalogue import public

pytestmark = pytest.mark.django_db
WROTE = "I wrote the second verse with her in May."


def test_a_copy_of_everything_holds_what_was_agreed_word_for_word(alma: Account, bo: Account) -> None:
    now = timezone.now()
    harbour = label(dee(), at=now)
    agreement = signed(harbour, alma, over(isrc()), by=dee(), at=now)
    draft = drafted(harbour, alma, over(isrc(), title="Next year"), by=dee(), at=now)
    attach(draft, "annex.txt", b"The annex.", side=Side.ARTIST, by=alma, at=now)
    object_to(public(bo), "performer", frozenset(), WROTE, by=alma, at=now)
    items = {item.name: item for item in items_of(alma, now)}
    wording = items[f"agreements/{agreement.key}/wording-1.json"]
    assert isinstance(wording, Words)
    assert "".join(wording.pieces) == agreement.bond.wording.text
    facts = items[f"agreements/{agreement.key}/agreement.json"]
    assert isinstance(facts, Words)
    assert {one["side"] for one in json.loads("".join(facts.pieces))["signatures"]} == {"artist", "organisation"}
    annex = items[f"agreements/{draft.key}/documents/annex.txt"]
    assert isinstance(annex, Stored)
    said = items["agreements/objections.json"]
    assert isinstance(said, Words)
    assert WROTE in "".join(said.pieces)
    assert not any(name.startswith("agreements/") for name in {item.name for item in items_of(bo, now)})
    spoken = items_of(dee(), now)
    assert "agreements/organisations.json" in {item.name for item in spoken}


def test_who_leaves_is_bound_no_more_and_their_no_stays_without_their_name(alma: Account, bo: Account) -> None:
    now = timezone.now()
    harbour = label(dee(), at=now)
    agreement = signed(harbour, alma, over(isrc()), by=dee(), at=now)
    draft = drafted(harbour, alma, over(isrc(), title="Next year"), by=dee(), at=now)
    document = attach(draft, "annex.txt", b"The annex.", side=Side.ARTIST, by=alma, at=now)
    his, same = public(bo), public(bo, "The same recording", isrc=ISRC)
    objection = object_to(his, "performer", frozenset(), WROTE, by=alma, at=now)
    assert same.pk in claims_on([same.pk])
    said = " ".join(removal.what_goes(alma))
    assert all(part in said for part in ("1 agreement ends now", "1 draft", "1 objection"))
    removal.ask(alma, now)
    assert not claims_on([same.pk]), "it ends with her leave"
    removal.remove_account.call(alma.removal.pk)
    agreement.refresh_from_db()
    assert (agreement.artist, agreement.endings.get().how) == (None, "left")
    assert "Alma Ferreira" in agreement.bond.wording.text, "the label keeps what it signed"
    assert not Agreement.objects.filter(pk=draft.pk).exists()
    assert not Document.objects.exists()
    assert not storage.place_of(document.blob_id).exists()
    objection = Objection.objects.get(pk=objection.pk)
    assert (objection.account, objection.words) == (None, "")
    assert claims_on([his.pk])[his.pk].objections


def test_its_page_can_still_be_read_by_the_other_side(alma: Account) -> None:
    now = timezone.now()
    agreement = signed(label(dee(), at=now), alma, over(isrc()), by=dee(), at=now)
    removal.ask(alma, now)
    removal.remove_account.call(alma.removal.pk)
    page = browser(dee()).get(agreement.get_absolute_url()).content.decode()
    assert "somebody who has left" in page
    assert "Alma Ferreira" in page, "the wording names her"
    assert browser(dee()).get("/agreements").status_code == 200


def test_an_owner_who_is_alone_is_told_whom_they_leave(alma: Account, bo: Account) -> None:
    harbour = label(dee(), at=timezone.now())
    assert "Harbour Records, which has no other owner" in " ".join(removal.what_goes(dee()))
    joined(harbour, bo, Membership.Role.OWNER, by=dee(), at=timezone.now())
    assert "Harbour Records" not in " ".join(removal.what_goes(dee()))
