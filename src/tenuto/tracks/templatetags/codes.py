"""Codes as people read them, and where what they name is described."""

from django import template

from tenuto.rules.party_codes import mbid_address, write_isni

register = template.Library()


@register.filter
def musicbrainz(mbid: str, kind: str) -> str:
    """The page of a recording, a work or an artist."""
    return mbid_address(kind, mbid)


@register.filter
def isni(code: str) -> str:
    """As people read it."""
    return write_isni(code)
