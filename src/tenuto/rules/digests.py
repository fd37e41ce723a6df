"""A SHA-256 as records write it, read back: one spelling, and no other."""

from .lines import Refused

PREFIX = "sha256:"


def digest_in(text: str) -> bytes:
    """The 32 bytes that `sha256:…` stands for. Refused for anything else."""
    try:
        value = bytes.fromhex(text.removeprefix(PREFIX))
    except ValueError as error:
        raise Refused(f"“{text[:80]}” is no digest") from error
    if len(value) != 32 or f"{PREFIX}{value.hex()}" != text:
        raise Refused(f"“{text[:80]}” is no digest")
    return value
