"""The worker: claims jobs, runs them in a few threads, keeps their leases, sweeps, and rings when the queue grows old.

Nothing here is lost by kill -9: a job whose worker falls silent is claimed by the next one when its lease runs out.
"""

import logging
import os
import signal
import socket
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from types import FrameType

from django.conf import settings
from django.db import Error as DatabaseError  # Django's own DatabaseError leaves out a connection that was cut
from django.db import close_old_connections, connections
from django.utils import timezone

from tenuto.base import jobs, queue
from tenuto.base.ids import new_key
from tenuto.base.models import Job, WorkerSign
from tenuto.ledger.publishing import Publisher

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1  # what a musician waits at most before an upload is looked at; 0.3 % of a core on SQLite
BEAT_SECONDS = min(queue.LEASE.total_seconds() / 3, 20.0)  # also often enough to count as living
SWEEP_SECONDS = 5.0  # how often we look whether a sweep is due
GRACE_SECONDS = 20.0  # for running jobs, once told to stop; supervisors kill after 30 or more
SILENT = timedelta(seconds=60)  # a worker not seen for this long does not live


class Worker:
    """Runs jobs of `queues`, `threads` at a time, until told to stop."""

    def __init__(self, threads: int, queues: list[str]) -> None:
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{new_key()}"
        self.queues = queues
        self.threads = threads
        self.stopping = threading.Event()
        self._ended = threading.Event()
        self._running: dict[int, Future[None]] = {}  # by job id; touched by the claiming thread alone
        self._freed = threading.Event()  # a thread has become free: claim at once

    def work(self, *, until_idle: bool = False) -> bool:
        """Claim and run until `stop`, or until nothing is left that could run now.

        False when a job went on for longer than we wait: it has been given back, and this process must end.
        """
        # Apart from each other, because a long sweep must not let leases run out. Leases are kept to the very end.
        beating = _again_and_again(self._beat, BEAT_SECONDS, self._ended)
        _again_and_again(self._sweep, SWEEP_SECONDS, self.stopping)
        pool = ThreadPoolExecutor(self.threads, "job")
        while not self.stopping.is_set():
            claimed = self._claim(self.threads - len(self._running))
            for job in claimed:
                # One of our own whose lease ran out, because the database kept us waiting, runs already.
                if job.pk not in self._running:
                    self._running[job.pk] = pool.submit(self._run, job)
            if until_idle and not claimed and not self._running and not self._left():
                break
            self._freed.wait(POLL_SECONDS)
            self._freed.clear()
            self._running = {pk: future for pk, future in self._running.items() if not future.done()}
        self.stopping.set()
        left = wait(self._running.values(), timeout=GRACE_SECONDS).not_done
        self._ended.set()
        beating.join(timeout=5)  # else its last beat could say that we still live
        self._leave()
        pool.shutdown(wait=not left)
        return not left

    def _leave(self) -> None:
        """Give back, unharmed, what has not ended."""
        try:
            queue.release(self.name, timezone.now())
            WorkerSign.objects.filter(name=self.name).delete()
        except DatabaseError:
            log.exception("could not give back jobs; their leases will run out")

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """End the jobs that run, claim no more. A second signal ends at once; leases run out by themselves."""
        if self.stopping.is_set() and signum:
            os._exit(1)
        self.stopping.set()
        self._freed.set()

    def _claim(self, count: int) -> list[Job]:
        if count <= 0:
            return []
        try:
            return queue.claim(self.name, self.queues, count, timezone.now())
        except DatabaseError:
            # The database restarts, or is busy for longer than we wait: jobs stay where they are.
            log.exception("could not ask for jobs; trying again")
            close_old_connections()
            self.stopping.wait(1)
            return []

    def _left(self) -> bool:
        return Job.objects.filter(
            state__in=[Job.State.WAITING, Job.State.RUNNING], queue__in=self.queues, run_after__lte=timezone.now()
        ).exists()

    def _run(self, job: Job) -> None:
        try:
            if job.attempts > queue.MAX_ATTEMPTS:  # it has killed its worker each time: no more
                queue.failed(job, "Every attempt ended with the worker's death.", timezone.now(), final=True)
                return
            self._attempt(job)
        except DatabaseError:
            log.exception("job %s: its end could not be written; it will be claimed again", job)
        finally:
            close_old_connections()
            self._freed.set()

    def _attempt(self, job: Job) -> None:
        try:
            result = jobs.run(job)
        except Exception as error:  # whatever a task raises is its own failure, not the worker's
            final = isinstance(error, jobs.PermanentFailure)
            log.warning("job %s %s, attempt %s: %s", job.pk, job.task, job.attempts, error, exc_info=not final)
            queue.failed(job, traceback.format_exc(), timezone.now(), final=final)
        else:
            if not queue.done(job, timezone.now(), result):
                log.warning("job %s %s lost its lease before it ended", job.pk, job.task)

    def _beat(self) -> None:
        now = timezone.now()
        try:
            WorkerSign.objects.update_or_create(name=self.name, defaults={"seen_at": now})
            queue.hold_on(self.name, list(self._running), now)
        except DatabaseError:
            log.exception("could not renew leases; trying again")
            close_old_connections()
            self._ended.wait(1)

    def _sweep(self) -> None:
        now = timezone.now()
        for sweep in jobs.SWEEPS:
            if now < sweep.due_at:
                continue
            sweep.due_at = now + timedelta(seconds=sweep.seconds)
            try:
                sweep.run(now)
            except Exception:  # one sweep's failure must not end the others
                log.exception("sweep %s failed", sweep.run)
                close_old_connections()


def _again_and_again(act: Callable[[], None], seconds: float, end: threading.Event) -> threading.Thread:
    """Start a thread that begins to do so every so many seconds until `end`. It ends with the process at the latest."""

    def go_on() -> None:
        try:
            while not end.is_set():
                begun = time.monotonic()
                act()
                end.wait(max(begun + seconds - time.monotonic(), seconds / 10))  # what takes long rests, too
        finally:
            connections.close_all()

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    return thread


def work(threads: int, queues: list[str], *, until_idle: bool = False) -> None:
    """Run a worker in this process, until SIGTERM or SIGINT."""
    worker = Worker(threads, queues)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
    log.info("worker %s: %s threads", worker.name, threads)
    publisher = Publisher()
    # A step that is cut off is done again by the next worker.
    for act in (publisher.publish, publisher.ask_witnesses, publisher.carry, publisher.investigate):
        _again_and_again(act, settings.LEDGER_SECONDS, worker.stopping)
    if not worker.work(until_idle=until_idle):
        log.warning("worker %s: a job takes long; it was given back, another worker begins it anew", worker.name)
        os._exit(0)  # a thread cannot be ended in any other way


def living_workers() -> int:
    """How many workers have been seen lately."""
    return WorkerSign.objects.filter(seen_at__gt=timezone.now() - SILENT).count()


def alarm() -> str:
    """What is wrong with the queue, in a sentence; empty when nothing is."""
    age = queue.queue_age(timezone.now()).total_seconds()
    if age > settings.QUEUE_ALARM_SECONDS:
        return f"The oldest waiting job has waited {age:.0f} s; the alarm is set to {settings.QUEUE_ALARM_SECONDS} s."
    return ""
