"""What each asker has taken and heard this day, in the memory of one process; and the judgement from it.

A judgement costs a few dictionary look-ups and no question to the database. Nothing here waits for anything.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.conf import settings

from tenuto.rules.budgets import (
    EMPTY,
    YES,
    Allowance,
    Level,
    Limits,
    Pace,
    Reason,
    Taken,
    Verdict,
    believed,
    by_collection,
    by_pace,
    by_spread,
    filled,
    is_silent,
    poured,
    room,
)
from tenuto.safeguards.visitors.askers import Asker

# In whose book stands what all silent takers have taken together.
POOL = "w"
# A book is forgotten when there are more; what it held comes back from the database with the next exchange.
MOST_BOOKS = 50_000


@dataclass(slots=True)
class Book:
    """One asker's day."""

    level: Level = EMPTY
    hearing: Level = EMPTY
    promised: Level = EMPTY
    new_seconds: float = 0.0
    heard_seconds: float = 0.0
    tracks: dict[int, float] = field(default_factory=dict)

    def taken(self, limits: Limits, now: float) -> Taken:
        promised = filled(self.promised, limits.promises, now)
        return Taken(self.new_seconds, self.heard_seconds, self.level, promised)

    def new(self, track_id: int, track_seconds: float, seconds: float) -> float:
        """How much of this would be new to it. Nobody can take more of a track than the track has."""
        return max(0.0, min(seconds, track_seconds - self.tracks.get(track_id, 0.0)))


@dataclass(frozen=True, slots=True)
class Known:
    """The account behind a browser. A member is one whose account is not of yesterday."""

    account: str
    is_member: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """A stretch of a track's sound, as somebody asks for it."""

    track_id: int
    track_seconds: float
    seconds: float
    is_new: bool = False  # came out in the last days: what feeds carry to everybody is nobody's collection


