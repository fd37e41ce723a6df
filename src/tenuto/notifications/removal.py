"""How notices go when somebody leaves: those to them here, in batches; those that they made go with the account."""

from django.db.models import Q

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.notifications.models import Device, Notice

BATCH = 500


def _names(account: Account) -> list[str]:
    return []


def _hide(account: Account) -> None:
    """From now on nothing is pushed to them. What they did is shown to nobody while the account is closed."""
    Device.objects.filter(account=account).delete()


def _remove(account: Account) -> list[str] | None:
    theirs = Notice.objects.filter(Q(to=account) | Q(by=account)).order_by("pk").values_list("pk", flat=True)
    batch = list(theirs[:BATCH])
    Notice.objects.filter(pk__in=batch).delete()
    return [] if batch else None


register(Part(_names, _hide, _remove))
