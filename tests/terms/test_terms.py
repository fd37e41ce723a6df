"""Terms are published once, announced in time, and hold for nobody who has not accepted them."""

import json
import re
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tenuto.accounts.export import Words
from tenuto.accounts.models import Account
from tenuto.rules.cells import LICENCE_ONLY, Asset, Purpose, mask_of
from tenuto.rules.cells import NEEDED as NEEDED_CELLS
from tenuto.rules.terms import blanks_in, read_terms
from tenuto.terms.accepting import NotDeclinable, OtherWords, Standing, accept, is_asked, latest, standing
from tenuto.terms.announce import tell_everybody
from tenuto.terms.export import acceptances
from tenuto.terms.models import Acceptance, Version
from tenuto.terms.versions import FIRST, CannotPublish, coming, in_force, publish
from tests.api.test_people import by_token
from tests.people import PASSWORD, person
from tests.terms.writing import DAYS, LEADING, NEEDED, NOON, OWNING, SORTING, first, second, written

JSON = "application/json"
pytestmark = pytest.mark.django_db


def accepted(account: Account, version: Version, *declined: int, at: datetime = NOON) -> Acceptance:
    return accept(account, version, version.digest, declined, Acceptance.How.PAGE, at=at)


def given_by_terms(account: Account, at: datetime) -> Standing:
    found = standing(account, at)
    assert found is not None
    return found


def test_the_first_version_holds_at_once_and_a_later_one_after_its_notice() -> None:
    one = first()
    assert in_force(NOON) == one
    two = second()
    assert (in_force(NOON), coming(NOON)) == (one, two)
    assert (in_force(NOON + 31 * DAYS), coming(NOON + 31 * DAYS)) == (two, None)


@pytest.mark.parametrize(
    ("text", "days", "words"),
    [
        (written(OWNING, NEEDED, SORTING), 31, "word for word"),
        (written(OWNING, "Who we are\n\nWe are [name]."), 31, r"\[name\]"),
        (written(OWNING, NEEDED), 3, "30 days"),
        ("no terms at all", 31, "title and summary"),
    ],
)
def test_what_is_not_fit_is_not_published(text: str, days: int, words: str) -> None:
    first()
    with pytest.raises(CannotPublish, match=words):
        publish(text, NOON + days * DAYS, at=NOON)
    assert Version.objects.count() == 1


def test_a_version_that_nobody_has_answered_binds_nobody(alma: Account) -> None:
    """New terms never widen an old yes: whoever has not accepted keeps the old version's cells."""
    one, two = first(), second()
    assert standing(alma, NOON) is None, "no acceptance, no cells"
    accepted(alma, one)
    later = NOON + 40 * DAYS
    held = given_by_terms(alma, later)
    assert held.acceptance.version == one
    assert {cell.purpose for cell in held.permitted} == {Purpose.ORGANISATION}
    assert is_asked(alma) == two
    accepted(alma, two, at=later)
    assert is_asked(alma) is None
    widened = given_by_terms(alma, later).permitted
    assert {cell.purpose for cell in widened} == {Purpose.ORGANISATION, Purpose.RECOMMENDATION}
    assert given_by_terms(alma, NOON + DAYS).permitted == held.permitted, "the past stays as it was"


def test_a_clause_is_declined_by_itself_and_what_is_needed_is_not(alma: Account) -> None:
    one = first()
    accepted(alma, one, 3)
    found = given_by_terms(alma, NOON)
    assert found.permitted == frozenset()
    assert {cell.purpose for cell in found.needed} == {Purpose.IDENTIFICATION}
    for number in (1, 2, 9):
        with pytest.raises(NotDeclinable):
            accepted(alma, one, number)


def test_only_the_words_that_were_read_are_accepted(alma: Account) -> None:
    one = first()
    with pytest.raises(OtherWords):
        accept(alma, one, sha256(b"other words").hexdigest(), [], Acceptance.How.PAGE, at=NOON)
    assert latest(alma) is None


def test_an_acceptance_is_never_changed(alma: Account) -> None:
    record = accepted(alma, first())
    record.declined = [3]
    with pytest.raises(TypeError):
        record.save()
    with pytest.raises(TypeError):
        Acceptance.objects.filter(pk=record.pk).update(declined=[3])
    assert accepted(alma, record.version).pk == record.pk, "the same answer twice is one record"
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=record.version_id).update(in_force_at=NOON - DAYS)


