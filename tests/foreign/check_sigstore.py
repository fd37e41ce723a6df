"""Checks proofs of a Tenuto log with sigstore-python's own checkpoint and tree code; run by an environment that has it.

Reads one case a line and answers 1 (holds) or 0 (does not) for each. The modules are internal to sigstore: pin it.
"""

import base64
import json
import sys
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint, verify_checkpoint
from sigstore._internal.trust import Keyring, common_v1
from sigstore.errors import VerificationError


def keyring_of(vkey: str) -> tuple[Any, bytes]:
    """The key as sigstore wants it, and the id that signature lines name it by."""
    _, key_id, material = vkey.split("+", 2)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(material)[1:])
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    public = common_v1.PublicKey(raw_bytes=base64.b64encode(der), key_details=common_v1.PublicKeyDetails.PKIX_ED25519)
    return Keyring([public]), bytes.fromhex(key_id)


def holds(line: str, keyring: Any, key_id: bytes) -> bool:
    """Whether sigstore accepts the entry, as it accepts one of its own log."""
    asked = json.loads(line)
    head, _, checkpoint = base64.b64decode(asked["proof"]).decode().partition("\n\n")
    _, index, *hashes = head.split("\n")
    try:
        said = SignedCheckpoint.from_text(checkpoint).checkpoint
        proof = SimpleNamespace(
            log_index=int(index.removeprefix("index ")),
            tree_size=said.log_size,
            root_hash=bytes.fromhex(said.log_hash),
            hashes=[base64.b64decode(text) for text in hashes],
            checkpoint=SimpleNamespace(envelope=checkpoint),
        )
        entry: Any = SimpleNamespace(
            _inner=SimpleNamespace(
                inclusion_proof=proof,
                canonicalized_body=base64.b64decode(asked["entry"]),
                log_id=SimpleNamespace(key_id=key_id),
            )
        )
        verify_checkpoint(keyring, entry)
        verify_merkle_inclusion(entry)
    except VerificationError:
        return False
    return True


if __name__ == "__main__":
    ring, its_id = keyring_of(sys.argv[1])
    sys.stdout.write("".join("01"[holds(line, ring, its_id)] for line in sys.stdin))
