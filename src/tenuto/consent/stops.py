"""The operator stops a purpose, for everybody and at once, and resumes it. Two rows; nothing that artists said changes.

A stop is an answer of no to every question from now on. It deletes nothing: what was kept is shown no longer, and is
there again afterwards for those who still allow it.
"""

from datetime import datetime

from django.db import transaction

from tenuto.base.events import publish as tell
from tenuto.consent.entries import What, write_missing
from tenuto.consent.events import PurposeResumed
from tenuto.consent.models import Stop
from tenuto.rules.cells import Purpose


def stop(purpose: Purpose, reason: str, at: datetime) -> tuple[Stop, bool]:
    """The stop, and whether it is new. One that stands keeps its reason: everybody could read it."""
    stopped = Stop.objects.get_or_create(
        purpose=purpose.value, ended_at=None, defaults={"reason": reason, "began_at": at}
    )
    write_missing(What.STOP)
    return stopped


@transaction.atomic
def resume(purpose: Purpose, at: datetime) -> bool:
    """End the stop. False where there was none."""
    ended = Stop.objects.filter(purpose=purpose.value, ended_at=None).update(ended_at=at)
    if ended:
        tell(PurposeResumed(purpose.value, at))
        write_missing(What.STOP, What.RESUMPTION)
    return bool(ended)
