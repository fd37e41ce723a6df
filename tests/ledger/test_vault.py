"""The vault: every work's key is on disk before anything rests on it, and gone from the disk once it is erased."""

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
from django.conf import settings

from tenuto.ledger import vault
from tenuto.ledger.errors import VaultClosed
from tenuto.ledger.subjects import Subject

SONG, DEMO = Subject("recording", 1), Subject("recording", 2)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    vault.close()


def bytes_of_all_files() -> bytes:
    place = Path(settings.VAULT)
    return b"".join(path.read_bytes() for path in sorted(place.parent.glob(f"{place.name}*")))


def test_a_key_is_made_once_and_stays() -> None:
    first = vault.keys_of([SONG, DEMO])
    assert len({*first.values()}) == 2
    assert all(len(key) == 32 for key in first.values())
    vault.close()
    assert vault.keys_of([DEMO, SONG, SONG]) == first


def test_keys_alone_are_those_of_the_subjects_made_where_there_were_none() -> None:
    known = vault.keys_of([SONG])
    every = sorted(vault.bare_keys_of([SONG, DEMO, SONG]))
    assert every == sorted(vault.keys_of([SONG, DEMO]).values())
    assert known[SONG] in every
    assert sorted(vault.bare_keys_of([DEMO, SONG])) == every
    assert vault.bare_keys_of([]) == []


def test_the_same_number_of_another_kind_has_another_key() -> None:
    keys = vault.keys_of([Subject("recording", 7), Subject("metadata", 7), Subject("account", 7)])
    assert len({*keys.values()}) == 3


def test_whoever_reads_makes_no_key() -> None:
    assert vault.known_keys([SONG]) == {}
    assert vault.count() == 0


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="song"):
        vault.keys_of([Subject("song", 1)])


def test_a_hundred_thousand_keys_take_few_statements() -> None:
    subjects = [Subject("recording", number) for number in range(100_000)]
    vault.keys_of(subjects)
    said: list[str] = []
    connection = vault._vault.connection
    assert connection is not None
    connection.set_trace_callback(said.append)
    assert len(vault.keys_of(subjects)) == 100_000
    assert len(said) == 1


def test_only_its_owner_may_read_the_file() -> None:
    vault.keys_of([SONG])
    assert Path(settings.VAULT).stat().st_mode & 0o777 == 0o600


def test_an_erased_key_is_in_no_byte_of_the_vaults_files() -> None:
    """When you leave, what hid your entries is destroyed: in the file, its free pages and its journal."""
    subjects = [Subject("recording", number) for number in range(3000)]
    random.Random(1).shuffle(subjects)
    keys: dict[Subject, bytes] = {}
    for start in range(0, len(subjects), 100):  # in many transactions, so that pages split and keys move
        keys |= vault.keys_of(subjects[start : start + 100])
    gone, kept = subjects[:500], subjects[500:]
    assert sum(keys[subject] in bytes_of_all_files() for subject in gone[:20]) == 20
    assert vault.erase(gone) == 500
    left = bytes_of_all_files()
    assert [subject for subject in gone if keys[subject] in left] == []
    assert vault.known_keys(subjects) == {subject: keys[subject] for subject in kept}
    assert vault.erase(gone) == 0


def test_an_erased_key_comes_back_as_another() -> None:
    before = vault.keys_of([SONG])[SONG]
    vault.erase([SONG])
    assert vault.keys_of([SONG])[SONG] != before


def test_erasing_says_so_when_a_reader_keeps_the_journal_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    key = vault.keys_of([SONG])[SONG]
    reader = sqlite3.connect(settings.VAULT, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM key").fetchone()
    monkeypatch.setattr(vault, "WAIT_SECONDS", 0.05)
    vault.close()
    with pytest.raises(VaultClosed, match="still holds"):
        vault.erase([SONG])
    reader.close()
    vault.erase([SONG])
    assert key not in bytes_of_all_files()


def test_a_vault_that_cannot_be_opened_says_so(tmp_path: Path, settings: object) -> None:
    (tmp_path / "vault").write_bytes(b"this is no database, and never was one" * 100)
    settings.VAULT = tmp_path / "vault"  # type: ignore[attr-defined]  # pytest-django's
    with pytest.raises(VaultClosed):
        vault.keys_of([SONG])


def test_a_vault_just_being_made_by_another_is_waited_for() -> None:
    """SQLite refuses at once, whatever it was told of waiting, to switch a file that another is writing."""
    place = Path(settings.VAULT)
    place.parent.mkdir(parents=True, exist_ok=True)
    other = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = Timer(0.2, other.close)
    release.start()
    assert len(vault.keys_of([Subject("recording", 1)])) == 1
    release.join()


def test_two_processes_agree_on_every_key() -> None:
    """Whichever of two processes is first with a key, both then use the same."""
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings; import sys\n"
        "settings.VAULT = sys.argv[1]\n"
        "from tenuto.ledger import vault; from tenuto.ledger.subjects import Subject\n"
        "keys = {}\n"
        "for n in range(200): keys |= vault.keys_of([Subject('recording', n)])\n"
        "print(sorted((s.id, k.hex()) for s, k in keys.items()))\n"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tenuto.server.settings", "PYTHONPATH": "src"}
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(settings.VAULT)], env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    one, other = (process.communicate()[0] for process in started)
    assert one == other
    assert one.count(b"'") == 400
