"""Checks what a Tenuto log says, without trusting whoever runs it. See the README for the command and the library."""

from .base.signatures import verify as verify_signature
from .rules.audits import Fault, audit, check_growth
from .rules.checkpoints import Checkpoint, Signed, opened
from .rules.frauds import Equivocation, equivocation
from .rules.job_manifests import JobManifest
from .rules.kits import Absence, Entry, Failed, Kit, checked
from .rules.lines import Refused
from .rules.manifest_proofs import ManifestProof
from .rules.manifests import Manifest
from .rules.notes import Key, Note
from .rules.policies import Endorsed, Policy, endorsed, parse_policy
from .rules.proofs import Proof, proven
from .rules.tree import check_consistency, check_inclusion, leaf_hash
from .verify.following import Contradiction, follow
from .verify.sources import LogFiles

__all__ = [
    "Absence",
    "Checkpoint",
    "Contradiction",
    "Endorsed",
    "Entry",
    "Equivocation",
    "Failed",
    "Fault",
    "JobManifest",
    "Key",
    "Kit",
    "LogFiles",
    "Manifest",
    "ManifestProof",
    "Note",
    "Policy",
    "Proof",
    "Refused",
    "Signed",
    "audit",
    "check_consistency",
    "check_growth",
    "check_inclusion",
    "checked",
    "endorsed",
    "equivocation",
    "follow",
    "leaf_hash",
    "opened",
    "parse_policy",
    "proven",
    "verify_signature",
]
