"""Covers of releases in templates."""

from django import template

from tenuto.library.releases.covers import cover_address

register = template.Library()
# {% release_cover release 320 %}: the address of a cover. Costs no query.
register.simple_tag(cover_address, name="release_cover")
