"""What every worker does now and then for the whole house."""

import logging
from datetime import datetime

from django.core.management import call_command

from tenuto.base import queue, remembered, storage
from tenuto.base.jobs import every
from tenuto.base.models import WorkerSign
from tenuto.server.worker import SILENT, alarm

log = logging.getLogger(__name__)


@every(seconds=60)
def ring(now: datetime) -> None:
    """Uploads that are accepted while nothing works on them must not go unseen."""
    WorkerSign.objects.filter(seen_at__lt=now - 10 * SILENT).delete()
    if wrong := alarm():
        log.error("%s Is a worker running, and is it enough?", wrong)


@every(seconds=3600)
def sweep_storage(now: datetime) -> None:
    gone = storage.sweep(now)
    if gone:
        log.info("storage: %s files that nobody needs were removed", gone)


@every(seconds=3600)
def prune(now: datetime) -> None:
    queue.prune(now)
    remembered.forget(now)
    call_command("clearsessions", verbosity=0)
