"""How reposts go when somebody leaves: each is taken back, so that counts stay true."""

from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.library.reposts.change import take_some_back
from tenuto.library.reposts.models import Repost

BATCH = 200


def _names(account: Account) -> list[str]:
    count = Repost.objects.filter(account=account).count()
    return [ngettext("%d repost", "%d reposts", count) % count] if count else []


def _hide(account: Account) -> None:
    """What somebody reposts whose account is closed stands nowhere."""


def _remove(account: Account) -> list[str] | None:
    return [] if take_some_back(account, BATCH) else None


register(Part(_names, _hide, _remove))
