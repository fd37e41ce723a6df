"""Organisations, agreements, objections and disputes for programs: all but signing."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.accounts.tokens import issue
from tenuto.agreements.claims import claims_on
from tenuto.agreements.models import Agreement, Organisation, Signature
from tenuto.agreements.organisations import verify
from tests.agreements.agreeing import ISRC, dee, isrc, label, over, signed
from tests.tracks.catalogue import public

pytestmark = pytest.mark.django_db
WROTE = "I wrote the second verse with her in May."


def program(account: Account) -> Client:
    return Client(headers={"Authorization": f"Bearer {issue(account, 'program', None)[1]}"})


def call(client: Client, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = getattr(client, method)(f"/api/v1{path}", body, content_type="application/json")
    return answer.status_code, answer.json() if answer.content else None


def draft(**said: Any) -> dict[str, Any]:
    return {
        "organisation": "harbour-records",
        "side": "organisation",
        "artist": "alma",
        "assets": ["recording"],
        "covers": [{"kind": "isrc", "value": "DE-A12-26-00001"}],
        "grants": ["recording/organisation/input"],
        **said,
    }


def test_an_organisation_from_its_founding_to_a_second_member(alma: Account, bo: Account) -> None:
    hers, his = program(alma), program(bo)
    body = {"name": "Harbour Records", "kind": "label", "contact": "rights@harbour.example"}
    status, made = call(hers, "post", "/me/organisations", body)
    assert (status, made["slug"], made["verified"], made["role"]) == (201, "harbour-records", False, "owner")
    assert call(hers, "post", "/me/organisations", body)[0] == 409
    assert call(hers, "post", "/organisations/harbour-records/members", {"handle": "bo", "role": "member"})[0] == 201
    assert call(his, "get", "/me/organisations")[1][0]["invited"] is True
    assert call(his, "get", "/organisations/harbour-records/members")[0] == 404, "he has not said yes"
    assert call(his, "put", "/organisations/harbour-records/membership")[0] == 204
    assert len(call(his, "get", "/organisations/harbour-records/members")[1]) == 2
    assert call(his, "delete", "/organisations/harbour-records/members/alma")[0] == 404, "he owns nothing"
    assert call(hers, "delete", "/organisations/harbour-records/members/bo")[0] == 204
    assert call(Client(), "get", "/organisations/harbour-records")[1]["role"] is None


@pytest.mark.parametrize(
    "said", [{"contact": "nowhere"}, {"website": "javascript:alert(1)"}, {"kind": "x"}, {"name": ""}]
)
def test_an_organisation_that_makes_no_sense(alma: Account, said: dict[str, str]) -> None:
    body = {"name": "Harbour Records", "kind": "label", "contact": "rights@harbour.example"} | said
    assert call(program(alma), "post", "/me/organisations", body)[0] == 422
    assert not Organisation.objects.exists()


def test_a_draft_is_written_read_changed_and_given_up(alma: Account, cy: Account) -> None:
    label(dee(), at=timezone.now())
    theirs, hers = program(dee()), program(alma)
    status, made = call(theirs, "post", "/agreements", draft())
    assert (status, made["state"], made["wording"]) == (201, "draft", 1)
    place = f"/agreements/{made['key']}"
    assert call(hers, "get", place)[1]["sha256"] == made["sha256"]
    assert call(program(cy), "get", place)[0] == 404
    assert [one["key"] for one in call(hers, "get", "/agreements")[1]] == [made["key"]]
    change = {key: said for key, said in draft(words="Ours.").items() if key not in {"organisation", "artist", "side"}}
    assert call(hers, "put", place, change | {"over": "0" * 64})[0] == 409
    status, changed = call(hers, "put", place, change | {"over": made["sha256"]})
    assert (status, changed["wording"]) == (200, 2)
    assert call(hers, "delete", place)[0] == 204
    assert call(hers, "get", place)[1]["state"] == "given_up"
    assert call(hers, "put", place, change | {"over": changed["sha256"]})[0] == 409


@pytest.mark.parametrize(
    "said",
    [
        {"assets": []},
        {"assets": ["listening"]},
        {"covers": []},
        {"covers": [{"kind": "isrc", "value": "x"}]},
        {"grants": ["recording/x/train"]},
        {"grants": ["lyrics/organisation/input"]},
        {"countries": ["XX"]},
        {"countries": []},
        {"first_day": "0001-01-01"},
        {"last_day": "9999-12-31"},
        {"notice_days": -1},
    ],
)
def test_a_draft_that_makes_no_sense(alma: Account, said: dict[str, Any]) -> None:
    label(dee(), at=timezone.now())
    assert call(program(dee()), "post", "/agreements", draft(**said))[0] == 422
    assert not Agreement.objects.exists()


def test_no_program_signs(alma: Account) -> None:
    """Not by the API, and not by the pages with a token: a second factor stands for a person."""
    label(dee(), at=timezone.now())
    _status, made = call(program(dee()), "post", "/agreements", draft())
    answer = program(alma).post(f"/agreements/{made['key']}/signature", {"name": "Alma", "digest": made["sha256"]})
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    assert not Signature.objects.exists()


def test_nothing_is_drafted_for_whom_staff_do_not_vouch(alma: Account) -> None:
    harbour = label(dee(), at=timezone.now())
    verify(harbour, "The register knows nobody.", by=None, at=timezone.now(), is_verified=False)
    assert call(program(dee()), "post", "/agreements", draft())[0] == 409


def test_an_objection_from_its_raising_to_its_end(alma: Account, bo: Account, cy: Account) -> None:
    song = public(alma)
    his, hers, strangers = program(bo), program(alma), program(cy)
    place = f"/tracks/{song.key}/objections"
    status, made = call(his, "post", place, {"role": "writer", "words": WROTE})
    assert (status, made["holds"], made["by"]) == (201, True, "bo")
    assert call(his, "post", place, {"role": "writer", "words": WROTE})[1]["key"] == made["key"]
    assert call(his, "post", place, {"role": "writer", "words": "short"})[0] in {409, 422}
    assert call(his, "post", place, {"role": "writer", "words": WROTE, "cells": ["x"]})[0] == 422
    assert [one["key"] for one in call(his, "get", "/me/objections")[1]] == [made["key"]]
    assert [one["key"] for one in call(hers, "get", f"/tracks/{song.key}/claims")[1]["objections"]] == [made["key"]]
    assert call(his, "get", f"/tracks/{song.key}/claims")[0] == 404
    objection = f"/objections/{made['key']}"
    for method, path in (("get", ""), ("delete", ""), ("put", "/acceptance")):
        assert call(strangers, method, objection + path)[0] == 404
    assert call(his, "post", f"{objection}/dispute", {"words": WROTE})[0] == 404
    status, dispute = call(hers, "post", f"{objection}/dispute", {"words": WROTE})
    assert (status, dispute["outcome"]) == (201, None)
    assert claims_on([song.pk])[song.pk].disputes
    assert call(strangers, "get", f"/disputes/{dispute['key']}")[0] == 404
    assert call(his, "delete", f"/disputes/{dispute['key']}")[0] == 404
    assert call(hers, "delete", f"/disputes/{dispute['key']}")[1]["outcome"] == "upheld"
    assert call(his, "delete", objection)[1]["holds"] is False
    assert song.pk not in claims_on([song.pk])


def test_the_reach_of_an_agreement_is_contested(alma: Account, bo: Account) -> None:
    agreement = signed(label(dee(), at=timezone.now()), alma, over(isrc()), by=dee(), at=timezone.now())
    his = public(bo, isrc=ISRC)
    found = call(program(bo), "get", f"/tracks/{his.key}/claims")[1]["agreements"]
    assert found == [{"agreement": agreement.key, "organisation": "Harbour Records", "own": False}]
    assert call(program(bo), "get", f"/agreements/{agreement.key}")[0] == 404, "it is not his to read"
    body = {"agreement": agreement.key, "words": "Another recording altogether."}
    status, dispute = call(program(bo), "post", f"/tracks/{his.key}/disputes", body)
    assert (status, dispute["agreement"]) == (201, agreement.key)
    assert call(program(dee()), "get", f"/disputes/{dispute['key']}")[0] == 200
