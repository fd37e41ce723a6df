"""The small pieces that the log's text formats are made of: base64, decimals, hashes; each in one spelling only.

What could be spelt in two ways is refused, so that nobody changes a file without changing what it says.
"""

import binascii
from base64 import b64decode, b64encode

MOST = 2**63 - 1  # sizes, indices and times of the log stay below what every language counts


class Refused(ValueError):
    """What was shown does not prove what it claims, or is not written as it must be."""


def encoded(value: bytes) -> str:
    """The bytes in base64 (RFC 4648, section 4)."""
    return b64encode(value).decode()


def decoded(text: str) -> bytes:
    """The bytes of a base64 text. Refuses every spelling but the one that `encoded` gives."""
    try:
        value = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(f"“{text[:80]}” is no base64") from error
    if encoded(value) != text:  # spare bits behind the last byte would make a second spelling
        raise Refused(f"“{text[:80]}” is base64 in a spelling of its own")
    return value


def decoded_hash(text: str) -> bytes:
    """A SHA-256 from its base64."""
    value = decoded(text)
    if len(value) != 32:
        raise Refused(f"a hash has 32 bytes, this one {len(value)}")
    return value


def number(text: str) -> int:
    """A whole number from its decimals: ASCII, no sign, no zeroes in front."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0") or len(text) > 19:
        raise Refused(f"“{text[:80]}” is no number as the log writes them")
    value = int(text)
    if value > MOST:
        raise Refused(f"{value} is more than a log can hold")
    return value
