"""The proof that a log told two stories: two checkpoints that it signed, and hashes that show that they contradict.

The larger tree itself shows what it begins with: a root for the smaller size, led to the larger root by a consistency
proof. If that is not the root which the log signed for the smaller size, the log signed two histories. Whoever trusts
the log's key is convinced by the file alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .canonical import NotCanonical, canonical, parsed
from .checkpoints import Signed, opened
from .lines import Refused, decoded_hash, encoded
from .notes import MOST_NOTE_BYTES, Key, Verify
from .tree import ReadNode, check_consistency, consistency_proof, led_to
from .tree import root as root_at

KIND = "fraud.equivocation"
MOST_BYTES = 2 * MOST_NOTE_BYTES


@dataclass(frozen=True)
class Equivocation:
    """Two checkpoints as bytes, the smaller first; what the larger tree begins with; and the way from there."""

    smaller: bytes
    larger: bytes
    beginning: bytes
    hashes: tuple[bytes, ...] = ()

    def __bytes__(self) -> bytes:
        return canonical(
            {
                "v": 1,
                "t": KIND,
                "smaller": self.smaller.decode(),
                "larger": self.larger.decode(),
                "beginning": encoded(self.beginning),
                "hashes": [encoded(part) for part in self.hashes],
            },
            MOST_BYTES,
        )

    @classmethod
    def parse(cls, content: bytes) -> "Equivocation":
        """A fraud proof from its file."""
        try:
            said = parsed(content, MOST_BYTES)
        except NotCanonical as error:
            raise Refused(f"this is no fraud proof: {error}") from error
        match said:
            case {
                "t": "fraud.equivocation",
                "v": 1,
                "smaller": str(smaller),
                "larger": str(larger),
                "beginning": str(beginning),
                "hashes": [*hashes],
                **rest,
            } if not rest:
                path = tuple(decoded_hash(str(part)) for part in hashes)
                return cls(smaller.encode(), larger.encode(), decoded_hash(beginning), path)
        raise Refused("this is no fraud proof")

    def proven(self, keys: Collection[Key], verify: Verify) -> tuple[Signed, Signed]:
        """The two checkpoints, if they prove that their log told two stories; Refused if they do not."""
        smaller, larger = opened(self.smaller, keys, verify), opened(self.larger, keys, verify)
        one, two = smaller.checkpoint, larger.checkpoint
        if one.origin != two.origin:
            raise Refused("these checkpoints are of two logs")
        if not 0 < one.size <= two.size:
            raise Refused("the smaller of two checkpoints stands first, and the empty log tells no story")
        check_consistency(one.size, two.size, self.beginning, two.root, self.hashes)
        if self.beginning == one.root:
            raise Refused("these checkpoints tell one story")
        return smaller, larger


def equivocation(one: Signed, two: Signed, nodes: ReadNode) -> Equivocation | None:
    """The fraud proof against a log, or None if both tell one story. `nodes` are those of the larger tree.

    With two trees of one size they are those of `two`. Refused if they do not lead to its root.
    """
    smaller, larger = sorted((one, two), key=lambda signed: signed.checkpoint.size)
    size = smaller.checkpoint.size
    if size == 0:
        return None
    beginning = root_at(size, nodes)
    path = tuple(consistency_proof(size, larger.checkpoint.size, nodes))
    # First that these nodes are the larger tree's: what some other tree begins with clears nobody.
    check_consistency(size, larger.checkpoint.size, beginning, larger.checkpoint.root, path)
    if beginning == smaller.checkpoint.root:
        return None
    return Equivocation(bytes(smaller.note), bytes(larger.note), beginning, path)


def confessed(smaller: Signed, larger: Signed, hashes: Sequence[bytes]) -> Equivocation | None:
    """The fraud proof in what a log itself showed as the proof of its growth, where there is one in it.

    Its second history may well be a tree: then the hashes lead to the root that it signed, from another beginning.
    """
    one, two = smaller.checkpoint, larger.checkpoint
    if not 0 < one.size <= two.size or one.origin != two.origin:
        return None
    if one.size == two.size:
        return Equivocation(bytes(smaller.note), bytes(larger.note), two.root) if one.root != two.root else None
    try:
        beginning, end = led_to(one.size, two.size, one.root, hashes)
    except Refused:
        return None
    if end != two.root or beginning == one.root:
        return None
    return Equivocation(bytes(smaller.note), bytes(larger.note), beginning, tuple(hashes))
