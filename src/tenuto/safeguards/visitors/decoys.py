"""A track that no person can find: linked where only a program that follows every link looks, and forbidden to robots.

Its address is this server's own and changes with the day. Whoever asks for it gets what every missing thing gets.
"""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import SimpleLazyObject

from tenuto.base.errors import NotFound
from tenuto.safeguards.visitors.guard import agent_of, asker_of
from tenuto.safeguards.visitors.meter import meter

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def planted(request: HttpRequest) -> dict[str, object]:
    """For templates: the address of today's decoy."""
    return {"decoy": SimpleLazyObject(lambda: reverse("visitors:decoy", args=[key_of(timezone.now())]))}


def key_of(at: datetime) -> str:
    """It looks like the key of a track."""
    digest = salted_hmac("tenuto.decoy", at.astimezone(UTC).date().isoformat(), algorithm="sha256").digest()
    return "".join(_LETTERS[each % len(_LETTERS)] for each in digest[:12])


def decoy(request: HttpRequest, key: str) -> HttpResponse:
    """Never anything here; but whoever came by the hidden link is remembered for the day."""
    at = timezone.now()
    # A page may have been loaded yesterday, and nobody guesses a key.
    if any(constant_time_compare(key, key_of(then)) for then in (at, at - timedelta(days=1))):
        # Without the browser's own name: a decoy is asked for by programs, and their address is what they have.
        meter.trap(asker_of(request, "", at), agent_of(request), at)
    raise NotFound(f"decoy {key}")
