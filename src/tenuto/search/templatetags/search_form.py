"""The form of the search page, which is the same for all who look for words alone."""

from django import template
from django.utils.safestring import SafeString

from tenuto.search.forms import SearchForm
from tenuto.web.moulds import Mould

register = template.Library()
_FORM = Mould("search/_words_form.html", "words")
_EMPTY_FORM = Mould("search/_words_form.html")


@register.simple_tag
def words_form(words: str | None) -> SafeString:
    """{% words_form form.q.data %}: the form of a search in which nothing is asked but these words."""
    return _FORM.fill({}, words=words) if words else _EMPTY_FORM.fill({})


@register.simple_tag
def form_with(words: str) -> SearchForm:
    """{% form_with words as form %}"""
    return SearchForm({"q": words})
