"""Our own formats, frozen: whoever wrote a program to read them must not find them changed.

The values in tests/golden/ledger/tenuto.json are also there for other programs to test themselves with.
"""

import json
from hashlib import sha256
from typing import Any

import pytest

from tenuto.base.signatures import SigningKey, verify
from tenuto.rules.canonical import canonical, parsed
from tenuto.rules.checkpoints import Checkpoint, issued
from tenuto.rules.commitments import (
    blinded_entry,
    commitment,
    manifest_key,
    manifest_value,
    public_entry,
    registration,
    salt_of,
)
from tenuto.rules.cosignatures import cosigned
from tenuto.rules.frauds import Equivocation
from tenuto.rules.job_manifests import JobManifest
from tenuto.rules.lines import encoded
from tenuto.rules.manifest_proofs import ManifestProof
from tenuto.rules.manifests import Manifest
from tenuto.rules.notes import COSIGNATURE, ED25519, Key
from tenuto.rules.openings import opened, shown_opening, shown_public, shown_registration
from tenuto.rules.policies import parse_policy
from tenuto.rules.proofs import Proof, proven
from tests.architecture.source import ROOT
from tests.rules import trees

PLACE = ROOT / "tests/golden/ledger/tenuto.json"
KEY, NONCE, BODY = b"k" * 32, b"n" * 16, canonical({"v": 1, "t": "use", "what": "“é”"})
LOG, WITNESS = SigningKey(b"l" * 32), SigningKey(b"w" * 32)
LOG_KEY = Key("music.example/log", ED25519, LOG.public)
WITNESS_KEY = Key("witness.example", COSIGNATURE, WITNESS.public)
HEADER: dict[str, object] = {"v": 1, "t": "job.open", "job": "J1", "ts": "2026-11-24T00:00:00Z"}
JOB = sha256(canonical(HEADER)).digest()
TWIN = manifest_key(KEY, JOB)[:31] + bytes([manifest_key(KEY, JOB)[31] ^ 1])  # shares 255 bits with the work's place
WORKS = {manifest_key(bytes([number]) * 32, JOB): manifest_value(bytes([number]) * 32, JOB) for number in range(9)}


def written() -> dict[str, Any]:
    """Everything that is ours, computed anew."""
    manifest = Manifest(WORKS | {manifest_key(KEY, JOB): manifest_value(KEY, JOB), TWIN: bytes(32)})
    entries = [
        public_entry(canonical(HEADER | {"manifest": f"sha256:{manifest.root.hex()}", "size": len(manifest)})),
        blinded_entry(registration(KEY, BODY)),
        blinded_entry(commitment(KEY, NONCE, BODY)),
    ]
    note = issued(Checkpoint("music.example/log", 3, trees.mth(entries)), LOG_KEY, LOG.sign)
    note = note.signed_with(cosigned(note.text, 1_800_000_000, WITNESS_KEY, WITNESS.sign))
    other = issued(Checkpoint("music.example/log", 3, bytes(32)), LOG_KEY, LOG.sign)
    shown = shown_opening(KEY, NONCE, BODY)
    return {
        "key": KEY.hex(),
        "nonce": NONCE.hex(),
        "body": BODY.decode(),
        "salt": salt_of(KEY, NONCE).hex(),
        "entries": [entry.hex() for entry in entries],
        "extras": [shown_public(entries[0][1:]).decode(), shown_registration(BODY).decode(), shown.decode()],
        "manifest": {
            "id": JOB.hex(),
            "place": manifest_key(KEY, JOB).hex(),
            "value": manifest_value(KEY, JOB).hex(),
            "leaves": [[place.hex(), value.hex()] for place, value in manifest],
            "root": manifest.root.hex(),
            "proof_in": bytes(manifest.prove(manifest_key(KEY, JOB))).hex(),
            "absent": bytes(32).hex(),
            "proof_not_in": bytes(manifest.prove(bytes(32))).hex(),
        },
        "log_key": str(LOG_KEY),
        "witness_key": str(WITNESS_KEY),
        "checkpoint": str(note),
        "proof": bytes(Proof(2, tuple(trees.path(2, entries)), note, shown)).decode(),
        "fraud": bytes(Equivocation(bytes(other), bytes(note), trees.mth(entries))).decode(),
    }


FROZEN: dict[str, Any] = json.loads(PLACE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(FROZEN))
def test_what_is_ours_is_written_as_it_always_was(name: str) -> None:
    """Proofs and kits of today can be checked with the programs of then, and the other way round."""
    assert written()[name] == FROZEN[name]
    assert written().keys() == FROZEN.keys()


def test_what_was_written_then_still_holds() -> None:
    proof = Proof.parse(FROZEN["proof"].encode())
    policy = parse_policy(f"log {FROZEN['log_key']}\nwitness w {FROZEN['witness_key']}\nquorum w\n".encode())
    opening = opened(proof.extra or b"", bytes.fromhex(FROZEN["key"]))
    assert opening.record == parsed(FROZEN["body"].encode())
    assert proven(proof, opening.entry, policy, verify).cosigned == {"w": 1_800_000_000}
    said = FROZEN["manifest"]
    job = JobManifest.of(opened(FROZEN["extras"][0].encode()).record)
    assert (job.id.hex(), job.root.hex(), job.size) == (said["id"], said["root"], len(said["leaves"]))
    assert job.has(bytes.fromhex(FROZEN["key"]), ManifestProof.parse(bytes.fromhex(said["proof_in"])))
    absent = ManifestProof.parse(bytes.fromhex(said["proof_not_in"]))
    assert absent.value_of(bytes.fromhex(said["absent"]), job.root) is None
    fraud = Equivocation.parse(FROZEN["fraud"].encode())
    assert fraud.proven([Key.parse(FROZEN["log_key"])], verify)
    assert encoded(fraud.beginning) in FROZEN["checkpoint"]
