"""Checkpoints (C2SP tlog-checkpoint): the log's word about how large it is and what its root is.

A log never signs two that contradict each other; whoever holds two that do holds the proof (`rules.frauds`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .lines import MOST, Refused, decoded_hash, encoded, number
from .notes import ED25519, Key, Note, Sign, Unsigned, Verify, signed, signers
from .tree import EMPTY_ROOT


@dataclass(frozen=True)
class Checkpoint:
    """Name, size and root of a log. We write no extension lines; others' are kept, for cosigners sign them too."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, encoded(self.root), *self.extensions))

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """A checkpoint from the text of a note."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise Refused("a checkpoint has three lines or more, none of them empty")
        return cls(lines[0], number(lines[1]), decoded_hash(lines[2]), tuple(lines[3:]))


@dataclass(frozen=True)
class Signed:
    """A checkpoint with the note it stands in. Made by `opened` only after the log's signature was checked."""

    checkpoint: Checkpoint
    note: Note


def issued(checkpoint: Checkpoint, key: Key, sign: Sign) -> Note:
    """The checkpoint as a note signed by its log."""
    if key.name != checkpoint.origin:
        raise ValueError(f"{key.name} does not sign for {checkpoint.origin}")
    if not 0 <= checkpoint.size <= MOST or (checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT):
        raise ValueError(f"no tree of {checkpoint.size} has this root")
    note = Note(checkpoint.text, (signed(checkpoint.text, key, sign),))
    if Note.parse(bytes(note)) != note or Checkpoint.parse(note.text) != checkpoint:
        raise ValueError("this checkpoint would be read as another")
    return note


def opened(content: bytes, keys: Iterable[Key], verify: Verify) -> Signed:
    """A checkpoint signed by one of the keys of its log. The key's name must be the origin."""
    note = Note.parse(content)
    checkpoint = Checkpoint.parse(note.text)
    own = [key for key in keys if key.name == checkpoint.origin and key.kind == ED25519]
    if not own:
        raise Unsigned(f"no key of {checkpoint.origin} is trusted here")
    signers(note, own, verify)
    return Signed(checkpoint, note)
