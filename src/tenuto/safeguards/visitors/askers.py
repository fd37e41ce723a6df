"""Who is asking for music, as far as a request shows it without any question to the database.

A person is known by the browser they listen with, a network by its first bits (/24, of IPv6 /56), both as digests;
that of the network is made under a key of the day, so that yesterday's and today's cannot be laid side by side. The
account behind a browser is learned when it presses play, which asks the database anyway.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from django.conf import settings
from django.utils.crypto import salted_hmac

from tenuto.web.clients import parsed

# One's own house. Behind a proxy that the settings do not name everybody seems to live there: better then to weigh
# browsers alone than to stop all of them together.
LOCAL = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "::1",
    "fc00::/7",
    "fe80::/10",
)

HOUSEHOLD_BITS = 56  # of IPv6: what a provider gives to one household
_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever asks: by network, by address, and by browser or program where there is one."""

    network: str
    address: str
    person: str = ""  # empty: nothing tells this one from others at the same address
    is_trusted: bool = False  # the operator knows this network: its number of people is no concern

    @property
    def names(self) -> tuple[str, ...]:
        """By all of which they may have been stopped, or pardoned."""
        return tuple(name for name in (self.person, self.address, self.network) if name)


def asker_at(address: str, person: str, day: date) -> Asker:
    """Whoever asks from this address, with this browser or program."""
    network, own, is_trusted = _digests(address, day, tuple(settings.TRUSTED_NETWORKS))
    return Asker(network, own, f"p{person}"[:48] if person else "", is_trusted)


def program(authorization: str) -> str:
    """A program by what it signs in with; as a digest."""
    return _program(authorization) if authorization else ""


@lru_cache(maxsize=4096)
def _program(authorization: str) -> str:
    return "t" + salted_hmac("tenuto.program", authorization, algorithm="sha256").hexdigest()[:_LETTERS]


@lru_cache(maxsize=16_384)
def _digests(address: str, day: date, trusted: tuple[str, ...]) -> tuple[str, str, bool]:
    found = parsed(address)
    if found is None:
        return "", "", False
    network = ip_network(f"{found}/{24 if found.version == 4 else HOUSEHOLD_BITS}", strict=False)
    return _digest("n", str(network), day), _digest("i", str(found), day), _is_trusted(found, trusted)


def place_of(address: str, trusted: tuple[str, ...]) -> str:
    """Where one household is, or one office: the address, of IPv6 its first bits. Empty where any number of people may
    stand behind it, and for what is no address.
    """
    found = parsed(address)
    if found is None or _is_trusted(found, trusted):
        return ""
    return str(found) if found.version == 4 else str(ip_network(f"{found}/{HOUSEHOLD_BITS}", strict=False))


def _is_trusted(found: IPv4Address | IPv6Address, trusted: tuple[str, ...]) -> bool:
    known = map(_network, (*LOCAL, *trusted))
    return any(found in each for each in known if each.version == found.version)


@lru_cache(maxsize=64)
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)


def _digest(kind: str, what: str, day: date) -> str:
    return kind + salted_hmac(f"tenuto.visitors.{day}", what, algorithm="sha256").hexdigest()[:_LETTERS]
