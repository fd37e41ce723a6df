"""Proofs for whoever asks: that an entry is in the log, as a file that needs nothing of ours to be checked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from tenuto.base.errors import NotFound
from tenuto.ledger import book, logs
from tenuto.ledger.book import Opened
from tenuto.ledger.models import Entry, Log
from tenuto.ledger.subjects import Subject
from tenuto.ledger.vault import known_keys
from tenuto.rules.checkpoints import Checkpoint
from tenuto.rules.commitments import PUBLIC
from tenuto.rules.nodes import TileNodes
from tenuto.rules.notes import Note
from tenuto.rules.openings import shown_opening, shown_public, shown_registration
from tenuto.rules.proofs import Proof
from tenuto.rules.tree import inclusion_proof


@dataclass(frozen=True)
class Proven:
    """An entry with its proof."""

    index: int  # in the book
    origin: str
    proof: Proof


class Prover:
    """Makes proofs under one checkpoint of each log. Keeps the nodes it has read, so that many cost little."""

    def __init__(self) -> None:
        self._logs = sorted(Log.objects.all(), key=lambda log: -log.offset)
        self._nodes: dict[tuple[int, int], TileNodes] = {}

    def prove(self, index: int, extra: bytes | None = None) -> Proven:
        """The proof that the entry at this index of the book is in the log. Raises NotFound while it is not signed."""
        log = next((log for log in self._logs if log.offset <= index), None)
        place = index - (log.offset if log else 0)
        if log is None or not 0 <= place < log.size:
            raise NotFound(f"entry {index} is in no checkpoint yet")
        note = _note_over(log, place)
        size = Checkpoint.parse(note.text).size
        nodes = self._nodes.setdefault((log.number, size), TileNodes(size, logs.shelf_of(log).read))
        return Proven(index, log.origin, Proof(place, tuple(inclusion_proof(place, size, nodes)), note, extra))

    def prove_public(self, index: int) -> Proven:
        """The same for a public record, with the record."""
        made = self.prove(index)
        leaf = bytes(Entry.objects.get(index=index).leaf)
        return replace(made, proof=replace(made.proof, extra=shown_public(leaf[1:]))) if leaf[:1] == PUBLIC else made

    def prove_about(self, subjects: Collection[Subject]) -> Iterator[tuple[Opened, Proven]]:
        """Every entry about these subjects that is in the log, with its proof and what opens it."""
        keys = known_keys(subjects)
        for opened in book.openings(subjects):
            try:
                yield opened, self.prove(opened.index, shown(opened, keys[opened.subject]))
            except NotFound:  # not yet: the next checkpoint has it
                return


def shown(opened: Opened, key: bytes) -> bytes:
    """What opens this entry, as proofs carry it."""
    if opened.body.get("t") == "registration":
        return shown_registration(opened.written)
    return shown_opening(key, opened.nonce, opened.written)


def _note_over(log: Log, place: int) -> Note:
    """The last checkpoint that a quorum cosigned, if the entry stands below it; otherwise the head."""
    if log.witnessed:
        witnessed = Note.parse(bytes(log.witnessed))
        if Checkpoint.parse(witnessed.text).size > place:
            return witnessed
    return Note.parse(bytes(log.note))
