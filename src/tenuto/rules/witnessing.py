"""What a witness answers (C2SP tlog-witness): cosign a log's next checkpoint, or say what is wrong with it.

Pure: the caller brings what was recorded, and must record what was accepted, in one atomic step, before it cosigns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .checkpoints import Checkpoint, Signed, opened
from .lines import Refused, decoded_hash, encoded, number
from .notes import MOST_NOTE_BYTES, Key, Note, Signature, Unsigned, Verify
from .tree import EMPTY_ROOT, check_consistency

MOST_HASHES = 63
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """One add-checkpoint: the size the log thinks we know, the proof from there, and the new checkpoint."""

    old: int
    hashes: tuple[bytes, ...]
    note: Note

    def __bytes__(self) -> bytes:
        return "\n".join([f"old {self.old}", *map(encoded, self.hashes), "", str(self.note)]).encode()

    @classmethod
    def parse(cls, body: bytes) -> "Request":
        """A request from its body. What cannot be read is answered with 400."""
        if len(body) > MOST_NOTE_BYTES:
            raise Refused("a request has a million bytes at most")
        head, gap, note = body.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise Refused("the lines above the checkpoint are ASCII") from error
        if not gap or not lines[0].startswith("old "):
            raise Refused("a request begins with “old” and a size")
        if len(lines) - 1 > MOST_HASHES:
            raise Refused(f"a request has {MOST_HASHES} hashes at most")
        request = cls(number(lines[0].removeprefix("old ")), tuple(map(decoded_hash, lines[1:])), Note.parse(note))
        Checkpoint.parse(request.note.text)
        return request

    @property
    def origin(self) -> str:
        """The log that the request is about, before anything was checked."""
        return Checkpoint.parse(self.note.text).origin


@dataclass(frozen=True)
class Answer:
    """Status and body; with 200 the body is the cosignature, to be made after `accepted` was recorded."""

    status: int
    body: str = ""
    content_type: str = TEXT_TYPE
    accepted: Signed | None = None


def answer(request: Request, keys: Iterable[Key], latest: Checkpoint | None, verify: Verify) -> Answer:
    """The answer to a request. `keys` are those trusted for its origin, `latest` is what was last cosigned for it."""
    keys = list(keys)
    if not keys:
        return Answer(404, f"This witness does not know {request.origin}.\n")
    try:
        signed = opened(bytes(request.note), keys, verify)
    except Unsigned as error:
        return Answer(403, f"Not signed as it must be: {error}.\n")
    new = signed.checkpoint
    if request.old > new.size:
        return Answer(400, f"A log of {new.size} did not grow out of one of {request.old}.\n")
    recorded = latest.size if latest else 0
    if request.old != recorded:
        return conflict(recorded)
    if new.size == 0 and new.root != EMPTY_ROOT:
        return Answer(422, "The empty log has another root.\n")
    try:
        if latest and latest.size:
            check_consistency(latest.size, new.size, latest.root, new.root, request.hashes)
        elif request.hashes:
            raise Refused("a proof where none is due")
    except Refused as error:
        return Answer(422, f"Not shown to have grown out of what this witness cosigned: {error}.\n")
    return Answer(200, accepted=signed)


def malformed(error: Refused) -> Answer:
    """The answer to what could not be read."""
    return Answer(400, f"Not a request: {error}.\n")


def conflict(recorded: int) -> Answer:
    """The answer that tells a log which size is on record: also when another request was recorded in between."""
    return Answer(409, f"{recorded}\n", SIZE_TYPE)


def parse_conflict(body: bytes) -> int:
    """The size that a witness has on record, from its answer 409."""
    return number(body.decode("ascii", errors="replace").removesuffix("\n"))


def parse_cosignatures(body: bytes, known: Sequence[Key]) -> list[Signature]:
    """The lines of an answer 200 that the given witness keys claim; check them with `cosigners` before use."""
    note = Note.parse(b"-\n\n" + body)
    return [signature for _, signature in note.claims(known)]
