"""The address of a collective's picture, in templates."""

from django import template

from tenuto.collectives.models import Collective
from tenuto.collectives.pictures import picture_address

register = template.Library()


@register.simple_tag
def collective_picture(collective: Collective, size: int) -> str:
    """{% collective_picture collective 160 %}. Costs no query."""
    return picture_address(collective, size)
