"""Proofs of single entries, as files that are checked with the log's key and nothing else of ours."""

import pytest

from tenuto.base.errors import NotFound
from tenuto.base.signatures import verify
from tenuto.ledger import trust, vault
from tenuto.ledger.proving import Prover
from tenuto.ledger.subjects import Subject
from tenuto.rules.lines import Refused
from tenuto.rules.openings import opened
from tenuto.rules.proofs import Proof, proven
from tests.ledger.writing import SONG, USE, published_log, the_log, write_uses

pytestmark = pytest.mark.django_db


def test_every_entry_about_a_work_is_proved_and_opened_from_its_file() -> None:
    """You hold the file and your key: it shows that this use stands in the log, and what it says."""
    published_log(count=5)
    policy, key = trust.published(the_log()), vault.keys_of([SONG])[SONG]
    other = vault.keys_of([Subject("recording", 2)])[Subject("recording", 2)]
    found = list(Prover().prove_about([SONG]))
    assert [each.body["t"] for each, _proof in found] == ["registration", *["use"] * 5]
    for number, (each, made) in enumerate(found):
        proof = Proof.parse(bytes(made.proof))
        opening = opened(proof.extra or b"", key)
        proven(proof, opening.entry, policy, verify)
        assert proof.index == each.index
        if number:
            assert opening.record == USE | {"n": number - 1, "reg": 1}
        with pytest.raises(Refused):
            proven(proof, opened(proof.extra or b"", other).entry, policy, verify)


def test_the_record_that_opens_the_log_is_proved_with_its_words() -> None:
    published_log()
    made = Prover().prove_public(0)
    opening = opened(made.proof.extra or b"")
    proven(made.proof, opening.entry, trust.published(the_log()), verify)
    assert (opening.record["t"], made.origin) == ("log.open", the_log().origin)


def test_what_is_not_published_yet_has_no_proof_yet() -> None:
    published_log(count=5)
    [index] = write_uses(1)
    with pytest.raises(NotFound):
        Prover().prove(index)
    assert len(list(Prover().prove_about([SONG]))) == 6
