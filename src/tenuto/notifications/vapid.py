"""How push services know who sends: a signed word by the instance's own key (RFC 8292)."""

import json
from base64 import b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tenuto.notifications.models import PushKey

LASTS = timedelta(hours=12)  # a day is the most that push services take


def instance_key() -> EllipticCurvePrivateKey:
    """Made at the first use; of two who make it at once, one is kept."""
    kept = PushKey.objects.filter(number=1).first()
    if kept is None:
        made = generate_private_key(SECP256R1()).private_numbers().private_value
        kept, _new = PushKey.objects.get_or_create(number=1, defaults={"private": encoded(made.to_bytes(32))})
    return derive_private_key(int.from_bytes(decoded(kept.private)), SECP256R1())


def public_key() -> str:
    """What a browser is told when it subscribes, in base64 for addresses."""
    return _public(instance_key())


def authorization(endpoint: str, contact: str, key: EllipticCurvePrivateKey, at: datetime) -> str:
    """The header for a message to this endpoint. `contact` is a page or mailto: of whoever runs the instance."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((at + LASTS).timestamp()), "sub": contact}
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ECDSA(SHA256())))
    return f"vapid t={signed}.{encoded(r.to_bytes(32) + s.to_bytes(32))}, k={_public(key)}"


def encoded(raw: bytes) -> str:
    """Base64 for addresses, without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of base64 for addresses, padded or not; ValueError where it is none."""
    text = text.rstrip("=")
    # Unless told to, it leaves out whatever is no sign of the alphabet, and what is read is not what was written.
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _public(key: EllipticCurvePrivateKey) -> str:
    return encoded(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _json(value: dict[str, object]) -> str:
    return encoded(json.dumps(value, separators=(",", ":")).encode())
