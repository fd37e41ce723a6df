"""What the project leans on: each with its reason, locked by hash, from no named registry."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

LOCKS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt"]


def test_each_direct_dependency_states_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = re.findall(r'^    "[a-zA-Z][^" ]*[<>=][^" ]*",(.*)$', text, flags=re.M)
    declared = tomllib.loads(text)
    count = len(declared["project"]["dependencies"]) + len(declared["dependency-groups"]["dev"])
    assert len(lines) >= count
    assert all(re.match(r"\s*# \S+ \S+", reason) for reason in lines)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_has_hashes_and_no_addresses(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    packages = re.findall(r"^([a-zA-Z0-9._-]+)==", text, flags=re.M)
    assert packages
    assert text.count("--hash=sha256:") >= len(packages)


def test_what_serves_is_what_was_tested() -> None:
    """Every version in the lock for running stands in the lock for testing as well."""
    run, dev = (set(re.findall(r"^[a-zA-Z0-9._-]+==[^ ;\\]+", lock.read_text(), flags=re.M)) for lock in LOCKS)
    assert run <= dev
