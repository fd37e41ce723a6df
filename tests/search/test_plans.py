"""How SQLite goes about a search: it begins with the words, and looks up the rows of what they found.

Begun elsewhere, a search finds the same and takes longer the more there is: 25 s among 200,000 tracks.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.library.releases import change as releases
from tenuto.rules.playlists import Openness
from tenuto.rules.visibility import Visitor
from tenuto.search import find
from tenuto.search.asked import Asked
from tenuto.search.find import Narrowing, search
from tenuto.search.spelling import learn
from tests.library.listing import playlist, public, release

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans anew for what there is"),
]

BY_WORDS = re.compile(r"SCAN search_\w+ VIRTUAL TABLE INDEX \d+:.*M")  # M: by what must match (SQLite's fts5_main.c)
OF_A_LIST = re.compile(r"SCAN json_each VIRTUAL TABLE")


@pytest.fixture(autouse=True, params=["walking", "gathering"])
def two_at_once(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    """Three are enough to go on asking the index and the rows together, in either way."""
    monkeypatch.setattr(find, "AT_ONCE", 2)
    monkeypatch.setattr(find, "_are_few", lambda numbers: request.param == "gathering")
    find._walks.cache_clear()
    yield
    find._walks.cache_clear()


@pytest.fixture
def harbours(alma: Account) -> None:
    """Three of each kind, by names that have the same words."""
    for last in "abc":
        track = public(alma, f"Harbour 5 {last}")
        playlist(alma, track, title=f"Harbour 5 {last}", openness=Openness.PUBLIC)
        album = release(alma, track, title=f"Harbour 5 {last}")
        releases.publish(album, None, timezone.now(), with_sketches=False)
    learn(timezone.now())


@pytest.mark.parametrize("typed", ["harbour", "harbour 5", "harb", "harbuor"])
@pytest.mark.parametrize("is_member", [True, False])
@pytest.mark.parametrize(
    "narrowing",
    [Narrowing(), Narrowing(licence="cc-by"), Narrowing(seconds_from=60, seconds_to=600)],
    ids=["all", "of-a-licence", "of-a-length"],
)
def test_a_search_begins_with_the_words_and_goes_through_no_table(
    harbours: None, bo: Account, typed: str, is_member: bool, narrowing: Narrowing
) -> None:
    visitor = Visitor(account_id=bo.pk if is_member else None, country="DE")
    questions = asked_by(lambda: search(Asked(typed), visitor, timezone.now(), narrowing=narrowing))
    assert any("MATCH" in sql and '"tracks_track"' in sql for sql, _steps in questions), (
        "the two were not asked together"
    )
    for sql, steps in questions:
        if "MATCH" in sql:
            assert BY_WORDS.match(steps[0]), f"{sql}\nbegins with {steps[0]}"
        gone_through = [step for step in steps if step.startswith("SCAN")]
        assert [step for step in gone_through if not (BY_WORDS.match(step) or OF_A_LIST.match(step))] == [], sql


def asked_by(ask: Callable[[], object]) -> list[tuple[str, list[str]]]:
    """Each question that is asked of the database, and the steps in which SQLite answers it, from the first on."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return [(sql, steps_of(sql, params)) for sql, params in asked]


def steps_of(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [str(words) for _id, _parent, _unused, words in cursor.fetchall()]
