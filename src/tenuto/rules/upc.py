"""The bar codes of releases: Universal Product Codes and International Article Numbers, which are one numbering."""

import re

_FORM = re.compile(r"0?[0-9]{12,13}")
_SEPARATORS = re.compile(r"[-\s‐‑–]")


def read_upc(text: str) -> str | None:
    """The code as it is stored, thirteen digits, from any way it is written; None if it is none.

    Twelve digits are the same number without its leading nought, and some write fourteen, with one more.
    """
    code = re.sub(r"^(UPC|EAN|GTIN):?", "", _SEPARATORS.sub("", text).upper())
    if not _FORM.fullmatch(code):
        return None
    code = code.zfill(13)[-13:]
    return code if code.strip("0") and code[-1] == _check_digit(code[:-1]) else None


def write_upc(code: str) -> str:
    """The code as people read it: twelve digits where it is a UPC, else thirteen."""
    return code.removeprefix("0")


def _check_digit(digits: str) -> str:
    """GS1: from the right, every other digit counts three times."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
