"""Covers in templates."""

from django import template

from tenuto.tracks.artwork import artwork_address
from tenuto.tracks.models import Track

register = template.Library()


@register.simple_tag
def artwork(track: Track, size: int) -> str:
    """{% artwork track 480 %}: the address of a cover. Costs no query."""
    return artwork_address(track, size)
