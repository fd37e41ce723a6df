"""The wheel tenuto-verify: built, installed alone beside its one dependency, and run on a fresh log."""

import os
import subprocess
import sys
import venv
from importlib.metadata import files, requires
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.architecture.source import ROOT
from tests.rules import kits
from tests.rules.kits import LOG
from tests.rules.logs import POLICY

pytestmark = pytest.mark.slow
# cryptography, and what it needs itself.
DISTRIBUTIONS = ("cryptography", "cffi", "pycparser")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without the network: hatchling is one of our tools for development."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    built = subprocess.run(command, cwd=ROOT / "verify", capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    [made] = place.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel and the signature package, and nothing else of Tenuto's."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False, symlinks=True)
    [site] = place.glob("lib/python*/site-packages")
    for name in DISTRIBUTIONS:
        for file in files(name) or ():
            source = Path(str(file.locate()))
            if ".." not in file.parts and source.is_file():
                target = site / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
    pip = [sys.executable, "-m", "pip", "--python", str(place / "bin/python"), "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "install", "--no-index", "--quiet", str(wheel)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return place


def run(place: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [str(place / "bin/tenuto-verify"), *map(str, arguments)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(command, env=clean, cwd=place, capture_output=True, text=True, check=False)


def test_the_wheel_holds_what_it_needs_and_little_else(wheel: Path) -> None:
    """Small enough to be read in an evening; no instance, no Django, no consent engine in it."""
    with ZipFile(wheel) as zipped:
        names = zipped.namelist()
        source = {name: zipped.read(name).decode() for name in names if name.endswith(".py")}
    assert "tenuto_verify/rules/tree.py" in names
    assert "tenuto_verify/rules/consent.py" not in names
    assert not any(name.startswith("tenuto/") for name in names)
    assert sum(len(text) for text in source.values()) < 120_000
    assert [name for name, text in source.items() if "import tenuto" in text or "from tenuto" in text] == []
    for name, text in source.items():
        twin = ROOT / "src/tenuto" / Path(name).relative_to("tenuto_verify")
        if twin.exists() and Path(name).parts[1:] != ("__init__.py",):
            assert text == twin.read_text(encoding="utf-8"), f"{name} is another text than the one source"


def test_it_needs_one_package() -> None:
    assert requires("cryptography") is not None
    lines = (ROOT / "verify/pyproject.toml").read_text().split("dependencies = [")[1].split("]")[0].strip().splitlines()
    assert [line.split(",")[0].strip() for line in lines] == ['"cryptography>=50"']


def test_installed_alone_it_checks_a_fresh_log_and_a_kit(installed: Path, tmp_path: Path) -> None:
    """What anybody does who does not trust us: install the checker, and check."""
    policy = tmp_path / "policy.txt"
    policy.write_bytes(bytes(POLICY))
    folder = LOG.write(tmp_path / "log")
    kit = kits.write(tmp_path / "kit")
    for arguments in (("log", folder), ("follow", folder, "--state", tmp_path / "seen"), ("kit", kit)):
        found = run(installed, *arguments, "--policy", policy)
        assert found.returncode == 0, found.stdout + found.stderr
        assert "Holds" in found.stdout
    (folder / "tile/entries/000").write_bytes(b"\0\0" * 256)
    assert run(installed, "log", folder, "--policy", policy).returncode == 1
    assert run(installed, "log", folder).returncode == 2


def test_installed_alone_it_is_a_library(installed: Path, tmp_path: Path) -> None:
    """The example of its README, run as it stands there."""
    readme = (ROOT / "verify/README.md").read_text(encoding="utf-8")
    example = readme.split("```python\n")[1].split("```")[0]
    (tmp_path / "policy.txt").write_bytes(bytes(POLICY))
    (tmp_path / "41.tlog-proof").write_bytes(bytes(LOG.proof(41)))
    script = (
        f"entry = bytes.fromhex('{LOG.entries[41].hex()}')\n{example}\nimport sys\nprint('django' in sys.modules)\n"
    )
    done = subprocess.run(
        [str(installed / "bin/python"), "-I", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout == f"{LOG.size} {{'a': 1800000000, 'b': 1800000001}}\nFalse\n", done.stderr
