"""What every worker looks after for accounts: copies and departures that stopped half-way, and what is over."""

from datetime import datetime

from django.db.models import QuerySet

from tenuto.accounts.export_page import pack_export, tidy
from tenuto.accounts.models import Export, Removal
from tenuto.accounts.removal import remove_account
from tenuto.base import jobs, pictures
from tenuto.base.models import Job


@jobs.every(seconds=300)
def take_up(now: datetime) -> None:
    """Send again what has no living job. A copy that failed every time is said to have failed; a departure never."""
    for removal_id in Removal.objects.values_list("pk", flat=True):
        jobs.send(remove_account, removal_id, once=f"removal:{removal_id}")
    for export_id in unfinished().values_list("pk", flat=True):
        tries = Job.objects.filter(once=f"export:{export_id}").order_by("-pk")
        last = tries.first()
        if last is not None and last.state == Job.State.FAILED:
            Export.objects.filter(pk=export_id, ready_at=None).update(failed_at=now)
        else:
            jobs.send(pack_export, export_id, once=f"export:{export_id}")


@jobs.every(seconds=3600)
def clear(now: datetime) -> None:
    """Copies of everything whose day is over, and small copies of pictures that nobody has any more."""
    tidy(now)
    pictures.tidy()


def unfinished() -> QuerySet[Export]:
    return Export.objects.filter(ready_at=None, failed_at=None)
