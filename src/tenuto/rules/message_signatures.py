"""Web Bot Auth: what a crawler signs of its requests, and when such a signature says who it is.

HTTP Message Signatures (RFC 9421) as draft-ietf-webbotauth-httpsig-protocol uses them: tag `web-bot-auth`, Ed25519, a
key named by its thumbprint (RFC 7638), a window of time, and at least our own name among what is signed, so that a
signature made for another site is worthless here. It says who is asking, never what they may do; whether the bytes
are the key's own signature, whoever holds the key must find out.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from tenuto.rules.structured_fields import Inner, Item, Malformed, dictionary, item

TAG = "web-bot-auth"
# The draft advises a day at most. A signature that lasts longer could be replayed by whoever once saw it.
LONGEST_SECONDS = 24 * 3600
# Clocks differ; a signature may seem to come from so far ahead.
CLOCK_SECONDS = 60
DERIVED = frozenset({"@method", "@authority", "@scheme", "@target-uri", "@request-target", "@path", "@query"})


@dataclass(frozen=True)
class Asked:
    """A request as signatures see it: the header function gives a header's value, or nothing."""

    method: str
    scheme: str
    authority: str  # in small letters, without the scheme's own port
    path: str  # as it came, with its percent signs
    query: str  # without the question mark
    header: Callable[[str], str]


@dataclass(frozen=True)
class Signed:
    """A well-formed signature within its time: true if `signature` is that of `base` by the key named `key_id`."""

    key_id: str
    agent: str  # the address of its directory, as https://crawler.example; empty where it names none
    nonce: str
    expires: int
    base: bytes
    signature: bytes


def read_signature(asked: Asked, now: float) -> Signed | None:
    """The first signature of this kind that could hold at this moment; None where there is none."""
    if not asked.header("signature-input") or not asked.header("signature"):
        return None
    try:
        inputs = dictionary(asked.header("signature-input"))
        signatures = dictionary(asked.header("signature"))
    except Malformed:
        return None
    for label, given in inputs.items():
        made = signatures.get(label)
        if isinstance(given, Inner) and isinstance(made, Item) and isinstance(made.value, bytes):
            found = _signed(asked, given, made.value, now)
            if found is not None:
                return found
    return None


def _signed(asked: Asked, given: Inner, signature: bytes, now: float) -> Signed | None:
    told = given.parameters
    created, expires, key_id = told.get("created"), told.get("expires"), told.get("keyid")
    if told.get("tag") != TAG or told.get("alg", "ed25519") != "ed25519":
        return None
    if not isinstance(created, int) or not isinstance(expires, int) or not isinstance(key_id, str):
        return None
    if not (created <= now + CLOCK_SECONDS and now < expires and expires - created <= LONGEST_SECONDS):
        return None
    names = {each.value for each in given.items}
    if not names & {"@authority", "@target-uri"}:
        return None
    # An agent that is named and not signed could have been put there by anybody.
    if asked.header("signature-agent") and "signature-agent" not in names:
        return None
    try:
        lines = [f"{each.words}: {_component(asked, each)}" for each in given.items]
        agent = _agent(asked, given)
    except (Malformed, KeyError):
        return None
    if len({each.words for each in given.items}) < len(given.items):
        return None
    base = "\n".join([*lines, f'"@signature-params": {given.words}'])
    nonce = told.get("nonce")
    return Signed(key_id, agent, nonce if isinstance(nonce, str) else "", expires, base.encode(), signature)


def _component(asked: Asked, each: Item) -> str:
    """The value of one thing that is signed (RFC 9421, 2). What we do not know makes the signature worthless."""
    name = each.value
    if not isinstance(name, str):
        raise Malformed("a component has a name")
    if name in DERIVED:
        if each.parameters:
            raise Malformed(f"{name} has no parameters here")
        return _derived(asked, name)
    if name.startswith("@") or name != name.lower() or set(each.parameters) - {"key"}:
        raise Malformed(name)
    value = asked.header(name)
    if not value:
        raise Malformed(f"{name} is signed and missing")
    if "key" in each.parameters:
        return dictionary(value)[str(each.parameters["key"])].words
    return value.strip()


def _derived(asked: Asked, name: str) -> str:
    target = asked.path + (f"?{asked.query}" if asked.query else "")
    return {
        "@method": asked.method,
        "@authority": asked.authority,
        "@scheme": asked.scheme,
        "@target-uri": f"{asked.scheme}://{asked.authority}{target}",
        "@request-target": target,
        "@path": asked.path or "/",
        "@query": f"?{asked.query}",
    }[name]


def _agent(asked: Asked, given: Inner) -> str:
    """Whose directory holds the key, as the signed part of Signature-Agent says it: a dictionary, or a bare text."""
    header = asked.header("signature-agent")
    if not header:
        return ""
    said: Item | Inner
    if header.lstrip().startswith('"'):
        said = item(header)
    else:
        key = next(each.parameters.get("key") for each in given.items if each.value == "signature-agent")
        said = dictionary(header)[str(key)]
    if not isinstance(said, Item) or not isinstance(said.value, str):
        raise Malformed("an agent is a text")
    return origin_of(said.value)


def origin_of(address: str) -> str:
    """The scheme and the host of an https address, in small letters; nothing where it is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        return ""
    return f"https://{parts.hostname}" + (f":{port}" if port and port != 443 else "")


def thumbprint(key: Mapping[str, object]) -> str:
    """The name of an Ed25519 key (RFC 7638, RFC 8037)."""
    needed = {"crv": key.get("crv"), "kty": key.get("kty"), "x": key.get("x")}
    digest = sha256(json.dumps(needed, separators=(",", ":"), sort_keys=True).encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
