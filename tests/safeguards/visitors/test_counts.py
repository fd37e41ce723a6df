"""Whichever store carries the counts, processes hear the same of one another: one contract, two stores."""

from collections import defaultdict
from datetime import date, timedelta
from importlib import import_module
from itertools import count
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tenuto.safeguards.visitors.books import POOL, Known
from tenuto.safeguards.visitors.counts import Counts, CountsAway, Sums, Taker
from tenuto.safeguards.visitors.exchange import counts
from tests.safeguards.visitors.redis_server import RedisServer

pytestmark = pytest.mark.django_db

BEGAN = date(2026, 11, 1)
WHOS = [POOL, "a7", *(f"{kind}{letter * 40}" for kind in "nip" for letter in "abc")]
# Quarters of a second, so that sums are exact in whichever order they are made.
SECONDS = st.integers(0, 4_000).map(lambda quarters: quarters / 4)
TAKINGS = st.lists(st.tuples(st.sampled_from(WHOS), st.integers(1, 5), SECONDS, SECONDS), max_size=8)
KNOWN = st.dictionaries(
    st.sampled_from(WHOS[2:]), st.builds(Known, st.integers(1, 9).map("a{}".format), st.booleans()), max_size=3
)
_numbers = count()


class Exchanges(RuleBasedStateMachine):
    """Any number of processes tell what they counted, on two days; the model is a dictionary."""

    store: Counts

    def __init__(self) -> None:
        super().__init__()
        number = next(_numbers)  # each example has days and people of its own: stores keep what others wrote
        self.days = [BEGAN + timedelta(days=2 * number + each) for each in (0, 1)]
        self.mark = f"{number:04}"
        self.takings: dict[tuple[date, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self.heard: dict[tuple[date, str], float] = defaultdict(float)
        self.known: dict[str, Known] = {}

    @rule(day=st.integers(0, 1), takings=TAKINGS, known=KNOWN, strangers=st.sets(st.sampled_from(WHOS[2:]), max_size=4))
    def exchange(
        self, day: int, takings: list[tuple[str, int, float, float]], known: dict[str, Known], strangers: set[str]
    ) -> None:
        sums = Sums(self.days[day])
        for who, track_id, taken, heard in takings:
            sums.add(who, track_id, taken, heard)
            self.takings[sums.day, who][track_id] += taken
            self.heard[sums.day, who] += heard
        sums.known = {self._own(who): each for who, each in known.items()}
        self.known |= sums.known
        unknown = {self._own(who) for who in strangers}
        told = self.store.exchange(sums, unknown)
        for who in sums.askers() | {POOL}:
            assert told.books.get(who, ({}, 0.0)) == (self._taken(sums.day, who), self.heard[sums.day, who])
        assert told.books.keys() <= sums.askers() | {POOL}
        assert told.known == {who: self.known[who] for who in unknown & self.known.keys()}

    @rule(day=st.integers(0, 1), size=st.integers(1, 4))
    def most(self, day: int, size: int) -> None:
        at = self.days[day]
        every = [
            Taker(who, sum(self._taken(at, who).values()), self.heard[at, who], len(self._taken(at, who)))
            for which, who in self.takings
            if which == at and self._taken(at, who)
        ]
        found = self.store.most(at, size)
        assert [each.taken_seconds for each in found] == sorted((each.taken_seconds for each in every), reverse=True)[
            :size
        ]
        assert all(each in every for each in found)

    def _own(self, who: str) -> str:
        return who[:1] + self.mark + who[5:]

    def _taken(self, day: date, who: str) -> dict[int, float]:
        return {track_id: taken for track_id, taken in self.takings[day, who].items() if taken}


def test_processes_hear_the_sum_of_what_all_have_told(store: Counts) -> None:
    machine = type("Machine", (Exchanges,), {"store": store})
    run_state_machine_as_test(
        machine, settings=hypothesis_settings(max_examples=15, stateful_step_count=12, deadline=None)
    )


def test_more_askers_than_fit_one_step_are_all_told(store: Counts) -> None:
    sums = Sums(BEGAN)
    for number in range(1_203):
        sums.add(f"n{number:040}", 1, 2.5, 0.0)
    assert {who: tracks for who, (tracks, _heard) in store.exchange(sums, set()).books.items()} == {
        f"n{number:040}": {1: 2.5} for number in range(1_203)
    }


def test_an_answer_that_was_lost_is_asked_for_again_and_counts_once(redis: RedisServer, settings: Any) -> None:
    settings.REDIS = redis.address
    sums = Sums(BEGAN)
    for number in range(700):
        sums.add(f"n{number:040}", 1, 0.1, 0.2)
    first = counts().exchange(sums, set())
    assert counts().exchange(sums, set()) == first
    assert first.books["n" + "0" * 40] == ({1: 0.1}, 0.2)


def test_everything_in_redis_ends_by_itself(redis: RedisServer, settings: Any) -> None:
    settings.REDIS = redis.address
    sums = Sums(BEGAN, known={"p" + "a" * 40: Known("a7", True)})
    sums.add("n" + "a" * 40, 1, 2.0, 1.0)
    counts().exchange(sums, {"p" + "b" * 40})
    with import_module("redis").Redis.from_url(redis.address) as line:
        lives = {key: line.ttl(key) for key in line.scan_iter()}
    assert len(lives) == 4
    assert all(0 < seconds <= 2 * 24 * 3600 for seconds in lives.values()), lives


def test_a_redis_that_is_away_is_an_error_of_ours(redis: RedisServer, settings: Any) -> None:
    settings.REDIS = redis.address
    redis.stop()
    with pytest.raises(CountsAway):
        counts().exchange(Sums(BEGAN), set())
    with pytest.raises(CountsAway):
        counts().most(BEGAN, 3)


@pytest.fixture(params=["database", "redis"])
def store(request: pytest.FixtureRequest, settings: Any) -> Counts:
    settings.REDIS = request.getfixturevalue("redis").address if request.param == "redis" else ""
    return counts()
