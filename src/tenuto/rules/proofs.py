"""Proofs as files (C2SP tlog-proof): that an entry is in the log, for whoever holds the entry and a policy.

`extra` is ours to fill: it carries the opening of the entry (`rules.openings` says how), which counts only because the
entry is computed from it again.
"""

from dataclasses import dataclass

from .checkpoints import Checkpoint
from .lines import Refused, decoded, decoded_hash, encoded, number
from .notes import MOST_NOTE_BYTES, Note, Verify
from .policies import Endorsed, Policy, endorsed
from .tree import check_inclusion, leaf_hash

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63
SUFFIX = ".tlog-proof"


@dataclass(frozen=True)
class Proof:
    """An entry's index, its way to the root, the checkpoint with that root, and what else the reader needs."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes | None = None

    def __bytes__(self) -> bytes:
        lines = [FIRST_LINE]
        if self.extra is not None:
            lines.append(f"extra {encoded(self.extra)}")
        lines += [f"index {self.index}", *map(encoded, self.hashes), "", str(self.checkpoint)]
        return "\n".join(lines).encode()

    @classmethod
    def parse(cls, content: bytes) -> "Proof":
        """A proof from its file. Nothing in it is believed before `proven`."""
        if len(content) > MOST_NOTE_BYTES:
            raise Refused("a proof has a million bytes at most")
        head, gap, note = content.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise Refused("a proof's own lines are ASCII") from error
        if not gap or lines[0] != FIRST_LINE:
            raise Refused(f"this is no “{FIRST_LINE}”")
        del lines[0]
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = decoded(lines.pop(0).removeprefix("extra "))
        if not lines or not lines[0].startswith("index "):
            raise Refused("a proof says the index of its entry")
        index = number(lines.pop(0).removeprefix("index "))
        if len(lines) > MOST_HASHES:
            raise Refused(f"a proof has {MOST_HASHES} hashes at most")
        proof = cls(index, tuple(map(decoded_hash, lines)), Note.parse(note), extra)
        Checkpoint.parse(proof.checkpoint.text)
        return proof


def proven(proof: Proof, entry: bytes, policy: Policy, verify: Verify) -> Endorsed:
    """The checkpoint under which the entry is proved to stand in the log; Refused if it is not."""
    found = endorsed(bytes(proof.checkpoint), policy, verify)
    check_inclusion(leaf_hash(entry), proof.index, found.checkpoint.size, proof.hashes, found.checkpoint.root)
    return found
