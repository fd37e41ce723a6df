"""Cells in words, for templates."""

from django import template

from tenuto.consent.words import name_of
from tenuto.rules.cells import Cell

register = template.Library()


@register.filter
def named(cell: Cell) -> str:
    return name_of(cell)
