"""Which code runs: one digest over everything that decides and computes, so that a record of a use can name it."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from tenuto.rules.cells import Purpose

ROOT = Path(__file__).resolve().parents[1]
EVERY = ("rules", "gate", "consent", "agreements", "algorithms")


@cache
def digest_of(purpose: Purpose) -> str:
    """SHA-256 over names and contents of the gate's, the rules' and the feature's own source."""
    digest = sha256()
    for folder in (*EVERY, f"ai/{purpose.value}"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(ROOT).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()
