import logging
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.defaultfilters import striptags
from django.test import Client

from tenuto.accounts.entrance import SignupForm
from tenuto.accounts.mail import PrintedMail
from tenuto.accounts.models import Account
from tenuto.accounts.sessions import network
from tenuto.accounts.templatetags.people import browser
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db

DORA = {"username": "Dora", "email": "Dora@Example.org", "password1": PASSWORD}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"


def words(answer: Any) -> str:
    """What a person reads in the main part of the page."""
    page = answer.content.decode()
    return " ".join(striptags(page[page.index("<main") : page.index("</main>")]).split())


def link_in_mail() -> str:
    """The path of the link in the last mail."""
    found = re.search(r"http://\S+", str(mail.outbox[-1].body))
    assert found is not None
    return urlsplit(found[0]).path


def test_from_signing_up_to_being_in(client: Client, db: None) -> None:
    asked = client.post("/accounts/signup/", DORA, follow=True)
    assert "We have sent you a link" in words(asked)
    account = Account.objects.get()
    assert (account.username, account.email) == ("dora", "dora@example.org")
    assert mail.outbox[0].subject == "[Tenuto] Confirm your e-mail address"
    shown = client.get(link_in_mail())
    assert "dora@example.org" in words(shown)
    assert not EmailAddress.objects.get().verified  # a mail scanner that follows links confirms nothing
    client.post(link_in_mail())
    assert EmailAddress.objects.get().verified
    assert client.get("/settings").status_code == 200


def test_before_the_link_is_opened_nobody_gets_in(client: Client, db: None) -> None:
    client.post("/accounts/signup/", DORA)
    answer = Client().post("/accounts/login/", {"login": "dora", "password": PASSWORD}, follow=True)
    assert "We have sent you a link" in words(answer)
    assert client.get("/settings").status_code == 302


def test_who_has_an_account_cannot_be_found_out_by_signing_up(alma: Account) -> None:
    fresh = Client().post("/accounts/signup/", DORA, follow=True)
    known = Client().post("/accounts/signup/", DORA | {"username": "dora2", "email": "ALMA@example.org"}, follow=True)
    assert words(fresh).replace("dora@", "alma@") == words(known)
    assert fresh.redirect_chain == known.redirect_chain
    assert not Account.objects.filter(username="dora2").exists()
    assert mail.outbox[-1].to == ["alma@example.org"]
    assert "You have one already" in str(mail.outbox[-1].body)


def test_who_has_an_account_cannot_be_found_out_by_forgetting(alma: Account) -> None:
    known = Client().post("/accounts/password/reset/", {"email": "alma@example.org"}, follow=True)
    fresh = Client().post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert words(fresh) == words(known)
    assert fresh.redirect_chain == known.redirect_chain


def test_a_wrong_name_and_a_wrong_password_answer_alike(alma: Account) -> None:
    name = Client().post("/accounts/login/", {"login": "nobody", "password": PASSWORD})
    password = Client().post("/accounts/login/", {"login": "alma", "password": "another long password"})
    assert words(name) == words(password)
    assert "do not fit together" in words(name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"username": "settings"}, "kept for the house"),
        ({"username": "Alma"}, "Still free: alma-music"),
        ({"username": "a b"}, "2 to 30 small letters"),
        ({"email": "dora"}, "Enter a valid email address"),
        ({"password1": "short"}, "at least 10 characters"),
        ({"password1": "password1234"}, "too common"),
        ({"username": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(client: Client, alma: Account, change: dict[str, str], said: str) -> None:
    answer = client.post("/accounts/signup/", DORA | change)
    assert said in words(answer)
    assert Account.objects.count() == 1


@pytest.fixture
def rival(monkeypatch: pytest.MonkeyPatch) -> Account:
    """Somebody who signs up while the others' forms have been checked and not yet saved."""
    rival = Account(username="dora", email="dora@example.org")
    try_save = SignupForm.try_save

    def late(form: SignupForm, request: HttpRequest) -> Any:
        if rival._state.adding:
            rival.save()
        return try_save(form, request)

    monkeypatch.setattr(SignupForm, "try_save", late)
    return rival


def test_of_two_who_want_one_handle_at_once_the_second_is_told(client: Client, rival: Account) -> None:
    answer = client.post("/accounts/signup/", DORA | {"email": "other@example.org"})
    assert "“dora” is taken. Still free: dora-music" in words(answer)
    assert 'value="other@example.org"' in answer.content.decode()
    assert list(Account.objects.all()) == [rival]
    assert not EmailAddress.objects.exists()
    assert mail.outbox == []
    again = client.post("/accounts/signup/", DORA | {"email": "other@example.org", "username": "dora-music"})
    assert again.status_code == 302
    assert Account.objects.filter(username="dora-music").exists()


def test_of_two_with_one_address_at_once_the_second_learns_it_by_letter_only(client: Client, rival: Account) -> None:
    """Being overtaken tells no more about who has an account than being late."""
    answer = client.post("/accounts/signup/", DORA | {"username": "dora2"}, follow=True)
    assert "We have sent you a link" in words(answer)
    assert list(Account.objects.all()) == [rival]
    assert "You have one already" in str(mail.outbox[-1].body)


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(alma: Account) -> None:
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": "Alma@example.org"})
    link = link_in_mail()
    form = browser.get(link, follow=True)
    place = form.redirect_chain[-1][0]
    done = browser.post(
        place, {"password1": "quite another password", "password2": "quite another password"}, follow=True
    )
    assert done.status_code == 200
    assert Client().post("/accounts/login/", {"login": "alma", "password": PASSWORD}).status_code == 200
    assert Client().post("/accounts/login/", {"login": "alma", "password": "quite another password"}).status_code == 302
    assert "This link is over" in words(Client().get(link, follow=True))


def test_guessing_passwords_is_slowed_down(alma: Account) -> None:
    guesses = [Client().post("/accounts/login/", {"login": "alma", "password": f"guess number {n}"}) for n in range(6)]
    assert "do not fit together" in words(guesses[0])
    assert "Too many attempts with this name failed" in words(guesses[-1])
    right = Client().post("/accounts/login/", {"login": "alma", "password": PASSWORD})
    assert "Too many attempts with this name failed" in words(right)
    another_way = Client().post("/accounts/login/", {"login": alma.email, "password": PASSWORD})
    assert another_way.status_code == 302, "others' guesses keep nobody out"


def test_a_second_step_is_asked_for_where_it_was_set_up(alma: Account) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(alma, secret)
    browser = Client()
    asked = browser.post("/accounts/login/", {"login": "alma", "password": PASSWORD}, follow=True)
    assert "One more step" in words(asked)
    assert browser.get("/settings").status_code == 302
    wrong = browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "That code is not right" in words(wrong)
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert browser.get("/settings").status_code == 200


def test_setting_up_an_app_gives_recovery_codes_that_work_once(lately: Client, alma: Account) -> None:
    page = lately.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'id="authenticator_secret"[^>]* value="([A-Z2-7]+)"', page)
    assert found is not None
    code = totp.format_hotp_value(totp.hotp_value(found[1], next(iter(totp.yield_hotp_counters_from_time()))))
    shown = lately.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)
    codes = re.findall(r"<code>(\w+)</code>", shown.content.decode())
    assert len(codes) == 10
    assert Authenticator.objects.filter(user=alma).count() == 2
    for attempt, within in [(codes[0], True), (codes[0], False)]:
        browser = Client()
        browser.post("/accounts/login/", {"login": "alma", "password": PASSWORD})
        browser.post("/accounts/2fa/authenticate/", {"code": attempt})
        assert (browser.get("/settings").status_code == 200) is within


