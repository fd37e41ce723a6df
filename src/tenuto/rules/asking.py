"""When somebody who said no to an invitation may be asked once more."""

from datetime import datetime, timedelta

# Long enough not to press anybody, short enough for those who change their minds and say so.
PEACE = timedelta(days=30)


def asked_again_from(said_no_at: datetime) -> datetime:
    """The first moment at which the same question may be put to them again."""
    return said_no_at + PEACE


def may_be_asked(said_no_at: datetime | None, at: datetime) -> bool:
    """May they be asked at `at`? Whoever never said no may."""
    return said_no_at is None or at >= asked_again_from(said_no_at)
