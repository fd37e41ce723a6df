"""How much music somebody may take: no more at once than a person could want, no more a day than one could hear.

Two questions, each with its own answer. *Pace*: seconds of sound for each second of the clock, with room for seeking,
skipping and loading ahead. *Collection*: how much music that one had not taken before this day leaves, measured
against how much of it was heard. Who listens can go on; who collects comes to an end, whatever the pace.

A person hears one thing at a time, so a claim to have heard more than the clock allows is cut to what it allows.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import inf

HOUR = 3600.0


class Reason(StrEnum):
    """Why sound is not handed out now. The operator's page, the answer and the artist's ledger name the same."""

    PACE = "pace"  # faster than anybody listens
    COLLECTION = "collection"  # more new music in a day than one may take along
    SPREAD = "spread"  # all who take without listening have together taken their share of the catalogue
    DECOY = "decoy"  # asked for what no person can find
    PAGES = "pages"  # far more pages of the catalogue than people open; no reason to keep music from anybody
    AI_CRAWLER = "ai_crawler"  # names itself as a crawler for AI, and has no licence for this


@dataclass(frozen=True)
class Pace:
    """So many seconds of sound at once; then so many a second."""

    burst_seconds: float
    rate: float


@dataclass(frozen=True)
class Level:
    """What of a burst is used up, as of a moment in seconds of the clock. It drains at the pace's rate."""

    filled: float = 0.0
    at: float = 0.0


EMPTY = Level()


def filled(level: Level, pace: Pace, now: float) -> float:
    """What of the burst is used up now. A clock that was set back drains nothing."""
    return max(0.0, level.filled - pace.rate * max(0.0, now - level.at))


def poured(level: Level, pace: Pace, seconds: float, now: float) -> Level:
    """The level after so much sound more."""
    return Level(filled(level, pace, now) + seconds, max(now, level.at))


def wait_seconds(level: Level, pace: Pace, seconds: float, now: float) -> float:
    """How long to wait until so much may be taken; 0 for now. A piece larger than the burst needs an empty one."""
    over = filled(level, pace, now) + min(seconds, pace.burst_seconds) - pace.burst_seconds
    # Less than a millisecond is what is left by the arithmetic of fractions, not by anybody's haste.
    return over / pace.rate if over > pace.rate * 0.001 else 0.0


def room(level: Level, pace: Pace, now: float) -> float:
    """What may still be poured now."""
    return max(0.0, pace.burst_seconds - filled(level, pace, now))


@dataclass(frozen=True)
class Allowance:
    """New music of one day: so much without a word, more the more was heard, and never more than `most`."""

    unheard_seconds: float
    most_seconds: float
    for_each_heard: float = 1.5  # one skips the ends of tracks, and the player loads ahead

    def seconds(self, heard_seconds: float) -> float:
        """How much new music may be taken by whoever heard so much."""
        return min(self.most_seconds, self.unheard_seconds + self.for_each_heard * max(0.0, heard_seconds))


@dataclass(frozen=True)
class Limits:
    """The numbers: a person's or a house's, not a machine's. docs/operate/scraping.md says where they come from.

    `guests` holds for all together who have no account, or a young one, in one network: an address costs nothing,
    and so does an account that was made a minute ago.
    """

    person: Pace = Pace(20 * 60.0, 2.0)
    member: Pace = Pace(3 * HOUR, 2.0)  # an app that takes music along for the journey
    network: Pace = Pace(4 * HOUR, 60.0)  # a school, an office, a carrier's exit
    guests: Allowance = Allowance(0.5 * HOUR, 2 * HOUR)
    members: Allowance = Allowance(2 * HOUR, 16 * HOUR)
    # Taking without listening: so much is nobody's concern, then it comes out of one pool of the whole server.
    silent_seconds: float = 10 * 60.0
    silent_share: float = 0.2  # less than this of what was taken was heard
    # Whoever presses play will be heard from in a minute, and nothing can be heard before. So long it counts as heard,
    # of a whole network up to this: a class that begins together takes in that minute what one silent taker may.
    pressed_seconds: float = 60.0
    promises: Pace = Pace(4 * 60.0, 2.0)
    pool_share: float = 0.005  # of the catalogue, each day
    pool_seconds: float = 0.5 * HOUR  # of a small catalogue at least this
    hearing: Pace = Pace(30.0, 1.1)  # what can be believed to be heard, see rules.plays


@dataclass(frozen=True)
class Taken:
    """What one person or one network has taken and heard this day."""

    new_seconds: float = 0.0
    heard_seconds: float = 0.0
    level: Level = Level()
    promised_seconds: float = 0.0  # what was begun just now and will be heard, if it is


@dataclass(frozen=True)
class Verdict:
    """May this sound leave now? If not: why, and after how long it is worth asking again."""

    reason: Reason | None = None
    wait_seconds: float = 0.0
    # Of "from here to the end", this share of the usual is sent at once: whoever takes more than is heard asks more
    # often. Players notice nothing of it.
    window: float = 1.0

    def __bool__(self) -> bool:
        return self.reason is None


YES = Verdict()
SMALLER = Verdict(window=0.25)


def is_silent(taken: Taken, more_seconds: float, limits: Limits) -> bool:
    """Does somebody take music and say nothing of hearing it?"""
    new = taken.new_seconds + more_seconds
    return new > limits.silent_seconds and taken.heard_seconds + taken.promised_seconds < limits.silent_share * new


def by_pace(taken: Taken, pace: Pace, seconds: float, now: float) -> Verdict:
    """Is it too fast?"""
    wait = wait_seconds(taken.level, pace, seconds, now)
    return Verdict(Reason.PACE, wait) if wait > 0 else YES


def by_collection(taken: Taken, allowance: Allowance, new_seconds: float) -> Verdict:
    """Is it more new music than the day allows? What was taken before this day costs nothing again."""
    allowed = allowance.seconds(taken.heard_seconds)
    after = taken.new_seconds + new_seconds
    if new_seconds > 0 and after > allowed:
        # More may come by listening; how soon nobody can say.
        return Verdict(Reason.COLLECTION, 0.0 if allowed < allowance.most_seconds else inf)
    return SMALLER if after - taken.heard_seconds > allowance.unheard_seconds / 2 else YES


def by_spread(
    taken: Taken, pooled_seconds: float, catalogue_seconds: float, new_seconds: float, limits: Limits
) -> Verdict:
    """Is the share of all silent takers used up? `new_seconds` is what none of them has taken yet this day."""
    most = max(limits.pool_seconds, limits.pool_share * catalogue_seconds)
    if new_seconds > 0 and pooled_seconds + new_seconds > most and is_silent(taken, new_seconds, limits):
        return Verdict(Reason.SPREAD, inf)
    return YES


def believed(level: Level, claimed_seconds: float, limits: Limits, now: float) -> float:
    """The part of what a person claims to have heard that can be true, whatever is claimed in how many windows."""
    return max(0.0, min(claimed_seconds, room(level, limits.hearing, now)))
