"""Numbers that short tracks can reach, and time as a test has it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tenuto.rules.budgets import Allowance, Limits, Pace
from tenuto.safeguards.visitors import books
from tests.safeguards.visitors.listening import Clock
from tests.safeguards.visitors.redis_server import RedisServer, redis_server


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """Numbers that tracks of 40 seconds can reach."""
    limits = replace(
        Limits(),
        person=Pace(120.0, 2.0),
        network=Pace(800.0, 10.0),
        member=Pace(400.0, 2.0),
        guests=Allowance(100.0, 200.0),
        members=Allowance(300.0, 600.0),
        silent_seconds=60.0,
        pool_seconds=80.0,
    )
    monkeypatch.setattr(books, "limits_of_this_server", lambda: limits)
    return limits


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """It may be slow on a machine that has much to do; only one that is gone is away."""
    pytest.importorskip("redis")
    monkeypatch.setattr("tenuto.safeguards.visitors.counts_in_redis.TIMEOUT_SECONDS", 60.0)
    with redis_server() as server:
        yield server
