"""International Standard Recording Codes, by ISO 3901."""

import re

# Two letters and three letters or digits of whoever assigns it, two digits of the year, five of the recording.
_FORM = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{2}[0-9]{5}")
_SEPARATORS = re.compile(r"[-\s‐‑–]")


def read_isrc(text: str) -> str | None:
    """The code as it is stored, twelve letters and digits, from any way it is written; None if it is none."""
    code = re.sub(r"^ISRC:?", "", _SEPARATORS.sub("", text).upper())
    return code if _FORM.fullmatch(code) else None


def write_isrc(code: str) -> str:
    """The code as people read it: DE-A12-26-00001."""
    return "-".join([code[:2], code[2:5], code[5:7], code[7:]])
