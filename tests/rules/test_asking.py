"""Whoever says no to an invitation has peace from it for a month."""

from datetime import UTC, datetime, timedelta

from tenuto.rules.asking import asked_again_from, may_be_asked

NO = datetime(2026, 11, 3, 12, tzinfo=UTC)


def test_whoever_never_said_no_may_be_asked() -> None:
    assert may_be_asked(None, NO)


def test_a_no_holds_for_thirty_days_to_the_moment() -> None:
    assert asked_again_from(NO) == datetime(2026, 12, 3, 12, tzinfo=UTC)
    assert not may_be_asked(NO, NO)
    assert not may_be_asked(NO, NO + timedelta(days=30) - timedelta(microseconds=1))
    assert may_be_asked(NO, NO + timedelta(days=30))
