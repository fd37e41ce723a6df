"""Terms in templates: Markdown as a page, changed words, and cells in words."""

from collections.abc import Iterable
from itertools import groupby

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from tenuto.rules.cells import Cell
from tenuto.rules.terms_diff import Change, Words
from tenuto.terms.words import ASSETS, PURPOSES, USES

register = template.Library()
SHOWN_AROUND = 160  # letters before and after a change
# Raw HTML is shown as text: an operator's slip must not become a script.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as HTML. Addresses that would run scripts are dropped by the parser itself."""
    rendered: str = _MARKDOWN.render(text)
    return mark_safe(rendered)  # noqa: S308  the parser escapes everything that is not Markdown


@register.filter
def marked(words: Iterable[Words]) -> SafeString:
    """Changed words as <ins> and <del>; of what stayed, enough to know where one is."""
    tags = {Change.SAME: "{}", Change.ADDED: "<ins>{}</ins>", Change.REMOVED: "<del>{}</del>"}
    return mark_safe("".join(format_html(tags[one.change], _shortened(one)) for one in words))  # noqa: S308  escaped


def _shortened(words: Words) -> str:
    if words.change is not Change.SAME or len(words.text) <= 3 * SHOWN_AROUND:
        return words.text
    return f"{words.text[:SHOWN_AROUND].rpartition(' ')[0]} […] {words.text[-SHOWN_AROUND:].partition(' ')[2]}"


@register.filter
def cell_lines(cells: Iterable[Cell]) -> SafeString:
    """Cells as a short list: "recording, recommendation: input, inform"."""
    ordered = sorted(cells, key=lambda each: each.position)
    lines = [
        (f"{ASSETS[asset]}, {PURPOSES[purpose]}", ", ".join(str(USES[cell.use]) for cell in group))
        for (asset, purpose), group in groupby(ordered, key=lambda cell: (cell.asset, cell.purpose))
    ]
    return format_html('<ul class="cells">{}</ul>', format_html_join("", "<li><b>{}</b>: {}</li>", lines))
