from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts import tokens
from tenuto.accounts.models import AccessToken, Account

pytestmark = pytest.mark.django_db


def test_a_token_speaks_for_whoever_made_it(alma: Account, bo: Account) -> None:
    _, secret = tokens.issue(alma, "player", None)
    tokens.issue(bo, "player", None)
    assert tokens.account_of(carrying(f"Bearer {secret}")) == alma


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer tenuto_guess", "Basic {secret}", "{secret}", "Bearer {secret}x"]
)
def test_nothing_but_the_whole_secret_speaks_for_anybody(alma: Account, header: str) -> None:
    _, secret = tokens.issue(alma, "player", None)
    assert tokens.account_of(carrying(header.format(secret=secret))) is None


def test_the_secret_is_nowhere_in_the_database(alma: Account) -> None:
    _, secret = tokens.issue(alma, "player", None)
    row = AccessToken.objects.values().get()
    assert row["digest"] == tokens.digest_of(secret)
    assert not [value for value in row.values() if secret in str(value)]
    assert secret.removeprefix(tokens.PREFIX).startswith(row["hint"])
    assert len(row["hint"]) == 4


def test_a_token_ends_at_its_hour(alma: Account) -> None:
    now = timezone.now()
    _, secret = tokens.issue(alma, "player", now + timedelta(hours=1))
    assert tokens.owner_of(secret, at=now + timedelta(minutes=59)) == alma
    assert tokens.owner_of(secret, at=now + timedelta(hours=1)) is None


def test_the_token_of_a_locked_account_is_refused(alma: Account) -> None:
    _, secret = tokens.issue(alma, "player", None)
    assert tokens.owner_of(secret, at=timezone.now()) == alma
    Account.objects.filter(id=alma.id).update(is_active=False)
    assert tokens.owner_of(secret, at=timezone.now()) is None


def test_use_is_noted_at_most_once_a_minute(alma: Account) -> None:
    token, secret = tokens.issue(alma, "player", None)
    start = timezone.now()
    for seconds, noted in [(0, 0), (59, 0), (60, 60), (119, 60), (500, 500)]:
        tokens.owner_of(secret, at=start + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == start + timedelta(seconds=noted)


def test_most_requests_with_a_token_read_one_row_and_write_none(alma: Account) -> None:
    _, secret = tokens.issue(alma, "player", None)
    tokens.account_of(carrying(f"Bearer {secret}"))
    with CaptureQueriesContext(connection) as queries:
        tokens.account_of(carrying(f"Bearer {secret}"))
    assert len(queries) == 1


def carrying(authorization: str) -> HttpRequest:
    return RequestFactory().get("/", headers={"Authorization": authorization})
