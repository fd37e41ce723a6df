"""Work for later: a queue with leases in our own database, offered as a django.tasks backend."""

from collections.abc import Mapping, Sequence
from typing import Any

from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult


class LeaseBackend(BaseTaskBackend):
    """Being written."""

    def enqueue(self, task: Task[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> TaskResult[Any]:
        raise NotImplementedError


def send(task: Task[..., Any], *args: object, once: str = "") -> None:
    """Have `task` run later with `args`. Of jobs with the same `once` that have not ended, one is enough."""
    raise NotImplementedError
