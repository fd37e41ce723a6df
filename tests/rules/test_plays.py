"""What a play is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tenuto.rules.loudness import CEILING_DBTP, MOST_GAIN_DB, TARGET_LUFS, playback_gain_db
from tenuto.rules.plays import (
    MOST_OF_A_NETWORK,
    WINDOW,
    Heard,
    Reason,
    Timeline,
    Verdict,
    believable,
    certain_from_the_start,
    judge,
    needed_seconds,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PLAYED = Heard(started_at=NOON, track_seconds=200, heard_seconds=30, delivered_seconds=60)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, Reason.COUNTED),
        ({"by_owner": True}, Reason.OWNER),
        ({"opened_by_link": True}, Reason.BY_LINK),
        ({"heard_seconds": 0}, Reason.NOT_REPORTED),
        ({"heard_seconds": 29.9}, Reason.TOO_SHORT),
        ({"delivered_seconds": 0}, Reason.NOT_DELIVERED),
        ({"delivered_seconds": 28}, Reason.NOT_DELIVERED),
        ({"last_counted_at": NOON - WINDOW + timedelta(seconds=1)}, Reason.ALREADY_COUNTED),
        ({"last_counted_at": NOON + timedelta(seconds=40)}, Reason.ALREADY_COUNTED),  # in another tab, just now
        ({"last_counted_at": NOON - WINDOW}, Reason.COUNTED),
        ({"others_of_network": MOST_OF_A_NETWORK - 1}, Reason.COUNTED),
        ({"others_of_network": MOST_OF_A_NETWORK}, Reason.ONE_NETWORK),
    ],
)
def test_a_play_is_thirty_seconds_once_in_half_an_hour(change: dict[str, object], reason: Reason) -> None:
    """Thirty seconds make a play; your own listening, bare downloads and repeats within half an hour do not."""
    assert judge(replace(PLAYED, **change)) == Verdict(reason is Reason.COUNTED, reason)  # type: ignore[arg-type]  # each test names its field


def test_of_a_short_track_half_is_enough() -> None:
    """Half of a track shorter than a minute is a play."""
    assert needed_seconds(20) == 10
    short = replace(PLAYED, track_seconds=20, heard_seconds=10, delivered_seconds=10)
    assert judge(short)
    assert not judge(replace(short, heard_seconds=9.9))


@pytest.mark.parametrize(
    ("by_owner", "by_link", "reason"),
    [(True, True, Reason.OWNER), (True, False, Reason.OWNER), (False, True, Reason.BY_LINK), (False, False, None)],
)
def test_what_can_never_count_is_known_at_the_start(by_owner: bool, by_link: bool, reason: Reason | None) -> None:
    assert certain_from_the_start(by_owner, by_link) == reason


@given(st.floats(0, 1e9), st.floats(0, 1e6))
def test_nobody_hears_more_than_time_has_gone_by(claimed: float, elapsed: float) -> None:
    """A player that claims an hour after a minute is believed for little more than the minute."""
    assert 0 <= believable(claimed, elapsed) <= min(claimed, elapsed * 1.1 + 5)


def test_an_honest_player_is_believed() -> None:
    assert believable(30, 30) == 30
    assert believable(9999, 1) == pytest.approx(6.1)


heard = st.builds(
    Heard,
    st.just(NOON),
    st.floats(0.1, 1e4),
    st.floats(0, 1e4),
    st.floats(0, 1e4),
    st.booleans(),
    st.booleans(),
    st.none() | st.timedeltas(timedelta(-1), timedelta(1)).map(lambda apart: NOON + apart),
)


@given(heard)
def test_every_answer_has_its_reason_and_only_one_is_a_yes(listen: Heard) -> None:
    verdict = judge(listen)
    assert bool(verdict) == (verdict.reason is Reason.COUNTED)


@given(heard, st.floats(0, 1e3), st.floats(0, 1e3))
def test_hearing_more_never_takes_a_play_away(listen: Heard, heard_more: float, delivered_more: float) -> None:
    further = replace(
        listen,
        heard_seconds=listen.heard_seconds + heard_more,
        delivered_seconds=listen.delivered_seconds + delivered_more,
    )
    assert judge(further) or not judge(listen)


segments = st.lists(st.tuples(st.integers(1, 9000), st.floats(0.1, 10)), min_size=1, max_size=20)


@given(segments, st.integers(0, 500), st.data())
def test_stretches_that_make_up_a_file_hold_all_its_seconds(
    lengths: list[tuple[int, float]], start: int, data: st.DataObject
) -> None:
    rows, offset = [], start
    for size, seconds in lengths:
        rows.append((offset, size, seconds))
        offset += size
    line = Timeline(rows)
    whole = sum(seconds for _, seconds in lengths)
    assert line.seconds(0, offset) == pytest.approx(whole)
    assert line.seconds(0, start) == 0
    cut = data.draw(st.integers(0, offset))
    parts = line.seconds(0, cut) + line.seconds(cut, offset - cut)
    assert parts == pytest.approx(whole)
    assert line.seconds(0, offset + 10_000) == pytest.approx(whole)


def test_a_torn_segment_gives_its_share() -> None:
    line = Timeline([(100, 1000, 6.0), (1100, 500, 6.0)])
    assert line.seconds(100, 500) == pytest.approx(3.0)
    assert line.seconds(1100, 250) == pytest.approx(3.0)
    assert line.seconds(0, 100) == 0
    assert line.seconds(600, 0) == 0
    assert Timeline([]).seconds(0, 1000) == 0


@given(st.floats(-70, 5), st.floats(-70, 6))
def test_no_gain_lifts_a_peak_over_the_ceiling(loudness: float, peak: float) -> None:
    """However quiet a track is, it is never made so loud that it distorts."""
    gain = playback_gain_db(loudness, peak)
    assert peak + gain <= CEILING_DBTP + 0.01
    assert loudness + gain <= TARGET_LUFS + 0.01
    assert gain <= MOST_GAIN_DB


def test_a_loud_track_comes_down_to_the_target_and_silence_stays_silent() -> None:
    assert playback_gain_db(-8, -0.1) == -6
    assert playback_gain_db(-20, -12) == 6
    assert playback_gain_db(-20, -3) == 2
    assert playback_gain_db(None, -3) == 0


@given(st.floats(1, 1e4))
def test_what_is_needed_is_never_more_than_the_track(seconds: float) -> None:
    assume(seconds > 0)
    assert 0 < needed_seconds(seconds) <= min(30, seconds)
