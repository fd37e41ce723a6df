"""International Standard Musical Work Codes, by ISO 15707: the code of a composition, whoever recorded it."""

import re

# T, nine digits of the work, and one by which a slip is noticed.
_FORM = re.compile(r"T[0-9]{10}")
_SEPARATORS = re.compile(r"[-.\s‐‑–]")


def read_iswc(text: str) -> str | None:
    """The code as it is stored, T and ten digits, from any way it is written; None if it is none."""
    code = re.sub(r"^ISWC:?", "", _SEPARATORS.sub("", text).upper())
    return code if _FORM.fullmatch(code) and code[-1] == _check_digit(code[1:-1]) else None


def write_iswc(code: str) -> str:
    """The code as people read it: T-034.524.680-1."""
    return f"{code[0]}-{code[1:4]}.{code[4:7]}.{code[7:10]}-{code[10:]}"


def _check_digit(digits: str) -> str:
    """ISO 15707, annex A: each digit counts as many times as its place says, and the T counts once."""
    total = 1 + sum(place * int(digit) for place, digit in enumerate(digits, start=1))
    return str(-total % 10)
