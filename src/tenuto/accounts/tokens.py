"""Personal access tokens: secrets that let a program act for their owner, shown once and kept as digests only."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from tenuto.accounts.models import AccessToken, Account
from tenuto.base.ids import new_secret

# Says what it is to whoever finds one in a file, and to scanners that look for leaked secrets.
PREFIX = "tenuto_"

# A busy program would otherwise turn each of its reads into a write.
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def issue(account: Account, name: str, expires_at: datetime | None) -> tuple[AccessToken, str]:
    """Make a token for `account`. The secret is returned this once; nobody can read it again."""
    secret = PREFIX + new_secret()
    token = AccessToken.objects.create(
        account=account,
        name=name,
        digest=digest_of(secret),
        hint=secret[len(PREFIX) :][:4],
        expires_at=expires_at,
    )
    return token, secret


def account_of(request: HttpRequest) -> Account | None:
    """The account that the request's `Authorization: Bearer …` stands for, or None."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    return owner_of(secret.strip(), at=timezone.now())


def owner_of(secret: str, at: datetime) -> Account | None:
    """The account that may be acted for with `secret` at that moment; None when it is unknown, over or locked."""
    if not secret.startswith(PREFIX):
        return None
    # Found by its digest, so how long the look-up takes can tell about a digest only; and nobody can choose
    # a secret by the first bits of its SHA-256 finely enough to learn 152 random bits from that.
    token = AccessToken.objects.select_related("account").filter(digest=digest_of(secret)).first()
    if token is None:
        return None
    if token.expires_at is not None and token.expires_at <= at:
        return None
    if not token.account.is_active:
        return None
    note_use(token, at)
    return token.account


def note_use(token: AccessToken, at: datetime) -> None:
    """Remember that the token was used, to the minute."""
    if token.last_used_at is not None and at - token.last_used_at < USE_IS_NOTED_EVERY:
        return
    # The condition again in the database: of many requests at once, one writes.
    AccessToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=at - USE_IS_NOTED_EVERY), id=token.id).update(
        last_used_at=at
    )


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is random and long, so a plain SHA-256 cannot be guessed back."""
    return sha256(secret.encode()).hexdigest()
