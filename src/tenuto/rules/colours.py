"""Colours that somebody else chose, made fit to be seen: WCAG 2.2, contrast of 3 for what is no text (1.4.11).

A colour is three numbers from 0 to 255, in sRGB.
"""

import re
from typing import NamedTuple

ENOUGH = 3.0
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
# Small enough to stay near to what was wished for, and never more than this many to black or white.
_STEPS = 50


class Colour(NamedTuple):
    """Red, green and blue."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)


def read(words: str) -> Colour | None:
    """Six hexadecimal digits, with or without the sign; anything else is no colour."""
    found = _HEX.fullmatch(words)
    return Colour(*bytes.fromhex(found[1])) if found else None


def contrast(one: Colour, other: Colour) -> float:
    """From 1, where two colours are the same, to 21, for black and white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def seen_on(ground: Colour, wish: Colour) -> Colour:
    """The wish, or the nearest to it towards black or white that can be told from its ground."""
    towards = max(BLACK, WHITE, key=lambda end: contrast(end, ground))
    for step in range(_STEPS):
        mixed = _mixed(wish, towards, step / _STEPS)
        if contrast(mixed, ground) >= ENOUGH:
            return mixed
    return towards


def written_on(ground: Colour) -> Colour:
    """Black or white, whichever is read better on it: never less than 4.5."""
    return max(BLACK, WHITE, key=lambda ink: contrast(ink, ground))


def _mixed(colour: Colour, end: Colour, share: float) -> Colour:
    return Colour(*(round(a + (b - a) * share) for a, b in zip(colour, end, strict=True)))


def _luminance(colour: Colour) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
