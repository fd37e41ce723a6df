"""One use of works by AI, from the question to what came of it. Read downwards.

ask           which works a job is for                                           decide.py
decide        may it? each cell of each work, with reason and basis              decide.py, rules/consent.py
write ahead   the run, its manifest and each use stand in the log                record.py
open          a permit for each work; the database and the process are closed    closure.py, guard.py, rooms.py
hand over     finished values, one work after the other, decided once more       attendant.py
close         what came of it stands in the log too                              record.py
withdraw      a yes is taken back: what was kept is forgotten, exactly           withdraw.py, forget.py

What cannot be written down does not happen. A run may be killed at any moment: what it was for is due still.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone
from django_tasks import task

from tenuto.base.events import publish as tell
from tenuto.base.jobs import send
from tenuto.consent.current import stopped
from tenuto.consent.standing import begin_epoch
from tenuto.gate import record, volumes
from tenuto.gate.attendant import Attendant
from tenuto.gate.decide import asked_for, judge, ready
from tenuto.gate.duties import Duty, duties, duty_named
from tenuto.gate.events import RunEnded
from tenuto.gate.forget import delete_rows, finish, model_now, open_steps, works_of
from tenuto.gate.models import Due, Run
from tenuto.gate.rooms import enter
from tenuto.gate.strays import newest_rows, refuse_strays
from tenuto.rules.cells import Use
from tenuto.tracks.models import Hold

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5  # for a work whose runs end badly; then it is left until its consent or its sound changes
QUEUE = "ai"
MAPPED = frozenset({Use.TRAIN, Use.INFORM})  # before these the map of consent is in the log as it stands
AFTER_EVERYTHING = -10  # the priority: nobody's upload waits for this
SOMEBODY_WAITS = 5  # but for what looks at an upload before it can be heard


@task(queue_name=QUEUE, priority=AFTER_EVERYTHING)
def run_duty(name: str) -> None:
    """Let a job of AI run on what is due to it; again, for as long as something is."""
    duty = duty_named(name)
    if duty is None:
        return  # a job that this version no longer has
    # One job at a time for each duty: nothing is kept anew while something is forgotten.
    forgotten = forget(duty)
    # A model over all works rests as it is while its purpose is stopped: made now, it would be made of nothing.
    if duty.each or not (forgotten or stopped() & duty.rests_on):
        go(duty, timezone.now())
    if duty.shelves:
        volumes.settle(duty)
        for searcher in duties():
            if searcher.searches == duty.shelves and Due.objects.filter(duty=searcher.name).exists():
                run_soon(searcher)
    # Whoever waits for an index that is made again is called when it was, and by the sweep.
    if duty.each and not _waits(duty) and Due.objects.filter(duty=name).exists():
        run_soon(duty)


def run_soon(duty: Duty, pause: timedelta | None = None) -> None:
    """Have the duty run; of several wishes, one is enough."""
    wanted = run_duty.using(priority=SOMEBODY_WAITS) if duty.arrivals else run_duty
    if pause is not None:
        wanted = wanted.using(run_after=timezone.now() + pause)
    send(wanted, duty.name, once=job_of(duty.name))


def job_of(name: str) -> str:
    """By which name the queue knows the one job of a duty."""
    return f"gate {name}"


def go(duty: Duty, at: datetime) -> Run | None:
    """One opening of the gate, from ask to outcome. None where nothing was admitted, and so nothing opened."""
    _give_up(duty)
    if _waits(duty):
        return None
    # ask
    asked = asked_for(duty)
    if duty.each:
        # Works whose sound is not there yet are due again when it is.
        there = ready(duty, asked)
        _settle(duty, [work for work in asked if work not in there])
        asked = sorted(there)
        if not asked:
            return None
    # decide, write ahead
    before = model_now(duty)
    if duty.use in MAPPED:
        begin_epoch(at)
    run = _written_ahead(duty, asked, at)
    if run is None:
        return None
    works = list(run.kept.order_by("track_id").values_list("track_id", flat=True))
    _count_attempt(duty, works)
    # open, hand over
    attendant = Attendant(duty, run)
    seen = newest_rows(duty)
    try:
        enter(attendant, works)
        attendant.end()
        refuse_strays(run, duty, seen)
    except Exception as error:
        attendant.end()
        # close
        record.close(run, Run.Outcome.FAILED, timezone.now(), words=f"{type(error).__name__}: {error}")
        _give_up(duty)
        raise
    # Told before it is closed: a run that is killed in between is made again, and then told again.
    run.refresh_from_db(fields=["model_digest"])
    tell(RunEnded(duty.name, tuple(works), run.model_digest != before, timezone.now()))
    record.close(run, Run.Outcome.DONE, timezone.now(), inputs=attendant.inputs if duty.model else "")
    if duty.each:
        _settle(duty, works)
    return run


def _written_ahead(duty: Duty, asked: list[int], at: datetime) -> Run | None:
    """The run with the works that may be used. None where there is none, and each would have been looked at alone.

    It is decided anew if somebody's answer changes while the list is computed; the third time everybody else waits.
    """
    run = None
    for waiting in (False, False, True):
        judged = judge(duty, asked, at)
        admitted = [each for each in judged if each.admitted]
        record.write_refusals(duty, [each for each in judged if not each.admitted], at)
        if duty.each:
            _settle(duty, [each.work for each in judged if not each.admitted])
            if not admitted:
                return None
        run = record.write_ahead(duty, admitted, at, waiting)
        if run is not None:
            break
        asked, at = [each.work for each in admitted], max(at, timezone.now())
    return run


def forget(duty: Duty) -> int:
    """Withdraw: forget what the duty kept of works whose consent was taken back. How many works that were."""
    forgotten = 0
    while steps := open_steps(duty):
        if duty.each:
            delete_rows(duty, works_of(steps))
            finish(duty, steps, timezone.now())
        else:
            # Once, however many leave it.
            before = model_now(duty)
            run = go(duty, timezone.now())
            finish(duty, steps, timezone.now(), run, before)
        forgotten += len(steps)
    return forgotten


def _waits(duty: Duty) -> bool:
    """Is what it searches not whole? Whatever passed meanwhile would have been compared with too little."""
    return duty.arrivals and bool(duty.searches) and volumes.is_lacking(duty.searches)


def _settle(duty: Duty, works: list[int]) -> None:
    Due.objects.filter(duty=duty.name, track_id__in=works).delete()


def _count_attempt(duty: Duty, works: list[int]) -> None:
    """Before it is made: a work that kills whoever reads it counts as one that fails."""
    if duty.each:
        due = Due.objects.filter(duty=duty.name, track_id__in=works)
        due.update(attempts=F("attempts") + 1, since=timezone.now())


def _give_up(duty: Duty) -> None:
    hopeless = Due.objects.filter(duty=duty.name, attempts__gte=MOST_ATTEMPTS)
    if duty.arrivals:
        failing = Hold.waiting().filter(recording__track_id__in=list(hopeless.values_list("track_id", flat=True)))
        failing.update(reason=Hold.Reason.FAILED)
    given_up, _rows = hopeless.delete()
    if given_up:
        log.error("%s: %s works are left out after %s attempts", duty.name, given_up, MOST_ATTEMPTS)
