"""HTTP's structured fields (RFC 9651), as far as signatures use them: dictionaries of texts, bytes and inner lists.

Each member keeps the very words in which it came, for a signature covers words. Whatever is not well formed makes the
whole field worthless, as the standard wants it.
"""

import re
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass, field

Bare = str | int | float | bool | bytes
# More than any signature needs; a field is read for whoever sends it.
MOST_CHARACTERS = 8_192

_SPACE = re.compile(r"[ ]*")
_OPTIONAL = re.compile(r"[ \t]*")
_KEY = re.compile(r"[a-z*][a-z0-9_.*-]*")
_TEXT = re.compile(r'"((?:[^"\\\x00-\x1f\x7f-\uffff]|\\["\\])*)"')
_BYTES = re.compile(r":([A-Za-z0-9+/]*={0,2}):")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,3})?")
_TRUTH = re.compile(r"\?([01])")
_TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*")


class Malformed(ValueError):
    """Not a structured field."""


@dataclass(frozen=True)
class Item:
    """A bare value with its parameters."""

    value: Bare
    parameters: dict[str, Bare] = field(default_factory=dict)
    words: str = ""  # as it came, parameters and all


@dataclass(frozen=True)
class Inner:
    """A list in brackets, with its parameters."""

    items: tuple[Item, ...]
    parameters: dict[str, Bare]
    words: str


def dictionary(text: str) -> dict[str, Item | Inner]:
    """The members of a dictionary, in order. Of two of one name, the last counts."""
    if len(text) > MOST_CHARACTERS:
        raise Malformed("too long")
    read = _Reader(text)
    found: dict[str, Item | Inner] = {}
    read.skip(_SPACE)
    while not read.is_at_end():
        key = read.expect(_KEY)[0]
        found.pop(key, None)
        if read.take("="):
            found[key] = read.member()
        else:
            found[key] = Item(True, read.parameters(), "?1")
        read.skip(_OPTIONAL)
        if read.is_at_end():
            return found
        read.must_take(",")
        read.skip(_OPTIONAL)
        if read.is_at_end():
            raise Malformed("ends with a comma")
    return found


def item(text: str) -> Item:
    """A single value."""
    if len(text) > MOST_CHARACTERS:
        raise Malformed("too long")
    read = _Reader(text)
    read.skip(_SPACE)
    found = read.item()
    read.skip(_SPACE)
    if not read.is_at_end():
        raise Malformed("more than one value")
    return found


class _Reader:
    """Goes through a field's text once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def is_at_end(self) -> bool:
        """Is nothing left?"""
        return self._at >= len(self._text)

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Go past this, if it stands here."""
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def take(self, sign: str) -> bool:
        """Go past this sign; False where another stands here."""
        if self._text.startswith(sign, self._at):
            self._at += 1
            return True
        return False

    def must_take(self, sign: str) -> None:
        """Go past this sign, which has to stand here."""
        if not self.take(sign):
            raise Malformed(f"no {sign} at {self._at}")

    def expect(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Read this, which has to stand here."""
        found = pattern.match(self._text, self._at)
        if found is None:
            raise Malformed(f"at {self._at}")
        self._at = found.end()
        return found

    def member(self) -> Item | Inner:
        """What a key of a dictionary stands for."""
        begin = self._at
        if not self.take("("):
            return self.item()
        items = []
        self.skip(_SPACE)
        while not self.take(")"):
            items.append(self.item())
            before = self._at
            self.skip(_SPACE)
            if self._at == before and not self._text.startswith(")", self._at):
                raise Malformed(f"no space at {before}")
        parameters = self.parameters()
        return Inner(tuple(items), parameters, self._text[begin : self._at])

    def item(self) -> Item:
        """A value and its parameters."""
        begin = self._at
        value = self.bare()
        parameters = self.parameters()
        return Item(value, parameters, self._text[begin : self._at])

    def parameters(self) -> dict[str, Bare]:
        """What follows a value after semicolons."""
        found: dict[str, Bare] = {}
        while self.take(";"):
            self.skip(_SPACE)
            key = self.expect(_KEY)[0]
            found[key] = self.bare() if self.take("=") else True
        return found

    def bare(self) -> Bare:
        """A value of any kind."""
        sign = self._text[self._at : self._at + 1]
        if sign == '"':
            return re.sub(r"\\(.)", r"\1", self.expect(_TEXT)[1])
        if sign == ":":
            try:
                return b64decode(self.expect(_BYTES)[1], validate=True)
            except Error as error:
                raise Malformed(str(error)) from error
        if sign == "?":
            return self.expect(_TRUTH)[1] == "1"
        if sign.isdigit() or sign == "-":
            number = self.expect(_NUMBER)[0]
            return float(number) if "." in number else int(number)
        return self.expect(_TOKEN)[0]
