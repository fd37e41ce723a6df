"""Keys of what no longer exists are erased: then nobody can read, or even find, what the log says of it.

A sweep, so that it happens after every removal, however that came about and whatever was killed meanwhile. Whoever
removes a work and wants to keep its proofs takes its kit along first.
"""

import logging
from datetime import datetime

from tenuto.accounts.models import Account
from tenuto.base.jobs import every
from tenuto.ledger import vault
from tenuto.ledger.subjects import ACCOUNT, Subject, batches
from tenuto.tracks.models import Track

log = logging.getLogger(__name__)


@every(seconds=3600)
def erase_what_is_gone(now: datetime) -> int:
    """Erase the keys of tracks and accounts that are removed. How many there were."""
    gone = [subject for batch in batches(vault.every_subject()) for subject in set(batch) - _living(batch)]
    erased = vault.erase(gone) if gone else 0
    if erased:
        log.info("ledger: the keys of %s works and accounts that are gone were erased", erased)
    return erased


def _living(subjects: list[Subject]) -> set[Subject]:
    tracks = {subject.id for subject in subjects if subject.kind != ACCOUNT}
    accounts = {subject.id for subject in subjects if subject.kind == ACCOUNT}
    tracks &= set(Track.objects.filter(pk__in=tracks).values_list("pk", flat=True))
    accounts &= set(Account.objects.filter(pk__in=accounts).values_list("pk", flat=True))
    return {subject for subject in subjects if subject.id in (accounts if subject.kind == ACCOUNT else tracks)}
