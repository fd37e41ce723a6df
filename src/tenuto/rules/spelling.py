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
    """How many slips lead from one to the other; None where that are more than `most`.

    Only the band of the table is worked out in which the places in both words are at most `most` apart: beyond it every
    way costs more (Ukkonen, Algorithms for approximate string matching, 1985).
    """
    if abs(len(typed) - len(meant)) > most:
        return None
    far = most + 1
    before: dict[int, int] = {}
    row = {other: other for other in range(min(most, len(meant)) + 1)}
    for place, letter in enumerate(typed, start=1):
        earlier, before, row = before, row, {}
        for other in range(max(0, place - most), min(len(meant), place + most) + 1):
            cost = min(before.get(other, far), row.get(other - 1, far)) + 1
            if other:
                cost = min(cost, before.get(other - 1, far) + (letter != meant[other - 1]))
            if place > 1 and other > 1 and letter == meant[other - 2] and typed[place - 2] == meant[other - 1]:
                cost = min(cost, earlier.get(other - 2, far) + 1)
            row[other] = cost
        if min(row.values()) > most and min(before.values()) > most:
            return None
    apart = row.get(len(meant), far)
    return apart if apart <= most else None


def nearest(typed: str, known: Iterable[str], most: int) -> list[str]:
    """Of the known words those that may be meant: the nearest first, equally near ones in the order of letters."""
    allowed = slips_allowed(typed)
    if not allowed:
        return []
    found = [(apart, word) for word in set(known) if (apart := slips(typed, word, allowed))]
    return [word for _apart, word in sorted(found)[:most]]
