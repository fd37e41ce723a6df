"""Addresses of what lists have many of: Django looks one up once, and then only its words are filled in.

`reverse` looks for a pattern anew each time and tries it out, in ten times as long as it takes to join three words.
"""

from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

_SAFE = RFC3986_SUBDELIMS + "/~:@"  # what Django leaves as it is in an address


def address(name: str, *words: str, numbers: tuple[int, ...] = ()) -> str:
    """The address of this name: what `reverse(name, args=[*words, *numbers])` says of words that fit it.

    Few different numbers: each has a pattern of its own, which is kept. Raises NoReverseMatch for a name that is none.
    """
    pattern = _pattern(settings.ROOT_URLCONF, name, len(words), numbers)
    return pattern % tuple(quote(word, safe=_SAFE) for word in words)


@lru_cache(maxsize=512)
def _pattern(_where: str, name: str, words: int, numbers: tuple[int, ...]) -> str:
    marks = [f"z7q4-word-{place}-4q7z" for place in range(words)]  # which any place for a word takes
    pattern = reverse(name, args=[*marks, *numbers]).replace("%", "%%")
    for mark in marks:
        pattern = pattern.replace(mark, "%s")
    return pattern
