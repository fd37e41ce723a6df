"""`tenuto create-admin`: an account that may use the operator's pages."""

import getpass
import secrets
import sys
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from rich.console import Console

from tenuto.accounts.models import Account


def make_admin(handle: str | None, email: str | None, password_from: Path | None, console: Console) -> int:
    """Ask for whatever was not given, or make the account at once when all was."""
    asking = sys.stdin.isatty()
    if not asking and not (handle and email):
        console.print("Give --handle and --email, since there is nobody to ask.")
        return 2
    handle = handle or input("Handle: ").strip()
    email = email or input("E-mail: ").strip()
    try:
        password = _password(password_from, console, asking=asking)
    except (OSError, UnicodeDecodeError) as error:
        console.print(f"The password could not be read from {password_from}: {error}")
        return 2
    shown = password if password_from is None and not asking else ""
    account = Account(username=handle.lower(), email=email, display_name=handle, is_staff=True, is_superuser=True)
    try:
        account.clean_fields(exclude=["password"])
        account.validate_unique()
        validate_password(password, account)
    except ValidationError as error:
        console.print("\n".join(str(message) for message in error.messages))
        return 1
    account.set_password(password)
    with transaction.atomic():
        account.save()
        # Whoever can type on the server needs no letter to prove who they are.
        EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    console.print(f"@{handle} may now sign in at /operator/." + (f" Password: {shown}" if shown else ""))
    return 0


def _password(source: Path | None, console: Console, *, asking: bool) -> str:
    if source is not None:
        return source.read_text(encoding="utf-8").strip()
    if not asking:
        return secrets.token_urlsafe(12)
    while True:
        first = getpass.getpass("Password: ")
        if first == getpass.getpass("Once more: "):
            return first
        console.print("These differ. Try again.")
