from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import export
from tenuto.accounts.models import Account
from tenuto.audio import count, remember
from tenuto.audio.listeners import Listener
from tenuto.audio.models import Listen
from tenuto.tracks import publish
from tenuto.tracks.models import Track
from tests.library.listing import public, titles, words

pytestmark = pytest.mark.django_db


def heard(track: Track, by: Account, seconds: float = 40, *, ago: timedelta = timedelta()) -> Listen:
    """They pressed play, sound left the server, their player played so much of it."""
    listen = count.begin(track, Listener("their browser", by), count.Circumstances("page"), timezone.now() - ago)
    Listen.objects.filter(pk=listen.pk).update(
        heard_seconds=seconds, delivered_seconds=seconds, last_at=timezone.now() - ago
    )
    return listen


def exported(account: Account) -> list[str]:
    """What the copy of everything says that they heard."""
    items = [item for item in export.items_of(account, timezone.now()) if item.name == "plays.jsonl"]
    return "".join(piece for item in items for piece in item.pieces).splitlines()  # type: ignore[union-attr]  # words


def test_what_was_really_heard_stands_there_the_last_first(as_bo: Client, alma: Account, bo: Account) -> None:
    first, second, pressed, silent = (public(alma, name) for name in ("First", "Second", "Pressed", "Silent"))
    heard(first, bo, ago=timedelta(hours=2))
    heard(second, bo, 42)
    heard(pressed, bo, 3)  # a press on the wrong track
    Listen.objects.filter(pk=heard(silent, bo).pk).update(delivered_seconds=0)  # claimed, and never sent
    page = words(as_bo, "/library/history")
    assert titles(page) == ["Second", "First"]
    assert "0:42 of it" in page


def test_nobody_sees_what_another_heard(as_bo: Client, as_cy: Client, alma: Account, bo: Account) -> None:
    heard(public(alma), bo)
    assert titles(words(as_cy, "/library/history")) == []
    assert as_cy.get("/api/v1/me/history").json()["heard"] == []


def test_what_is_hidden_meanwhile_is_a_number(as_bo: Client, alma: Account, bo: Account) -> None:
    track = public(alma, "Withdrawn")
    heard(track, bo)
    publish.withdraw_to_sketchbook(track, by=alma, at=timezone.now())
    page = words(as_bo, "/library/history")
    assert "Withdrawn" not in page
    assert "1 more on this page is not shared with you now" in page


def test_paused_nothing_is_kept_and_what_was_stays(as_bo: Client, alma: Account, bo: Account) -> None:
    before, meanwhile, after = (public(alma, name) for name in ("Before", "Meanwhile", "After"))
    heard(before, bo)
    as_bo.post("/library/history", {"paused": "yes"})
    assert "Paused: what you hear now is not kept here" in words(as_bo, "/library/history")
    heard(meanwhile, bo)
    as_bo.post("/library/history", {"paused": "no"})
    heard(after, bo)
    assert titles(words(as_bo, "/library/history")) == ["After", "Before"]
    assert len(exported(bo)) == 2
    assert as_bo.post("/library/history", {"paused": "maybe"}).status_code == 400


def test_cleared_is_gone_at_once_from_page_and_copy(as_bo: Client, alma: Account, bo: Account) -> None:
    heard(public(alma), bo)
    assert len(exported(bo)) == 1
    as_bo.post("/library/history/cleared")
    assert titles(words(as_bo, "/library/history")) == []
    assert exported(bo) == []
    heard(public(alma, "Later"), bo)
    assert titles(words(as_bo, "/library/history")) == ["Later"]


def test_who_it_was_is_forgotten_once_no_count_needs_it(alma: Account, bo: Account, cy: Account) -> None:
    """Cleared or heard while paused, a play stays a play, and nothing leads from it to you."""
    track, other = public(alma), public(alma, "Other")
    old = [heard(one, bo, ago=timedelta(hours=1)) for one in (track, track, other)]
    kept = heard(track, cy, ago=timedelta(hours=1))
    remember.clear(bo)
    fresh = heard(track, bo)
    Listen.objects.filter(pk=fresh.pk).update(in_history=False)
    remember.forget(timezone.now())
    remember.forget(timezone.now())
    rows = list(Listen.objects.filter(pk__in=[listen.pk for listen in old]).order_by("pk"))
    assert {(row.account, row.network) for row in rows} == {(None, "")}
    assert rows[0].listener == rows[1].listener  # of one track still one listener, but nobody's
    assert len({row.listener for row in rows} | {"their browser"}) == 3
    assert Listen.objects.get(pk=fresh.pk).account == bo  # within the half hour in which plays count once
    assert Listen.objects.get(pk=kept.pk).account == cy


def test_programs_read_pause_and_clear(as_bo: Client, alma: Account, bo: Account) -> None:
    track = public(alma)
    heard(track, bo)
    answer = as_bo.get("/api/v1/me/history").json()
    assert [(one["track"]["key"], one["heard_seconds"]) for one in answer["heard"]] == [(track.key, 40)]
    paused = as_bo.put("/api/v1/me/history/pause", {"paused": True}, content_type="application/json")
    assert paused.json() == {"paused": True}
    assert as_bo.delete("/api/v1/me/history").status_code == 204
    after = as_bo.get("/api/v1/me/history").json()
    assert (after["paused"], after["heard"]) == (True, [])


@pytest.mark.parametrize("many", [3, 20])
def test_a_page_of_history_costs_the_same_however_much_was_heard(
    as_bo: Client, alma: Account, bo: Account, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        heard(public(alma, f"Track {number}"), bo)
    as_bo.get("/library/history")
    with django_assert_num_queries(7):  # session, account, terms, notices; listens, tracks, whether it is paused
        words(as_bo, "/library/history")
