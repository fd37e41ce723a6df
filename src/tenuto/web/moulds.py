"""What a page has many of, drawn quickly: a template is drawn once with marks where one thing differs from the next,
and then only cut up at the marks and filled.

A list of twenty tracks has some two thousand places that differ. Django looks up each of them anew in every row, in
twenty times as long as it takes to join pieces of text.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from html import escape

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_Pieces = tuple[str, tuple[tuple[str, str], ...]]  # what comes first; then each value's name and what follows it


class Mould:
    """A template whose values are of two sorts.

    Of its shape: what its conditions ask for. There must be few different ones, for each is drawn and kept. And slots:
    texts that differ from one thing to the next. The template may put a slot anywhere, also into an address (its mark
    is a slug), but may neither ask about it nor filter it: it is empty in no mould, and has no length.
    """

    def __init__(self, template: str, *slots: str) -> None:
        self._template = template
        self._slots = frozenset(slots)
        kept: Callable[[str, tuple[tuple[str, Hashable], ...]], _Pieces] = lru_cache(maxsize=512)(self._cast)
        self._kept = kept

    def fill(self, shape: Mapping[str, Hashable], **slots: str) -> SafeString:
        """Draw one thing. What is put into a slot is escaped, as in any template, unless it is a `SafeString`.

        Raises ValueError where not just the mould's slots are filled.
        """
        if slots.keys() != self._slots:
            raise ValueError(f"{self._template} has the slots {sorted(self._slots)}, not {sorted(slots)}")
        cast = self._cast if settings.DEBUG else self._kept
        first, rest = cast(f"{get_language()} {settings.ROOT_URLCONF}", tuple(shape.items()))
        drawn = {name: value if isinstance(value, SafeString) else escape(value) for name, value in slots.items()}
        parts = [first]
        for name, following in rest:
            parts += (drawn[name], following)
        return mark_safe("".join(parts))  # noqa: S308  the pieces are of a template, what is between them is escaped

    def _cast(self, _where: str, shape: tuple[tuple[str, Hashable], ...]) -> _Pieces:
        marks = {name: _mark(name) for name in self._slots}
        first, *others = render_to_string(self._template, {**marks, **dict(shape)}).split(_BEFORE)
        rest = []
        for other in others:
            name, _after, following = other.partition(_AFTER)
            rest.append((name, following))
        return first, tuple(rest)


# Letters that no template, no language and no name of a static file has; nothing that people write is cut up.
_BEFORE, _AFTER = "z7q4-slot-", "-slot-4q7z"


def _mark(name: str) -> SafeString:
    return mark_safe(f"{_BEFORE}{name}{_AFTER}")  # noqa: S308  a name from our code
