"""The networks that crawlers' operators publish, as they were loaded: by hand, or by a worker if a setting says so."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from tenuto.base.fetching import fetch
from tenuto.rules.known_crawlers import KnownCrawler, Ranges, read_ranges
from tenuto.safeguards.visitors.models import PublishedRanges

MOST_BYTES = 1024 * 1024
# Networks change hands. A list that nobody loaded anew for so long proves nothing any more, in neither direction.
STALE = timedelta(days=30)


def fetched(address: str) -> bytes:
    """A list from where its operator publishes it."""
    return fetch(address, "application/json", MOST_BYTES)


def from_disk(file: Path) -> bytes:
    """A list that somebody has brought; no more of it than a list can have."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES)


def take(crawlers: Iterable[KnownCrawler], content: bytes, source: str, at: datetime) -> int:
    """These are the networks of these crawlers from now on. How many; raises BadRanges for what is no list."""
    networks = read_ranges(content)
    for crawler in crawlers:
        PublishedRanges.objects.update_or_create(
            crawler=crawler.name, defaults={"networks": networks, "source": source[:300], "at": at}
        )
    return len(networks)


def believed(at: datetime) -> dict[str, Ranges]:
    """Of each crawler whose networks were loaded lately. One question to the database."""
    rows = PublishedRanges.objects.filter(at__gt=at - STALE).values_list("crawler", "networks")
    return {name: Ranges(map(ip_network, networks)) for name, networks in rows}
