"""Who calls the HTTP API: a program with somebody's token, a signed-in browser, or anybody."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer, SessionAuth
from ninja.utils import check_csrf

from tenuto.accounts.models import Account
from tenuto.accounts.tokens import owner_of
from tenuto.base.errors import BadRequest


class BadToken(BadRequest):
    advice = _("This token is not known, has ended, or was revoked. Make a new one under Settings, Tokens.")
    status = 401
    code = "bad_token"


class ByToken(HttpBearer):
    """`Authorization: Bearer tenuto_…`. A wrong token is an error, never an anonymous visit."""

    openapi_scheme = "bearer"

    def authenticate(self, request: HttpRequest, token: str) -> Account:
        account = owner_of(token.strip(), at=timezone.now())
        if account is None:
            raise BadToken
        request.user = account
        return account


class Anyone:
    """Lets a caller without credentials pass as nobody. Only for what everybody may read."""

    def __call__(self, request: HttpRequest) -> Any:
        return request.user if request.user.is_authenticated else AnonymousUser()


member = [ByToken(), SessionAuth()]  # a browser's session also needs its CSRF token to change anything
anyone = [ByToken(), Anyone()]


class NobodyCalls(BadRequest):
    advice = _("Sign in first, or send a personal access token.")
    status = 401
    code = "not_signed_in"


class ForgedCall(BadRequest):
    advice = _("This page is too old to be acted on. Load it again.")
    status = 403
    code = "csrf"


def caller_of(request: HttpRequest) -> Account:
    """The member who makes this request, by token or by a browser's session and its CSRF token.

    For views that are `csrf_exempt` because programs call them too; the API's own operations declare `member`.
    """
    if "Authorization" in request.headers:
        scheme, _space, secret = request.headers["Authorization"].partition(" ")
        account = owner_of(secret.strip(), at=timezone.now()) if scheme.lower() == "bearer" else None
        if account is None:
            raise BadToken
        request.user = account
        return account
    if not isinstance(request.user, Account):
        raise NobodyCalls
    if check_csrf(request) is not None:
        raise ForgedCall
    return request.user


def account_calling(request: HttpRequest) -> Account:
    """The account that acts, on operations open to members only."""
    assert isinstance(request.user, Account)
    return request.user
