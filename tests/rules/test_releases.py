from datetime import UTC, datetime, timedelta

from tenuto.rules.releases import ReleaseState, may_see

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)
ARTIST, SOMEBODY = 1, 2


def test_before_its_moment_nobody_sees_an_album_and_then_everyone() -> None:
    """A date you set for an album is kept to the moment: nothing of it is seen before."""
    scheduled = ReleaseState(ARTIST, NOON)
    for account in (SOMEBODY, None):
        assert not may_see(account, scheduled, NOON - A_MOMENT)
        assert may_see(account, scheduled, NOON)


def test_what_is_not_published_is_its_artists_alone() -> None:
    """An album that you have not published is seen by you alone."""
    begun = ReleaseState(ARTIST)
    assert may_see(ARTIST, begun, NOON)
    assert not may_see(SOMEBODY, begun, NOON)
    assert not may_see(None, begun, NOON)
