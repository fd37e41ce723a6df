"""Following a log over time: what it said last is kept, and what it says now must have grown out of it."""

import os
from dataclasses import dataclass
from pathlib import Path

from ..base.signatures import verify
from ..rules.audits import Look, check_growth
from ..rules.checkpoints import Checkpoint, Signed, opened
from ..rules.frauds import Equivocation, equivocation
from ..rules.lines import Refused
from ..rules.nodes import TileNodes
from ..rules.notes import Note
from ..rules.policies import Endorsed, Policy, endorsed
from ..rules.tree import check_consistency, consistency_proof
from .sources import LogFiles


class Contradiction(Refused):
    """The log contradicts what it said before. The head it shows now is kept beside the one that was remembered."""

    def __init__(self, words: str, head: Note, proof: Equivocation | None = None) -> None:
        super().__init__(words)
        self.head = head
        self.proof = proof  # convinces anybody, where it could be made


@dataclass(frozen=True)
class Followed:
    """How far the log had been followed, and what it says now."""

    before: Checkpoint | None
    now: Endorsed


def follow(files: LogFiles, state: Path, policy: Policy, look: Look) -> Followed:
    """Check that the log has only grown since the last time, read what is new, and remember where it stands.

    The first time everything is read. Refused (Contradiction, if the log is at fault) leaves the memory as it was.
    """
    before = _remembered(state, policy)
    now = endorsed(files.checkpoint(), policy, verify)
    new = now.checkpoint
    old = before.checkpoint if before else None
    if before and old:
        _check_grown(before, now, files)
        if new.size < old.size:
            raise Contradiction(f"the log shows {new.size} entries, and had {old.size} when you last looked", now.note)
    check_growth(old.size if old else 0, new, files.tile, files.bundle, look)
    _remember(state, bytes(now.note))
    return Followed(old, now)


def _check_grown(before: Signed, now: Endorsed, files: LogFiles) -> None:
    """Refuse unless one of the two trees begins with the other."""
    after = Signed(now.checkpoint, now.note)
    smaller, larger = sorted((before, after), key=lambda signed: signed.checkpoint.size)
    one, two = smaller.checkpoint, larger.checkpoint
    if one.origin != two.origin:
        raise Refused(f"what you remember is of another log, {before.checkpoint.origin}")
    nodes = TileNodes(two.size, files.tile)
    try:
        check_consistency(one.size, two.size, one.root, two.root, consistency_proof(one.size, two.size, nodes))
    except Refused as error:
        words = f"the heads at {one.size} and {two.size} entries do not belong to one log: {error}"
        raise Contradiction(words, now.note, _fraud(smaller, larger, nodes)) from error


def _fraud(smaller: Signed, larger: Signed, nodes: TileNodes) -> Equivocation | None:
    try:
        return equivocation(smaller, larger, nodes)
    except Refused:
        return None  # the log does not serve the tree that it signed, so nobody can show what it begins with


def _remembered(state: Path, policy: Policy) -> Signed | None:
    try:
        content = state.read_bytes()
    except FileNotFoundError:
        return None
    return opened(content, [log.key for log in policy.logs], verify)


def _remember(state: Path, content: bytes) -> None:
    draft = state.with_name(state.name + ".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(state)
