"""Whether those who call themselves a well-known crawler are it, by the networks and the names of its operator.

No answer waits for that. A request reads what is known already; what is not is looked up behind it, and until then
nothing is known. So nobody is turned away because a name server is slow, and nobody is believed because it is.
"""

import socket
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from tenuto.rules.known_crawlers import Address, Claim, KnownCrawler, Ranges, by_names, by_ranges, outside
from tenuto.safeguards.visitors.ranges import believed

MOST_REMEMBERED = 4096
# Whoever invents claims can fill this, and then claims are as unknown as they were before there was any looking up.
MOST_WAITING = 64
MOST_NAMES = 4  # of one address, that are looked up the other way
KEPT_SECONDS = {Claim.TRUE: 24 * 3600.0, Claim.FALSE: 3600.0, Claim.UNKNOWN: 300.0}
RANGES_SECONDS = 600.0

Work = Callable[[], None]


class Resolver(Protocol):
    """Names of addresses and addresses of names. What there is none of is empty; OSError where that cannot be told."""

    def names_of(self, address: str) -> Sequence[str]: ...

    def addresses_of(self, name: str) -> Sequence[str]: ...


class SystemResolver:
    """The name servers of this machine, with the patience that it has (`resolv.conf`)."""

    def names_of(self, address: str) -> Sequence[str]:
        try:
            name, more, _addresses = socket.gethostbyaddr(address)
        except socket.herror as error:
            if error.errno in _NO_SUCH_NAME:
                return []
            raise
        return [name, *more]

    def addresses_of(self, name: str) -> Sequence[str]:
        try:
            return [str(each[4][0]) for each in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
        except socket.gaierror as error:
            if error.errno in _NO_SUCH_ADDRESS:
                return []
            raise


_NO_SUCH_NAME = {1, 4}  # HOST_NOT_FOUND, NO_DATA (netdb.h): the answer came, and it was no
_NO_SUCH_ADDRESS = {socket.EAI_NONAME, socket.EAI_NODATA}


class Claims:
    """What this process knows of claims. `later` has work done by somebody else; the lock guards all that is kept."""

    def __init__(self, resolver: Resolver, later: Callable[[Work], object]) -> None:
        self._resolver, self._later = resolver, later
        self._lock = Lock()
        self._known: OrderedDict[tuple[str, Address], tuple[Claim, float]] = OrderedDict()
        self._waiting: set[tuple[str, Address]] = set()
        self._ranges: dict[str, Ranges] = {}
        self._ranges_until = 0.0

    def of(self, crawler: KnownCrawler, address: str, now: float) -> Claim:
        """What is known of the claim to be this crawler, made from this address."""
        place = outside(address)
        if place is None:
            return Claim.UNKNOWN
        published = by_ranges(crawler, self._published(now).get(crawler.name), place)
        if published is not Claim.UNKNOWN or not crawler.hosts or not settings.CRAWLER_NAMES:
            return published
        key = (crawler.name, place)
        with self._lock:
            claim, until = self._known.get(key, (Claim.UNKNOWN, 0.0))
            if until > now:
                return claim
            if key in self._waiting or len(self._waiting) >= MOST_WAITING:
                return Claim.UNKNOWN
            self._waiting.add(key)
        self._later(partial(self._look_up, crawler, place, now))
        return Claim.UNKNOWN

    def forget(self) -> None:
        """As if nobody had ever asked."""
        with self._lock:
            self._known.clear()
            self._waiting.clear()
            self._ranges, self._ranges_until = {}, 0.0

    def _look_up(self, crawler: KnownCrawler, address: Address, now: float) -> None:
        try:
            claim = by_name_servers(crawler, address, self._resolver)
        except (OSError, UnicodeError):  # a name that is none
            claim = Claim.UNKNOWN
        with self._lock:
            self._waiting.discard((crawler.name, address))
            self._known[crawler.name, address] = (claim, now + KEPT_SECONDS[claim])
            self._known.move_to_end((crawler.name, address))
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)

    def _published(self, now: float) -> dict[str, Ranges]:
        if now >= self._ranges_until:
            self._ranges, self._ranges_until = believed(timezone.now()), now + RANGES_SECONDS
        return self._ranges


def by_name_servers(crawler: KnownCrawler, address: Address, resolver: Resolver) -> Claim:
    """There and back: a name of the crawler's own for the address, and the address for that name.

    No name but those under its operator's domains is ever looked up: whoever owns an address chooses its name.
    """
    own = [name for name in resolver.names_of(str(address)) if crawler.has_host(name)][:MOST_NAMES]
    return by_names(own, [found for name in own for found in resolver.addresses_of(name)], address)


_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="crawlers")  # its threads begin with the first work
claims = Claims(SystemResolver(), _pool.submit)
