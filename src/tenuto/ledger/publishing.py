"""What every worker does for the log, again and again: publish what is new, have it cosigned, carry it to the bucket.

Apart from each other, because a witness may take its time, and the next checkpoint does not wait for it.
"""

import logging
from collections.abc import Iterable

from django.db import Error as DatabaseError
from django.db import close_old_connections

from tenuto.base.errors import TenutoError
from tenuto.base.signatures import verify
from tenuto.ledger import cosigning, halting, logs, trust
from tenuto.ledger.alone import alone
from tenuto.ledger.bucket import Changed
from tenuto.ledger.carrying import Carrier
from tenuto.ledger.errors import RolledBack
from tenuto.ledger.models import Log
from tenuto.ledger.sequencer import Sequencer
from tenuto.ledger.witnesses import show
from tenuto.rules.cosignatures import cosigners
from tenuto.rules.lines import Refused
from tenuto.rules.notes import Note, Signature
from tenuto.rules.policies import NONE, Policy, Witness

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0  # another worker's step is over long before


class Publisher:
    """Publishes the log for as long as a process lives."""

    def __init__(self) -> None:
        self._sequencer = Sequencer()
        self._carrier = Carrier()
        self._seen: dict[str, int] = {}  # how far each witness has seen the log, by its name

    def publish(self) -> None:
        """Carry what is new into the log. What stands against it is said in the server's own log, each time."""
        try:
            self._sequencer.step(PATIENCE_SECONDS)
        except (TenutoError, OSError) as error:
            log.error("the ledger is not published: %s", error)
        except DatabaseError:
            log.exception("the ledger is not published; trying again")
            close_old_connections()

    def ask_witnesses(self) -> None:
        """Have the head cosigned by those who have not done so yet."""
        try:
            ask_witnesses(self._seen)
        except RolledBack as error:
            halting.halt(str(error))
            log.error("nothing more is signed: %s", error)
        except (TenutoError, OSError, Refused) as error:
            log.error("witnesses were not asked: %s", error)
        except DatabaseError:
            log.exception("witnesses were not asked; trying again")
            close_old_connections()

    def carry(self) -> None:
        """Bring the public files into the bucket, where the operator has one."""
        try:
            self._carrier.carry()
        except RolledBack as error:
            halting.halt(str(error))
            log.error("nothing more is signed: %s", error)
        except Changed as error:
            log.info("another worker was faster with %s", error)
        except (TenutoError, OSError) as error:
            log.error("the public files were not brought into the bucket: %s", error)
        except DatabaseError:
            log.exception("the public files were not brought into the bucket; trying again")
            close_old_connections()

    def investigate(self) -> None:
        """Look into what logs showed us, as their witness, that may contradict what they showed before."""
        try:
            cosigning.investigate()
        except (TenutoError, OSError, Refused, ValueError) as error:
            log.error("what a log signed could not be looked into: %s", error)
        except DatabaseError:
            log.exception("what a log signed could not be looked into; trying again")
            close_old_connections()


def ask_witnesses(seen: dict[str, int]) -> None:
    """Show the head to every witness whose cosignature it lacks, and publish it with those that come."""
    head = logs.current()
    if head is None or not head.note or halting.reason():
        return
    note, policy = Note.parse(bytes(head.note)), trust.chosen()
    answers = show(note, logs.shelf_of(head), lacking(note, policy), seen)
    for said in answers:
        if said.size is not None:
            seen[said.witness.name] = said.size
    lines = [line for said in answers for line in said.lines]
    if lines:
        with alone(PATIENCE_SECONDS) as mine:
            if mine:
                _add(head, lines, policy)


def lacking(note: Note, policy: Policy) -> list[Witness]:
    """The witnesses that have not cosigned this checkpoint."""
    there = cosigners(note, [witness.key for witness in policy.witnesses.values()], verify)
    return [witness for witness in policy.witnesses.values() if witness.key not in there]


def is_witnessed(note: Note, policy: Policy) -> bool:
    """Has the quorum cosigned it? Nobody is no quorum."""
    by_key = {witness.key: witness.name for witness in policy.witnesses.values()}
    return policy.quorum != NONE and policy.is_met_by(by_key[key] for key in cosigners(note, by_key, verify))


def _add(head: Log, lines: Iterable[Signature], policy: Policy) -> None:
    """Put cosignatures under the head, if it still is the head. What everybody sees never goes back."""
    current = Log.objects.get(number=head.number)
    if current.size == head.size:
        note = Note.parse(bytes(current.note)).signed_with(*lines)
        Log.objects.filter(number=head.number, size=head.size).update(note=bytes(note))
        logs.shelf_of(head).publish(bytes(note))
    else:
        note = Note.parse(bytes(head.note)).signed_with(*lines)
    if is_witnessed(note, policy):
        Log.objects.filter(number=head.number).update(witnessed=bytes(note))
