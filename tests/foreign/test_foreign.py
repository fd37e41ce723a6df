"""Verifiers that others wrote accept what our log proves, and refuse what was altered: many thousand cases each.

A verifier that is not on the machine is skipped, and says so; `.ci/run` installs them all.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.consent.current import refresh
from tenuto.consent.standing import begin_epoch, subject_of
from tenuto.ledger import logs, trust
from tenuto.ledger.book import register
from tenuto.ledger.sequencer import Sequencer
from tenuto.rules.kits import KIT_FILE, POLICY_FILE, Kit
from tenuto.rules.openings import opened
from tenuto.rules.policies import parse_policy
from tenuto.rules.proofs import Proof
from tests.architecture.source import ROOT
from tests.audio.sounding import public
from tests.conftest import signed_in
from tests.foreign.cases import FreshLog, Included
from tests.gate.conftest import without_rooms  # noqa: F401  a fixture
from tests.gate.test_ledger import kit_of, on_record
from tests.gate.working import ALL, agreed, work, worked_off
from tests.ledger.writing import the_log
from tests.rules import kits
from tests.rules.logs import KEY

pytestmark = pytest.mark.slow

HERE = ROOT / "tests/foreign"
COUNT = 10_000
GO_PATH = Path("/usr/share/gocode")  # where Debian puts the sources of Go packages
GO_MOD = GO_PATH / "src/golang.org/x/mod/sumdb"
SIGSTORE = os.environ.get("TENUTO_SIGSTORE_PYTHON", "")
NODE_MODULES = os.environ.get("TENUTO_NODE_MODULES", "")


@pytest.fixture(scope="module")
def fresh() -> FreshLog:
    """Another log in every run; a failure names its seed."""
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"the log's seed is {seed}")  # noqa: T201
    return FreshLog(seed)


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our driver for golang.org/x/mod, built from Debian's sources without the network."""
    if not shutil.which("go") or not GO_MOD.is_dir():
        pytest.skip("needs Go and golang.org/x/mod: Debian's golang-go and golang-golang-x-mod-dev")
    place = tmp_path_factory.mktemp("go")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOCACHE": str(place / "cache")}
    built = subprocess.run(
        ["go", "build", "-o", str(place / "check"), str(HERE / "check.go")],
        env=environment, cwd=place, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return place / "check"


@pytest.fixture
def sigstore() -> list[str]:
    if not SIGSTORE:
        pytest.skip("needs sigstore 4.5.1 in the Python that TENUTO_SIGSTORE_PYTHON names")
    return [SIGSTORE, str(HERE / "check_sigstore.py"), str(KEY)]


@pytest.fixture
def sigstore_js() -> list[str]:
    if not shutil.which("node") or not (Path(NODE_MODULES) / "@sigstore/verify").is_dir():
        pytest.skip("needs node, and @sigstore/verify 3.1.1 in the folder that TENUTO_NODE_MODULES names")
    return ["node", str(HERE / "check_sigstore.mjs"), str(KEY)]


def answers(command: Sequence[str | Path], cases: list[str]) -> str:
    """What one process of the verifier says of all cases: a 1 or a 0 for each."""
    done = subprocess.run(
        [str(part) for part in command], input="\n".join(cases) + "\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) == len(cases)
    return done.stdout


def check(command: Sequence[str | Path], true: list[str], false: list[str]) -> None:
    """All of what is true is accepted, and nothing of what was altered."""
    wrong = [case for case, answer in zip(true, answers(command, true), strict=True) if answer != "1"]
    assert wrong == [], f"{len(wrong)} true proofs refused"
    wrong = [case for case, answer in zip(false, answers(command, false), strict=True) if answer != "0"]
    assert wrong == [], f"{len(wrong)} altered proofs accepted"


def test_go_reads_what_our_log_proves(fresh: FreshLog, go: Path) -> None:
    """The code that guards Go's own package downloads checks our proof files, signatures included."""
    check([go, "included", str(KEY)], fresh.valid(COUNT, fresh.included), fresh.not_included(COUNT))


def test_go_agrees_how_our_log_grew(fresh: FreshLog, go: Path) -> None:
    check([go, "grown"], fresh.valid(COUNT, fresh.grown), fresh.not_grown(COUNT))


def test_go_reads_our_tiles_and_every_entry_under_them(fresh: FreshLog, go: Path, tmp_path: Path) -> None:
    """Each tile is authenticated by the signed root, each entry by its tile; one changed byte is noticed."""
    folder = fresh.log.write(tmp_path / "log")
    assert subprocess.check_output([str(go), "tiles", str(KEY), str(folder)], text=True) == f"{fresh.log.size}\n"
    tile = folder / "tile/0/100"
    content = bytearray(tile.read_bytes())
    content[5_000] ^= 1
    tile.write_bytes(bytes(content))
    done = subprocess.run([str(go), "tiles", str(KEY), str(folder)], capture_output=True, check=False)
    assert done.returncode == 1


def test_go_confirms_an_artists_kit(go: Path) -> None:
    """What tenuto-verify says of Alma's entries, a program says that never heard of us."""
    kit, files = kits.KIT, kits.kit_files()
    cases = []
    for place, file in kit.entries:
        proof = Proof.parse(files[file])
        entry = opened(proof.extra or b"", kit.assets[place].key).entry
        cases.append(Included(entry, proof))
    assert answers([go, "included", str(KEY)], [case.line() for case in cases]) == "1" * len(cases)
    exchanged = [replace(case, entry=cases[0].entry).line() for case in cases[1:]]
    assert answers([go, "included", str(KEY)], exchanged) == "0" * len(exchanged)


@pytest.mark.django_db
def test_go_confirms_the_kit_that_an_artist_downloads(go: Path, alma: Account) -> None:
    """From a track through the gate to her download: every entry in it stands in the log, says a program of others."""
    logs.open_log()
    artist = agreed(alma)
    on_record(work(artist, *ALL, title="Harbour, 5 a.m."))
    worked_off()
    Sequencer().step()
    archive = kit_of(signed_in(artist), "/studio/ledger/kit.zip")
    kit = Kit.parse(archive.read(KIT_FILE))
    [log] = parse_policy(archive.read(POLICY_FILE)).logs
    cases = []
    for place, file in kit.entries:
        proof = Proof.parse(archive.read(file))
        entry = opened(proof.extra or b"", kit.assets[place].key).entry
        cases.append(Included(entry, proof))
    said = answers([go, "included", str(log.key)], [case.line() for case in cases])
    assert said == "1" * len(cases)
    assert len(cases) > 2
    exchanged = [replace(case, entry=cases[0].entry).line() for case in cases[1:]]
    assert answers([go, "included", str(log.key)], exchanged) == "0" * len(exchanged)


@pytest.mark.django_db
def test_go_confirms_what_everybody_is_told_of_a_track(go: Path, client: Client, alma: Account) -> None:
    """The proof that goes with a track's permissions needs neither our program nor a key of the artist's."""
    logs.open_log()
    track = public(agreed(alma))
    with transaction.atomic():
        register([subject_of(track.pk)])
    refresh([track.pk], timezone.now())
    begin_epoch(timezone.now())
    Sequencer().step()
    told = client.get(f"/api/v1/tracks/{track.key}/permissions").json()["log"]["standing"]
    proof = Proof.parse(told["proof"].encode())
    case = Included(opened(proof.extra or b"").entry, proof)
    [log] = trust.published(the_log()).logs
    said = answers([go, "included", str(log.key)], [case.line(), replace(case, entry=case.entry + b" ").line()])
    assert said == "10"


def test_sigstore_reads_what_our_log_proves(fresh: FreshLog, sigstore: list[str]) -> None:
    """The code that checks how Python packages were signed checks our proof files as well."""
    check(sigstore, fresh.valid(COUNT, fresh.included), fresh.not_included(COUNT))


def test_the_javascript_of_sigstore_reads_what_our_log_proves(fresh: FreshLog, sigstore_js: list[str]) -> None:
    """The code with which npm checks where packages come from checks our proof files as well."""
    check(sigstore_js, fresh.valid(COUNT, fresh.included), fresh.not_included(COUNT))
