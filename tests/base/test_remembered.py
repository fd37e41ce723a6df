"""What is counted is counted for all processes, under names that tell nothing, and is forgotten when it is over."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.base import remembered
from tenuto.base.models import Remembered
from tests.server.house import House

pytestmark = pytest.mark.django_db

GUESS = {"login": "alma", "password": "a guess of nine words"}


def test_what_is_counted_stands_in_the_database_without_names_or_addresses(alma: Account) -> None:
    Client(REMOTE_ADDR="203.0.113.7").post("/accounts/login/", GUESS)
    rows = list(Remembered.objects.all())
    assert rows
    for row in rows:
        assert set(row.cache_key) <= set("0123456789abcdef")
        assert len(row.cache_key) == 64
    assert len({row.cache_key for row in rows}) == len(rows)


def test_each_key_is_its_own() -> None:
    names = {remembered.hidden(key, prefix, version) for key in "ab" for prefix in ("", "x") for version in (1, 2)}
    assert len(names) == 8


def test_ordinary_pages_ask_and_write_nothing_of_it(as_alma: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for page in ("/", "/@alma", "/settings"):
            assert as_alma.get(page).status_code == 200
        assert Client().get("/accounts/login/").status_code == 200
    assert asked.captured_queries
    assert not [query for query in asked.captured_queries if "base_remembered" in query["sql"]]


def test_what_is_over_is_forgotten_and_nothing_else() -> None:
    cache.set("once", 1, timeout=60)
    cache.set("longer", 2, timeout=3600)
    assert remembered.forget(timezone.now() + timedelta(minutes=2)) == 1
    assert (cache.get("once"), cache.get("longer")) == (None, 2)


@pytest.mark.slow
def test_one_process_knows_what_another_has_counted(tmp_path: Path) -> None:
    """From the first start on: the table comes with the others."""
    house = House(tmp_path / "home")
    house.make()
    use = "from django.core.cache import cache\n"
    assert house.inside(use + "print(cache.add('tries', 5, 60))") == "True\n"
    assert house.inside(use + "print(cache.add('tries', 6, 60), cache.get('tries'))") == "False 5\n"
