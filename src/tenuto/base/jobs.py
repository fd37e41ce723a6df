"""Work for later, through the django.tasks API: our queue as its backend, and `send`, by which features use it.

A job runs at least once. It may run twice (its worker died after the work and before saying so), so every task
checks what is done before it does. Rows of the domain are the truth: `every` registers sweeps that send again
what is unfinished and has no living job.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task_backends
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskContext, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from tenuto.base import queue
from tenuto.base.errors import TenutoError
from tenuto.base.models import Job


class PermanentFailure(TenutoError):
    """Raised by a task that would fail again however often it were tried."""


class LeaseBackend(BaseTaskBackend):
    """Jobs in our own database: written with the row that needs them, leased to workers, tried again."""

    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[..., Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        return result_of(queue.add(job_for(task, args, kwargs)), task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        job = Job.objects.filter(pk=result_id).first() if result_id.isdecimal() else None
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return result_of(job, import_string(job.task))


def send(task: Task[..., Any], *args: object, once: str = "") -> None:
    """Have `task` run later with `args`. Of jobs with the same `once` that have not ended, one is enough.

    With our own backend the job is written in the current transaction: it exists exactly if the row that needs it
    does. Another backend is told after the commit; what a crash swallows in between, the sweeps send again.
    """
    backend = task_backends[task.backend]
    if isinstance(backend, LeaseBackend):
        backend.validate_task(task)
        queue.add(job_for(task, args, {}, once=once))
    else:
        transaction.on_commit(partial(task.enqueue, *args))


def job_for(task: Task[..., Any], args: Any, kwargs: Any, once: str = "") -> Job:
    return Job(
        task=task.module_path,
        queue=task.queue_name,
        priority=task.priority,
        args=normalize_json(list(args)),
        kwargs=normalize_json(dict(kwargs)),
        once=once,
        run_after=task.run_after or timezone.now(),
    )


def run(job: Job) -> object:
    """Do what a claimed job asks for, and return what it returned, as JSON holds it. Raises whatever it raises."""
    task: Task[..., Any] = import_string(job.task)
    context = [TaskContext(task_result=result_of(job, task))] if task.takes_context else []
    return normalize_json(task.call(*context, *job.args, **job.kwargs))


STATUS = {
    Job.State.WAITING: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
}


def result_of(job: Job, task: Task[..., Any]) -> TaskResult[Any]:
    """A job as the django.tasks API shows it."""
    # The traceback names the class; as a class of its own it is not kept.
    errors = [TaskError(exception_class_path="builtins.Exception", traceback=job.error)] if job.error else []
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=str(job.pk),
        status=STATUS[Job.State(job.state)],
        enqueued_at=job.created_at,
        started_at=job.started_at,
        last_attempted_at=job.started_at,
        finished_at=job.finished_at,
        args=job.args,
        kwargs=job.kwargs,
        backend=task.backend,
        errors=errors,
        worker_ids=[job.leased_by] * job.attempts,  # its length is the number of attempts
    )
    object.__setattr__(result, "_return_value", job.result)  # as django_tasks' own backends set it
    return result


# ——— sweeps ———


LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class Sweep:
    """Something a worker does again and again, every so many seconds."""

    run: Callable[[datetime], object]
    seconds: float
    due_at: datetime = LONG_AGO


SWEEPS: list[Sweep] = []


def every(seconds: float) -> Callable[[Callable[[datetime], object]], Callable[[datetime], object]]:
    """Have every worker call the decorated function with the time, this often. Twice at once must not matter."""

    def register(run: Callable[[datetime], object]) -> Callable[[datetime], object]:
        SWEEPS.append(Sweep(run, seconds))
        return run

    return register
