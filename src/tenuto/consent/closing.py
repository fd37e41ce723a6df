"""What is open in the works of an account that is closed: nothing, from the moment of its closing."""

from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.consent.current import refresh_account
from tenuto.consent.models import Logged


def _names(account: Account) -> list[str]:
    """Answers go with the account whose word they are; nobody is asked to mourn them."""
    return []


def _hide(account: Account) -> None:
    refresh_account(account.pk, timezone.now())


def _remove(account: Account) -> None:
    """Acts hang on the account, and rows of the projection on its tracks; they go when these go. Where acts stand in
    the log is kept by plain numbers, and goes here."""
    Logged.objects.filter(account_id=account.pk).delete()


register(Part(_names, _hide, _remove))