def test_sessions_are_listed_and_the_others_ended(alma: Account) -> None:
    here, there = (
        Client(headers={"User-Agent": FIREFOX}),
        Client(headers={"User-Agent": "curl/8"}, REMOTE_ADDR="203.0.113.77"),
    )
    for client in (here, there):
        client.post("/accounts/login/", {"login": "alma", "password": PASSWORD})
        client.get("/settings")
    page = words(here.get("/accounts/sessions/"))
    assert "Firefox, Linux" in page
    assert "curl/8" in page
    assert "203.0.113.0" in page
    assert {row.ip for row in UserSession.objects.all()} == {"203.0.113.0", "127.0.0.0"}
    here.post("/accounts/sessions/")
    assert there.get("/settings").status_code == 302
    assert here.get("/settings").status_code == 200


@pytest.mark.parametrize(
    ("address", "kept"), [("203.0.113.77", "203.0.113.0"), ("2001:db8:1234:5678::9", "2001:db8:1234::"), ("::1", "::")]
)
def test_of_an_address_only_the_network_is_kept(address: str, kept: str) -> None:
    assert network(address) == kept


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605 Version/18.4 Safari/604",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named_as_people_call_it(agent: str, name: str) -> None:
    assert browser(agent) == name


def test_the_operator_s_pages_have_the_same_door(client: Client, alma: Account, as_alma: Client) -> None:
    assert client.get("/operator/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/?next=")
    assert as_alma.get("/operator/", follow=True).status_code == 403
    Account.objects.update(is_staff=True, is_superuser=True)
    assert as_alma.get("/operator/").status_code == 200


def test_without_a_mail_server_the_link_can_be_copied_from_the_log(caplog: pytest.LogCaptureFixture) -> None:
    link = "http://localhost:8000/accounts/confirm-email/" + "x" * 120 + "/"
    with caplog.at_level(logging.WARNING):
        PrintedMail().send_messages([EmailMessage("Konfirmación", f"Olá:\n\n{link}\n", to=["alma@example.org"])])
    printed = caplog.messages[0].splitlines()
    assert link in printed
    assert "Subject: Konfirmación" in printed
    assert "To:      alma@example.org" in printed


ENTRANCE = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/confirm-email/",
    "/accounts/password/reset/done/",
    "/accounts/inactive/",
]
INSIDE = [
    "/settings",
    "/settings/handle",
    "/settings/tokens",
    "/settings/data",
    "/settings/delete",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


@pytest.mark.parametrize("path", [*ENTRANCE, *INSIDE])
def test_every_page_is_ours_and_keeps_to_the_strict_policy(client: Client, lately: Client, path: str) -> None:
    answer = (client if path in ENTRANCE else lately).get(path)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'class="masthead"' in page
    assert page.count("<h1") == 1
    scripts = re.findall(r"<script\b[^>]*>", page)
    assert [tag for tag in scripts if "src=" not in tag and 'type="application/json"' not in tag] == []
    assert not re.findall(r"\s(?:style|on\w+)=", page)
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
