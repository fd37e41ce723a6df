"""What people type. Names and titles are one line: what pages, lists, letters and files make of them relies on it.
Words at length keep their lines, and no control character: XML, and so a feed, can hold none.
"""

from typing import Any

from django import forms
from pydantic import BeforeValidator

# They join letters and pictures into one, in Persian and in families of emoji. All else unseen goes: marks of direction
# turn around the sentence in which a name stands.
JOINERS = "\u200c\u200d"


# Word processors break a line with a vertical tab; a form feed and U+0085 break one too.
_CONTROLS: dict[int, str | None] = dict.fromkeys((*range(32), *range(127, 160)))
_CONTROLS |= {0x0B: "\n", 0x0C: "\n", 0x85: "\n"}
for _kept in map(ord, "\t\n\r"):  # a form sends a line break as two of them
    del _CONTROLS[_kept]


def plain_words(text: str) -> str:
    """`text` without control characters but tab and line break."""
    return text.translate(_CONTROLS)


def one_line(text: str) -> str:
    """`text` on one line, without control characters and marks of direction."""
    kept = (mark if mark.isprintable() or mark in JOINERS else " " if mark.isspace() else "" for mark in text)
    return " ".join("".join(kept).split())


# In a schema: `Annotated[str, Line]` is brought onto one line before its length is looked at.
Line = BeforeValidator(lambda sent: one_line(sent) if isinstance(sent, str) else sent)


class WordsField(forms.CharField):
    """In a form: words at length. The HTTP API takes the same out of whatever it is sent (`api.parser`)."""

    def to_python(self, value: Any) -> Any:
        # A NUL is not typed by anybody: Django's own validator has still to see it.
        typed = isinstance(value, str) and "\0" not in value
        return super().to_python(plain_words(value) if typed else value)


class LineField(forms.CharField):
    """In a form: a line."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        # A NUL is not typed by anybody: Django's own validator has still to see it.
        return one_line(text) if isinstance(text, str) and "\0" not in text else text
