"""A slow walk over all works, so that nothing depends on an event that a crash has swallowed.

Each step looks at a few thousand works: what may be read and was not looked at becomes due, what is kept without a
consent is withdrawn, and what is not on record is put there. Another looks for rows of AI features that nobody knows
of, and for steps that no job does.
"""

import logging
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from tenuto.agreements.among import among
from tenuto.base.jobs import every
from tenuto.base.models import Job
from tenuto.consent.current import open_but_for_stops, stopped
from tenuto.gate import record, volumes
from tenuto.gate.decide import ready
from tenuto.gate.due import make_due
from tenuto.gate.duties import Duty, duties
from tenuto.gate.forget import delete_rows
from tenuto.gate.journey import job_of, run_soon
from tenuto.gate.models import Due, Kept, Run, Step, Walk, Withdrawal
from tenuto.gate.registering import put_on_record
from tenuto.gate.withdraw import withdraw
from tenuto.rules.cells import EVERYTHING, Asset
from tenuto.tracks.models import Recording, Track

log = logging.getLogger(__name__)

AT_A_TIME = 5_000
LONG_ENOUGH_TO_BEGIN = timedelta(seconds=30)
LONGEST_CHECK = timedelta(days=1)


@every(seconds=20)
def walk_on(now: datetime) -> None:
    """The next works, from the first again after the last."""
    place, _new = Walk.objects.get_or_create(name="works")
    works = list(Track.objects.filter(pk__gt=place.after).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
    look_over(works, place.after, works[-1] if len(works) == AT_A_TIME else None, now)
    put_on_record(works)
    Walk.objects.filter(pk=place.pk).update(after=works[-1] if len(works) == AT_A_TIME else 0)


def look_over(works: list[int], after: int, until: int | None, now: datetime) -> None:
    """Compare what is open in these works with what is kept of them; and what is kept between them of works gone."""
    # A stop denies and hides, and deletes nothing.
    open_cells, stops = open_but_for_stops(works), stopped()
    there = set(works)
    for duty in duties():
        kept = set(_between(Kept, duty, after, until))
        allowed = {work for work in works if not duty.rests_on & ~open_cells.get(work, 0)}
        due = set(_between(Due, duty, after, until))
        missed = (allowed if duty.arrivals else allowed - kept) - due
        stale = missed | (_sounds_newer_than_kept(duty, after, until) & allowed)
        if not duty.rests_on & stops and (there_now := sorted(ready(duty, sorted(stale)))):
            make_due(duty, there_now, now)
        if gone := sorted(kept - there):
            withdraw(gone, EVERYTHING, now, Withdrawal.Why.REMOVED)
        if closed := sorted(kept & there - allowed):
            withdraw(closed, duty.rests_on, now, Withdrawal.Why.CLOSED)


@every(seconds=10)
def finish_what_was_begun(now: datetime) -> None:
    """Steps and works that wait, and whose job was lost."""
    waiting = set(Step.objects.filter(done_at=None).values_list("duty", flat=True).distinct())
    waiting |= set(Due.objects.values_list("duty", flat=True).distinct())
    for duty in duties():
        if duty.name in waiting:
            run_soon(duty)


@every(seconds=30)
def tell_what_was_lost(now: datetime) -> None:
    """Runs whose process was killed, and that no later run of the same duty has told of."""
    begun = Run.objects.filter(outcome=Run.Outcome.OPEN, opened_at__lt=now - LONG_ENOUGH_TO_BEGIN)
    # No queue knows of the operator's checks.
    for run in begun.filter(Q(checks=None) | Q(opened_at__lt=now - LONGEST_CHECK)):
        if not Job.objects.filter(once=job_of(run.duty), state=Job.State.RUNNING).exists():
            record.close(run, Run.Outcome.LOST, now)


@every(seconds=10)
def clear_scratch(now: datetime) -> None:
    """Samples that a killed process was about to hand over: nobody will."""
    for folder in Path(settings.SCRATCH_DIR).glob("gate-*-*"):
        _gate, key, _rest = folder.name.split("-", 2)
        if not Run.objects.filter(key=key, outcome=Run.Outcome.OPEN).exists():
            shutil.rmtree(folder, ignore_errors=True)


@every(seconds=30)
def read_again_what_is_lost(now: datetime) -> None:
    """An index whose file is gone, as after a restored backup, is made again from the works that it held.

    Until then nothing is compared with what is left of it: see `journey.go`. What a changed setting wants in another
    part of the index is brought there by the duty's next run.
    """
    for duty in duties():
        if duty.shelves:
            volumes.lose(duty.shelves, partial(make_due, duty, at=now))
            if not volumes.is_settled(duty.shelves):
                run_soon(duty)


@every(seconds=3600)
def delete_orphans(now: datetime) -> None:
    """Rows of AI features about works that the gate has no record of. There should be none; say so if there are."""
    for duty in duties():
        if not duty.each:
            continue
        known = Kept.objects.filter(duty=duty.name, track_id=OuterRef("track_id"))
        orphans: set[int] = set()
        # Whoever had opened an index before a work was forgotten may have found it afterwards.
        for table, column in duty.names:
            known_there = Kept.objects.filter(duty=duty.name, track_id=OuterRef(column))
            orphans.update(table._default_manager.exclude(Exists(known_there)).values_list(column, flat=True))
        for table in duty.keeps:
            orphans.update(table._default_manager.exclude(Exists(known)).values_list("track_id", flat=True))
        if strays := sorted(orphans):
            log.error(
                "%s kept rows of %s works that the gate knows nothing of; they are deleted", duty.name, len(strays)
            )
            delete_rows(duty, strays)


def _sounds_newer_than_kept(duty: Duty, after: int, until: int | None) -> set[int]:
    """Works whose sound was replaced since it was last listened to."""
    if duty.reads or duty.arrivals or Asset.RECORDING not in duty.assets:
        return set()
    listened = dict(_rows_between(Kept, duty, after, until).values_list("track_id", "run__opened_at"))
    sounds = Recording.objects.filter(current=True, track_id__in=among(listened)).values_list("track_id", "ready_at")
    return {work for work, ready_at in sounds if ready_at and ready_at > listened[work]}


def _between(table: type[Kept] | type[Due], duty: Duty, after: int, until: int | None) -> Iterable[int]:
    return _rows_between(table, duty, after, until).values_list("track_id", flat=True)


def _rows_between(table: type[Kept] | type[Due], duty: Duty, after: int, until: int | None) -> QuerySet[Any]:
    rows = table._default_manager.filter(duty=duty.name, track_id__gt=after)
    return rows if until is None else rows.filter(track_id__lte=until)
