"""How likes go when somebody leaves: each is taken back, so that counts stay true."""

from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.library.likes.change import hide, unlike_some
from tenuto.library.likes.models import Like

BATCH = 200


def _names(account: Account) -> list[str]:
    count = Like.objects.filter(account=account).count()
    return [ngettext("%d like", "%d likes", count) % count] if count else []


def _hide(account: Account) -> None:
    hide(account)


def _remove(account: Account) -> list[str] | None:
    return [] if unlike_some(account, BATCH) else None


register(Part(_names, _hide, _remove))
