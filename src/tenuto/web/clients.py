"""From which network address somebody asks."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The network address of whoever asks; of our own proxy's list the last, the others anybody may have written."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return _behind_proxy(request.META.get("REMOTE_ADDR", ""), forwarded)


def address_at(client: str, header: Callable[[str], str | None]) -> str:
    """The same of a connection from `client`, which is a host and a port."""
    return _behind_proxy(client.rpartition(":")[0].strip("[]"), header("x-forwarded-for") or "")


def parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The address; of an IPv4 one in the dress of IPv6 the IPv4 one. None for what is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _behind_proxy(address: str, forwarded: str) -> str:
    if settings.BEHIND_PROXY:
        return forwarded.rpartition(",")[2].strip() or address
    return address