class Books:
    """The books of one day. Whoever uses them holds the meter's lock."""

    def __init__(self, day: date, catalogue_seconds: float, catalogue_tracks: int | None = None) -> None:
        self.day = day
        self.catalogue_seconds = catalogue_seconds
        self.catalogue_tracks = catalogue_tracks  # None: not known yet
        self.trapped: set[str] = set()
        self.pardoned: set[str] = set()
        self._books: dict[str, Book] = {}

    def of(self, who: str) -> Book:
        found = self._books.get(who)
        if found is None:
            if len(self._books) >= MOST_BOOKS:
                # The oldest: dictionaries keep the order in which names came.
                self._books.pop(next(name for name in self._books if name != POOL))
            found = self._books[who] = Book()
        return found

    def judge(self, asker: Asker, known: Known | None, wish: Wish, now: float) -> Verdict:
        """May this leave now? The first rule that speaks wins."""
        limits = limits_of_this_server()
        names = (*asker.names, known.account) if known else asker.names
        if self.pardoned and not self.pardoned.isdisjoint(names):
            return YES
        if known is not None and known.is_member:
            return _first(self._person(known.account, limits, wish, now, limits.members, is_member=True))
        # A browser for itself, an address only for what comes from it without any: others live there too.
        if self.trapped and (asker.person or asker.address) in self.trapped:
            return Verdict(Reason.DECOY)
        verdicts = []
        for name in (known.account if known else "", asker.person):
            if name:
                verdicts.append(by_pace(self.of(name).taken(limits, now), limits.person, wish.seconds, now))
        if asker.network and not asker.is_trusted:
            verdicts += self._person(asker.network, limits, wish, now, limits.guests, is_member=False)
            if not wish.is_new:
                verdicts.append(self._spread(self.of(asker.network).taken(limits, now), limits, wish))
        elif asker.person:
            verdicts.append(
                by_collection(self.of(asker.person).taken(limits, now), limits.guests, self._new(asker.person, wish))
            )
        return _first(verdicts)

    def _person(
        self, who: str, limits: Limits, wish: Wish, now: float, allowance: Allowance, *, is_member: bool
    ) -> list[Verdict]:
        taken = self.of(who).taken(limits, now)
        pace = limits.member if is_member else limits.network
        return [
            by_pace(taken, pace, wish.seconds, now),
            by_collection(taken, allowance, self._new(who, wish)),
        ]

    def _spread(self, taken: Taken, limits: Limits, wish: Wish) -> Verdict:
        pool = self.of(POOL)
        return by_spread(taken, pool.new_seconds, self.catalogue_seconds, self._new(POOL, wish), limits)

    def _new(self, who: str, wish: Wish) -> float:
        return self.of(who).new(wish.track_id, wish.track_seconds, wish.seconds)

    def take(self, asker: Asker, known: Known | None, wish: Wish, now: float) -> list[tuple[str, float]]:
        """Note that it leaves. Returns in whose books, and how much of it was new to each."""
        limits = limits_of_this_server()
        if known is not None and known.is_member:
            return [self._enter(known.account, limits.member, wish, now)]
        names = [name for name in (known.account if known else "", asker.person) if name]
        entered = [self._enter(name, limits.person, wish, now) for name in names]
        if asker.network:
            entered.append(self._enter(asker.network, limits.network, wish, now))
            if not (asker.is_trusted or wish.is_new) and is_silent(
                self.of(asker.network).taken(limits, now), 0.0, limits
            ):
                entered.append(self._enter(POOL, limits.network, wish, now))
        return entered

    def _enter(self, who: str, pace: Pace, wish: Wish, now: float) -> tuple[str, float]:
        book = self.of(who)
        book.level = poured(book.level, pace, wish.seconds, now)
        new = book.new(wish.track_id, wish.track_seconds, wish.seconds)
        if new > 0:
            book.tracks[wish.track_id] = book.tracks.get(wish.track_id, 0.0) + new
            book.new_seconds += new
        return who, new

    def press(self, asker: Asker, now: float) -> None:
        """Somebody there pressed play: what leaves now cannot have been heard yet."""
        limits = limits_of_this_server()
        book = self.of(asker.network)
        still = min(limits.pressed_seconds, room(book.promised, limits.promises, now))
        book.promised = poured(book.promised, limits.promises, still, now)

    def hear(self, asker: Asker, known: Known | None, seconds: float, now: float) -> list[tuple[str, float]]:
        """Note what a player says was heard, as far as it can be true of one person. Returns in whose books."""
        limits = limits_of_this_server()
        who = known.account if known else asker.person
        if not who:
            return []
        own = self.of(who)
        credit = believed(own.hearing, seconds, limits, now)
        if credit <= 0:
            return []
        own.hearing = poured(own.hearing, limits.hearing, credit, now)
        names = [who] if known is not None and known.is_member else [who, asker.network]
        for name in filter(None, names):
            self.of(name).heard_seconds += credit
        return [(name, credit) for name in names if name]

    def merge(self, who: str, tracks: dict[int, float], heard_seconds: float) -> None:
        """What all processes together know of somebody stands in for what this one knew."""
        book = self.of(who)
        book.tracks = tracks
        book.new_seconds = sum(tracks.values())
        book.heard_seconds = heard_seconds


def _first(verdicts: list[Verdict]) -> Verdict:
    """The first no; else the yes with the smallest window."""
    for verdict in verdicts:
        if not verdict:
            return verdict
    return min(verdicts, key=lambda verdict: verdict.window, default=YES)


@lru_cache(maxsize=1)
def limits_of_this_server() -> Limits:
    """The rules' numbers, with the operator's own where they set some."""
    standard = Limits()
    return Limits(
        network=Pace(standard.network.burst_seconds, float(settings.LISTENERS_OF_A_NETWORK)),
        guests=Allowance(standard.guests.unheard_seconds, settings.GUEST_MINUTES * 60.0),
        members=Allowance(standard.members.unheard_seconds, settings.MEMBER_MINUTES * 60.0),
    )
