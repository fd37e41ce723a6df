"""Rows that every feature stands on: stored bytes, and work still to be done."""

from django.db import models
from django.utils import timezone


class Blob(models.Model):
    """One file in content-addressed storage. Its name is the SHA-256 of its bytes.

    Whoever uses the bytes holds a protected foreign key to this row, so the database itself refuses to
    forget bytes that somebody still needs: two tracks may share one file, and deleting one leaves the other
    whole. Files nobody refers to are removed later, by `storage.sweep`, never in an error path.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveBigIntegerField()
    stored_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest[:12]


class Job(models.Model):
    """Work that is still to be done, or was. base.queue moves it through its states."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"  # every attempt used, or not worth another; `error` says why

    task = models.CharField(max_length=200)  # dotted path of the function
    queue = models.CharField(max_length=30)
    priority = models.SmallIntegerField(default=0)  # larger is sooner
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    once = models.CharField(max_length=100, blank=True)  # of unfinished jobs with one such name, there is one
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    again = models.BooleanField(default=False)  # was sent once more while it ran: it must run once more
    run_after = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_by = models.CharField(max_length=60, blank=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_unfinished_job_of_a_name",
                fields=["once"],
                condition=models.Q(state__in=["waiting", "running"]) & ~models.Q(once=""),
            ),
        ]
        indexes = [
            models.Index(
                name="jobs_to_claim",
                fields=["-priority", "run_after", "id"],
                condition=models.Q(state__in=["waiting", "running"]),
            ),
            models.Index(
                name="jobs_to_prune", fields=["finished_at"], condition=models.Q(state__in=["done", "failed"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.rpartition('.')[2]} {self.state}"


class WorkerSign(models.Model):
    """A worker says now and then that it lives, so that others can tell when none does."""

    name = models.CharField(max_length=60, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Remembered(models.Model):
    """A row of Django's cache (base.remembered), which reads and writes it by itself; its columns are Django's."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.expires:%Y-%m-%d %H:%M}"
