"""Where people stop, and which days are over."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules import tables
from tenuto.rules.statistics import STEPS, Period, added, last_settled, period_until, still_there

counts = st.lists(st.integers(0, 50), min_size=STEPS, max_size=STEPS)


@given(counts)
def test_nobody_comes_back_who_has_stopped(stopped: list[int]) -> None:
    shares = still_there(stopped)
    assert len(shares) == STEPS
    assert all(0 <= share <= 1 for share in shares)
    assert shares == sorted(shares, reverse=True)


def test_whoever_stops_in_a_step_is_gone_at_its_end_and_the_last_step_is_the_end() -> None:
    stopped = [0] * STEPS
    stopped[0], stopped[24], stopped[-1] = 1, 1, 2
    shares = still_there(stopped)
    assert (shares[0], shares[23], shares[24], shares[-1]) == (0.75, 0.75, 0.5, 0.5)
    assert still_there([0] * STEPS) == [0.0] * STEPS


@given(counts, counts)
def test_days_are_added_step_by_step(one: list[int], other: list[int]) -> None:
    assert added([one, other]) == [a + b for a, b in zip(one, other, strict=True)]
    assert added([one, []]) == one


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1970 < at.year < 9000))
def test_a_day_is_settled_only_when_the_longest_listen_that_began_on_it_is(at: datetime) -> None:
    day = last_settled(at)
    _first, end = Period(day, day).moments
    assert end + timedelta(days=1, minutes=30) < at
    assert at - end < timedelta(days=2, hours=3)


def test_a_period_has_as_many_days_as_were_asked_for() -> None:
    period = period_until(date(2026, 3, 1), 28)
    assert (period.first, period.last, len(period.days)) == (date(2026, 2, 2), date(2026, 3, 1), 28)
    assert period.moments == (datetime(2026, 2, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_no_cell_of_a_table_is_a_formula(words: str) -> None:
    (row,) = csv.reader(io.StringIO(tables.line(["a", words]), newline=""))
    assert row[1][:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert row[1].removeprefix("'") == words.removeprefix("'")
