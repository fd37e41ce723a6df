"""Pages of the catalogue: how many somebody opens before a proof of work is asked for, and what such a proof is.

Pages are no music: the limits lie where no household, class or office comes in a day, and what is asked for then is a
last resort beside signing in and an appeal. A proof raises how many pages may be opened, and never what may be heard.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from math import log

from tenuto.rules.budgets import EMPTY, Level, Pace, poured, wait_seconds


@dataclass(frozen=True)
class PageLimits:
    """So many pages at once, then so many a second; here a page counts as a second does of sound."""

    account: Pace = field(default=Pace(1_000.0, 0.2))
    passed: Pace = field(default=Pace(300.0, 0.1))  # a browser that brought a proof
    # Whoever opens so many different pages in a day, and of the catalogue so large a share, is going through it.
    different_pages: int = 2_000
    catalogue_share: float = 0.25


# About a second in a browser (1.1 s in Chromium at a load of 25), and twice that for each step. A hurdle and no more:
# whoever calculates outside a browser is far quicker.
EASIEST_BITS = 15
HARDEST_BITS = 19
PASSES_OF_A_STEP = 8


def pace_of_network(pages: int) -> Pace:
    """All guests of one network together, a school or an office: so many pages at once, and again in 25 minutes."""
    return Pace(float(pages), pages / 1_500)


@dataclass
class Opened:
    """What one asker opened on one day. How many pages differ is estimated from a map of bits, to a few per cent."""

    level: Level = EMPTY
    seen: int = 0

    def may_open(self, pace: Pace, now: float) -> bool:
        """Is one more page within this pace?"""
        return wait_seconds(self.level, pace, 1.0, now) == 0

    def open(self, page: int, pace: Pace, now: float) -> None:
        """Note that a page was opened; pages are told apart by any number of theirs."""
        self.level = poured(self.level, pace, 1.0, now)
        self.seen |= 1 << page % _PLACES

    @property
    def different(self) -> float:
        """About how many different pages these were: linear counting, as Whang and others described it in 1990."""
        free = _PLACES - self.seen.bit_count()
        return _PLACES * log(_PLACES / max(1, free))


_PLACES = 8192


def goes_through_it_all(opened: Opened, catalogue_tracks: int, limits: PageLimits) -> bool:
    """Has somebody opened so much of the catalogue that nobody is looking for anything in it?"""
    return opened.different > max(limits.different_pages, limits.catalogue_share * catalogue_tracks)


def bits_for(passes_of_browser: int, passes_of_network: int) -> int:
    """How hard the next proof is: one step more for each that this browser has brought, and for each few around it."""
    return min(HARDEST_BITS, EASIEST_BITS + passes_of_browser + passes_of_network // PASSES_OF_A_STEP)


def proves(challenge: str, answer: str, bits: int) -> bool:
    """Does SHA-256 of "challenge.answer" begin with so many zero bits? The answer is a whole number."""
    if not (answer.isascii() and answer.isdecimal() and len(answer) <= 12):
        return False
    digest = sha256(f"{challenge}.{answer}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits) == 0
