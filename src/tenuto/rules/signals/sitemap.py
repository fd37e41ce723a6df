"""Sitemaps: where search engines learn which pages there are (sitemaps.org, protocol 0.9). An index, and its pages."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from xml.sax.saxutils import escape

TYPE = "application/xml"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_PLACES = 50_000  # in one file, by the protocol


class Place(NamedTuple):
    """A page, and since when it has been what it is, where that is known."""

    address: str
    since: date | None = None


def index(addresses: Iterable[str]) -> str:
    """The file that says where the others are."""
    return _file("sitemapindex", [f"  <sitemap><loc>{escape(address)}</loc></sitemap>" for address in addresses])


def page(places: Iterable[Place]) -> str:
    """One of the others."""
    return _file("urlset", [_place(place) for place in places])


def _place(place: Place) -> str:
    since = f"<lastmod>{place.since.isoformat()}</lastmod>" if place.since else ""
    return f"  <url><loc>{escape(place.address)}</loc>{since}</url>"


def _file(name: str, lines: Iterable[str]) -> str:
    within = "".join(f"{line}\n" for line in lines)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{NAMESPACE}">\n{within}</{name}>\n'
