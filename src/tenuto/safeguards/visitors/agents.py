"""Crawlers that sign their requests (Web Bot Auth). Only those whom the operator entered are looked up.

Their directories are fetched by a worker (`base.fetching`); a request only reads what was fetched. So nobody can make
this server fetch an address of theirs by naming it in a header. A signature that cannot be checked is no signature: it
opens nothing and proves nothing.
"""

import json
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import escape_uri_path

from tenuto.base.errors import TenutoError
from tenuto.base.fetching import NOT_REACHED, NotFetched, fetch
from tenuto.base.signatures import SEED_BYTES, verify
from tenuto.rules.message_signatures import Asked, read_signature, thumbprint
from tenuto.safeguards.visitors.models import Agent

DIRECTORY = "/.well-known/http-message-signatures-directory"
ACCEPTED = "application/http-message-signatures-directory+json"
MOST_BYTES = 64 * 1024
MOST_KEYS = 20
# A key that was not seen for so long is not believed any more: it may have been taken back.
STALE = timedelta(days=2)


class BadDirectory(TenutoError):
    """A directory that cannot be used. The keys that were fetched before go on holding until they are stale."""


def verified_agent(request: HttpRequest) -> str | None:
    """The name of the crawler that signed this request, if its operator is known here and the signature holds."""
    found = verified_origin(request)
    return found[1] if found else None


def verified_origin(request: HttpRequest) -> tuple[str, str] | None:
    """The same, with the origin under which it is known."""
    at = timezone.now()
    signed = read_signature(_asked(request), at.timestamp())
    if signed is None or not signed.agent:
        return None
    agent = Agent.objects.filter(origin=signed.agent, fetched_at__gt=at - STALE).first()
    public = agent.keys.get(signed.key_id) if agent else None
    if agent is None or public is None or not verify(bytes.fromhex(public), signed.base, signed.signature):
        return None
    return agent.origin, agent.name


def _asked(request: HttpRequest) -> Asked:
    return Asked(
        request.method or "GET",
        request.scheme or "http",
        _authority(request),
        escape_uri_path(request.path),
        request.META.get("QUERY_STRING", ""),
        lambda name: request.headers.get(name, ""),
    )


def _authority(request: HttpRequest) -> str:
    host = request.get_host().lower()
    own_port = ":443" if request.is_secure() else ":80"
    return host.removesuffix(own_port)


# ——— the worker's part ———


def refresh(agent: Agent, at: datetime) -> None:
    """Fetch a crawler's keys anew. What is wrong is written beside it, for the operator."""
    try:
        agent.keys = read_directory(fetch(agent.origin + DIRECTORY, ACCEPTED, MOST_BYTES))
        agent.fetched_at, agent.trouble = at, ""
    except (BadDirectory, NotFetched, *NOT_REACHED, ValueError) as error:
        agent.trouble = f"{type(error).__name__}: {error}"[:200]
    agent.save(update_fields=["keys", "fetched_at", "trouble"])


def read_directory(body: bytes) -> dict[str, str]:
    """The Ed25519 keys of a directory (JWKS), by their thumbprints."""
    said = json.loads(body)
    listed = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise BadDirectory("no list of keys")
    found = {}
    for key in listed:
        if not isinstance(key, dict) or key.get("kty") != "OKP" or key.get("crv") != "Ed25519":
            continue
        public = urlsafe_b64decode(f"{key.get('x', '')}==")
        if len(public) == SEED_BYTES:
            found[thumbprint(key)] = public.hex()
    if not found:
        raise BadDirectory("no Ed25519 key in it")
    return found
