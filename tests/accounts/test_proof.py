"""A second factor that was shown once is none for whoever saw it; what is no factor at all is refused in words."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from tenuto.accounts.models import Account
from tests.people import PASSWORD


def code_of(alma: Account) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(alma, secret)
    return str(totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())))))


def within(code: str) -> bool:
    browser = Client()
    browser.post("/accounts/login/", {"login": "alma", "password": PASSWORD})
    browser.post("/accounts/2fa/authenticate/", {"code": code})
    return browser.get("/settings").status_code == 200


@pytest.mark.parametrize("typed", ["{code}", "{code} ", "{spaced}"])
def test_a_code_lets_in_once_for_as_long_as_it_is_right(alma: Account, typed: str) -> None:
    code = code_of(alma)
    assert within(code)
    # allauth forgets a code after half a minute; with its tolerance it is right for a minute and a half.
    cache.delete(f"allauth.mfa.totp.used?user={alma.pk}&code={code}")
    assert not within(typed.format(code=code, spaced=f"{code[:3]} {code[3:]}"))


@pytest.mark.parametrize("credential", ["{}", "[]", "7", '"x"', '{"id": "x"}', '{"id": 1, "rawId": 2}', "null"])
def test_what_is_no_passkey_lets_nobody_in_and_breaks_nothing(alma: Account, credential: str) -> None:
    code_of(alma)
    browser = Client()
    assert browser.post("/accounts/2fa/webauthn/login/", {"credential": credential}).status_code in {200, 302}
    browser.post("/accounts/login/", {"login": "alma", "password": PASSWORD})
    assert browser.post("/accounts/2fa/authenticate/", {"credential": credential}).status_code == 200
    assert browser.get("/settings").status_code == 302
