"""When the log may be older than the world has seen it: then nothing is signed, until that is settled.

A restored backup would begin a second history. It is told by a mark that `tenuto restore` leaves, and by witnesses
that have seen more. The mark goes when a quorum of witnesses says that they have seen nothing more, or when the
operator decides (`tenuto ledger continue`).
"""

from pathlib import Path

from django.conf import settings

from tenuto.ledger import files, logs, trust
from tenuto.ledger.errors import RolledBack
from tenuto.ledger.models import Log
from tenuto.ledger.witnesses import show
from tenuto.rules.notes import Note
from tenuto.rules.policies import NONE

RESTORED = "This ledger was restored from a backup; what was published after that backup is not known here."


def halt(words: str) -> None:
    """Sign nothing more, for this reason."""
    files.put(_mark(), words.encode())


def reason() -> str:
    """Why nothing is signed; empty when nothing stands against it."""
    try:
        return _mark().read_text()
    except FileNotFoundError:
        return ""


def go_on() -> None:
    """It is settled."""
    _mark().unlink(missing_ok=True)
    files.sync_folder(_mark().parent)


def ask(log: Log) -> None:
    """Ask the witnesses whether they have seen more of this log. Raises RolledBack if so, or if it is not settled."""
    halted = reason()
    policy = trust.chosen()
    try:
        # The head is signed already: to show it again reveals nothing and promises nothing.
        answers = (
            show(Note.parse(bytes(log.note)), logs.shelf_of(log), [*policy.witnesses.values()], {}) if log.size else []
        )
    except RolledBack as error:
        halt(str(error))
        raise
    if not halted:
        return
    if policy.quorum == NONE or not policy.is_met_by(said.witness.name for said in answers if said.size is not None):
        raise RolledBack(halted)
    go_on()


def _mark() -> Path:
    return Path(settings.LEDGER_DIR) / "halted"
