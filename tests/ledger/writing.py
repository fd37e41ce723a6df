"""What tests of the ledger write into it, and how they look at what everybody sees."""

from collections.abc import Collection
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from tenuto.base.signatures import verify
from tenuto.ledger import book, logs
from tenuto.ledger.manifests import Manifest, keep, prepare
from tenuto.ledger.models import Log
from tenuto.ledger.sequencer import Sequencer
from tenuto.ledger.subjects import Subject
from tenuto.rules.checkpoints import Checkpoint, opened

SONG, DEMO = Subject("recording", 1), Subject("recording", 2)
OPEN: dict[str, object] = {"v": 1, "t": "job.open", "job": "abc"}
USE: dict[str, object] = {"v": 1, "t": "use", "ts": "2026-11-28T12:00:00Z", "purpose": "fraud", "use": "train"}


def draw_up(subjects: Collection[Subject], header: dict[str, object]) -> Manifest:
    """A manifest, computed and kept at once."""
    made = prepare(subjects, header)
    keep(made)
    return made


def write_uses(count: int, subject: Subject = SONG) -> list[int]:
    """So many entries about one work."""
    with transaction.atomic():
        return book.write([book.blinded(subject, USE | {"n": number}) for number in range(count)])


def published_log(count: int = 40) -> Log:
    """A log with so many uses, published."""
    logs.open_log()
    write_uses(count)
    Sequencer().step()
    return the_log()


def the_log() -> Log:
    log = logs.current()
    assert log is not None
    return log


def seen() -> Checkpoint:
    """The checkpoint that everybody sees, its signature checked."""
    return opened((settings.LOG_DIR / "checkpoint").read_bytes(), logs.verifiers(the_log()), verify).checkpoint


def root_over(leaves: list[bytes]) -> bytes:
    """The root over these entries, as RFC 6962 defines it: slowly, and by nothing of ours."""
    if len(leaves) <= 1:
        return sha256(b"\0" + leaves[0]).digest() if leaves else sha256().digest()
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root_over(leaves[:middle]) + root_over(leaves[middle:])).digest()
