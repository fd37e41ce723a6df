"""Cosignatures (C2SP tlog-cosignature): a witness's word that it saw a log at this size, and that it had only grown.

We write `cosignature/v1` with Ed25519; the kind with ML-DSA-44, which quantum computers do not break, is checked too.
"""

from collections.abc import Iterable

from .checkpoints import Checkpoint
from .lines import MOST
from .notes import COSIGNATURE, ML_DSA_COSIGNATURE, Key, Note, Sign, Signature, Unsigned, Verify

_TIME_BYTES = 8
_SIGNATURE_BYTES = {COSIGNATURE: 64, ML_DSA_COSIGNATURE: 2420}


def message(key: Key, text: str, timestamp: int) -> bytes:
    """What a witness signs: the checkpoint and the seconds since 1970 at which it saw it."""
    if key.kind == COSIGNATURE:
        return f"cosignature/v1\ntime {timestamp}\n{text}".encode()
    if key.kind != ML_DSA_COSIGNATURE:
        raise ValueError(f"a key of kind 0x{key.kind:02x} does not cosign")
    checkpoint = Checkpoint.parse(text)
    return b"".join(
        (
            b"subtree/v1\n\0",
            _short(key.name),
            timestamp.to_bytes(8, "big"),
            _short(checkpoint.origin),
            bytes(8),  # the subtree begins at the first leaf
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def cosigned(text: str, timestamp: int, key: Key, sign: Sign) -> Signature:
    """A witness's signature line under a checkpoint."""
    if not 0 < timestamp <= MOST:
        raise ValueError(f"{timestamp} is no time")
    return Signature(key.name, key.id, timestamp.to_bytes(_TIME_BYTES, "big") + sign(message(key, text, timestamp)))


def cosigners(note: Note, keys: Iterable[Key], verify: Verify) -> dict[Key, int]:
    """Those of the given witnesses that cosigned, each with its latest time; perhaps none. A false one spoils all."""
    found: dict[Key, int] = {}
    for key, signature in note.claims(keys):
        timestamp = int.from_bytes(signature.value[:_TIME_BYTES], "big")
        value = signature.value[_TIME_BYTES:]
        if len(value) != _SIGNATURE_BYTES.get(key.kind) or timestamp > MOST:
            raise Unsigned(f"what {key.name} wrote is no cosignature")
        if not verify(key.public, message(key, note.text, timestamp), value):
            raise Unsigned(f"the cosignature of {key.name} is false")
        found[key] = max(timestamp, found.get(key, 0))
    return found


def _short(text: str) -> bytes:
    content = text.encode()
    if not 0 < len(content) < 256:
        raise Unsigned("an ML-DSA cosignature names at most 255 bytes")
    return bytes([len(content)]) + content