def test_one_answers_on_the_page_clause_by_clause(alma: Account, as_alma: Client) -> None:
    one = first()
    answers = as_alma.get("/terms/1").content.decode().partition('id="answer"')[2].partition("</section>")[0]
    assert "Do you agree?" in answers
    assert 'value="3"' in answers
    assert " checked" not in answers, "nothing is ticked beforehand"
    refused = as_alma.post("/terms/1", {"digest": one.digest, "clauses": ["3"]})
    assert refused.status_code == 422
    assert "Tick the box" in refused.content.decode()
    assert as_alma.post("/terms/1", {"digest": one.digest, "whole": "on"}).status_code == 302
    record = latest(alma)
    assert record is not None
    assert (record.version, record.digest, record.declined, record.how) == (one, one.digest, [3], "page")
    as_alma.post("/terms/1", {"digest": one.digest, "whole": "on", "clauses": ["3"]})
    assert [each.declined for each in Acceptance.objects.order_by("pk")] == [[3], []]
    stale = as_alma.post("/terms/1", {"digest": "0" * 64, "whole": "on"})
    assert stale.status_code == 409
    assert "have changed" in stale.content.decode()
    assert one.digest in stale.content.decode(), "what comes back can be sent again"


def test_whoever_agreed_before_is_told_what_leaving_a_clause_out_does(alma: Account, as_alma: Client) -> None:
    """Nothing is ticked beforehand, so a quick answer would take a yes back unawares."""
    old = first(timezone.now())
    accept(alma, old, old.digest, [], Acceptance.How.SIGN_UP, at=timezone.now())
    new = second(timezone.now())
    warning = "In your version you agreed to what stands in 3."
    assert warning in as_alma.get("/terms/2").content.decode()
    accept(alma, new, new.digest, [3, 4], Acceptance.How.PAGE, at=timezone.now())
    assert warning not in as_alma.get("/terms/2").content.decode()


def test_a_stranger_reads_everything_and_is_asked_to_sign_in_to_answer(client: Client) -> None:
    assert client.get("/terms").status_code == 200, "before there are any"
    now = timezone.now()
    one, two = first(now), second(now)
    page = client.get("/terms").content.decode()
    assert "Putting in order" in page
    assert "Version 2 comes into force" in page
    assert client.get("/terms/2").status_code == client.get("/terms/versions").status_code == 200
    assert client.get("/terms/3").status_code == client.get("/terms/1...3").status_code == 404
    assert sha256(client.get("/terms/1.md").content).hexdigest() == one.digest
    assert client.post("/terms/2", {"digest": two.digest, "whole": "on"})["Location"].startswith("/accounts/login/")
    assert "Version 2, in force from" in client.get("/terms/feed.atom").content.decode()


def test_the_changes_are_marked_word_by_word(client: Client) -> None:
    first()
    changed = OWNING.replace("here stays yours.", "here remains yours.")
    publish(written(changed, NEEDED, SORTING, LEADING), NOON + 31 * DAYS, at=NOON)
    page = client.get("/terms/1...2").content.decode()
    assert "<del>stays</del><ins>remains</ins>" in page
    assert "They stay held until you say yes" in page
    assert "Recommendation" in page
    assert "2 clauses stayed as they were" in page


def test_markup_in_the_terms_is_text(client: Client) -> None:
    publish(written(OWNING + " <script>alert(1)</script> [press](javascript:alert(1))"), NOON, at=NOON)
    page = client.get("/terms/1").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_every_member_is_told_once_by_mail(alma: Account, bo: Account) -> None:
    now = timezone.now()
    first(now)
    two = second(now)
    tell_everybody.func(two.number)
    person("dee", "Dee")  # signed up after the announcement
    tell_everybody.func(two.number)
    assert sorted(to for message in mail.outbox for to in message.to) == ["alma@example.org", "bo@example.org"]
    words = str(mail.outbox[0].body)
    assert "/terms/1...2" in words
    assert "Yours stays yours." in words


@pytest.mark.usefixtures("alma", "bo")
def test_a_killed_announcement_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenuto.terms.announce.BATCH", 1)
    now = timezone.now()
    first(now)
    two = second(now)
    sent: list[object] = []

    def fails_at_the_second(self: object, messages: list[object]) -> int:
        if sent:
            raise ConnectionError
        sent.extend(messages)
        return 1

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fails_at_the_second)
        with pytest.raises(ConnectionError):
            tell_everybody.func(two.number)
    tell_everybody.func(two.number)
    assert [message.to for message in mail.outbox] == [["bo@example.org"]]


def test_a_member_is_reminded_on_every_page_until_answered(as_alma: Client, alma: Account, client: Client) -> None:
    now = timezone.now()
    accepted(alma, first(now), at=now)
    assert "Read and answer" not in as_alma.get("/").content.decode()
    two = second(now)
    assert "Read and answer" in as_alma.get("/").content.decode()
    assert "Read and answer" not in client.get("/").content.decode()
    accepted(alma, two, at=now + timedelta(seconds=1))
    assert "Read and answer" not in as_alma.get("/").content.decode()


