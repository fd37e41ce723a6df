"""Small things that pages draw: glyphs, lengths of time, waveforms and people's own words."""

import re
from base64 import b64encode
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
@cache  # a page shows a hundred of them, and they are a dozen
def glyph(name: str) -> SafeString:
    """One of the marks in glyphs.svg. Hidden from screen readers, so a word must stand beside it."""
    return format_html(
        '<svg class="glyph" aria-hidden="true"><use href="{}#{}"></use></svg>', static("web/glyphs.svg"), name
    )


@register.filter
def clock(seconds: float | None) -> str:
    """A length as players write it: 4:52, or 1:04:52."""
    whole = round(seconds or 0)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


@register.filter
def span(seconds: float | None) -> str:
    """The same length as a machine reads it, for `<time datetime>`."""
    whole = round(seconds or 0)
    return f"PT{whole // 3600}H{whole // 60 % 60}M{whole % 60}S"


@register.filter
def peaks(sketch: bytes | memoryview | None) -> str:
    """A recording's waveform in short, as `<wave-form data-peaks>` reads it."""
    return b64encode(sketch or b"").decode("ascii")


@register.filter
def face(name: str) -> str:
    """The letter that stands for somebody without a picture."""
    return next((letter for letter in name if letter.isalnum()), "?").upper()


@register.filter
def face_colour(key: int) -> int:
    """Which of the six colours somebody's letter has: always the same for the same person."""
    return key % 6 + 1


# A trailing full stop or bracket belongs to the sentence, not to the address. Signs that nobody sees, which turn the
# direction of reading, end it; and what has a name before its host is none: both read as another place than they are.
_UNSEEN = r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_INSIDE = rf"\s<>\"'{_UNSEEN}"
_ADDRESS = re.compile(rf"https?://(?![^/?#{_INSIDE}]*@)[^{_INSIDE}]*[^{_INSIDE}.,;:!?)\]}}»”’]", re.IGNORECASE)


@register.filter
def paragraphs(words: str) -> SafeString:
    """Somebody's own words: nothing in them is markup; blank lines part paragraphs; addresses become links.

    The links vouch for nothing (`nofollow ugc`) and tell nobody where their reader came from.
    """
    parts = re.split(r"\n\s*\n", words.replace("\r\n", "\n").strip())
    return mark_safe("".join(f"<p>{_linked(part)}</p>" for part in parts if part))  # noqa: S308  every part is escaped


def _linked(words: str) -> str:
    out: list[str] = []
    at = 0
    for found in _ADDRESS.finditer(words):
        address = escape(found[0])
        out.append(escape(words[at : found.start()]))
        out.append(f'<a href="{address}" rel="nofollow ugc noopener noreferrer">{address}</a>')
        at = found.end()
    out.append(escape(words[at:]))
    return "".join(out).replace("\n", "<br>")
