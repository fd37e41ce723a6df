"""The states of a job and the moves between them: each move is one statement, so that of many workers one wins.

waiting -> running -> done
              |-----> waiting (failed, to be tried again; or its lease ran out; or it was sent again meanwhile)
              '-----> failed
"""

import random
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Case, F, Min, Q, QuerySet, SmallIntegerField, Value, When

from tenuto.base.models import Job

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)
MAX_ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 5.0  # then 10, 20, 40, 80: a server that restarts is back within these
LONGEST_PAUSE_SECONDS = 15 * 60.0
KEPT = timedelta(days=7)  # finished jobs are looked at no longer than this

UNFINISHED = Q(state__in=[Job.State.WAITING, Job.State.RUNNING])


def add(job: Job) -> Job:
    """Put a job in the queue, in the current transaction. With `once`, joins the unfinished job of that name.

    One that runs already may have read what this one is to see, so it is told to run once more when it ends.
    """
    if not job.once:
        job.save()
        return job
    for _attempt in range(5):
        joined = Job.objects.filter(UNFINISHED, once=job.once).update(
            again=Case(When(state=Job.State.RUNNING, then=Value(True)), default=F("again")),
            # The sooner of two wishes counts; but a job that has failed keeps its pause.
            run_after=Case(
                When(attempts=0, run_after__gt=job.run_after, then=Value(job.run_after)), default=F("run_after")
            ),
        )
        if joined:
            return Job.objects.filter(UNFINISHED, once=job.once).first() or job
        try:
            with transaction.atomic():
                job.save()
            return job
        except IntegrityError:  # another has just added it
            continue
    # Never quietly: whoever sends a job must know that it was not taken.
    raise DatabaseError(f"{job.once}: others added and ended jobs of this name five times while we tried")


def claim(worker: str, queues: list[str], count: int, now: datetime, lease: timedelta = LEASE) -> list[Job]:
    """Take up to `count` jobs that may run now: waiting ones whose time has come, and those whose lease ran out."""
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    table = Job._meta.db_table
    places = ", ".join(["%s"] * len(queues))
    # The table's and the lock's name are ours; everything else is a parameter.
    # MATERIALIZED: PostgreSQL may run a plain sub-query once for each row it meets, and take more than `count`.
    statement = f"""
        WITH due AS MATERIALIZED (
            SELECT id FROM {table}
            WHERE state IN ('waiting', 'running') AND queue IN ({places})
              AND ((state = 'waiting' AND run_after <= %s) OR (state = 'running' AND leased_until < %s))
            ORDER BY priority DESC, run_after, id LIMIT %s {lock}
        )
        UPDATE {table} SET state = 'running', leased_by = %s, leased_until = %s, started_at = %s,
                           attempts = attempts + 1, again = %s
        WHERE id IN (SELECT id FROM due)
        RETURNING id
    """  # noqa: S608  # only names of ours are put in
    moment = _for_database
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            statement,
            [*queues, moment(now), moment(now), count, worker, moment(now + lease), moment(now), False],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(Job.objects.filter(id__in=ids).order_by("-priority", "run_after", "id")) if ids else []


def hold_on(worker: str, ids: list[int], now: datetime, lease: timedelta = LEASE) -> int:
    """Renew the leases of jobs that still run. Fewer than were named: the others are lost to another worker."""
    return _held(worker).filter(id__in=ids).update(leased_until=now + lease)


def done(job: Job, now: datetime, result: object = None) -> bool:
    """The job has ended well. False when its lease was lost meanwhile, and another worker does it."""
    return _end(job, Job.State.DONE, now, result=result, error="")


def failed(job: Job, error: str, now: datetime, *, final: bool = False) -> bool:
    """The job has raised. It is tried again after a pause that doubles, until `final` or out of attempts."""
    if final or job.attempts >= MAX_ATTEMPTS:
        return _end(job, Job.State.FAILED, now, error=error)
    pause = now + pause_after(job.attempts)
    return bool(_held_job(job).update(state=Job.State.WAITING, run_after=pause, error=error, **_FREE))


def _end(job: Job, state: Job.State, now: datetime, **facts: object) -> bool:
    """End the job, unless it was sent again while it ran: that is a new wish, with attempts of its own."""
    ended = _held_job(job).update(
        state=Case(When(again=True, then=Value(Job.State.WAITING)), default=Value(state)),
        attempts=Case(When(again=True, then=Value(0)), default=F("attempts"), output_field=SmallIntegerField()),
        again=False,
        run_after=now,
        finished_at=now,
        **facts,
        **_FREE,
    )
    return bool(ended)


_FREE = {"leased_by": "", "leased_until": None}


def release(worker: str, now: datetime) -> int:
    """Give back, unharmed, what a worker that stops has not ended."""
    return _held(worker).update(state=Job.State.WAITING, run_after=now, attempts=F("attempts") - 1, **_FREE)


def pause_after(attempts: int) -> timedelta:
    """How long to wait before the next attempt; spread by a quarter, so that what failed together retries apart."""
    seconds = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** max(0, attempts - 1))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  # nothing secret


def retry(job: Job, now: datetime) -> bool:
    """Have a job that failed for good run once more, with all its attempts. False when another of its name waits."""
    try:
        with transaction.atomic():
            failed_jobs = Job.objects.filter(pk=job.pk, state=Job.State.FAILED)
            return bool(failed_jobs.update(state=Job.State.WAITING, run_after=now, attempts=0, finished_at=None))
    except IntegrityError:
        return False


def queue_age(now: datetime) -> timedelta:
    """How long the oldest job that could run has waited."""
    oldest = Job.objects.filter(state=Job.State.WAITING, run_after__lte=now).aggregate(Min("run_after"))
    since = oldest["run_after__min"]
    return now - since if since else timedelta()


def is_living(once: str) -> bool:
    """Is there an unfinished job of this name?"""
    return Job.objects.filter(UNFINISHED, once=once).exists()


def prune(now: datetime) -> int:
    """Forget jobs that ended long ago."""
    return Job.objects.filter(state__in=[Job.State.DONE, Job.State.FAILED], finished_at__lt=now - KEPT).delete()[0]


def _held_job(job: Job) -> QuerySet[Job]:
    return _held(job.leased_by).filter(pk=job.pk)


def _held(worker: str) -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.RUNNING, leased_by=worker)


def _for_database(moment: datetime) -> str | datetime:
    """The moment as the database's own driver wants it."""
    return cast("str | datetime", connection.ops.adapt_datetimefield_value(moment))
