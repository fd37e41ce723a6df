"""`tenuto ledger …`, as an operator types it, in a house of its own; and what becomes of the ledger in a backup."""

from pathlib import Path

import pytest

from tests.server.house import House

pytestmark = pytest.mark.slow

WRITE = """
from tests.ledger.writing import write_uses
from tenuto.ledger.sequencer import Sequencer
write_uses(40)
Sequencer().step()
"""


READ = """
from tenuto.ledger import book
from tests.ledger.writing import SONG
print(len(book.openings([SONG])))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("house") / "home")
    house.make()
    house.inside(WRITE)
    return house


def ran(house: House, *typed: str, status: int = 0) -> str:
    result = house.run("ledger", *typed)
    words = " ".join((result.stdout + result.stderr).split())
    assert result.returncode == status, words
    return words


def test_an_audit_says_what_it_looked_at(house: House) -> None:
    words = ran(house, "audit")
    assert "localhost:8000/log: 48 entries signed, unwitnessed" in words
    assert "Checkpoint, tiles, entries, rows, openings and manifests agree." in words
    assert house.run("fsck").returncode == 0
    assert house.run("fsck", "--quick").returncode == 0


def test_a_damaged_file_is_named_and_made_again(house: House) -> None:
    [place] = (house.home / "log/tile/0/000.p").iterdir()
    place.write_bytes(bytes(len(place.read_bytes())))
    assert "tile/0/000.p/48: its hashes are not those of the entries" in ran(house, "audit", status=1)
    quick = house.run("fsck", "--quick")
    assert quick.returncode == 1
    assert house.run("fsck", "--repair").returncode == 0
    assert "agree" in ran(house, "audit")


def test_proofs_are_files(house: House, tmp_path: Path) -> None:
    ran(house, "prove", "0", "--to", str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"0.tlog-proof", "policy.txt"}
    assert "neither the number of an entry nor the key of a track" in ran(house, "prove", "nothing", status=1)
    assert "is in no checkpoint yet" in ran(house, "prove", "4800", status=1)


def test_what_is_exported_is_a_mirror(house: House, tmp_path: Path) -> None:
    ran(house, "export", str(tmp_path / "mirror"))
    for name in ("checkpoint", "policy", "tile/0/000.p/48", "tile/entries/000.p/48"):
        assert (tmp_path / "mirror" / name).read_bytes() == (house.home / "log" / name).read_bytes()


def test_the_operator_says_who_witnesses_whom(house: House, tmp_path: Path) -> None:
    other = House(tmp_path / "other", TENUTO_URL="https://other.example")
    other.make()
    theirs = other.inside("from tenuto.ledger import logs; print(logs.verifiers(logs.current())[0])").strip()
    key = other.inside(
        "from tenuto.ledger import cosigning, keys; print(keys.of_witness(cosigning.name()).key)"
    ).strip()
    words = ran(house, "witness", "--add", "other", key, "https://other.example/witness", "--watch", theirs)
    assert "1 of 1 are a quorum" in words
    assert "We witness other.example/log from now on." in words
    assert "is no verifier key" in ran(house, "witness", "--watch", "nonsense", status=2)
    assert (house.home / "ledger/witnesses").read_text().startswith("witness other other.example/witness+")
    (house.home / "ledger/witnesses").unlink()


def test_a_new_key_signs_along_and_the_log_says_so(house: House) -> None:
    ran(house, "rotate-key")
    assert "has signed nothing yet" in ran(house, "rotate-key", "--drop-old", status=1)
    house.inside(WRITE)
    lines = (house.home / "log/checkpoint").read_text().split("\n\n")[1].splitlines()
    assert len(lines) == 2
    assert (house.home / "ledger/log-key").stat().st_mode & 0o777 == 0o600
    ran(house, "rotate-key", "--drop-old")
    house.inside(WRITE)
    assert len((house.home / "log/checkpoint").read_text().split("\n\n")[1].splitlines()) == 1
    assert "agree" in ran(house, "audit")


def test_a_restored_ledger_is_whole_and_signs_nothing_until_that_is_settled(house: House, tmp_path: Path) -> None:
    assert house.run("backup", str(tmp_path / "b.tar")).returncode == 0
    other = House(tmp_path / "restored")
    restored = other.run("restore", str(tmp_path / "b.tar"))
    assert "tenuto ledger continue" in " ".join(restored.stderr.split())
    assert "agree" in ran(other, "audit")
    assert other.inside(READ) == house.inside(READ) != "0\n"
    for name in ("vault.sqlite3", "ledger/log-key"):
        assert (other.home / name).stat().st_mode & 0o777 == 0o600
    assert "signs nothing" in " ".join(other.run("check").stderr.split())
    assert "--another-log" in ran(other, "continue", status=1)
    ran(other, "continue", "--nothing-was-lost")
    other.inside(WRITE)
    assert "agree" in ran(other, "audit")
