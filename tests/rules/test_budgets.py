"""Nobody takes much more music than time passes, and whoever listens is never in the way of a budget."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.budgets import (
    YES,
    Allowance,
    Level,
    Limits,
    Pace,
    Reason,
    Taken,
    believed,
    by_collection,
    by_pace,
    by_spread,
    filled,
    poured,
    wait_seconds,
)

LIMITS = Limits()
seconds = st.floats(0, 5_000, allow_nan=False)
steps = st.lists(st.tuples(st.floats(0, 600), st.floats(0.1, 300)), max_size=60)
paces = st.builds(Pace, st.floats(10, 10_000), st.floats(0.1, 100))


@given(paces, steps)
def test_nobody_takes_more_than_the_burst_and_what_time_brings(pace: Pace, asked: list[tuple[float, float]]) -> None:
    """However you ask, and in whatever pieces: what leaves is at most a burst, the time that passed, and one piece."""
    level, now, taken = Level(), 0.0, 0.0
    for pause, piece in asked:
        now += pause
        if by_pace(Taken(level=level), pace, piece, now):
            level = poured(level, pace, piece, now)
            taken += piece
    largest = max((piece for _, piece in asked), default=0.0)
    assert taken <= pace.burst_seconds + pace.rate * now + largest + 1


@given(paces, steps)
def test_waiting_as_long_as_told_is_enough(pace: Pace, asked: list[tuple[float, float]]) -> None:
    level, now = Level(), 0.0
    for pause, piece in asked:
        now += pause
        now += wait_seconds(level, pace, piece, now)
        assert wait_seconds(level, pace, piece, now) == 0
        level = poured(level, pace, piece, now)


@given(steps)
def test_who_listens_at_the_pace_of_the_music_never_waits(asked: list[tuple[float, float]]) -> None:
    level, now = Level(), 0.0
    for _, piece in asked:
        assert by_pace(Taken(level=level), LIMITS.person, piece, now) == YES
        level = poured(level, LIMITS.person, piece, now)
        now += piece


@given(paces, seconds, seconds, st.floats(0, 10_000))
def test_a_clock_that_is_set_back_gives_nothing(pace: Pace, level: float, now: float, back: float) -> None:
    before = poured(Level(), pace, level, now)
    assert filled(before, pace, now - back) == before.filled


@given(st.lists(st.tuples(st.floats(1, 600), st.floats(0, 600), st.booleans()), max_size=80))
def test_a_day_has_an_end_whatever_is_claimed(asked: list[tuple[float, float, bool]]) -> None:
    """Claims of having heard cannot open more than the day's most."""
    taken = Taken()
    for piece, claim, _ in asked:
        taken = Taken(taken.new_seconds, taken.heard_seconds + claim)
        if by_collection(taken, LIMITS.guests, piece):
            taken = Taken(taken.new_seconds + piece, taken.heard_seconds)
    assert taken.new_seconds <= LIMITS.guests.most_seconds


@given(seconds, seconds, seconds)
def test_more_heard_never_allows_less(unheard: float, heard: float, more: float) -> None:
    allowance = Allowance(unheard, unheard + 5_000)
    assert allowance.seconds(heard) <= allowance.seconds(heard + more)


@given(st.lists(st.floats(1, 60), max_size=120))
def test_whoever_hears_all_they_take_is_stopped_by_the_days_end_alone(pieces: list[float]) -> None:
    taken = Taken()
    for piece in pieces:
        verdict = by_collection(taken, LIMITS.guests, piece)
        assert bool(verdict) == (taken.new_seconds + piece <= LIMITS.guests.most_seconds)
        if verdict:
            assert by_spread(Taken(taken.new_seconds, taken.new_seconds), inf, 0, piece, LIMITS)
            taken = Taken(taken.new_seconds + piece, taken.heard_seconds + piece)


def test_what_was_taken_this_day_already_costs_nothing_again() -> None:
    full = Taken(new_seconds=LIMITS.guests.most_seconds)
    assert by_collection(full, LIMITS.guests, 0.0)
    assert by_collection(full, LIMITS.guests, 1.0).reason is Reason.COLLECTION


def test_the_pool_of_all_who_take_in_silence_is_a_share_of_the_catalogue() -> None:
    silent = Taken(new_seconds=1_200, heard_seconds=120)
    listening = Taken(new_seconds=1_200, heard_seconds=500)
    catalogue = 1_000_000.0
    assert by_spread(silent, 4_000, catalogue, 900, LIMITS)
    assert by_spread(silent, 4_900, catalogue, 900, LIMITS).reason is Reason.SPREAD
    assert by_spread(listening, 4_900, catalogue, 900, LIMITS)
    assert by_spread(Taken(new_seconds=400), 4_900, catalogue, 190, LIMITS), "ten minutes are nobody's concern"
    assert by_spread(silent, 1_000, 0, 700, LIMITS), "a small catalogue has a pool too"


def test_what_was_begun_just_now_is_about_to_be_heard_up_to_a_small_share() -> None:
    begun = Taken(new_seconds=1_100, promised_seconds=LIMITS.promises.burst_seconds)
    assert by_spread(begun, inf, 0, 50, LIMITS), "a class that begins together"
    assert by_spread(begun, inf, 0, 150, LIMITS).reason is Reason.SPREAD, "who only presses play comes to an end too"


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0, 100_000)), max_size=50))
def test_nobody_is_believed_to_have_heard_more_than_time_went_by(claims: list[tuple[float, float]]) -> None:
    level, now, heard = Level(), 0.0, 0.0
    for pause, claim in claims:
        now += pause
        credit = believed(level, claim, LIMITS, now)
        level = poured(level, LIMITS.hearing, credit, now)
        heard += credit
    assert heard <= LIMITS.hearing.burst_seconds + LIMITS.hearing.rate * now + 0.01
