"""What opens a blinded entry, kept beside it so that only the subject's key reads it, or even finds it.

    tag    = HMAC-SHA256(key, "tenuto/tag/v1\\n"), its first 16 bytes: equal for all entries of one subject
    sealed = nonce || AES-256-GCM(HMAC-SHA256(key, "tenuto/opening/v1\\n" || nonce), body, bound to the leaf)

The nonce is that of the commitment. Every entry has its own, and so its own encryption key.
"""

from collections.abc import Iterator
from hashlib import sha256
from os import urandom
from struct import iter_unpack

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tenuto.rules.commitments import (
    NONCE_BYTES,
    Blocks,
    blinded_entry,
    blocks,
    hidden_entry,
    registration,
)

TAG_BYTES = 16
_TAG = b"tenuto/tag/v1\n"
_OPENING = b"tenuto/opening/v1\n"
_ONCE = bytes(12)  # AES-GCM's own nonce: each encryption key is used a single time


class Unreadable(ValueError):
    """These bytes are not what was sealed for this leaf under this key."""


Sealed = tuple[bytes, bytes]  # one blinded entry: its public leaf, and what opens it


class Sealer:
    """Writes the entries about one subject, under its key."""

    __slots__ = ("_blocks", "_key", "tag")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._blocks = inner, outer = blocks(key)
        self.tag = sha256(outer + sha256(inner + _TAG).digest()).digest()[:TAG_BYTES]

    def seal(self, nonce: bytes, body: bytes) -> Sealed:
        """An entry about one use. The nonce is random and used once."""
        return self._sealed(nonce, body, hidden_entry(self._blocks, nonce, body))

    def seal_registration(self, nonce: bytes, body: bytes) -> Sealed:
        """The entry by which the subject is first spoken of."""
        return self._sealed(nonce, body, blinded_entry(registration(self._key, body)))

    def _sealed(self, nonce: bytes, body: bytes, leaf: bytes) -> Sealed:
        inner, outer = self._blocks
        under = sha256(outer + sha256(inner + _OPENING + nonce).digest()).digest()
        return leaf, nonce + AESGCM(under).encrypt(_ONCE, body, leaf)


def nonces(count: int) -> Iterator[bytes]:
    """So many nonces, which the operating system is asked for once."""
    return (nonce for (nonce,) in iter_unpack(f"{NONCE_BYTES}s", urandom(NONCE_BYTES * count)))


def tag_of(key: bytes) -> bytes:
    """By what the entries of one subject are found. Without the key it is like any random bytes."""
    return _derived(blocks(key), _TAG)[:TAG_BYTES]


def unseal(key: bytes, leaf: bytes, sealed: bytes) -> tuple[bytes, bytes]:
    """Nonce and body of an entry. Raises Unreadable when they, or the leaf, were changed."""
    return _unsealed(blocks(key), leaf, sealed)


def opens(key: bytes, leaf: bytes, sealed: bytes) -> bool:
    """Does what is kept open to what the leaf commits to? Raises Unreadable when it does not open at all."""
    under = blocks(key)
    nonce, body = _unsealed(under, leaf, sealed)
    return leaf == hidden_entry(under, nonce, body) or leaf == blinded_entry(registration(key, body))


def _unsealed(under: Blocks, leaf: bytes, sealed: bytes) -> tuple[bytes, bytes]:
    nonce, hidden = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        body = AESGCM(_derived(under, _OPENING + nonce)).decrypt(_ONCE, hidden, leaf)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("the opening of this entry was changed") from error
    return nonce, body


def _derived(under: Blocks, name: bytes) -> bytes:
    """HMAC-SHA256, whose two blocks of the key are made once for all that is derived from it."""
    inner, outer = under
    return sha256(outer + sha256(inner + name).digest()).digest()
