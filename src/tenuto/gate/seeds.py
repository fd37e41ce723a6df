"""The seed of a run (`rules.seeds`): what the log came to be after the run was opened, which nobody knew then.

Where the operator has chosen a quorum of witnesses, nothing is drawn before it has cosigned a checkpoint that contains
this moment: from then on the log can have no other root there. The log says which checkpoint that was, or that nobody
was asked.
"""

from tenuto.base.errors import TenutoError
from tenuto.base.signatures import verify
from tenuto.gate.models import Run
from tenuto.ledger import logs, trust
from tenuto.ledger.models import Log
from tenuto.ledger.publishing import ask_witnesses, is_witnessed
from tenuto.ledger.sequencer import Sequencer
from tenuto.rules.checkpoints import opened
from tenuto.rules.nodes import TileNodes
from tenuto.rules.notes import Note
from tenuto.rules.policies import NONE
from tenuto.rules.seeds import seed_of, size_after
from tenuto.rules.tree import root

PATIENCE_SECONDS = 10.0  # for a worker that is just publishing


class NoSeed(TenutoError):
    """The log could not be published up to the run, so there is nothing to draw from."""


def seed_for(run: Run) -> bytes:
    """The run's seed. The log is published first if it must be. Raises NoSeed."""
    log, size = published_with(run)
    return seed_of(bytes.fromhex(run.manifest), root(size, TileNodes(size, logs.shelf_of(log).read)))


def cosigned_with(run: Run) -> int | None:
    """The size of the newest checkpoint that a quorum has cosigned, which contains the seed; None if nobody is chosen.

    Witnesses are asked first if they must be. Raises NoSeed where the quorum does not come together.
    """
    log, size = published_with(run)
    if trust.chosen().quorum == NONE:
        return None
    if _cosigned(log) < size:
        ask_witnesses({})
        log.refresh_from_db()
    if (found := _cosigned(log)) < size:
        raise NoSeed(f"{log.origin} is cosigned up to {found}, and {run} needs {size}")
    return found


def published_with(run: Run) -> tuple[Log, int]:
    """The log in which the run's opening stands, signed at least up to the size that gives the seed, and that size."""
    log = _log_with(run) or logs.open_log()
    size = size_after(run.entry - log.offset)
    if log.size < size:
        Sequencer().step(PATIENCE_SECONDS)
        log.refresh_from_db()
    if log.size < size:
        raise NoSeed(f"{log.origin} is signed up to {log.size}, and {run} needs {size}")
    return log, size


def _cosigned(log: Log) -> int:
    """How far the quorum of today has cosigned it."""
    note = bytes(log.witnessed)
    if not note or not is_witnessed(Note.parse(note), trust.chosen()):
        return 0
    return opened(note, logs.verifiers(log), verify).checkpoint.size


def _log_with(run: Run) -> Log | None:
    """The log in which the run's opening stands."""
    return Log.objects.filter(offset__lte=run.entry).order_by("-offset").first()
