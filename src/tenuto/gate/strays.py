"""What a job has written about works that its run was not opened for is deleted, and the run has failed."""

from django.db.models import Max, Model

from tenuto.base.errors import TenutoError
from tenuto.gate.duties import Duty
from tenuto.gate.models import Kept, Run


class Strayed(TenutoError):
    """A job kept something of works that were not handed to it."""


def newest_rows(duty: Duty) -> dict[type[Model], int]:
    """Where each table of the duty ends before a run."""
    return {table: table._default_manager.aggregate(last=Max("pk"))["last"] or 0 for table in duty.keeps}


def refuse_strays(run: Run, duty: Duty, before: dict[type[Model], int]) -> None:
    """Look at the rows that came since. Raises Strayed, after it has deleted those that should not be.

    What the run may keep is read from the rows: where its job was taken for dead and another worker did it meanwhile,
    works may have been forgotten, or are that other run's now.
    """
    if not duty.each:
        return
    ours = set(Kept.objects.filter(run=run).values_list("track_id", flat=True))
    gone = 0
    for table, last in before.items():
        new = table._default_manager.filter(pk__gt=last)
        if strays := set(new.values_list("track_id", flat=True)) - ours:
            gone += new.filter(track_id__in=strays).delete()[0]
    if gone:
        raise Strayed(f"{duty.name} wrote {gone} rows about works that it was not given")
