"""Draws what stands where somebody has put no picture: a letter for a person, a few bars of a score for a track.

The same words give the same drawing on every server, and nobody else is asked for it.
"""

import unicodedata
from hashlib import sha256
from html import escape

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '
_SERIF = "Iowan Old Style,Palatino Linotype,Palatino,TeX Gyre Pagella,P052,Noto Serif,Georgia,serif"
# The six inks of the mock-ups, as sRGB: drawings are also shown where oklch() is not understood.
_INKS = ("#1b5e93", "#93352f", "#27694a", "#6b4474", "#725318", "#3d4452")
# Ground, staves, notes, and the one that is held.
_PAPERS = (
    ("#1f2a44", "#51608a", "#e9e3d2", "#f2b84b"),
    ("#e8dfc9", "#b5a888", "#26283a", "#2b53c4"),
    ("#2e4a3f", "#5f8473", "#efe6cf", "#f08a5d"),
    ("#6d2f37", "#a8636b", "#f3e3d3", "#f4cf6a"),
    ("#d9e2e3", "#94a8ab", "#233039", "#b8432f"),
    ("#3b2f4d", "#73628c", "#ece4f2", "#8fd3b6"),
    ("#c9b28a", "#93794b", "#2a2118", "#1c4f8f"),
    ("#20242b", "#555c68", "#dfe3e8", "#7fb0ff"),
)


def face(name: str) -> bytes:
    """The first letter of a name on one of six inks."""
    ink = _INKS[_dice(name)[0] % len(_INKS)]
    return (
        f'{_OPEN}100 100"><rect width="100" height="100" fill="{ink}"/>'
        f'<text x="50" y="67" font-family="{_SERIF}" font-size="50" font-style="italic" font-weight="500" '
        f'text-anchor="middle" fill="#fbf8f1">{escape(_initial(name))}</text></svg>'
    ).encode()


def banner(name: str) -> bytes:
    """Empty staves on the paper that belongs to the name."""
    ground, staff, _, _ = _PAPERS[_dice(name)[1] % len(_PAPERS)]
    lines = "".join(f"M0 {y}H900" for y in (118, 134, 150, 166, 182))
    return (
        f'{_OPEN}900 300"><rect width="900" height="300" fill="{ground}"/>'
        f'<path d="{lines}" stroke="{staff}" stroke-width="2"/></svg>'
    ).encode()


def cover(seed: str) -> bytes:
    """Three staves of a melody that belongs to the seed, one of its notes held."""
    dice = _dice(seed)
    ground, staff, note, held = _PAPERS[dice[0] % len(_PAPERS)]
    parts = [f'<rect width="400" height="400" fill="{ground}"/>']
    held_note = 3 + dice[1] % 12
    for row in range(3):
        top = 74 + row * 104
        lines = "".join(f"M0 {top + step * 12}H400" for step in range(5))
        parts.append(f'<path d="{lines}" stroke="{staff}" stroke-width="1.6"/>')
        bar = 96 + dice[29 + row] % 5 * 52
        parts.append(f'<path d="M{bar + 26} {top}v48" stroke="{staff}" stroke-width="2.4"/>')
        for column in range(6):
            number = row * 6 + column
            if dice[2 + number] % 7 == 0 and number != held_note:
                continue  # a rest
            x, y = 46 + column * 62, top + 48 - dice[2 + number] % 9 * 6
            parts.append(_note(x, y, up=y > top + 24, ink=held if number == held_note else note))
            if number == held_note:
                parts.append(f'<path d="M{x - 16} {y - 22 if y <= top + 24 else y + 18}h32v5h-32z" fill="{held}"/>')
    return (f'{_OPEN}400 400">{"".join(parts)}</svg>').encode()


def _note(x: int, y: int, up: bool, ink: str) -> str:
    stem = f"M{x + 9} {y - 2}v-40" if up else f"M{x - 9} {y + 2}v40"
    return (
        f'<ellipse cx="{x}" cy="{y}" rx="10.5" ry="7.5" transform="rotate(-20 {x} {y})" fill="{ink}"/>'
        f'<path d="{stem}" stroke="{ink}" stroke-width="2.6"/>'
    )


def _initial(name: str) -> str:
    """The first letter with what belongs to it: accents that are characters of their own, as in many scripts."""
    letters = unicodedata.normalize("NFC", name.strip()) or "?"
    end = 1
    while end < len(letters) and unicodedata.combining(letters[end]):
        end += 1
    first = letters[:end]
    return (
        first.upper()
        if len(first.upper()) == len(first) and first.isprintable()
        else first
        if first.isprintable()
        else "?"
    )


def _dice(seed: str) -> bytes:
    return sha256(seed.encode("utf-8", "surrogatepass")).digest()
