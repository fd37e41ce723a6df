"""What may be reported, what staff may decide about it, and who of them may; after the Digital Services Act.

Article 16 is the report, 17 the statement of reasons, 20 the appeal: for six months, free of charge, to a human being.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

APPEAL_FOR = timedelta(days=183)


class Kind(StrEnum):
    """What a report is about. Stored for ever."""

    TRACK = "track"
    ARTWORK = "artwork"
    LYRICS = "lyrics"
    COMMENT = "comment"
    PERSON = "person"
    PLAYLIST = "playlist"
    ALBUM = "album"
    COLLECTIVE = "collective"


class Reason(StrEnum):
    """Why somebody reports it."""

    ILLEGAL = "illegal"
    RIGHTS = "rights"  # somebody else's work, or their name or likeness
    AI_USE = "ai-use"  # made by, or given to, AI without consent
    HATE = "hate"
    HARASSMENT = "harassment"
    SEXUAL = "sexual"
    CHILDREN = "children"
    PRIVACY = "privacy"
    SPAM = "spam"
    MISLEADING = "misleading"  # who it claims to be, or false credits
    OTHER = "other"


class Measure(StrEnum):
    """What staff do about it. None deletes anything; each can be taken back."""

    NOTHING = "nothing"
    WARN = "warn"
    WITHHOLD_COMMENT = "withhold-comment"
    WITHHOLD_TRACK = "withhold-track"
    SUSPEND = "suspend"


class Ground(StrEnum):
    """What a measure rests on."""

    LAW = "law"
    TERMS = "terms"


class Side(StrEnum):
    """Who is told of a decision, and may appeal it."""

    REPORTER = "reporter"
    AFFECTED = "affected"


_OF_EVERYTHING = (Measure.NOTHING, Measure.WARN)


def measures_for(kind: Kind) -> tuple[Measure, ...]:
    """From the mildest to the strongest."""
    withheld = {
        Kind.COMMENT: (Measure.WITHHOLD_COMMENT,),
        Kind.TRACK: (Measure.WITHHOLD_TRACK,),
        Kind.ARTWORK: (Measure.WITHHOLD_TRACK,),
        Kind.LYRICS: (Measure.WITHHOLD_TRACK,),
    }
    return (*_OF_EVERYTHING, *withheld.get(kind, ()), Measure.SUSPEND)


@dataclass(frozen=True)
class Parties:
    """Who has to do with a case, by their accounts."""

    affected: int | None
    reporters: frozenset[int]
    decided_first: int | None = None  # the one who decided what is appealed


def may_decide(staff: int, parties: Parties, *, others: bool) -> bool:
    """Nobody decides their own cause, nor an appeal against themselves while there is anybody else.

    Args:
        others: is there another member of staff who has no part in it?
    """
    if staff == parties.affected or staff in parties.reporters:
        return False
    return staff != parties.decided_first or not others


def may_appeal(decided_at: datetime, at: datetime) -> bool:
    """For six months."""
    return at < decided_at + APPEAL_FOR
