"""A digest by mail of what somebody has not read on the page yet.

What it tells is taken before it is handed to the mail server, in one transaction: a worker killed at any moment sends
no digest twice. Killed before, it sends it later; killed in the very moment of handing over, perhaps never, and all of
it still stands on the page. A mail server that does not answer gets it again later.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django_tasks import task

from tenuto.accounts import languages
from tenuto.accounts.letters import post
from tenuto.accounts.models import Account
from tenuto.notifications.choices import PERIOD
from tenuto.notifications.models import Notice, Rhythm
from tenuto.notifications.reading import Line, heard, lines_of

MOST = 200  # notices in one digest; the page has the others


@dataclass(frozen=True)
class Taken:
    """What a digest tells, and how the rhythm stood before."""

    account: Account
    lines: list[Line]
    until: int
    before: Rhythm


@task(queue_name="default")
def post_digest(account_id: int) -> None:
    """Send somebody's digest if it is due. Twice is once."""
    taken = _take(account_id, timezone.now())
    if taken is None or not taken.lines:
        return
    try:
        post("notifications/letters/digest.txt", [taken.account], {"lines": taken.lines})
    except Exception:
        # Nothing was taken from us: it is due as before.
        Rhythm.objects.filter(pk=account_id, until=taken.until).update(
            until=taken.before.until, next_at=taken.before.next_at
        )
        raise


@transaction.atomic
def _take(account_id: int, at: datetime) -> Taken | None:
    due = Rhythm.objects.select_for_update(of=("self",)).select_related("account")
    rhythm = due.filter(pk=account_id, next_at__lte=at, account__is_active=True).first()
    if rhythm is None:
        return None
    before = Rhythm(every=rhythm.every, next_at=rhythm.next_at, until=rhythm.until)
    account: Account = rhythm.account
    new = heard(account, at).filter(pk__gt=rhythm.until, by_mail=True, read_at=None)[:MOST]
    with languages.of(account):
        lines = lines_of(account, new, at)
    last = Notice.objects.filter(to=account, at__lte=at).aggregate(last=Max("pk"))["last"] or 0
    rhythm.until = max(rhythm.until, last)
    rhythm.next_at = at + PERIOD[Rhythm.Every(rhythm.every)]
    rhythm.save(update_fields=["until", "next_at"])
    return Taken(account, lines, rhythm.until, before)
