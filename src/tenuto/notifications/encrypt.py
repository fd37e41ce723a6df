"""Seals a message for one browser, so that its push service carries what it cannot read (RFC 8291, RFC 8188)."""

import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_BYTES = 4096  # what push services must take at least; all of it is one record
# Of these the header takes 86, the tag 16, and the mark of the last record one.
MOST_BYTES = RECORD_BYTES - 86 - 16 - 1


@dataclass(frozen=True)
class Receiver:
    """What a browser gave with its subscription."""

    key: bytes  # its public key: 65 bytes, uncompressed
    secret: bytes  # 16 bytes that only it and we know

    def public(self) -> EllipticCurvePublicKey:
        """Its key as one; ValueError where the bytes are no point of the curve."""
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), self.key)


def seal(
    message: bytes, to: Receiver, salt: bytes | None = None, ephemeral: EllipticCurvePrivateKey | None = None
) -> bytes:
    """The body to send. `salt` and `ephemeral` are given by tests alone: each message needs fresh ones.

    Raises:
        ValueError: the message is longer than MOST_BYTES, or the receiver's key is none
    """
    if len(message) > MOST_BYTES:
        raise ValueError(f"{len(message)} bytes are more than {MOST_BYTES}")
    salt = salt or os.urandom(16)
    ephemeral = ephemeral or generate_private_key(SECP256R1())
    ours = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = ephemeral.exchange(ECDH(), to.public())
    # RFC 8291, 3.4: both keys and the secret go into what RFC 8188 then takes as its own keying material.
    material = _derived(shared, to.secret, b"WebPush: info\0" + to.key + ours, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, message + b"\x02", None)  # 2 marks the last record
    return salt + RECORD_BYTES.to_bytes(4) + len(ours).to_bytes(1) + ours + sealed


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
