"""Codes of people and groups: ISNI (ISO 27729), IPI name numbers (CISAC), and MusicBrainz's own ids."""

import re
from uuid import UUID

_SEPARATORS = re.compile(r"[-.\s‐‑–]")
_ISNI = re.compile(r"[0-9]{15}[0-9X]")
_IPI = re.compile(r"[0-9]{9,11}")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def read_isni(text: str) -> str | None:
    """The code as it is stored, sixteen digits of which the last may be X, from any way it is written; or None."""
    found = re.sub(r"^(HTTPS?://(WWW)?ISNIORG/(ISNI/)?|ISNI:?)", "", _SEPARATORS.sub("", text).upper())
    return found if _ISNI.fullmatch(found) and found[-1] == _isni_check(found[:-1]) else None


def write_isni(code: str) -> str:
    """The code as people read it: 0000 0001 2281 955X."""
    return " ".join(code[at : at + 4] for at in range(0, 16, 4))


def _isni_check(digits: str) -> str:
    """ISO 7064, MOD 11-2."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def read_ipi(text: str) -> str | None:
    """The name number as it is stored, eleven digits, from any way it is written; None if it is none."""
    found = re.sub(r"^IPI:?", "", _SEPARATORS.sub("", text).upper())
    code = found.zfill(11)
    return code if _IPI.fullmatch(found) and code[-2:] == _ipi_check(code[:-2]) else None


def _ipi_check(digits: str) -> str:
    """Each digit counts as many times as its place from the right says, the last one twice; modulo 101."""
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True))
    return f"{(101 - total % 101) % 100:02}"


def read_mbid(text: str, kind: str) -> str | None:
    """The id of MusicBrainz's, from the id itself or the address of its page; None if it is none.

    Args:
        kind: what the page is about, as its address says: `recording`, `work`, `artist`
    """
    found = re.fullmatch(
        rf"(?:(?:https?://)?(?:beta\.)?musicbrainz\.org/{kind}/)?({_UUID})(?:[/?#].*)?", text.strip().lower()
    )
    return str(UUID(found[1])) if found else None


def mbid_address(kind: str, mbid: str) -> str:
    """The page about it."""
    return f"https://musicbrainz.org/{kind}/{mbid}"
