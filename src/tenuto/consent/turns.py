"""Of two who change what holds for one account's works, one waits; and no moment is written before one that was."""

from datetime import datetime

from tenuto.accounts.models import Account
from tenuto.consent.models import Act


def in_turn(account_id: int, at: datetime) -> datetime:
    """Wait until nobody else changes it, to the end of the transaction; the moment that may be written then."""
    Account.objects.select_for_update().only("pk").get(pk=account_id)
    last = Act.objects.filter(account_id=account_id).order_by("-at").values_list("at", flat=True).first()
    return max(at, last) if last else at