def test_signing_up_is_agreeing_and_is_written_down(client: Client) -> None:
    one = first(timezone.now())
    typed = {"username": "eva", "email": "eva@example.org", "password1": PASSWORD, "terms_digest": one.digest}
    assert "Without this we may not keep your music" in client.post("/accounts/signup/", typed).content.decode()
    assert not Account.objects.filter(username="eva").exists()
    changed = client.post("/accounts/signup/", typed | {"terms": "on", "terms_digest": "0" * 64})
    assert "have changed meanwhile" in changed.content.decode()
    assert one.digest in changed.content.decode(), "what comes back can be sent again"
    assert client.post("/accounts/signup/", typed | {"terms": "on"}).status_code == 302
    record = latest(Account.objects.get(username="eva"))
    assert record is not None
    assert (record.version, record.how) == (one, "sign-up")


def test_where_there_are_no_terms_one_signs_up_without(client: Client) -> None:
    typed = {"username": "eva", "email": "eva@example.org", "password1": PASSWORD}
    assert client.post("/accounts/signup/", typed).status_code == 302
    assert Account.objects.filter(username="eva").exists()


def test_a_copy_of_everything_holds_what_was_accepted(alma: Account) -> None:
    assert list(acceptances(alma)) == []
    record = accepted(alma, first(), 3)
    found = {item.name: "".join(item.pieces) for item in acceptances(alma) if isinstance(item, Words)}
    [written_down] = json.loads(found["terms/acceptances.json"])
    assert written_down["version"] == 1
    assert written_down["sha256"] == record.digest
    assert written_down["declined_clauses"] == [3]
    assert found["terms/version-1.md"] == record.version.text


def test_programs_read_and_answer_too(alma: Account, client: Client) -> None:
    one, two = first(), second()
    assert [each["number"] for each in client.get("/api/v1/terms").json()] == [2, 1]
    whole = client.get("/api/v1/terms/1").json()
    assert whole["clauses"][2]["permits"][0] == {"asset": "recording", "purpose": "organisation", "use": "input"}
    assert sha256(whole["text"].encode()).hexdigest() == whole["sha256"] == one.digest
    [change] = client.get("/api/v1/terms/1/changes/2").json()
    assert (change["old_number"], change["new_number"], len(change["opened"])) == (None, 4, 2)
    program = by_token(alma)
    answer = {"sha256": two.digest, "declined_clauses": [4]}
    made = program.put("/api/v1/me/terms/2", answer, content_type=JSON)
    assert (made.status_code, made.json()["declined_clauses"]) == (200, [4])
    assert [each["version"] for each in program.get("/api/v1/me/terms").json()] == [2]
    wrong = program.put("/api/v1/me/terms/2", {"sha256": one.digest}, content_type=JSON)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "terms_changed")


def test_any_two_versions_are_put_beside_each_other(client: Client) -> None:
    """Not only the newest two: whoever skipped a version sees what changed since the one they accepted."""
    now = timezone.now()
    first(now)
    second(now)
    third = written(OWNING, NEEDED, LEADING).replace("Yours stays yours.", "Yours remains yours.")
    publish(third, now + 40 * DAYS, at=now)
    versions = client.get("/terms/versions").content.decode()
    assert versions.count("<option") == 6
    assert client.get("/terms/compare", {"old": 1, "new": 3})["Location"] == "/terms/1...3"
    page = client.get("/terms/1...3").content.decode()
    assert "<del>Putting in order</del><ins>Recommending</ins>" in page
    assert re.search(r"<ins>[^<]*listeners[^<]*</ins>", page), "and so are their words"
    assert "<del>stays</del><ins>remains</ins>" in page, "the summary is compared too"
    back = client.get("/terms/3...1").content.decode()
    assert "<del>Recommending</del><ins>Putting in order</ins>" in back
    for nonsense in ({}, {"old": "x", "new": "1"}, {"old": 1, "new": 1}, {"old": -1, "new": 2}):
        assert client.get("/terms/compare", nonsense)["Location"] == "/terms/versions"


def test_the_terms_that_come_with_tenuto_name_their_cells_and_close_what_others_left_open() -> None:
    """The first set can be read by the machine, needs two small things only, and never permits generation."""
    text = FIRST.read_text(encoding="utf-8")
    terms = read_terms(text)
    assert mask_of(terms.needed) == NEEDED_CELLS
    assert not mask_of(terms.permits) & LICENCE_ONLY
    assert {cell.asset for cell in terms.permits} == set(Asset) - {Asset.LOGO, Asset.IMAGE}
    assert {clause.number for clause in terms.clauses if clause.is_choice} == {10, 11, 12, 13}
    assert len(set(blanks_in(text))) == 6
    for promise in (
        "As long as you have not answered, the answer is no",  # silence
        "There is no permission from before these terms",  # what was uploaded before
        "that agreement stands in the place of",  # separate agreements
        "No other company's AI service receives your work",  # others
        "Whoever takes over this service",  # successors
        "Leaving takes back every yes",  # after deletion
        "It is for us to show that a use was allowed",  # who must prove
    ):
        assert promise in text
