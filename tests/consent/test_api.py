"""Consent through the HTTP API: the same answers, reasons, refusals and receipts as on the pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.consent.models import Act
from tenuto.tracks.models import Track
from tenuto.tracks.slugs import begin_track
from tests.api.test_people import by_token
from tests.consent.answering import HEARD, INPUT, LEAD, NEED, TRAIN, agree, opened, terms

pytestmark = pytest.mark.django_db(transaction=True)
JSON = "application/json"


@pytest.fixture
def harbour(alma: Account) -> Track:
    agree(alma, terms(timezone.now() - timedelta(days=2)), timezone.now() - timedelta(days=1))
    return begin_track(alma, "Harbour")


@pytest.fixture
def program(alma: Account, harbour: Track) -> Client:
    return by_token(alma)


def cells(client: Client, path: str) -> dict[str, dict[str, object]]:
    return {each["cell"]: each for each in client.get(f"/api/v1{path}").json()}


def test_each_cell_comes_with_its_reason_its_step_and_what_it_rests_on(program: Client, harbour: Track) -> None:
    receipt = program.post(f"/api/v1/tracks/{harbour.key}/consent", {"allow": [str(TRAIN)]}, content_type=JSON).json()
    found = cells(program, f"/tracks/{harbour.key}/consent")
    assert len(found) == 172
    trained = found[str(TRAIN)]
    assert (trained["allowed"], trained["reason"], trained["step"], trained["own"]) == (True, "allowed", 8, "allowed")
    assert trained["why"] == "Allowed: you said so for this track."
    assert {each["kind"] for each in trained["basis"]} == {"answer", "terms"}  # type: ignore[attr-defined]
    assert (found[str(NEED)]["reason"], found[str(INPUT)]["reason"]) == ("needed", "silence")
    assert receipt["receipt"]["allowed"] == [str(TRAIN)]
    assert receipt["receipt"]["how"] == "api"


def test_a_preview_changes_nothing(program: Client, harbour: Track) -> None:
    asked = {"allow": [str(TRAIN)], "hold": [str(INPUT)]}
    found = program.post(f"/api/v1/tracks/{harbour.key}/consent/preview", asked, content_type=JSON).json()
    assert found == {"opens": [{"cell": str(TRAIN), "tracks": 1}], "closes": [], "follows": []}
    assert not Act.objects.exists()


def test_defaults_many_tracks_and_the_whole_catalogue(alma: Account, program: Client, harbour: Track) -> None:
    second = begin_track(alma, "Second")
    program.post("/api/v1/me/consent", {"allow": [str(TRAIN)]}, content_type=JSON)
    assert opened(harbour) == opened(second) == {str(NEED), str(TRAIN)}
    assert cells(program, "/me/consent")[str(TRAIN)]["reason"] == "account_allows"
    asked = {"hold": [str(TRAIN)], "tracks": [second.key]}
    assert program.post("/api/v1/me/consent/tracks", asked, content_type=JSON).json()["receipt"]["about"]["tracks"] == [
        second.key
    ]
    assert opened(second) == {str(NEED)}
    whole = {"clear": [str(TRAIN)], "whole_catalogue": True}
    program.post("/api/v1/me/consent/tracks", whole, content_type=JSON)
    assert opened(second) == {str(NEED), str(TRAIN)}
    receipts = program.post("/api/v1/me/consent/held").json()
    assert [each["about"]["layer"] for each in receipts] == ["account", "tracks"]
    assert opened(harbour) == opened(second) == opened(begin_track(alma, "Later")) == {str(NEED)}


def test_a_listener_answers_for_listening(program: Client) -> None:
    program.post("/api/v1/me/listening/consent", {"allow": [str(HEARD)]}, content_type=JSON)
    found = cells(program, "/me/listening/consent")
    assert set(found) == {f"listening/{rest}" for rest in (
        "recommendation/inform", "recommendation/train", "fraud/inform", "fraud/train")}  # fmt: skip
    assert found[str(HEARD)]["allowed"] is True


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"allow": [str(LEAD)]}, 422, "not_in_terms"),
        ({"allow": ["recording/generative/train"]}, 422, "only_by_licence"),
        ({"allow": [str(TRAIN)], "hold": [str(TRAIN)]}, 422, "yes_and_no"),
        ({"allow": ["recording/train"]}, 422, None),
        ({"allow": "everything"}, 422, None),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    program: Client, harbour: Track, asked: dict[str, object], status: int, code: str | None
) -> None:
    for path in (f"/tracks/{harbour.key}/consent", "/me/consent"):
        response = program.post(f"/api/v1{path}", asked, content_type=JSON)
        assert response.status_code == status
        if code:
            assert response.json()["code"] == code
    assert not Act.objects.exists()


def test_a_listener_is_asked_for_no_other_cell(program: Client) -> None:
    response = program.post("/api/v1/me/listening/consent", {"allow": [str(TRAIN)]}, content_type=JSON)
    assert (response.status_code, response.json()["code"]) == (422, "no_such_cell")


def test_others_tracks_are_left_out_as_if_they_were_not(bo: Account, program: Client) -> None:
    theirs = begin_track(bo, "Theirs")
    asked = {"hold": [str(TRAIN)], "tracks": [theirs.key, "nosuchtrack2"]}
    assert program.post("/api/v1/me/consent/tracks", asked, content_type=JSON).json() == {"receipt": None}


def test_receipts_are_read_page_by_page(program: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(103):
        program.post("/api/v1/me/consent", {"hold" if number % 2 else "allow": [str(TRAIN)]}, content_type=JSON)
    first = program.get("/api/v1/me/consent/receipts").json()
    assert len(first) == 100
    rest = program.get("/api/v1/me/consent/receipts", {"before": first[-1]["receipt"]}).json()
    assert len(rest) == 3
    assert program.get(f"/api/v1/me/consent/receipts/{rest[0]['receipt']}").json() == rest[0]
    with django_assert_num_queries(4):  # token and account, receipts, their tracks, terms
        program.get("/api/v1/me/consent/receipts")
