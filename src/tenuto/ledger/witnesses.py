"""Those who cosign our log: they are shown every checkpoint, with the proof that it only grew since the last they saw.

A witness that has seen a longer log than ours tells us that we were restored from a backup (409 and its size): that is
asked before the first signature of every process, when a checkpoint that is signed already is shown again.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from time import monotonic
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tenuto.base.signatures import verify
from tenuto.ledger.errors import RolledBack
from tenuto.ledger.shelf import Shelf
from tenuto.rules import witnessing
from tenuto.rules.checkpoints import Checkpoint
from tenuto.rules.cosignatures import cosigners
from tenuto.rules.lines import Refused
from tenuto.rules.nodes import TileNodes
from tenuto.rules.notes import Note, Signature
from tenuto.rules.policies import Witness
from tenuto.rules.tree import consistency_proof

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 10
MOST_ANSWER_BYTES = 100_000


@dataclass(frozen=True)
class Said:
    """What one witness answered to one checkpoint."""

    witness: Witness
    lines: tuple[Signature, ...] = ()  # its cosignature, checked
    size: int | None = None  # how far it has seen our log; none when it did not say
    trouble: str = ""

    @property
    def answered(self) -> bool:
        return self.size is not None


def show(note: Note, shelf: Shelf, witnesses: Sequence[Witness], seen: Mapping[str, int]) -> list[Said]:
    """Ask each for its cosignature, all at once. `seen`: how far each has seen our log, by name, where we know.

    Raises RolledBack if one has seen more of this log than there is.
    """
    asked = [witness for witness in witnesses if witness.url]
    if not asked:
        return []
    size = Checkpoint.parse(note.text).size
    with ThreadPoolExecutor(len(asked)) as pool:
        answers = list(pool.map(lambda witness: _show(witness, note, shelf, seen.get(witness.name, size)), asked))
    for said in answers:
        if said.size is not None and said.size > size:
            raise RolledBack(f"{said.witness.name} has seen this log with {said.size} entries; it has {size}")
        if said.trouble:
            log.warning("witness %s: %s", said.witness.name, said.trouble)
    return answers


def _show(witness: Witness, note: Note, shelf: Shelf, known: int) -> Said:
    size = Checkpoint.parse(note.text).size
    for _attempt in range(2):  # the second, when it told us where it stands
        try:
            proof = consistency_proof(known, size, TileNodes(size, shelf.read))
            request = witnessing.Request(known, tuple(proof), note)
            status, body = post(f"{witness.url}/add-checkpoint", bytes(request))
            if status == 200:
                return Said(witness, _checked(witness, note, body), size)
            if status != 409:
                return Said(witness, trouble=f"answered {status}: {body[:200].decode(errors='replace').strip()}")
            known = witnessing.parse_conflict(body)
        except (OSError, HTTPException, Refused) as error:
            return Said(witness, trouble=str(error) or type(error).__name__)
        if known > size:
            return Said(witness, size=known)
    return Said(witness, trouble="keeps changing its mind about what it has seen")


def _checked(witness: Witness, note: Note, body: bytes) -> tuple[Signature, ...]:
    lines = tuple(witnessing.parse_cosignatures(body, [witness.key]))
    if not cosigners(Note(note.text, lines), [witness.key], verify):
        raise Refused("it answered without its cosignature")
    return lines


class _Stay(HTTPRedirectHandler):
    """A witness is where the operator said; it sends us nowhere else."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


def post(address: str, body: bytes) -> tuple[int, bytes]:
    """Status and body of the answer, whatever the status is. Raises OSError when there is none."""
    if urlsplit(address).scheme not in {"http", "https"}:
        raise OSError(f"“{address}” is no address of a witness")
    request = Request(address, body, {"Content-Type": witnessing.TEXT_TYPE})  # noqa: S310  checked above
    begun = monotonic()
    try:
        with build_opener(_Stay).open(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, answer.read(MOST_ANSWER_BYTES)
    except HTTPError as error:
        with error:
            return error.code, error.read(MOST_ANSWER_BYTES)
    except URLError as error:
        raise OSError(f"no answer after {monotonic() - begun:.1f} s: {error.reason}") from error
