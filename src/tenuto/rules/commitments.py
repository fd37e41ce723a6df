"""Commitments: what is published about one work says nothing until its key is shown, and then cannot be denied.

Every asset has a key of 32 random bytes. All that hides an asset's entries is derived from that key: forget the key,
and nobody can tell any more which entries were about the work. Formats are those of the transparency log.
"""

import hashlib
from collections.abc import Callable, Iterable

KEY_BYTES = 32
NONCE_BYTES = 16

PUBLIC = b"\x01"  # first byte of an entry: a public record follows
BLINDED = b"\x02"  # first byte of an entry: 32 bytes follow, which only the key's holder can open

_ENTRY = b"tenuto/entry/v1\n"
_COMMIT = b"tenuto/commit/v1\n"
_PLACE = b"tenuto/manifest/v1\n"
_VALUE = b"tenuto/manifest-value/v1\n"

Derive = Callable[[bytes], bytes]
Blocks = tuple[bytes, bytes]

# What HMAC does to each byte of a key (RFC 2104): the tables turn a whole block at once.
_REST = bytes(64 - KEY_BYTES)
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def deriving(key: bytes) -> Derive:
    """HMAC-SHA256 under one key, for whoever derives several things from it.

    Both blocks of the key are made once. A derivation takes 0.8 µs instead of 1.5 with `hmac.digest`, which sets up
    OpenSSL's machinery each time; a list of a million works makes two million of them.
    """
    (inner, outer), sha256 = blocks(key), hashlib.sha256
    return lambda message: sha256(outer + sha256(inner + message).digest()).digest()


def blocks(key: bytes) -> Blocks:
    """The key as HMAC-SHA256 puts it before what it hashes: first the inner block, then the outer one."""
    block = _whole(key, KEY_BYTES) + _REST
    return block.translate(_INNER), block.translate(_OUTER)


def registration(key: bytes, body: bytes) -> bytes:
    """What the log says of an asset when it is first spoken of: bound to its key, saying nothing without it."""
    return hashlib.sha256(b"tenuto/asset/v1\n" + _whole(key, KEY_BYTES) + body).digest()


def commitment(key: bytes, nonce: bytes, body: bytes) -> bytes:
    """What the log says of one use of an asset. The salt comes first and has a fixed length: one way to read it."""
    return salted(salt_of(key, nonce), body)


def salt_of(key: bytes, nonce: bytes) -> bytes:
    """The salt of one entry. Whoever is shown it and the body can open this entry, and no other of the asset."""
    return deriving(key)(_ENTRY + _whole(nonce, NONCE_BYTES))


def salted(salt: bytes, body: bytes) -> bytes:
    """The commitment to a body under a salt."""
    return hashlib.sha256(_COMMIT + _whole(salt, 32) + body).digest()


def hidden_entry(key: Blocks, nonce: bytes, body: bytes) -> bytes:
    """The entry about one use, in one step: for whoever writes many. The same as `blinded_entry(commitment(…))`."""
    (inner, outer), sha256 = key, hashlib.sha256
    salt = sha256(outer + sha256(inner + _ENTRY + _whole(nonce, NONCE_BYTES)).digest()).digest()
    return BLINDED + sha256(_COMMIT + salt + body).digest()


def manifest_key(key: bytes, manifest: bytes) -> bytes:
    """The asset's place in one manifest. It differs in every manifest, so nobody can follow a work from job to job."""
    return deriving(key)(_PLACE + _whole(manifest, 32))


def manifest_value(key: bytes, manifest: bytes) -> bytes:
    """What stands at the asset's place in a manifest: only whoever has its key could have put it there."""
    return deriving(key)(_VALUE + _whole(manifest, 32))


def manifest_lines(keys: Iterable[bytes], manifest: bytes) -> dict[bytes, bytes]:
    """Place and value of each, for whoever writes a manifest."""
    place, value, sha256 = _PLACE + _whole(manifest, 32), _VALUE + manifest, hashlib.sha256
    lines = {}
    for key in keys:
        inner, outer = blocks(key)
        line = sha256(outer + sha256(inner + place).digest()).digest()
        lines[line] = sha256(outer + sha256(inner + value).digest()).digest()
    return lines


def public_entry(record: bytes) -> bytes:
    """A public record as an entry of the log."""
    return PUBLIC + record


def blinded_entry(hidden: bytes) -> bytes:
    """A commitment as an entry of the log."""
    return BLINDED + _whole(hidden, 32)


def _whole(value: bytes, size: int) -> bytes:
    if len(value) != size:
        raise ValueError(f"{len(value)} bytes where {size} are due")
    return value
