"""How somebody who leaves leaves their collectives: to an heir where nobody else owns it, else closed."""

from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.collectives.change import hand_over
from tenuto.collectives.models import Membership


def _names(account: Account) -> list[str]:
    count = Membership.objects.filter(account=account, joined_at__isnull=False).count()
    return [ngettext("your part in %d collective", "your part in %d collectives", count) % count] if count else []


def _hide(account: Account) -> None:
    """A closed account is named under none, and its music is heard nowhere."""


def _remove(account: Account) -> list[str] | None:
    membership = Membership.objects.select_related("collective").filter(account=account).first()
    if membership is None:
        return None
    hand_over(membership)
    return []


register(Part(_names, _hide, _remove))
