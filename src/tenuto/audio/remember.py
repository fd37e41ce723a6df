"""What is kept of listening for whoever listened: paused, cleared, and then really forgotten.

A listen that is taken out of its listener's history is out of their sight, and of every copy of theirs, at once. The
row stays for the track's artist, who was played; that it was this account is forgotten as soon as the listen has ended
and the half hour is over in which one listener's plays of a track count once.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from tenuto.accounts.models import Account
from tenuto.audio.models import Listen, PausedHistory
from tenuto.base.ids import new_secret
from tenuto.base.jobs import every
from tenuto.rules.plays import WINDOW

# Nothing heard of it for so long: whoever listened has stopped. Should they go on after all, it is judged again.
ENDED_AFTER = timedelta(minutes=30)
# A press on the wrong track is not something that was heard.
HEARD_AT_LEAST_SECONDS = 5.0
FORGOTTEN_AT_ONCE = 500


def is_paused(account: Account) -> bool:
    """Is nothing to be kept of what they hear now?"""
    return PausedHistory.objects.filter(account=account).exists()


def pause(account: Account, at: datetime) -> None:
    """From now on nothing they hear stands in their history. Twice is once."""
    PausedHistory.objects.get_or_create(account=account, defaults={"since": at})


def resume(account: Account) -> None:
    """What they hear is kept for them again. What they heard meanwhile is not."""
    PausedHistory.objects.filter(account=account).delete()


def clear(account: Account) -> None:
    """Everything they have heard so far leaves their history."""
    Listen.objects.filter(account=account, in_history=True).update(in_history=False)


def remembered(account: Account) -> QuerySet[Listen]:
    """What they heard, as far as it is kept for them: sound that left the server and that their player played."""
    return Listen.objects.filter(
        account=account, in_history=True, heard_seconds__gte=HEARD_AT_LEAST_SECONDS, delivered_seconds__gt=0
    )


@every(seconds=300)
def forget(now: datetime) -> None:
    """Forget who it was, wherever that is wished and no count needs it any more. Safe to run twice."""
    over = Listen.objects.filter(in_history=False, account__isnull=False, last_at__lt=now - max(ENDED_AFTER, WINDOW))
    while keys := list(over.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        with transaction.atomic():
            forget_who_listened(Listen.objects.filter(pk__in=keys))


def forget_who_listened(listens: QuerySet[Listen]) -> None:
    """The plays stay, without a trace to anybody: those of one account and track get one name that leads nowhere."""
    pairs = listens.filter(account__isnull=False).order_by().values_list("account_id", "track_id").distinct()
    for account_id, track_id in list(pairs):
        of_one = listens.filter(account_id=account_id, track_id=track_id)
        of_one.update(account=None, listener=new_secret(), network="", in_history=False)
