"""Words as they are compared in searching, and which of them are the same but for a slip of the fingers.

Two letters side by side in the wrong order are one slip, as are one letter too many, too few, or wrong: the distance of
Damerau and Levenshtein in its form "optimal string alignment" (Boytsov, Indexing methods for approximate dictionary
searching, 2011, section 2.1). Near words are met by the letters that both have: what is left of one after some letters
were deleted is left of the other too (deletion neighbourhoods, section 5.2.2 there).
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import combinations

LONGEST = 80  # letters of a word that are looked at
LONGEST_MISTYPED = 24  # letters; no longer word is taken for a slip of another, nor compared with one
BEGINNING = 6  # letters by which near words are met; so few keep the table of what is left of them small
_ACCENTED = re.compile("([A-Za-z])[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Small letters, Latin ones without accents: “Áéî” and “aei” are one. Letters of their own stay: ø, ł, ß, й."""
    bare = _ACCENTED.sub(r"\1", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).lower()


def words_in(text: str) -> list[str]:
    """The words of a text in the form in which they are compared, in their order. What is no letter or digit parts."""
    return [word[:LONGEST] for word in _WORD.findall(folded(text))]


def slips_allowed(word: str) -> int:
    """How many slips a typed word may have: none below four letters, one below eight, then two. None in numbers, nor in
    what is longer than a word that people type.
    """
    if not 4 <= len(word) <= LONGEST_MISTYPED or word.isdecimal():
        return 0
    return 1 if len(word) < 8 else 2


def left_of(word: str, slips: int) -> set[str]:
    """What is left of the beginning of `word` when up to so many of its letters are deleted."""
    beginning = word[:BEGINNING]
    kept = range(max(0, len(beginning) - slips), len(beginning) + 1)
    return {"".join(letters) for count in kept for letters in combinations(beginning, count)}


def left_of_known(word: str) -> set[str]:
    """What a word is met by that somebody may have meant: one that is two letters shorter than eight, by two slips."""
    if not 3 <= len(word) <= LONGEST_MISTYPED or word.isdecimal():
        return set()
    return left_of(word, 1 if len(word) < 6 else 2)


def slips(typed: str, meant: str, most: int) -> int | None:
    """How many slips lead from one to the other; None where that are more than `most`, which should be few."""
    if not _within(typed, meant, most):
        return None
    return next(few for few in range(most + 1) if _within(typed, meant, few))


def _within(one: str, other: str, slips: int) -> bool:
    """Whether so many slips, or fewer, lead from one to the other.

    Where both begin alike, no way that changes this beginning is shorter. So a slip stands where they first differ, and
    for each kind of it what is left is looked at: a few comparisons of strings, where most words are no word's slip.
    """
    if abs(len(one) - len(other)) > slips:
        return False
    if not slips:
        return one == other
    at = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        at += 1
    else:
        return True  # one of them ends here, and what is left of the other is short enough
    one, other, fewer = one[at:], other[at:], slips - 1
    return (
        _within(one[1:], other[1:], fewer)  # another letter
        or _within(one[1:], other, fewer)  # one too many
        or _within(one, other[1:], fewer)  # one too few
        or (one[1:2] == other[0] and other[1:2] == one[0] and _within(one[2:], other[2:], fewer))  # in the wrong order
    )


def nearest(typed: str, known: Iterable[str], most: int) -> list[str]:
    """Of the known words those that may be meant: the nearest first, equally near ones in the order of letters."""
    allowed = slips_allowed(typed)
    if not allowed:
        return []
    found = [(apart, word) for word in set(known) if (apart := slips(typed, word, allowed))]
    return [word for _apart, word in sorted(found)[:most]]
