"""The same few people everywhere: Alma uploads, Bo listens, Cy may see nothing of Alma's."""

from allauth.account.models import EmailAddress

from tenuto.accounts.models import Account

PASSWORD = "a long enough password"


def person(handle: str, name: str) -> Account:
    """A signed-up account whose e-mail address is verified."""
    account = Account.objects.create_user(handle, f"{handle}@example.org", PASSWORD, display_name=name)
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    return account
