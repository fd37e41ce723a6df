"""What every worker looks after for notices: digests that are due, and notices that are old."""

from datetime import datetime, timedelta

from tenuto.base import jobs
from tenuto.notifications.digest import post_digest
from tenuto.notifications.models import Notice, Rhythm

KEPT = timedelta(days=90)
BATCH = 2_000


@jobs.every(seconds=300)
def send_what_is_due(now: datetime) -> None:
    for account_id in Rhythm.objects.filter(next_at__lte=now).values_list("pk", flat=True).iterator():
        jobs.send(post_digest, account_id, once=f"digest:{account_id}")


@jobs.every(seconds=3600)
def forget(now: datetime) -> None:
    """In batches, so that nobody waits for the database meanwhile."""
    while old := list(Notice.objects.filter(at__lt=now - KEPT).values_list("pk", flat=True)[:BATCH]):
        Notice.objects.filter(pk__in=old).delete()
