"""Signed notes (C2SP signed-note): a text, an empty line, and the signatures of those who stand by it.

Which key signed is told by name and key id together; signatures of keys nobody here knows are left alone. The
mathematics of signatures is handed in as `Verify` and `Sign`, so that this module needs the standard library only.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from .lines import Refused, decoded, encoded

ED25519 = 0x01
COSIGNATURE = 0x04  # Ed25519 over a checkpoint and a time
ML_DSA_COSIGNATURE = 0x06  # ML-DSA-44 over a checkpoint and a time

KEY_BYTES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_COSIGNATURE: 1312}
MOST_NOTE_BYTES = 1_000_000
MOST_SIGNATURES = 100  # 16 must be read at least
ID_BYTES = 4

# Public key, message, signature: is it so? Ed25519 for keys of 32 bytes, ML-DSA-44 for keys of 1312.
Verify = Callable[[bytes, bytes, bytes], bool]
Sign = Callable[[bytes], bytes]  # message to signature


class Unsigned(Refused):
    """No key that is trusted here signed this note, or what claims to be its signature is not."""


@dataclass(frozen=True)
class Key:
    """The public half of a key that signs notes; written as a vkey."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which signature lines name the key. Short on purpose: a name, not a proof."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> "Key":
        """The key that a vkey writes. Its id must be right and its kind one of those we check."""
        parts = vkey.split("+", 2)
        if len(parts) != 3:
            raise Refused(f"“{vkey[:80]}” is no verifier key")
        material = decoded(parts[2])
        if not material:
            raise Refused(f"“{vkey[:80]}” has no key in it")
        key = cls(_named(parts[0]), material[0], material[1:])
        if KEY_BYTES.get(key.kind) != len(key.public):
            raise Refused(f"“{vkey[:80]}” is of a kind we do not check (0x{key.kind:02x}, {len(key.public)} bytes)")
        if parts[1] != key.id.hex():
            raise Refused(f"“{vkey[:80]}” names another key than it holds")
        return key


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"— {self.name} {encoded(self.key_id + self.value)}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """A signature line, without its newline."""
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—":
            raise Refused(f"“{line[:80]}” is no signature line")
        both = decoded(parts[2])
        if len(both) <= ID_BYTES:
            raise Refused(f"“{line[:80]}” holds no signature")
        return cls(_named(parts[1]), both[:ID_BYTES], both[ID_BYTES:])


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and its signature lines."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))

    def __bytes__(self) -> bytes:
        return str(self).encode()

    @classmethod
    def parse(cls, content: bytes) -> "Note":
        """A note from its bytes. Believe nothing in it before its signatures are checked."""
        if len(content) > MOST_NOTE_BYTES:
            raise Refused("a note has a million bytes at most")
        try:
            whole = content.decode()
        except UnicodeDecodeError as error:
            raise Refused("a note is written in UTF-8") from error
        if any(letter < " " and letter != "\n" for letter in whole):
            raise Refused("a note has no control characters")
        text, gap, lines = whole.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise Refused("a note is a text, an empty line and signature lines")
        signatures = lines[:-1].split("\n")
        if len(signatures) > MOST_SIGNATURES:
            raise Refused(f"a note has {MOST_SIGNATURES} signatures at most")
        return cls(text + "\n", tuple(map(Signature.parse, signatures)))

    def signed_with(self, *more: Signature) -> "Note":
        """The note with more signatures; a key's later one takes the place of its earlier one."""
        new = {(signature.name, signature.key_id) for signature in more}
        kept = [signature for signature in self.signatures if (signature.name, signature.key_id) not in new]
        return Note(self.text, (*kept, *more))

    def claims(self, keys: Iterable[Key]) -> Iterator[tuple[Key, Signature]]:
        """The signatures that say they were made with one of the given keys."""
        known = {(key.name, key.id): key for key in keys}
        for signature in self.signatures:
            if key := known.get((signature.name, signature.key_id)):
                yield key, signature


def signed(text: str, key: Key, sign: Sign) -> Signature:
    """The signature line of an Ed25519 note key under a text."""
    if key.kind != ED25519:
        raise ValueError(f"a key of kind 0x{key.kind:02x} signs no plain notes")
    return Signature(key.name, key.id, sign(text.encode()))


def signers(note: Note, keys: Iterable[Key], verify: Verify) -> set[Key]:
    """Those of the given note keys that signed the note: at least one. One false signature spoils the note."""
    found = set()
    for key, signature in note.claims(keys):
        if key.kind != ED25519 or not verify(key.public, note.text.encode(), signature.value):
            raise Unsigned(f"the signature of {key.name} is false")
        found.add(key)
    if not found:
        raise Unsigned("no key that is trusted here signed this note")
    return found


def _named(name: str) -> str:
    # A lone surrogate is how octets that are no UTF-8 come out of a policy file.
    if not name or "+" in name or any(letter.isspace() or "\ud800" <= letter <= "\udfff" for letter in name):
        raise Refused(f"“{name[:80]}” is no name of a key")
    return name
