"""Passkeys in a real browser, with an authenticator that Chromium pretends to have."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tenuto.accounts.models import Account
from tests.passkeys import IN_A_BROWSER, a_chromium, with_fingerprint_reader
from tests.people import PASSWORD, person

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with a_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page whose computer has a fingerprint reader. Passkeys need a name, so the server is `localhost`."""
    context = chromium.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    with_fingerprint_reader(page)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def alma(transactional_db: None) -> Account:
    return person("alma", "Alma Ferreira")


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/?next=/settings")
    page.get_by_label("Handle or e-mail").fill("alma")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_hidden()


def make_passkey(page: Page, alone: bool) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("What to call it").fill("My laptop")
    page.get_by_label("Sign in with it alone").set_checked(alone)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()


def test_with_a_passkey_one_signs_in_without_a_password(page: Page, alma: Account) -> None:
    sign_in(page)
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()
    make_passkey(page, alone=True)
    assert {row.type for row in Authenticator.objects.filter(user=alma)} == {"webauthn", "recovery_codes"}
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("My laptop").first).to_be_visible()
    sign_out(page)
    page.goto("/accounts/login/?next=/settings")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()


def test_a_security_key_is_the_second_step(page: Page, alma: Account) -> None:
    sign_in(page)
    make_passkey(page, alone=False)
    sign_out(page)
    sign_in(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey or security key").click()
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()


def test_a_device_that_says_no_is_told_in_words(page: Page, alma: Account) -> None:
    page.goto("/accounts/login/")
    expect(page.get_by_text("your device or browser stopped it")).to_be_hidden()
    page.evaluate("() => { navigator.credentials.get = async () => { throw new DOMException('', 'NotAllowedError') } }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("your device or browser stopped it")).to_be_visible()
