"""Parts of pages that are the same on every page."""

from functools import cache

from django import template
from django.utils.safestring import SafeString

from tenuto.web.moulds import Mould

register = template.Library()


@register.simple_tag
def still(fragment: str) -> SafeString:
    """{% still "web/_player.html" %}: as `include` draws it, once a language. It may ask the page for nothing."""
    return _mould(fragment).fill({})


@cache  # of each name that stands in a template
def _mould(fragment: str) -> Mould:
    return Mould(fragment)
