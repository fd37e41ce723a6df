"""Crawlers whose operators say how they are known, and what follows from an address for somebody who claims to be one.

Two ways: a published list of networks (JSON with `prefixes`, as Google began it and draft-illyes-webbotauth-jafar has
it), or names of hosts: the address has a name under the operator's domain, and that name has the address. What cannot
be found out is neither true nor false. An address that only ever means one's own house is never looked up.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MOST_NETWORKS = 10_000
# A list that names more than this names everybody: whoever believed it would believe every claim.
WIDEST_BITS = {4: 8, 6: 24}
_KEYS = ("ipv4Prefix", "ipv6Prefix", "ip_prefix", "ipv6_prefix")


@dataclass(frozen=True)
class KnownCrawler:
    """One crawler: what it calls itself, and how its operator says that it is known."""

    name: str
    hosts: tuple[str, ...] = ()  # domains under which its hosts have their names
    ranges: str = ""  # where its networks are published

    def has_host(self, host: str) -> bool:
        """Is this a name of one of its hosts? Whole labels count: `notgooglebot.com` is nobody's."""
        name = host.lower().removesuffix(".")
        return any(name.endswith(f".{domain}") for domain in self.hosts)


_GOOGLE = "https://developers.google.com/static/search/apis/ipranges"
_OPENAI = "https://openai.com"
_PERPLEXITY = "https://www.perplexity.com"
_ANTHROPIC = "https://claude.com/crawling/bots.json"
KNOWN = (
    # They search.
    *(
        KnownCrawler(name, ("googlebot.com",), f"{_GOOGLE}/googlebot.json")
        for name in ("Googlebot", "Googlebot-Image", "Googlebot-News", "Googlebot-Video")
    ),
    KnownCrawler("bingbot", ("search.msn.com",), "https://www.bing.com/toolbox/bingbot.json"),
    KnownCrawler("Applebot", ("applebot.apple.com",), "https://search.developer.apple.com/applebot.json"),
    KnownCrawler("DuckDuckBot", (), "https://duckduckgo.com/duckduckbot.json"),
    KnownCrawler("YandexBot", ("yandex.com", "yandex.net", "yandex.ru")),
    KnownCrawler("Baiduspider", ("baidu.com", "baidu.jp")),
    KnownCrawler("SeznamBot", ("seznam.cz",)),
    # They are AI's, and turned away in any case; but whoever stops them may want to know whether it was them.
    KnownCrawler("GPTBot", (), f"{_OPENAI}/gptbot.json"),
    KnownCrawler("OAI-SearchBot", (), f"{_OPENAI}/searchbot.json"),
    KnownCrawler("ChatGPT-User", (), f"{_OPENAI}/chatgpt-user.json"),
    KnownCrawler("ClaudeBot", (), _ANTHROPIC),
    KnownCrawler("Claude-SearchBot", (), _ANTHROPIC),
    KnownCrawler("Claude-User", (), _ANTHROPIC),
    KnownCrawler("PerplexityBot", (), f"{_PERPLEXITY}/perplexitybot.json"),
    KnownCrawler("Perplexity-User", (), f"{_PERPLEXITY}/perplexity-user.json"),
    KnownCrawler("CCBot", ("crawl.commoncrawl.org",), "https://index.commoncrawl.org/ccbot.json"),
    KnownCrawler("Amazonbot", ("crawl.amazonbot.amazon",)),
    KnownCrawler("GoogleOther", ("googlebot.com",), f"{_GOOGLE}/googlebot.json"),
    KnownCrawler("meta-externalagent"),  # known by what AS32934 announces; whoever has that as a list can load it
)
_BY_NAME = {crawler.name.lower(): crawler for crawler in KNOWN}
_NAMES = re.compile(
    r"(?<![\w-])(?:" + "|".join(map(re.escape, sorted(_BY_NAME, key=len, reverse=True))) + r")(?![\w-])",
    re.IGNORECASE | re.ASCII,
)


class Claim(StrEnum):
    """What is known of somebody's word that they are a crawler."""

    UNKNOWN = "unknown"
    TRUE = "true"
    FALSE = "false"


@lru_cache(maxsize=4096)
def claimed(user_agent: str) -> KnownCrawler | None:
    """The crawler that a User-Agent says it is, if its operator says how to tell."""
    found = _NAMES.search(user_agent)
    return _BY_NAME[found[0].lower()] if found else None


def outside(address: str) -> Address | None:
    """The address, if it lies in the public network; there is nothing to find out about any other."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found if found.is_global and not found.is_multicast else None


class BadRanges(ValueError):
    """This is no list of a crawler's networks."""


class Ranges:
    """Networks in which an address can be looked for quickly."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._spans: dict[int, list[tuple[int, int]]] = {}
        four: list[IPv4Network] = []
        six: list[IPv6Network] = []
        for each in networks:
            if isinstance(each, IPv4Network):
                four.append(each)
            else:
                six.append(each)
        self._spans[4] = [(int(each[0]), int(each[-1])) for each in collapse_addresses(four)]
        self._spans[6] = [(int(each[0]), int(each[-1])) for each in collapse_addresses(six)]

    def __contains__(self, address: Address) -> bool:
        spans = self._spans[address.version]
        place = bisect_right(spans, int(address), key=lambda span: span[0])
        return place > 0 and int(address) <= spans[place - 1][1]


def read_ranges(content: bytes) -> list[str]:
    """The networks of a published list, in their usual spelling. Raises BadRanges for what cannot be one."""
    try:
        said = json.loads(content)
        listed = said["prefixes"]
        texts = [str(each[key]) for each in listed for key in _KEYS if key in each]
        networks = [ip_network(text) for text in texts]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadRanges("it is no list of networks: JSON with “prefixes”") from error
    if not 0 < len(networks) <= MOST_NETWORKS:
        raise BadRanges(f"it names {len(networks)} networks, and should name 1 to {MOST_NETWORKS}")
    for network in networks:
        if network.prefixlen < WIDEST_BITS[network.version] or not network.is_global:
            raise BadRanges(f"{network} cannot be one crawler’s network")
    return [str(network) for network in networks]


def by_ranges(crawler: KnownCrawler, ranges: Ranges | None, address: Address) -> Claim:
    """What the published networks say. Where hosts have names too, only a yes is an answer."""
    if ranges is None:
        return Claim.UNKNOWN
    if address in ranges:
        return Claim.TRUE
    return Claim.UNKNOWN if crawler.hosts else Claim.FALSE


def by_names(own: Collection[str], addresses: Collection[str], address: Address) -> Claim:
    """What names say: `own` are those names of the address that are the crawler's, `addresses` are theirs."""
    found = {outside(each) for each in addresses}
    return Claim.TRUE if own and address in found else Claim.FALSE
