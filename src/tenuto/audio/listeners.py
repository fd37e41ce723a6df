"""Who listens: known to us by a random cookie that is set when playing starts, or by the token of a program.

What is kept of them are digests: of the cookie, so that nobody who reads the table can pose as a listener, and of
the network address, under a key of the day, so that yesterday's and today's cannot be laid side by side.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from tenuto.accounts.models import Account
from tenuto.safeguards.visitors.askers import place_of
from tenuto.tracks.visitors import account_asking
from tenuto.web.clients import address_of

COOKIE = "tenuto_listener"
_IN_COOKIES = re.compile(rf"(?:^|;)\s*{COOKIE}=([A-Za-z0-9_-]{{20,60}})\s*(?:;|$)")
# In this order: most browsers name themselves after one another. Words as they stand in the User-Agent.
_CLIENTS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)


@dataclass(frozen=True)
class Listener:
    """Somebody who listens. `id` is empty for a browser that has not played anything yet."""

    id: str
    account: Account | None = None

    @property
    def binding(self) -> str:
        """What a signed address is tied to: the account where there is one, else this browser."""
        return f"a{self.account.pk}" if self.account else self.id


def listener_of(request: HttpRequest) -> Listener:
    """Whoever makes this request, as a listener."""
    account = account_asking(request)
    if account and "Authorization" in request.headers and not request.user.is_authenticated:
        return Listener(f"a{account.pk}", account)  # a program: it keeps no cookies
    return Listener(id_in_cookies(request.headers.get("Cookie", "")), account)


def listener_called(word: str) -> Listener:
    """Whoever listens in a player that keeps no cookie, by a word that it made up; never the same as any browser."""
    return Listener(f"e{_digest(word)}")


def new_listener(listener: Listener) -> tuple[Listener, str]:
    """The same with an id, and the cookie that will bring the id back; no cookie when there is an id already."""
    if listener.id:
        return listener, ""
    cookie = secrets.token_urlsafe(24)
    return Listener(_digest(cookie), listener.account), cookie


def give_cookie(response: HttpResponseBase, cookie: str) -> None:
    """Ask the browser to keep the cookie until it is closed."""
    if cookie:
        response.set_cookie(COOKIE, cookie, httponly=True, samesite="Lax", secure=settings.HTTPS)


@lru_cache(maxsize=4096)
def id_in_cookies(header: str) -> str:
    """The listener whose cookie is among these; empty when there is none."""
    found = _IN_COOKIES.search(header)
    return _digest(found[1]) if found else ""


def network_of(request: HttpRequest, at: datetime) -> str:
    """A digest of the network address, the same for one address during one day (UTC), never twice the same after.

    Of IPv6 it is the part that one household has. Empty for this house and for networks that the operator knows: any
    number of people may stand behind them.
    """
    place = place_of(address_of(request), tuple(settings.TRUSTED_NETWORKS))
    day = at.astimezone(UTC).date().isoformat()
    return salted_hmac(f"tenuto.network.{day}", place, algorithm="sha256").hexdigest() if place else ""


def client_of(request: HttpRequest) -> str:
    """The family of the browser or program; never its version, which would help to tell people apart."""
    agent = request.headers.get("User-Agent", "")
    for word, name in _CLIENTS:
        if word in agent:
            return name
    return "other" if agent else ""


def _digest(cookie: str) -> str:
    return "c" + sha256(cookie.encode()).hexdigest()[:40]
