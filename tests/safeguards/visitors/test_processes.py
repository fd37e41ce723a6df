"""Processes that count apart know of one another soon; what could not be told is told later."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tenuto.accounts.models import Account
from tenuto.rules.budgets import Limits, Reason
from tenuto.safeguards.visitors import books, counts_in_database, stops
from tenuto.safeguards.visitors.counts import Told
from tenuto.safeguards.visitors.exchange import counts
from tenuto.safeguards.visitors.meter import Meter, meter
from tenuto.safeguards.visitors.models import Acquaintance, Stopped, Taking
from tenuto.server.checkup import counted
from tests.audio.sounding import SECONDS, press_play, public
from tests.safeguards.visitors.listening import ADDRESS, Clock, catalogue, fetch, guest, sound_of
from tests.safeguards.visitors.redis_server import RedisServer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("where", ["database", "redis"])
def test_two_processes_count_together(
    where: str, alma: Account, narrow: Limits, clock: Clock, settings: Any, request: pytest.FixtureRequest
) -> None:
    settings.REDIS = request.getfixturevalue("redis").address if where == "redis" else ""
    tracks = catalogue(alma, 3)
    other = Meter()
    now = clock.at.timestamp()
    for track in tracks[:2]:
        wish = books.Wish(track.pk, SECONDS, SECONDS)
        assert other.take(other.asker(ADDRESS, "", now), None, wish, now)
    other.exchange(clock.at)
    assert fetch(guest(), tracks[2]).status_code == 200, "not told yet"
    meter.exchange(clock.at)
    assert fetch(guest(), tracks[1]).status_code == 200, "taken already"
    assert fetch(guest(), public(alma, "Piece 4")).status_code == 429
    takers = counts().most(clock.at.date(), 10)
    assert sum(each.taken_seconds for each in takers if each.who != books.POOL) == pytest.approx(3 * SECONDS, rel=0.1)
    assert not any(ADDRESS in each.who for each in takers)


def test_an_error_of_the_database_loses_no_count_and_no_stop(
    alma: Account, narrow: Limits, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = [fetch(guest(), track).status_code for track in catalogue(alma, 3)]
    assert statuses == [200, 200, 429]

    def fails(*_: object) -> None:
        raise OperationalError("locked")

    with monkeypatch.context() as broken:
        for module in (counts_in_database, stops):
            broken.setattr(module, "add", fails)
        meter.exchange(clock.at)
    assert (Taking.objects.count(), Stopped.objects.count()) == (0, 0)
    meter.exchange(clock.at)
    network = Taking.objects.filter(who__startswith="n")
    assert [row.taken_seconds for row in network] == pytest.approx([SECONDS] * 2, rel=0.1)
    assert Stopped.objects.get().times == 1


def test_while_redis_is_away_each_process_weighs_alone_and_tells_it_later(
    redis: RedisServer, alma: Account, narrow: Limits, clock: Clock, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS = redis.address
    tracks = catalogue(alma, 4)
    redis.stop()
    with caplog.at_level("INFO", "tenuto.safeguards.visitors.meter"):
        assert fetch(guest(), tracks[0]).status_code == 200
        meter.exchange(clock.at)
        assert fetch(guest(), tracks[1]).status_code == 200, "nobody is refused because a store is away"
        assert fetch(guest(), tracks[2]).status_code == 429, "and nobody has more of one process than the day allows"
        meter.exchange(clock.at)
        redis.start()
        meter.exchange(clock.at)  # what had been waiting
        meter.exchange(clock.at)  # what came since
    said = [record.levelname for record in caplog.records if record.name.startswith("tenuto.")]
    assert said == ["WARNING", "INFO"], "once each, not every second"
    (network,) = (each for each in counts().most(clock.at.date(), 10) if each.who.startswith("n"))
    assert network.taken_seconds == pytest.approx(2 * SECONDS, rel=0.1)
    assert Stopped.objects.get().times == 1, "what was stopped stands in the database, wherever counts are"


def test_tenuto_check_says_where_counts_are_and_when_they_do_not_answer(
    redis: RedisServer, settings: Any, db: None
) -> None:
    assert counted() == ("counts", True, "in the database")
    settings.REDIS = redis.address
    assert counted() == ("counts", True, "in Redis")
    redis.stop()
    what, well, words = counted()
    assert (what, well) == ("counts", False)
    assert "each process weighs visitors alone" in words
    settings.REDIS = "redis://localhost:not-a-port/0"
    assert counted()[1] is False, "as wrong an address is said, and stops nothing"


def test_whose_browser_it_is_is_told_as_of_today_even_when_it_is_the_first_thing(
    alma: Account, bo: Account, as_bo: Client, clock: Clock
) -> None:
    as_bo.defaults["REMOTE_ADDR"] = ADDRESS
    press_play(as_bo, public(alma))
    meter.exchange(clock.at)
    assert Acquaintance.objects.get().day == clock.at.date()


def test_what_was_taken_before_midnight_is_told_as_of_its_own_day(alma: Account, narrow: Limits, clock: Clock) -> None:
    fetch(guest(), public(alma))
    clock.goes(24 * 3600)
    fetch(guest(), public(alma, "Tomorrow"))
    meter.exchange(clock.at)
    meter.exchange(clock.at)
    days = set(Taking.objects.values_list("day", flat=True))
    assert days == {clock.at.date() - timedelta(days=1), clock.at.date()}


def test_the_next_day_begins_anew(alma: Account, narrow: Limits, clock: Clock) -> None:
    tracks = catalogue(alma, 6)
    assert [fetch(guest(), track).status_code for track in tracks[:3]] == [200, 200, 429]
    clock.goes(24 * 3600)
    assert fetch(guest(), tracks[2]).status_code == 200


def test_cookies_made_up_by_the_hundred_fill_no_table(alma: Account, narrow: Limits, clock: Clock) -> None:
    track = public(alma)
    for number in range(20):
        client = guest()
        client.cookies["tenuto_listener"] = f"made-up-{number:020}"
        assert client.get(sound_of(track), headers={"range": "bytes=5000-5001"}).status_code == 206
    meter.exchange(clock.at)
    assert Taking.objects.count() == 1, "the network's"


def test_a_browser_another_process_knows_is_soon_known_here(
    alma: Account, bo: Account, as_bo: Client, narrow: Limits, clock: Clock
) -> None:
    Account.objects.filter(pk=bo.pk).update(date_joined=clock.at - timedelta(days=10))
    tracks = catalogue(alma, 5)
    as_bo.defaults["REMOTE_ADDR"] = ADDRESS
    press_play(as_bo, tracks[0])
    meter.exchange(clock.at)
    meter.forget()  # another process: it never saw Bo press play
    assert [fetch(as_bo, track).status_code for track in tracks[:3]] == [200, 200, 429], "a guest, so far"
    meter.exchange(clock.at)
    assert [fetch(as_bo, track).status_code for track in tracks[2:]] == [200, 200, 200]


def test_what_could_not_be_written_is_tried_again_by_itself(
    alma: Account, clock: Clock, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it is stops alone, as in a process that hands out pages."""
    one = Meter()
    one.note_stop(one.asker(ADDRESS, "", clock.at.timestamp()), Reason.PAGES, None, "curl", clock.at)
    wound: list[bool] = []
    monkeypatch.setattr(one, "_wind", lambda: wound.append(True))
    monkeypatch.setattr(connection, "close", lambda: None)  # here it is the test's own

    def fails(*_: object) -> None:
        raise OperationalError("locked")

    with monkeypatch.context() as broken:
        broken.setattr(stops, "add", fails)
        one._exchange_apart()
    assert wound == [True]
    one._exchange_apart()
    assert (wound, Stopped.objects.get().times) == ([True], 1)


def test_a_store_that_stays_away_fills_no_memory(alma: Account, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenuto.safeguards.visitors.meter.MOST_KNOWN", 3)
    monkeypatch.setattr("tenuto.safeguards.visitors.meter.MOST_NAMED", 3)
    one, now = Meter(), clock.at.timestamp()
    for number in range(9):
        one.learn(one.asker(ADDRESS, f"b{number}", now), books.Known(f"a{number}", True))
    assert [len(each) for each in (one._known, one._sums.known)] == [3, 3]
    told = Told({}, {f"p{number}": books.Known(f"a{number}", True) for number in range(9)})
    one._waiting.append(one._sums)
    one._hear_of(one._sums, told)
    assert list(one._known) == ["p6", "p7", "p8"]

    def fails(*_: object) -> None:
        raise OperationalError("locked")

    monkeypatch.setattr(stops, "add", fails)
    for number in range(9):
        one.note_stop(one.asker(f"203.0.113.{number}", "", now), Reason.PACE, None, "curl", clock.at)
        one.exchange(clock.at)
    assert sorted(times for times, _agent, _at in one._stops.of_askers.values()) == [1, 1, 1, 6]
