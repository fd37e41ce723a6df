"""Names and titles are one line: what pages, lists, letters and files make of them relies on it."""

from typing import Any

from django import forms
from pydantic import BeforeValidator

# They join letters and pictures into one, in Persian and in families of emoji. All else unseen goes: marks of direction
# turn around the sentence in which a name stands.
JOINERS = "\u200c\u200d"


def one_line(text: str) -> str:
    """`text` on one line, without control characters and marks of direction."""
    kept = (mark if mark.isprintable() or mark in JOINERS else " " if mark.isspace() else "" for mark in text)
    return " ".join("".join(kept).split())


# In a schema: `Annotated[str, Line]` is brought onto one line before its length is looked at.
Line = BeforeValidator(lambda sent: one_line(sent) if isinstance(sent, str) else sent)


class LineField(forms.CharField):
    """In a form: the same."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        # A NUL is not typed by anybody: Django's own validator has still to see it.
        return one_line(text) if isinstance(text, str) and "\0" not in text else text
