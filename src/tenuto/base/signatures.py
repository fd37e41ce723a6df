"""Signatures as mathematics: Ed25519, in which the log and its witnesses sign, and ML-DSA-44, which witnesses may add.

The one place that knows the library. No Django here: `tenuto-verify` is cut from this file as well.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

SEED_BYTES = 32


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is that key's under the message. The key's length says of which kind it is."""
    key = Ed25519PublicKey if len(public) == SEED_BYTES else MLDSA44PublicKey
    try:
        key.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class SigningKey:
    """An Ed25519 key that can sign. Keep its seed as you keep a secret."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The signature under a message."""
        return self._key.sign(message)
