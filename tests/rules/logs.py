"""A small log as files, written by our rules alone: for tests that read one, and for verifiers not ours."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tenuto.base.signatures import SigningKey
from tenuto.rules.checkpoints import Checkpoint, issued
from tenuto.rules.cosignatures import cosigned
from tenuto.rules.edges import Edge
from tenuto.rules.lines import Refused
from tenuto.rules.nodes import TileNodes
from tenuto.rules.notes import COSIGNATURE, ED25519, Key, Note
from tenuto.rules.policies import Group, Log, Policy, Witness
from tenuto.rules.proofs import Proof
from tenuto.rules.tiles import Bundle, Tile, bundled, bundles_between
from tenuto.rules.tree import consistency_proof, inclusion_proof, leaf_hash

ORIGIN = "music.example/log"
SIGNER = SigningKey(b"l" * 32)
KEY = Key(ORIGIN, ED25519, SIGNER.public)
WITNESSES = {name: SigningKey(name.encode() * 32) for name in "abc"}
WITNESS_KEYS = {name: Key(f"{name}.example", COSIGNATURE, key.public) for name, key in WITNESSES.items()}
POLICY = Policy(
    "two",
    (Log(KEY),),
    {name: Witness(name, key) for name, key in WITNESS_KEYS.items()},
    {"two": Group("two", 2, tuple(WITNESSES))},
)
AT = 1_800_000_000  # when the witnesses say that they looked


@dataclass
class WrittenLog:
    """Entries, and the files that a log of them serves, by path. A checkpoint is cosigned by two of three witnesses."""

    entries: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    edge: Edge = field(default_factory=Edge)

    @classmethod
    def of(cls, entries: Iterable[bytes]) -> "WrittenLog":
        log = cls()
        log.append(entries)
        return log

    def append(self, entries: Iterable[bytes]) -> Note:
        """Let the log grow, and publish."""
        self.entries += entries
        before = self.edge.size
        hashes = b"".join(map(leaf_hash, self.entries[before:]))
        self.edge, tiles = self.edge.grown(hashes)
        self.files |= {tile.path: content for tile, content in tiles.items()}
        for bundle in bundles_between(before, self.edge.size):
            start = bundle.number * 256
            self.files[bundle.path] = bundled(self.entries[start : start + bundle.width])
        note = self.note
        self.files["checkpoint"] = bytes(note)
        return note

    @property
    def size(self) -> int:
        return self.edge.size

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(ORIGIN, self.edge.size, self.edge.root())

    @property
    def note(self) -> Note:
        return witnessed(issued(self.checkpoint, KEY, SIGNER.sign))

    @property
    def nodes(self) -> TileNodes:
        return TileNodes(self.size, self.read)

    def read(self, file: Tile | Bundle) -> bytes:
        try:
            return self.files[file.path]
        except KeyError as error:
            raise Refused(f"{file.path} is not there") from error

    def proof(self, index: int, extra: bytes | None = None) -> Proof:
        return Proof(index, tuple(inclusion_proof(index, self.size, self.nodes)), self.note, extra)

    def consistency(self, old: int) -> list[bytes]:
        return consistency_proof(old, self.size, self.nodes)

    def write(self, folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> Path:
        for path, content in self.files.items():
            if wanted(path):
                place = folder / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
        return folder


def witnessed(note: Note, names: str = "ab") -> Note:
    lines = [
        cosigned(note.text, AT + place, WITNESS_KEYS[name], WITNESSES[name].sign) for place, name in enumerate(names)
    ]
    return note.signed_with(*lines)
