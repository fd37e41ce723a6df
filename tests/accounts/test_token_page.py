import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts import tokens
from tenuto.accounts.forms import MAX_TOKENS
from tenuto.accounts.models import AccessToken, Account
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_token_is_shown_once_and_works(lately: Client, alma: Account) -> None:
    made = lately.post("/settings/tokens", {"name": "My <b>player</b>", "days": "30"})
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    found = re.search(r'value="(tenuto_[a-z0-9]{32})"', made.content.decode())
    assert found is not None
    secret = found[1]
    assert tokens.owner_of(secret, at=timezone.now()) == alma
    assert tokens.owner_of(secret, at=timezone.now() + timedelta(days=30, minutes=1)) is None
    listed = lately.get("/settings/tokens").content.decode()
    assert secret not in listed
    assert "My &lt;b&gt;player&lt;/b&gt;" in listed
    assert secret[: len("tenuto_") + 4] in listed


def test_a_token_is_made_only_by_who_has_lately_shown_who_they_are(as_alma: Client, alma: Account) -> None:
    answer = as_alma.post("/settings/tokens", {"name": "player", "days": "0"})
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    assert not AccessToken.objects.exists()


def test_after_typing_the_password_one_is_where_one_was_going(as_alma: Client, alma: Account) -> None:
    asked = as_alma.post("/settings/tokens", {"name": "player", "days": "0"})
    made = as_alma.post(asked["Location"], {"password": PASSWORD}, follow=True)
    assert "tenuto_" in made.content.decode()
    assert AccessToken.objects.get().name == "player"


def test_revoked_is_revoked_at_once(as_alma: Client, as_bo: Client, alma: Account) -> None:
    token, secret = tokens.issue(alma, "player", None)
    assert as_bo.post(f"/settings/tokens/{token.pk}/revoke").status_code == 404
    assert tokens.owner_of(secret, at=timezone.now()) == alma
    assert as_alma.post(f"/settings/tokens/{token.pk}/revoke").status_code == 302
    assert tokens.owner_of(secret, at=timezone.now()) is None
    assert as_alma.post(f"/settings/tokens/{token.pk}/revoke").status_code == 404


def test_one_has_so_many_tokens_and_no_more(lately: Client, alma: Account) -> None:
    for number in range(MAX_TOKENS):
        tokens.issue(alma, str(number), None)
    refused = lately.post("/settings/tokens", {"name": "one more", "days": "0"})
    assert refused.status_code == 422
    assert "Revoke one" in refused.content.decode()


def test_the_list_costs_the_same_with_one_token_or_many(lately: Client, alma: Account) -> None:
    assert queries(lately, alma, 1) == queries(lately, alma, 20)


def queries(client: Client, account: Account, count: int) -> int:
    while account.tokens.count() < count:
        tokens.issue(account, "player", None)
    with CaptureQueriesContext(connection) as seen:
        client.get("/settings/tokens")
    return len(seen)
