"""What every worker looks after for agreements: telling, at the moment itself, that one begins or ends."""

from datetime import datetime

from tenuto.agreements.claims import turned
from tenuto.agreements.models import Bond, Turn
from tenuto.base import jobs

BATCH = 100


@jobs.every(seconds=5)
def tell_turns(now: datetime) -> None:
    """Tell of bonds whose time has come. One look along an index that holds only what is still to come.

    Marked after it was told: killed in between, a worker tells it once more, and never not at all.
    """
    while due := list(Turn.objects.filter(told_at=None, at__lte=now).order_by("at", "pk")[:BATCH]):
        turned(Bond.objects.filter(pk__in={turn.bond_id for turn in due}), now)
        Turn.objects.filter(pk__in=[turn.pk for turn in due]).update(told_at=now)
