"""The queue loses no job, runs none beside itself, and tries again what failed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django_tasks import TaskResultStatus, task

from tenuto.base import queue
from tenuto.base.jobs import send
from tenuto.base.models import Job

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@task(queue_name="audio")
def play(note: str) -> None:
    """A job for these tests."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def take(worker: str = "w", at: datetime = NOW, count: int = 1) -> list[Job]:
    return queue.claim(worker, ["audio"], count, at)


def test_a_job_is_claimed_by_one_worker_only() -> None:
    send(play, "a")
    assert [job.args for job in take("one")] == [["a"]]
    assert take("two") == []


def test_the_same_name_waits_once() -> None:
    for _ in range(3):
        send(play, "a", once="play:a")
    assert Job.objects.count() == 1


def test_a_job_sent_again_while_it_runs_runs_once_more() -> None:
    """It may have read the state before the change that the second sending is about."""
    send(play, "a", once="play:a")
    [job] = take()
    send(play, "a", once="play:a")
    assert Job.objects.count() == 1
    assert queue.done(job, NOW)
    [again] = take()
    assert again.pk == job.pk
    assert queue.done(again, NOW)
    assert take() == []


def test_a_finished_job_does_not_stand_in_the_way_of_the_next_of_its_name() -> None:
    send(play, "a", once="play:a")
    [job] = take()
    queue.done(job, NOW)
    send(play, "a", once="play:a")
    assert len(take()) == 1


def test_a_job_whose_worker_fell_silent_is_claimed_by_another() -> None:
    send(play, "a")
    [lost] = take("dead")
    assert take("heir", NOW + queue.LEASE - timedelta(seconds=1)) == []
    [taken] = take("heir", NOW + queue.LEASE + timedelta(seconds=1))
    assert taken.pk == lost.pk
    assert not queue.done(lost, NOW), "who lost the lease does not get to say how it ended"
    assert queue.done(taken, NOW)


def test_a_held_lease_does_not_run_out() -> None:
    send(play, "a")
    [job] = take("alive")
    later = NOW + queue.LEASE - timedelta(seconds=1)
    assert queue.hold_on("alive", [job.pk], later) == 1
    assert take("heir", later + timedelta(seconds=5)) == []


def test_a_failed_job_waits_longer_each_time_and_then_fails_for_good() -> None:
    send(play, "a")
    at, pauses = NOW, []
    for _ in range(queue.MAX_ATTEMPTS):
        [job] = take(at=at)
        assert queue.failed(job, "no", at)
        job.refresh_from_db()
        pauses.append(job.run_after - at)
        at = job.run_after
    assert job.state == Job.State.FAILED
    assert all(b > a for a, b in pairwise(pauses[:-1]))
    assert take(at=at + timedelta(days=1)) == []


def test_a_failure_that_is_final_is_not_tried_again() -> None:
    send(play, "a")
    [job] = take()
    queue.failed(job, "no", NOW, final=True)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "no")


def test_a_worker_that_stops_gives_back_its_jobs_unharmed() -> None:
    send(play, "a")
    take("one")
    assert queue.release("one", NOW) == 1
    [job] = take("two")
    assert job.attempts == 1


def test_the_urgent_goes_first_and_then_the_oldest() -> None:
    for note in "ab":
        send(play, note)
    send(play.using(priority=10), "now")
    assert [job.args[0] for job in take(count=3)] == ["now", "a", "b"]


def test_other_queues_are_left_alone() -> None:
    send(play.using(queue_name="default"), "a")
    assert take() == []


def test_the_queue_is_as_old_as_its_oldest_waiting_job() -> None:
    assert queue.queue_age(NOW) == timedelta()
    send(play, "a")
    assert queue.queue_age(NOW + timedelta(seconds=90)) == timedelta(seconds=90)
    take()
    assert queue.queue_age(NOW + timedelta(seconds=90)) == timedelta()


def test_what_ended_long_ago_is_forgotten() -> None:
    send(play, "a")
    [job] = take()
    queue.done(job, NOW)
    assert queue.prune(NOW + queue.KEPT - timedelta(hours=1)) == 0
    assert queue.prune(NOW + queue.KEPT + timedelta(hours=1)) == 1


def test_the_django_tasks_api_shows_how_a_job_stands() -> None:
    result = play.enqueue("a")
    assert play.get_result(result.id).status == TaskResultStatus.READY
    [job] = take()
    assert play.get_result(result.id).status == TaskResultStatus.RUNNING
    queue.done(job, NOW, result="sounded")
    finished = play.get_result(result.id)
    assert finished.status == TaskResultStatus.SUCCESSFUL
    assert finished.return_value == "sounded"
