"""In which country somebody is: by the word of a proxy that knows, or by a file of networks an operator brought."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from tenuto.rules.countries import COUNTRIES
from tenuto.web import networks
from tenuto.web.clients import address_at, address_of

Header = Callable[[str], str | None]


def are_known() -> bool:
    """Are countries told apart here at all?"""
    return bool(settings.COUNTRY_HEADER or settings.COUNTRY_FILE)


def country_of(request: HttpRequest) -> str | None:
    """The country of whoever makes this request; None where that is not known. Their own word for it counts nothing."""
    return _country(request.headers.get, lambda: address_of(request))


def country_at(client: str, header: Header) -> str | None:
    """The same of a connection from `client`, which is a host and a port."""
    return _country(header, lambda: address_at(client, header))


def _country(header: Header, address: Callable[[], str]) -> str | None:
    if settings.COUNTRY_HEADER:  # then the file is not asked: two that disagree would make a country a matter of luck
        said = (header(settings.COUNTRY_HEADER.lower()) or "").strip().upper()
    elif settings.COUNTRY_FILE:
        said = networks.country_of(address())
    else:
        return None
    return said if said in COUNTRIES else None
