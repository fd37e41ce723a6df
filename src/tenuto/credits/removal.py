"""How credits go when somebody leaves: what led to them leads there no longer. Artists' words about them stay."""

from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.credits.models import Credited

BATCH = 500


def _names(account: Account) -> list[str]:
    confirmed = Credited.objects.filter(account=account, answer=Credited.Answer.CONFIRMED)
    count = confirmed.exclude(track__owner=account).count()
    if not count:
        return []
    return [
        ngettext(
            "the way to you from %d credit on somebody else’s track",
            "the way to you from %d credits on others’ tracks",
            count,
        )
        % count
    ]


def _hide(account: Account) -> None:
    """Lists leave out whoever is not active."""


def _remove(account: Account) -> list[str] | None:
    batch = Credited.objects.filter(account=account).values_list("pk", flat=True)[:BATCH]
    gone, _rows = Credited.objects.filter(pk__in=list(batch)).delete()
    return [] if gone else None


register(Part(_names, _hide, _remove))
