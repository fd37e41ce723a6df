"""Organisations and agreements on their pages: founded, invited, drafted, signed in person, ended."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.agreements.claims import claims_on
from tenuto.agreements.drafting import change, current
from tenuto.agreements.ending import part
from tenuto.agreements.letters import deliver
from tenuto.agreements.models import Agreement, Membership, Organisation, Proof, Side, Signature
from tenuto.agreements.organisations import is_verified, role_of, verify
from tenuto.agreements.wording import read
from tenuto.base.models import Job
from tenuto.rules.agreements import Recipient
from tests.agreements.acting import Phone, browser, draft_fields, sign_fields, signs_on_page
from tests.agreements.agreeing import DAY, ISRC, dee, drafted, isrc, joined, label, over, signed, signs
from tests.people import person
from tests.tracks.catalogue import public

pytestmark = pytest.mark.django_db
FOUNDING = {"name": "Harbour Records", "kind": "label", "contact": "rights@harbour.example", "website": ""}


@pytest.fixture
def harbour(alma: Account) -> Organisation:
    return label(dee(), at=timezone.now())


@pytest.fixture
def draft(harbour: Organisation, alma: Account) -> Agreement:
    return drafted(harbour, alma, over(isrc()), by=dee(), at=timezone.now())


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# ——— organisations ———


def test_anybody_founds_an_organisation_and_staff_vouch_for_it(as_alma: Client, alma: Account) -> None:
    assert as_alma.post("/organisations", FOUNDING).status_code == 302
    made = Organisation.objects.get()
    assert role_of(alma, made) == Membership.Role.OWNER
    assert "Not verified yet" in words(Client().get(made.get_absolute_url()))
    assert as_alma.get(f"/organisations/{made.slug}/agreements/new").status_code == 409
    staff = person("sol", "Sol")
    Account.objects.filter(pk=staff.pk).update(is_staff=True)
    desk = browser(staff)
    assert "Harbour Records" in words(desk.get("/desk"))
    assert (
        desk.post(f"/desk/organisations/{made.slug}", {"finding": "yes", "how": "Register, no. 7"}).status_code == 302
    )
    assert is_verified(made)
    assert "Harbour Records" not in words(desk.get("/desk"))


def test_a_name_belongs_to_one(as_alma: Client, harbour: Organisation) -> None:
    answer = as_alma.post("/organisations", {**FOUNDING, "name": "harbour records"})
    assert answer.status_code == 409
    assert "harbour records" in words(answer), "what was typed is still there"


def test_nobody_speaks_for_it_before_they_said_yes(harbour: Organisation, as_bo: Client, bo: Account) -> None:
    asked = browser(dee()).post(f"/organisations/{harbour.slug}/members", {"handle": "@Bo", "role": "signatory"})
    assert asked.status_code == 302
    assert role_of(bo, harbour) is None
    assert "You are invited" in words(as_bo.get(harbour.get_absolute_url()))
    as_bo.post(f"/organisations/{harbour.slug}/membership", {"answer": "yes"})
    assert role_of(bo, harbour) == Membership.Role.SIGNATORY
    member = Membership.objects.get(account=bo)
    assert as_bo.post(f"/organisations/{harbour.slug}/members/{member.pk}/ended").status_code == 404, "he owns nothing"
    browser(dee()).post(f"/organisations/{harbour.slug}/members/{member.pk}/ended")
    assert role_of(bo, harbour) is None


def test_the_last_owner_stays(harbour: Organisation) -> None:
    answer = browser(dee()).post(f"/organisations/{harbour.slug}/membership", {"answer": "no"})
    assert answer.status_code == 409


def test_its_people_are_for_its_people(harbour: Organisation, as_cy: Client) -> None:
    assert "@dee" in words(browser(dee()).get(harbour.get_absolute_url()))
    for stranger in (Client(), as_cy):
        assert "@dee" not in words(stranger.get(harbour.get_absolute_url()))


# ——— drafts ———


def test_a_draft_says_what_was_typed(harbour: Organisation, alma: Account) -> None:
    track = public(alma)
    answer = browser(dee()).post(
        f"/organisations/{harbour.slug}/agreements/new",
        draft_fields(
            artist="alma",
            tracks=f"http://testserver{track.get_absolute_url()}\n{track.key}",
            grants=["recording/organisation/input", "recording/generative/train"],
            recipients="Studio Norte\nStudio Norte | Chorus 2\n| Chorus 3",
            everywhere="no",
            countries=["PT", "ES"],
            notice_days=30,
            first_day="2027-01-01",
            last_day="2028-01-01",
            words="As discussed.",
        ),
    )
    made = Agreement.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, made.get_absolute_url())
    content = read(current(made).text)
    assert {(thing.kind, thing.value) for thing in content.things} == {("isrc", ISRC), ("track", track.key)}
    assert content.recipients == {
        Recipient("Studio Norte"),
        Recipient("Studio Norte", "Chorus 2"),
        Recipient("", "Chorus 3"),
    }
    assert (content.countries, content.notice_days) == (frozenset({"PT", "ES"}), 30)
    page = words(browser(alma).get(made.get_absolute_url()))
    assert all(part in page for part in ("DE-A12-26-00001", "Portugal", "30 days ahead", "Chorus 3", "As discussed."))
    again = browser(alma).get(f"/agreements/{made.key}/draft")
    form = again.context["form"]
    saved = browser(alma).post(
        f"/agreements/{made.key}/draft", {name: v for name, v in form.initial.items() if v not in (None, "", [])}
    )
    assert saved.status_code == 302
    assert made.wordings.count() == 1, "saved as it stood, it is the same wording"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"isrcs": "DE-A12-26-0000"}, "is no ISRC"),
        ({"assets": []}, "which assets"),
        ({"isrcs": ""}, "what it covers"),
        ({"tracks": "http://testserver/@alma/secret"}, "There is no track at"),
        ({"tracks": "bcdfghjkmnpq"}, "There is no track bcdfghjkmnpq"),
        ({"grants": ["recording/generative/train"]}, "need a name"),
        ({"recipients": "|"}, "Each line names"),
        ({"everywhere": "no"}, "at least one country"),
        ({"first_day": "2027-02-01", "last_day": "2027-01-01"}, "end before it begins"),
        ({"artist": "nobody-here"}, "Nobody here is called"),
        ({"grants": ["listening/recommendation/train"]}, "no use of AI that can be granted"),
    ],
)
def test_what_makes_no_sense_is_said_and_loses_nothing(
    harbour: Organisation, said: dict[str, Any], expected: str
) -> None:
    fields = draft_fields(**({"artist": "alma", "words": "As discussed."} | said))
    answer = browser(dee()).post(f"/organisations/{harbour.slug}/agreements/new", fields)
    assert answer.status_code == 422
    assert expected in words(answer)
    assert "As discussed." in words(answer)
    assert not Agreement.objects.exists()


def test_a_hidden_track_is_as_missing_as_none(harbour: Organisation, alma: Account) -> None:
    hidden = public(alma, "Known to nobody")
    hidden.publication.delete()
    said = []
    for address in (hidden.get_absolute_url(), "/@alma/nothing-of-the-sort"):
        answer = browser(dee()).post(
            f"/organisations/{harbour.slug}/agreements/new", draft_fields(artist="alma", tracks=address)
        )
        said.append(words(answer).count("There is no track at"))
    assert said == [1, 1]


def test_who_writes_last_does_not_undo_the_other(draft: Agreement, as_alma: Client) -> None:
    read_before = current(draft).digest
    theirs = browser(dee()).post(f"/agreements/{draft.key}/draft", draft_fields(words="Ours.", over=read_before))
    assert theirs.status_code == 302
    hers = as_alma.post(f"/agreements/{draft.key}/draft", draft_fields(words="Mine.", over=read_before))
    assert (hers.status_code, "Mine." in words(hers)) == (409, True)
    assert read(current(draft).text).words == "Ours."
    once_more = as_alma.post(f"/agreements/{draft.key}/draft", draft_fields(words="Mine.", over=current(draft).digest))
    assert once_more.status_code == 302


def test_given_up_is_given_up(draft: Agreement, as_alma: Client) -> None:
    assert as_alma.post(f"/agreements/{draft.key}/refusal").status_code == 302
    assert "Given up" in words(as_alma.get(draft.get_absolute_url()))
    assert as_alma.get(f"/agreements/{draft.key}/draft").status_code == 409
    assert as_alma.get(f"/agreements/{draft.key}/signature").status_code in {302, 409}
    assert signs_on_page(draft, dee(), Side.ORGANISATION) == 409


# ——— signing ———


def test_it_binds_the_moment_the_second_signature_stands(draft: Agreement, alma: Account) -> None:
    track = public(alma, isrc=ISRC)
    assert signs_on_page(draft, dee(), Side.ORGANISATION) == 302
    assert not claims_on([track.pk])
    assert signs_on_page(draft, alma, Side.ARTIST) == 302
    assert len(claims_on([track.pk])[track.pk].agreements) == 1
    assert {one.method for one in Signature.objects.all()} == {Proof.TOTP}
    page = words(browser(alma).get(draft.get_absolute_url()))
    assert "In force since" in page
    assert "a code of their authenticator app" in page


def test_without_a_second_factor_one_sets_one_up_and_comes_back(
    draft: Agreement, as_alma: Client, alma: Account
) -> None:
    address = f"/agreements/{draft.key}/signature"
    sent = as_alma.get(address)
    assert (sent.status_code, sent["Location"]) == (302, "/accounts/2fa/")
    assert "about to sign" not in words(as_alma.get("/accounts/2fa/")), "there is nothing to sign with yet"
    posted = as_alma.post(address, sign_fields(draft, "123456"))
    assert posted["Location"] == "/accounts/2fa/"
    phone = Phone(alma)
    assert f'href="{address}"' in words(as_alma.get("/accounts/2fa/"))
    assert as_alma.get(address).status_code == 200
    assert "about to sign" not in words(as_alma.get("/accounts/2fa/")), "back already"
    assert as_alma.post(address, sign_fields(draft, phone.code())).status_code == 302
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ({"code": "000000"}, 422, "That code is not right"),
        ({"code": ""}, 422, "Type a code"),
        ({"name": "A"}, 422, "full name"),
        ({"digest": "0" * 64}, 409, "changed since you opened it"),
        ({"credential": '{"id": "x"}', "code": ""}, 422, "That code is not right"),
        ({"credential": "no json", "code": ""}, 422, "JSON"),
    ],
)
def test_nothing_is_signed_by_half(
    draft: Agreement, as_alma: Client, alma: Account, said: dict[str, str], status: int, expected: str
) -> None:
    phone = Phone(alma)
    right = sign_fields(draft, phone.code())
    answer = as_alma.post(f"/agreements/{draft.key}/signature", right | said)
    assert (answer.status_code, expected in words(answer)) == (status, True)
    assert not Signature.objects.exists()
    again = as_alma.post(f"/agreements/{draft.key}/signature", sign_fields(draft, phone.code()))
    assert again.status_code == 302


def test_a_code_signs_once(draft: Agreement, harbour: Organisation, as_alma: Client, alma: Account) -> None:
    other = drafted(harbour, alma, over(isrc(), title="Another"), by=dee(), at=timezone.now())
    code = Phone(alma).code()
    assert as_alma.post(f"/agreements/{draft.key}/signature", sign_fields(draft, code)).status_code == 302
    # allauth forgets a code after half a minute; it is right for a minute and a half.
    cache.delete(f"allauth.mfa.totp.used?user={alma.pk}&code={code}")
    again = as_alma.post(f"/agreements/{other.key}/signature", sign_fields(other, code))
    assert again.status_code == 422
    assert Signature.objects.count() == 1


def test_a_recovery_code_signs_once_and_is_kept_where_nothing_was_signed(
    draft: Agreement, harbour: Organisation, as_alma: Client, alma: Account
) -> None:
    Phone(alma)
    codes = RecoveryCodes.activate(alma)
    code = codes.get_unused_codes()[0]
    failed = as_alma.post(f"/agreements/{draft.key}/signature", sign_fields(draft, code, digest="0" * 64))
    assert failed.status_code == 409
    assert as_alma.post(f"/agreements/{draft.key}/signature", sign_fields(draft, code)).status_code == 302
    assert Signature.objects.get().method == Proof.RECOVERY_CODES
    other = drafted(harbour, alma, over(isrc(), title="Another"), by=dee(), at=timezone.now())
    assert as_alma.post(f"/agreements/{other.key}/signature", sign_fields(other, code)).status_code == 422


def test_guessing_codes_ends_after_a_few(draft: Agreement, as_alma: Client, alma: Account) -> None:
    phone = Phone(alma)
    address = f"/agreements/{draft.key}/signature"
    for guess in range(12):
        last = as_alma.post(address, sign_fields(draft, f"{guess:06}"))
    assert last.status_code == 422
    assert "too often" in words(last).lower() or "too many" in words(last).lower()
    assert as_alma.post(address, sign_fields(draft, phone.code())).status_code == 422, "not even with the right one"


def test_signing_twice_is_signing_once(draft: Agreement, as_alma: Client, alma: Account) -> None:
    fields = sign_fields(draft, Phone(alma).code())
    answers = [as_alma.post(f"/agreements/{draft.key}/signature", fields) for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, draft.get_absolute_url())] * 2
    assert as_alma.get(f"/agreements/{draft.key}/signature")["Location"] == draft.get_absolute_url()
    assert Signature.objects.count() == 1


def test_nobody_agrees_with_themselves(alma: Account, as_alma: Client) -> None:
    """Alma owns a label too. She may draft with it, and somebody else must sign for it."""
    own = label(alma, "Own Label", at=timezone.now())
    draft = drafted(own, alma, over(isrc()), by=alma, at=timezone.now())
    phone = Phone(alma)
    address = f"/agreements/{draft.key}/signature"
    assert as_alma.post(address, sign_fields(draft, phone.code(), side="artist")).status_code == 302
    answer = as_alma.post(address, sign_fields(draft, phone.code(), side="organisation"))
    assert (answer.status_code, "Nobody can agree with themselves" in words(answer)) == (409, True)
    assert Signature.objects.count() == 1


def test_members_read_and_draft_and_do_not_sign(draft: Agreement, harbour: Organisation, bo: Account) -> None:
    joined(harbour, bo, Membership.Role.MEMBER, by=dee(), at=timezone.now())
    assert browser(bo).get(draft.get_absolute_url()).status_code == 200
    assert signs_on_page(draft, bo, Side.ORGANISATION) == 403
    assert not Signature.objects.exists()


def test_nobody_signs_once_staff_vouch_no_longer(draft: Agreement, harbour: Organisation, alma: Account) -> None:
    verify(harbour, "The register knows nobody of this name.", by=None, at=timezone.now(), is_verified=False)
    assert signs_on_page(draft, alma, Side.ARTIST) == 409


def test_a_form_of_another_site_signs_nothing(draft: Agreement, alma: Account) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alma, backend="django.contrib.auth.backends.ModelBackend")
    answer = strict.post(f"/agreements/{draft.key}/signature", sign_fields(draft, Phone(alma).code()))
    assert answer.status_code == 403
    assert not Signature.objects.exists()


# ——— reading ———


def test_to_strangers_an_agreement_is_missing(draft: Agreement, as_cy: Client, harbour: Organisation) -> None:
    for path in ("", "/draft", "/refusal", "/signature", "/ending", "/wordings/1.json", "/documents", "/documents/ab"):
        assert as_cy.get(f"/agreements/{draft.key}{path}").status_code == 404, path
        assert as_cy.post(f"/agreements/{draft.key}{path}").status_code in {404, 405}, path
    assert draft.key not in words(as_cy.get("/agreements"))


def test_the_exact_text_is_what_signatures_name(draft: Agreement, as_alma: Client) -> None:
    answer = as_alma.get(f"/agreements/{draft.key}/wordings/1.json")
    assert answer.content.decode() == current(draft).text
    assert "attachment" in answer["Content-Disposition"]


def test_as_many_questions_for_many_agreements_as_for_one(
    harbour: Organisation, alma: Account, as_alma: Client
) -> None:
    counts = []
    for number in range(4):
        signed(harbour, alma, over(isrc(), title=f"No. {number}"), by=dee(), at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            as_alma.get("/agreements")
        counts.append(len(asked))
    assert counts[1] == counts[3]


# ——— ending ———


def end_fields(code: str, **said: Any) -> dict[str, Any]:
    return {"name": "Alma Ferreira", "code": code, **said}


def test_both_end_it_together(harbour: Organisation, alma: Account, as_alma: Client) -> None:
    track = public(alma, isrc=ISRC)
    agreement = signed(harbour, alma, over(isrc()), by=dee(), at=timezone.now())
    today = timezone.localdate().isoformat()
    asked = as_alma.post(f"/agreements/{agreement.key}/ending", end_fields(Phone(alma).code(), last_day=today))
    assert asked.status_code == 302
    assert not agreement.endings.exists(), "one side alone cannot"
    said = agreement.partings.get()
    page = words(browser(dee()).get(agreement.get_absolute_url()))
    assert f"answers={said.pk}" in page
    answered = browser(dee()).post(
        f"/agreements/{agreement.key}/ending", end_fields(Phone(dee()).code(), answers=said.pk)
    )
    assert answered.status_code == 302
    ending = agreement.endings.get()
    assert (ending.ends_at, ending.how) == (said.ends_at, "both")
    assert claims_on([track.pk]), "it still holds today"
    assert not claims_on([track.pk], said.ends_at)


def test_notice_ends_it_alone(harbour: Organisation, alma: Account, as_alma: Client) -> None:
    agreement = signed(harbour, alma, over(isrc(), notice_days=0), by=dee(), at=timezone.now())
    today = timezone.localdate().isoformat()
    as_alma.post(f"/agreements/{agreement.key}/ending", end_fields(Phone(alma).code(), last_day=today))
    assert agreement.endings.get().how == "notice"
    assert "It ends on" in words(as_alma.get(agreement.get_absolute_url()))


def test_nothing_ends_without_proof(harbour: Organisation, alma: Account, as_alma: Client) -> None:
    agreement = signed(harbour, alma, over(isrc(), notice_days=0), by=dee(), at=timezone.now())
    Phone(alma)
    today = timezone.localdate().isoformat()
    answer = as_alma.post(f"/agreements/{agreement.key}/ending", end_fields("000000", last_day=today))
    assert answer.status_code == 422
    assert not agreement.partings.exists()
    assert Authenticator.objects.filter(user=alma).exists()


# ——— the desk ———


def test_staff_find_an_organisation_and_give_it_an_owner(harbour: Organisation, bo: Account) -> None:
    staff = person("sol", "Sol")
    Account.objects.filter(pk=staff.pk).update(is_staff=True)
    desk = browser(staff)
    assert "Harbour Records" in words(desk.get("/desk/organisations?q=harb"))
    assert "Harbour Records" not in words(desk.get("/desk/organisations?q=tide"))
    place = f"/desk/organisations/{harbour.slug}"
    assert desk.post(place, {"finding": "no"}).status_code == 422
    assert desk.post(f"{place}/owner", {"handle": "nobody-here"}).status_code == 422
    assert desk.post(f"{place}/owner", {"handle": "bo"}).status_code == 302
    assert role_of(bo, harbour) == Membership.Role.OWNER
    assert desk.post(place, {"finding": "no", "how": "The register has closed it."}).status_code == 302
    assert not is_verified(harbour)
    assert "The register has closed it." in words(desk.get(place))


# ——— letters ———


def test_each_step_is_told_to_whoever_must_know(harbour: Organisation, alma: Account, bo: Account) -> None:
    now = timezone.now()
    joined(harbour, bo, Membership.Role.MEMBER, by=dee(), at=now)
    draft = drafted(harbour, alma, over(isrc(), notice_days=0), by=dee(), at=now)
    for step in (
        lambda: signs(draft, Side.ARTIST, alma, now),
        lambda: change(draft, over(isrc(), notice_days=1), side=Side.ORGANISATION, by=dee(), at=now),
        lambda: signs(draft, Side.ARTIST, alma, now),
        lambda: signs(draft, Side.ORGANISATION, dee(), now),
        lambda: part(draft, now + 2 * DAY, "Alma Ferreira", Proof.TOTP, side=Side.ARTIST, by=alma, at=now),
    ):
        step()
        for job in Job.objects.filter(task__endswith="letters.deliver").order_by("pk"):
            deliver.call(*job.args)
            job.delete()
    told = [(letter.to[0].partition("@")[0], letter.subject.partition("] ")[2]) for letter in mail.outbox]
    assert told == [
        ("dee", "Harbour Records is verified"),
        ("bo", "You are invited to speak for Harbour Records"),
        ("alma", "An agreement waits for you to read it"),
        ("dee", "Alma Ferreira Themselves has signed; your signature is missing"),
        ("alma", "Your signature is void: the agreement was changed"),
        ("dee", "Alma Ferreira Themselves has signed; your signature is missing"),
        ("alma", "Signed by both: Harbour Records and Alma Ferreira"),
        ("dee", "Signed by both: Harbour Records and Alma Ferreira"),
        ("alma", "The agreement of Harbour Records and Alma Ferreira ends"),
        ("dee", "The agreement of Harbour Records and Alma Ferreira ends"),
    ]
    for letter in mail.outbox:
        address = re.search(r"http://\S+", str(letter.body))
        assert address is not None
        assert browser(alma).get(address[0].removeprefix(settings.SITE_URL)).status_code == 200
