"""Whatever workers do and however they die: no job is lost, and none runs beside itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tenuto.base import queue
from tenuto.base.models import Job

NAMES = st.sampled_from(["", "render:1"])
WORKERS = st.sampled_from(["one", "two"])
pytestmark = pytest.mark.django_db


class Queue(RuleBasedStateMachine):
    """Two workers, of which each may be slow, fail, stop or die, and people who go on sending."""

    held = Bundle("held")  # what workers believe they have

    def __init__(self) -> None:
        super().__init__()
        Job.objects.all().delete()
        self.now = datetime(2026, 11, 23, tzinfo=UTC)
        self.holders: dict[int, tuple[str, datetime]] = {}  # of running jobs: by whom, until when
        self.wishes: dict[str, int] = {}  # by name: of the last sending, its number
        self.heard: dict[str, int] = {}  # by name: the last wish that a run which ended well can have seen
        self.begun: dict[int, int] = {}  # by job: the last wish when its run began
        self.alone: set[int] = set()  # jobs without a name, each to be run
        self.over: set[int] = set()  # of these, ended

    @rule(name=NAMES, priority=st.integers(-2, 2), later=st.sampled_from([0, 0, 40]))
    def send(self, name: str, priority: int, later: int) -> None:
        job = queue.add(
            Job(
                task="t",
                queue="audio",
                once=name,
                priority=priority,
                run_after=self.now + timedelta(seconds=later),
                created_at=self.now,
            )
        )
        assert job.pk
        if name:
            self.wishes[name] = self.wishes.get(name, 0) + 1
        else:
            self.alone.add(job.pk)

    @rule(target=held, worker=WORKERS, count=st.integers(1, 3))
    def claim(self, worker: str, count: int) -> object:
        jobs = queue.claim(worker, ["audio"], count, self.now)
        assert len(jobs) <= count
        for job in jobs:
            _holder, until = self.holders.get(job.pk, ("", self.now - timedelta(1)))
            assert until < self.now, "it was claimed while another held its lease"
            assert job.run_after <= self.now
            self.holders[job.pk] = (worker, self.now + queue.LEASE)
            self.begun[job.pk] = self.wishes.get(job.once, 0)
        return multiple(*jobs)

    @rule(job=held)
    def hold_on(self, job: Job) -> None:
        renewed = queue.hold_on(job.leased_by, [job.pk], self.now)
        assert bool(renewed) == self.holds(job)
        if renewed:
            self.holders[job.pk] = (job.leased_by, self.now + queue.LEASE)

    @rule(job=consumes(held))
    def end_well(self, job: Job) -> None:
        mine, began = self.holds(job), self.begun.get(job.pk, 0)
        assert queue.done(job, self.now, result="sound") == mine
        if not mine:
            return
        del self.holders[job.pk]
        if job.once:
            self.heard[job.once] = max(began, self.heard.get(job.once, 0))
        else:
            self.over.add(job.pk)

    @rule(job=consumes(held), final=st.booleans())
    def fail(self, job: Job, final: bool) -> None:
        mine = self.holds(job)
        assert queue.failed(job, "why", self.now, final=final) == mine
        if not mine:
            return
        del self.holders[job.pk]
        job.refresh_from_db()
        assert job.error == "why"
        if job.state == Job.State.FAILED:
            assert final or job.attempts >= queue.MAX_ATTEMPTS
            self.over.add(job.pk)
            if job.once:  # it is over for all wishes that it stood for
                assert self.begun[job.pk] == self.wishes[job.once], "a wish that came while it ran was dropped"
                self.heard[job.once] = self.wishes[job.once]

    @rule(worker=WORKERS)
    def stop(self, worker: str) -> None:
        queue.release(worker, self.now)
        self.holders = {pk: held for pk, held in self.holders.items() if held[0] != worker}

    @rule(seconds=st.sampled_from([1, 20, 31, 3600]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def holds(self, job: Job) -> bool:
        """Whether the worker that claimed it still has it: nobody has taken it since."""
        return self.holders.get(job.pk, ("", self.now))[0] == job.leased_by

    @invariant()
    def every_wish_is_heard_or_waits(self) -> None:
        unfinished = dict(Job.objects.filter(queue.UNFINISHED).values_list("pk", "once"))
        for name, wish in self.wishes.items():
            assert name in unfinished.values() or self.heard.get(name, 0) >= wish, f"{name} was lost"
        assert self.alone - self.over <= unfinished.keys()

    def teardown(self) -> None:
        """Once workers live and nothing fails any more, everything is done."""
        for _round in range(200):
            self.now += timedelta(hours=1)
            jobs = queue.claim("last", ["audio"], 50, self.now)
            if not jobs:
                break
            for job in jobs:
                assert queue.done(job, self.now)
        assert not Job.objects.filter(queue.UNFINISHED).exists()


def test_no_job_is_lost_and_none_runs_beside_itself() -> None:
    few = settings(max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Queue, settings=few)
