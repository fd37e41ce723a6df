"""Why a recording was refused, in templates."""

from django import template

from tenuto.tracks import refusals

register = template.Library()
register.filter("refusal_words", refusals.refusal_words)
register.filter("warning_words", refusals.warning_words)
