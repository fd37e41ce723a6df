"""The player's queue in one's copy of everything: keys of tracks, the one that plays, and where it is."""

from collections.abc import Iterator

from tenuto.accounts.export import Item, Words, as_json, contributes, fields_of
from tenuto.accounts.models import Account
from tenuto.library.queues.models import KeptQueue


@contributes
def queue(account: Account) -> Iterator[Item]:
    row = KeptQueue.objects.filter(account=account).first()
    if row is not None:
        yield Words("queue.json", [as_json(fields_of(row))])
