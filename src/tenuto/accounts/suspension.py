"""Suspending an account, by decision of staff: nobody signs in to it or sees anything of it, and nothing is deleted."""

from django.db import transaction

from tenuto.accounts.models import Account
from tenuto.accounts.removal import end_sessions


@transaction.atomic
def suspend(account: Account, *, suspended: bool) -> None:
    """Close the account, or open it again. One whose owner is leaving stays closed. Twice is once."""
    row = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if row.is_active != suspended or hasattr(row, "removal"):
        return
    Account.objects.filter(pk=account.pk).update(is_active=not suspended)
    if suspended:
        end_sessions(account)
