"""Counts what everybody takes, in memory, and exchanges it with the other processes every few seconds.

A request costs additions under a lock that is held for moments. Every GUARD_PAUSE_SECONDS one thread tells the sums to
the store of counts and hears what others have told of the same askers, so processes know of one another after one or
two pauses: in between, somebody can take a little from each of them. A process that is killed forgets one pause's
worth. While the store is away each process weighs by what it knows itself, and tells the rest when the store is back.
"""

import logging
import threading
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from tenuto.rules.budgets import Reason, Verdict
from tenuto.safeguards.visitors import stops
from tenuto.safeguards.visitors.askers import Asker, asker_at
from tenuto.safeguards.visitors.books import Books, Known, Wish
from tenuto.safeguards.visitors.counts import CountsAway, Sums, Told
from tenuto.safeguards.visitors.exchange import counts
from tenuto.safeguards.visitors.stops import Standing, Stops

log = logging.getLogger(__name__)

# Browsers whose account this process remembers; more, and the first is forgotten until it presses play again.
MOST_KNOWN = 50_000
# Different askers that one exchange tells the operator of by name; of the rest it tells how many times.
MOST_NAMED = 2_000


class Meter:
    """The counts of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards all below; held only for moments
        self._exchanging = threading.Lock()  # one exchange at a time; taken before the other lock, never inside it
        self._books = Books(date.min, 0.0)
        self._sums = Sums(date.min)
        self._is_away = False  # the store of counts, at the last exchange; held by whoever exchanges
        self._waiting: list[Sums] = []  # not told yet, or not known to have arrived; the oldest first
        self._stops = Stops()
        self._known: dict[str, Known] = {}
        self._playing: dict[tuple[str, int], tuple[Known, float]] = {}
        self._strangers: set[str] = set()  # whom another process may know
        self._timer: threading.Timer | None = None

    # ——— who it is ———

    def asker(self, address: str, person: str, now: float) -> Asker:
        return asker_at(address, person, _day(now))

    def learn(self, asker: Asker, known: Known) -> None:
        """This browser or program is this account's: said when somebody presses play."""
        if not asker.person:
            return
        with self._lock:
            if self._known.get(asker.person) != known:
                _forget_one(self._known, MOST_KNOWN)
                self._known[asker.person] = known
                _forget_one(self._sums.known, MOST_KNOWN)
                self._sums.known[asker.person] = known

    def press(self, asker: Asker, now: float) -> None:
        """Play was pressed there. A process knows what was pressed in it: the minute is over before they exchange."""
        if asker.network:
            with self._lock:
                self._today(now).press(asker, now)

    def playing(self, asker: Asker, known: Known, track_id: int, until: float) -> None:
        """This account has begun to play this track here: its player may come without saying who it is.

        As players of programs do, and browsers that keep a page's cookies from players embedded in other pages.
        """
        with self._lock:
            if asker.network:
                _forget_one(self._playing, MOST_KNOWN)
                self._playing[asker.network, track_id] = (known, until)

    def _account(self, asker: Asker, track_id: int, now: float) -> Known | None:
        known = self._known.get(asker.person) if asker.person else None
        if known is None and asker.person and len(self._strangers) < MOST_NAMED:
            self._strangers.add(asker.person)
        if known is None and (begun := self._playing.get((asker.network, track_id))) is not None and now < begun[1]:
            return begun[0]
        return known

    # ——— what they take ———

    def would_stop(self, asker: Asker, known: Known | None, wish: Wish, now: float) -> Verdict:
        """What would be said to this wish. Nothing is noted."""
        with self._lock:
            books = self._today(now)
            return books.judge(asker, known or self._account(asker, wish.track_id, now), wish, now)

    def take(self, asker: Asker, known: Known | None, wish: Wish, now: float) -> Verdict:
        """May this leave? If so it is noted, so that of two requests at once one has the last of it."""
        with self._lock:
            books = self._today(now)
            known = known or self._account(asker, wish.track_id, now)
            verdict = books.judge(asker, known, wish, now)
            if verdict:
                for who, new in books.take(asker, known, wish, now):
                    if new > 0 and _is_told(who, asker):
                        self._sums.add(who, wish.track_id, new, 0.0)
            self._wind()
        return verdict

    def hear(self, asker: Asker, track_id: int, seconds: float, now: float) -> None:
        """A player says that so much more was heard."""
        with self._lock:
            books = self._today(now)
            for who, credit in books.hear(asker, self._account(asker, track_id, now), seconds, now):
                if _is_told(who, asker):
                    self._sums.add(who, track_id, 0.0, credit)
            self._wind()

    # ——— what was stopped ———

    def note_stop(self, asker: Asker, reason: Reason, track_id: int | None, agent: str, at: datetime) -> None:
        """Somebody was kept from something: the operator and the track's artist may read of it."""
        with self._lock:
            day = self._today(at.timestamp()).day
            # The strongest name they have; without one, all who have none are one.
            who = next(iter(asker.names), "") if len(self._stops.of_askers) < MOST_NAMED else ""
            self._stops.add(day, who, reason, track_id, agent, at)
            self._wind()

    def trap(self, asker: Asker, agent: str, at: datetime) -> None:
        """This one asked for what no person can find. One browser or address, never a whole network."""
        who = asker.person or asker.address
        if who:
            with self._lock:
                self._today(at.timestamp()).trapped.add(who)
        self.note_stop(asker if asker.person else Asker("", asker.address), Reason.DECOY, None, agent, at)

    def pardon(self, who: str) -> None:
        """In this process at once; in the others with the next exchange."""
        with self._lock:
            self._books.pardoned.add(who)

    def is_pardoned(self, names: tuple[str, ...]) -> bool:
        with self._lock:
            return not self._books.pardoned.isdisjoint(names)

    def catalogue_tracks(self) -> int | None:
        """How many tracks everybody may hear, as of the last exchange; None before the first, which is on its way."""
        with self._lock:
            if self._books.catalogue_tracks is None:
                self._wind()
            return self._books.catalogue_tracks

    # ——— the other processes ———

    def exchange(self, at: datetime) -> None:
        """Tell what waits, hear what others know. What cannot be told now waits for the next time."""
        with self._exchanging:
            self._exchange_stops(at)
            with self._lock:
                self._today(at.timestamp())
                if not self._waiting:
                    self._turn()
                waiting = list(self._waiting)
                strangers, self._strangers = self._strangers, set()
                unknown = strangers - self._known.keys()
            for sums in waiting:
                try:
                    told = counts().exchange(sums, unknown)
                except CountsAway as error:
                    self._away(error)
                    return
                self._hear_of(sums, told)
            self._away(None)

    def _away(self, error: CountsAway | None) -> None:
        """Say it once when the store goes away and once when it is back, not every second."""
        if error is not None and not self._is_away:
            log.warning("counts of visitors cannot be exchanged, each process weighs alone: %s", error)
        if error is None and self._is_away:
            log.info("counts of visitors are exchanged again")
        self._is_away = error is not None

    def _exchange_stops(self, at: datetime) -> None:
        with self._lock:
            day = self._today(at.timestamp()).day
            written, self._stops = self._stops, Stops()
        try:
            stops.write(written)
            standing = stops.standing(day, at)
        except DatabaseError:
            log.exception("whom %d reasons stopped could not be written yet", len(written.of_askers))
            with self._lock:
                written.include(self._stops, MOST_NAMED)
                self._stops = written
            return
        with self._lock:
            self._stand(day, standing)
            self._playing = {which: begun for which, begun in self._playing.items() if begun[1] > at.timestamp()}

    def _stand(self, day: date, standing: Standing) -> None:
        if standing.catalogue is not None:
            self._books.catalogue_tracks, self._books.catalogue_seconds = standing.catalogue
        if day == self._books.day:  # else midnight came meanwhile
            self._books.trapped, self._books.pardoned = standing.trapped, standing.pardoned

    def _hear_of(self, sums: Sums, told: Told) -> None:
        """These sums have arrived; what all processes know stands in for what this one knew."""
        with self._lock:
            self._waiting.remove(sums)
            for person, known in told.known.items():
                _forget_one(self._known, MOST_KNOWN)
                self._known[person] = known
            if sums.day != self._books.day:
                return
            # What was counted since has not been told yet.
            since: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
            for later in (*self._waiting, self._sums):
                for (who, track_id), (taken, heard) in later.takings.items():
                    since[who].append((track_id, taken, heard))
            for who, (tracks, all_heard) in told.books.items():
                own = dict(tracks)
                for track_id, taken, heard in since.get(who, ()):
                    own[track_id] = own.get(track_id, 0.0) + taken
                    all_heard += heard
                self._books.merge(who, own, all_heard)

    def finish(self, at: datetime) -> None:
        """The process stops: leave nothing unwritten."""
        if self._waits():
            self.exchange(at)

    def _waits(self) -> bool:
        """Is there anything that nobody was told yet?"""
        return bool(self._waiting) or not self._sums.is_empty() or not self._stops.is_empty()

    def forget(self) -> None:
        """As if the process had just begun. For tests and drills."""
        with self._lock:
            self._books, self._sums, self._waiting, self._stops = Books(date.min, 0.0), Sums(date.min), [], Stops()
            self._known, self._playing, self._strangers, self._is_away = {}, {}, set(), False
            stops.forget()

    def _today(self, now: float) -> Books:
        if self._books.day != (day := _day(now)):
            before = self._books
            self._books = Books(day, before.catalogue_seconds, before.catalogue_tracks)
            # A pardon holds for weeks; it is read anew with the next exchange.
            self._books.pardoned = before.pardoned
            if before.day != date.min and not self._sums.is_empty():
                self._turn()  # what was taken yesterday is yesterday's
            self._sums.day = day
        return self._books

    def _turn(self) -> None:
        """What was counted so far is ready to be told."""
        self._waiting.append(self._sums)
        self._sums = Sums(self._books.day)

    def _wind(self) -> None:
        if settings.GUARD_PAUSE_SECONDS and self._timer is None:
            self._timer = threading.Timer(settings.GUARD_PAUSE_SECONDS, self._exchange_apart)
            self._timer.daemon = True
            self._timer.start()

    def _exchange_apart(self) -> None:
        """In the timer's own thread, with a database connection of its own. The next one is wound when this ends."""
        try:
            self.exchange(timezone.now())
        finally:
            connection.close()
            with self._lock:
                self._timer = None
                if self._waits():
                    self._wind()


def _is_told(who: str, asker: Asker) -> bool:
    """Do other processes need to know? A guest's browser is weighed as a part of its network, and cookies are free:
    a row for each would let anybody fill the table."""
    return who != asker.person or asker.is_trusted or not asker.network


def _day(now: float) -> date:
    return datetime.fromtimestamp(now, UTC).date()


def _forget_one(known: dict[Any, Any], most: int) -> None:
    if len(known) >= most:
        known.pop(next(iter(known)))


meter = Meter()
