"""Every answer has a receipt, which says what was said, under which terms, and can be read by other programs."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.export import Words
from tenuto.accounts.models import Account
from tenuto.consent.answer import Wish, answer, answer_by_default, hold_everything
from tenuto.consent.export import answers
from tenuto.consent.models import Act
from tenuto.consent.receipts import receipts_of
from tenuto.rules.cells import EVERYTHING
from tenuto.terms.accepting import accept
from tenuto.terms.models import Acceptance, Version
from tenuto.tracks.models import Track
from tenuto.tracks.slugs import begin_track
from tests.consent.answering import INPUT, PAGE, TRAIN, agree, allow, terms

pytestmark = pytest.mark.django_db
# Names and kinds of the terms of the Data Privacy Vocabulary, 2.2, that our records use; see w3id.org/dpv.
VOCABULARY = dict(
    line.split() for line in (Path(__file__).parents[1] / "golden" / "dpv-2.2-terms.txt").read_text().splitlines()
)


@pytest.fixture
def version() -> Version:
    return terms(timezone.now() - timedelta(days=2))


@pytest.fixture
def harbour(alma: Account, version: Version) -> Track:
    agree(alma, version, timezone.now() - timedelta(days=1))
    return begin_track(alma, "Harbour")


def said(alma: Account, track: Track, wish: Wish, how: Act.How = PAGE) -> Act:
    act = answer(alma, [track.pk], wish, how, at=timezone.now())
    assert act is not None
    return act


def test_a_receipt_says_what_was_said_under_which_terms_and_how_to_change_it(
    alma: Account, as_alma: Client, harbour: Track, version: Version
) -> None:
    act = said(alma, harbour, Wish(allowed=TRAIN.bit, held=INPUT.bit))
    response = as_alma.get(f"/permissions/receipts/{act.key}.json")
    assert response["Content-Disposition"] == f'attachment; filename="tenuto-receipt-{act.key}.json"'
    assert response["Cache-Control"] == "private, no-store"
    receipt = json.loads(response.content)
    assert (receipt["by"], receipt["how"], receipt["at"]) == ("alma", "page", act.at.isoformat())
    assert (receipt["allowed"], receipt["held"], receipt["cleared"]) == ([str(TRAIN)], [str(INPUT)], [])
    assert receipt["about"] == {"layer": "tracks", "track_count": 1, "tracks": [harbour.key]}
    assert receipt["terms"] == {"version": 1, "sha256": version.digest, "declined_clauses": []}
    assert receipt["to_change_it"].endswith("/permissions")


def test_a_receipt_names_the_terms_of_its_moment(alma: Account, harbour: Track, version: Version) -> None:
    early = said(alma, harbour, allow(TRAIN))
    agree_without = version.terms.clauses[-1].number
    from_now = timezone.now() + timedelta(seconds=1)
    accept(alma, version, version.digest, [agree_without], Acceptance.How.PAGE, at=from_now)
    late = answer(alma, [harbour.pk], Wish(held=TRAIN.bit), PAGE, at=from_now + timedelta(seconds=1))
    assert late is not None
    first, second = receipts_of([early, late])
    assert (first["terms"]["declined_clauses"], second["terms"]["declined_clauses"]) == ([], [agree_without])


def test_a_hundred_receipts_cost_as_much_as_one(
    alma: Account, harbour: Track, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(7):
        said(alma, harbour, allow(TRAIN))
        answer_by_default(alma, allow(TRAIN), PAGE, at=timezone.now())
    acts = list(Act.objects.select_related("account"))
    with django_assert_num_queries(2):
        receipts_of(acts[:1])
    with django_assert_num_queries(2):
        receipts_of(acts)


# ——— as a consent record ———


def record(client: Client, act: Act) -> dict[str, Any]:
    response = client.get(f"/permissions/receipts/{act.key}.jsonld")
    assert response["Content-Type"] == "application/ld+json"
    found: dict[str, Any] = json.loads(response.content)
    return found


def terms_in(node: object, context: dict[str, Any]) -> list[tuple[str, str]]:
    """Every term of the vocabulary in a record, and what it stands there as: `property`, `class`, or its own text."""
    if isinstance(node, list):
        return [found for each in node for found in terms_in(each, context)]
    if not isinstance(node, dict):
        return []
    found: list[tuple[str, str]] = []
    for key, value in node.items():
        if key == "@type":
            found.append((value, "class"))
        elif key.startswith("dpv:"):
            found.append((key, "property"))
            if isinstance(value, str) and value.startswith("dpv:"):
                assert context[key] == {"@type": "@id"}, f"{key} would be read as text, not as a thing"
                found.append((value, "class"))
        if key != "@context":
            found += terms_in(value, context)
    return found


def test_every_word_of_a_consent_record_is_in_the_vocabulary(alma: Account, as_alma: Client, harbour: Track) -> None:
    """Every purpose, use and status that a record can hold is a term of DPV 2, and used as what it is there."""
    everything = Act.objects.create(
        account=alma, layer="account", allowed=TRAIN.bit, held=EVERYTHING & ~TRAIN.bit & ~INPUT.bit,
        cleared=INPUT.bit, how="page",
    )  # fmt: skip
    found = record(as_alma, everything)
    used = set(terms_in(found, found["@context"]))
    prefixes = found["@context"]
    assert prefixes["dpv"] == "https://w3id.org/dpv#"
    assert {(name.removeprefix("dpv:"), kind) for name, kind in used} == set(VOCABULARY.items())


def test_a_record_has_the_fields_of_the_standard(alma: Account, as_alma: Client, harbour: Track) -> None:
    act = said(alma, harbour, Wish(allowed=TRAIN.bit, held=INPUT.bit))
    found = record(as_alma, act)
    assert found["@type"] == "dpv:ConsentRecord"
    assert found["dct:conformsTo"] == "ISO/IEC TS 27560:2023"
    assert found["dct:identifier"] == act.key
    assert found["@id"].endswith(f"/permissions/receipts/{act.key}.jsonld")
    assert found["dct:subject"] == [f"track {harbour.key}"]
    for party in ("dpv:hasDataSubject", "dpv:hasDataController", "dpv:hasNotice", "dpv:hasConsentControl"):
        assert found[party]["@id"].startswith("http")
    bases = {each["dct:title"]: each["dpv:hasLegalBasis"] for each in found["dpv:hasProcess"]}
    statuses = {cell: basis["dpv:hasConsentStatus"] for cell, basis in bases.items()}
    assert statuses == {str(INPUT): "dpv:ConsentRefused", str(TRAIN): "dpv:ConsentGiven"}
    for basis in bases.values():
        assert basis["dpv:isIndicatedAtTime"] == act.at.isoformat()
        assert basis["dpv:isIndicatedBy"].endswith("/@alma")


def test_what_the_operator_said_was_not_indicated_by_the_artist(alma: Account, as_alma: Client, harbour: Track) -> None:
    [process] = record(as_alma, said(alma, harbour, allow(TRAIN), Act.How.COMMAND))["dpv:hasProcess"]
    assert "/@alma" not in process["dpv:hasLegalBasis"]["dpv:isIndicatedBy"]


def test_a_copy_of_everything_holds_every_receipt(alma: Account, harbour: Track) -> None:
    assert list(answers(alma)) == []
    hold_everything(alma, PAGE, at=timezone.now())
    [file] = [item for item in answers(alma) if isinstance(item, Words)]
    lines = [json.loads(line) for line in "".join(file.pieces).splitlines()]
    assert [line["about"]["layer"] for line in lines] == ["account", "tracks"]
