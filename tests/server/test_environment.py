"""How the operator's address of a database becomes Django's settings of it."""

from pathlib import Path

import pytest
from django.db import connection

from tenuto.server.environment import database


def options_of(monkeypatch: pytest.MonkeyPatch, address: str) -> dict[str, str]:
    monkeypatch.setenv("TENUTO_DATABASE", address)
    options = database(Path("home"))["OPTIONS"]
    assert isinstance(options, dict)
    return options


def test_postgresql_answers_pages_at_once_and_by_itself_unless_the_address_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pooler that knows no such options is given none by an empty `options=`."""
    for_pages = "-c jit=off -c max_parallel_workers_per_gather=0"
    assert options_of(monkeypatch, "postgresql://a@b/c") == {"options": for_pages}
    assert options_of(monkeypatch, "postgresql://a@b/c?sslmode=require") == {"options": for_pages, "sslmode": "require"}
    assert options_of(monkeypatch, "postgresql://a@b/c?options=") == {"options": ""}
    assert options_of(monkeypatch, "postgresql://a@b/c?options=-c%20jit%3Don") == {"options": "-c jit=on"}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="these are PostgreSQL's")
@pytest.mark.parametrize(("name", "value"), [("jit", "off"), ("max_parallel_workers_per_gather", "0")])
def test_every_connection_is_set_so(db: None, name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        assert cursor.fetchone() == (value,)
