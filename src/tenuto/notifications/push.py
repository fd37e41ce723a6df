"""Pushes notices to people's browsers. What is said is drawn in the moment of sending, and sealed for each browser."""

import json
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from tenuto.accounts import languages
from tenuto.accounts.models import Account
from tenuto.base import fetching
from tenuto.base.errors import TenutoError
from tenuto.notifications.encrypt import Receiver, seal
from tenuto.notifications.models import Device, Notice
from tenuto.notifications.reading import heard, lines_of
from tenuto.notifications.vapid import authorization, decoded, instance_key

log = logging.getLogger(__name__)

FRESH = timedelta(days=1)  # what is older stands on the page
TTL_SECONDS = int(FRESH.total_seconds())  # so long a service keeps it for a browser that is off
BATCH = 100
MOST_LETTERS = 300
GONE = (404, 410)  # the browser has unsubscribed, or was taken off
MOST_SECONDS = 5.0  # for one browser: the next one waits for it
# After so many failures in a row a browser rests until a day has passed since the first, and is forgotten if it fails
# then. A service that is out for an hour costs nobody their browser, and one that never answers holds no worker.
MOST_FAILURES = 10
RESTS = timedelta(days=1)


class PushRefused(TenutoError):
    """A push service does not take it now; the job is tried again."""


@task(queue_name="push", priority=-10)  # it waits for others' servers, so nobody waits for it
def push_out(kind: str, what: str, by: int, about: int) -> None:
    """Push one telling to all who want it pushed. Tried again it repeats nothing but what no service took.

    A worker that dies between sending and noting it sends once more; the browser shows it in the place of the first.
    """
    same = Q(by=by) if by else Q(by=None)
    at = timezone.now()
    waiting = Notice.objects.filter(
        same, kind=kind, what=what, about=about, by_push=True, pushed_at=None, at__gt=at - FRESH, at__lte=at
    )
    refused, last = 0, 0
    while batch := list(waiting.filter(pk__gt=last).select_related("to", "by").order_by("pk")[:BATCH]):
        last = batch[-1].pk
        for notice in batch:
            if _pushed(notice, at):
                Notice.objects.filter(pk=notice.pk).update(pushed_at=at)
            else:
                refused += 1
    if refused:
        raise PushRefused(f"{refused} of {kind} {about}")


def _pushed(notice: Notice, at: datetime) -> bool:
    """Is there nothing left to do? True also where the notice may not be told any more, or was read already."""
    reader: Account = notice.to
    with languages.of(reader):
        told = lines_of(reader, heard(reader, at).filter(pk=notice.pk, read_at=None), at)
        if not told or not reader.is_active:
            return True
        message = {
            "title": settings.SITE_NAME,
            "body": told[0].text[:MOST_LETTERS],
            "url": told[0].told.url,
            "tag": f"{notice.kind}-{notice.on}",
        }
    left = [device for device in reader.push_devices.all() if device.pk not in notice.pushed_to]
    taken = [device for device in left if _done(device, message, at)]  # all are asked, whatever one answers
    if len(taken) == len(left):
        return True
    Notice.objects.filter(pk=notice.pk).update(
        pushed_to=[*notice.pushed_to, *(device.pk for device in taken if device.pk)]
    )
    return False


def _done(device: Device, message: dict[str, str], at: datetime) -> bool:
    """Is there nothing left to do for this browser? One that fails and fails rests, and is forgotten then."""
    since = device.failing_since or at
    is_worn = device.failures >= MOST_FAILURES
    if is_worn and at < since + RESTS:
        return True
    if _sent(device, message, at):
        if device.failures:
            Device.objects.filter(pk=device.pk).update(failures=0, failing_since=None)
        return True
    if is_worn:
        device.delete()
        return True
    Device.objects.filter(pk=device.pk).update(failures=F("failures") + 1, failing_since=since)
    return False


def _sent(device: Device, message: dict[str, str], at: datetime) -> bool:
    """Did its push service take it? A browser that is there no longer is forgotten."""
    plain = json.dumps(message, ensure_ascii=False).encode()
    try:
        body = seal(plain, Receiver(decoded(device.key), decoded(device.secret)))
    except ValueError as error:  # nobody can ever be told with such a key, and all others still wait
        log.warning("push device %s: %s", device.pk, error)
        device.delete()
        return True
    headers = {
        "Authorization": authorization(device.endpoint, settings.SITE_URL, instance_key(), at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL_SECONDS),
        "Urgency": "normal",
    }
    try:
        status = fetching.post(device.endpoint, headers, body, MOST_SECONDS)
    except (fetching.NotFetched, *fetching.NOT_REACHED) as error:
        log.info("push device %s: %s", device.pk, error)
        return False
    if status in GONE:
        device.delete()
        return True
    if not 200 <= status < 300:
        log.info("push device %s: its service answered %s", device.pk, status)
    # What a service refuses for good (400, 403, 413) is not better an hour later.
    return status < 500 and status != 429
