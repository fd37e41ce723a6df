"""What was backed up comes back whole, row by row and byte by byte; what is no whole backup changes nothing."""

import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from tests.server.house import House

pytestmark = pytest.mark.slow

# Two people, a track with sound and a cover, a sketch with a secret link, and a play.
LIFE = """
from pathlib import Path
from django.utils import timezone
from tenuto.base import storage
from tenuto.tracks.models import Publication
from tests.audio.sounding import link_to, public, sketch
from tests.people import person
from tenuto.audio.models import Listen
alma, bo = person("alma", "Alma Ferreira"), person("bo", "Bo")
heard, kept = public(alma), sketch(alma, "Loops for Leaving")
link_to(kept, "Mara, for the mix")
heard.artwork = storage.put_bytes(b"a cover")
heard.save()
Listen.objects.create(track=heard, account=bo, listener="bo", source="page")
"""
Spoil = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = House(tmp_path_factory.mktemp("home"))
    house.make()
    house.inside(LIFE)
    return house


@pytest.fixture(scope="module")
def backup(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "tenuto.tar"
    ran = house.run("backup", str(file))
    assert ran.returncode == 0, ran.stderr
    assert list(house.home.glob(".backup-*")) == []
    assert [path.name for path in file.parent.iterdir()] == ["tenuto.tar"]
    return file


def rows(house: House) -> dict[str, list[object]]:
    with closing(sqlite3.connect(house.home / "tenuto.sqlite3")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: database.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}


def files(house: House) -> dict[str, str]:
    found = (path for path in (house.home / "store").rglob("*") if path.is_file())
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in found}


def test_a_restored_home_is_the_same_home(house: House, backup: Path, tmp_path: Path) -> None:
    other = House(tmp_path / "other")
    ran = other.run("restore", str(backup))
    assert ran.returncode == 0, ran.stderr
    assert rows(other) == rows(house)
    assert files(other) == files(house)
    assert len(files(other)) >= 5
    assert (other.home / "secret_key").read_bytes() == (house.home / "secret_key").read_bytes()
    assert (other.home / "secret_key").stat().st_mode & 0o077 == 0
    checked = other.run("fsck")
    assert checked.returncode == 0, checked.stderr


def test_nothing_is_restored_over_what_is_there(house: House, backup: Path) -> None:
    before = rows(house)
    ran = house.run("restore", str(backup))
    assert ran.returncode == 1
    assert "Restore into an empty home" in " ".join(ran.stderr.split())
    assert rows(house) == before


def spoilt(backup: Path, into: Path, spoil: Spoil) -> Path:
    """The same archive with something changed in it."""
    with tarfile.open(backup) as tar:
        members = {member.name: (tar.extractfile(member) or io.BytesIO()).read() for member in tar}
    spoil(members)
    with tarfile.open(into, "w") as tar:
        for name, data in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            tar.addfile(about, io.BytesIO(data))
    return into


def flip_a_file(members: dict[str, bytes]) -> None:
    name = next(name for name in members if name.startswith("store/"))
    members[name] = members[name][:-1] + bytes([members[name][-1] ^ 1])


def flip_the_database(members: dict[str, bytes]) -> None:
    data = members["database.sqlite3"]
    members["database.sqlite3"] = data[:-1] + bytes([data[-1] ^ 1])


def lose_a_file(members: dict[str, bytes]) -> None:
    del members[next(name for name in members if name.startswith("store/"))]


def lose_the_database(members: dict[str, bytes]) -> None:
    del members["database.sqlite3"]


def come_from_later(members: dict[str, bytes]) -> None:
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | {"format": 99}).encode()


def climb_out(members: dict[str, bytes]) -> None:
    members["store/../../../climbed"] = b"out"


def have_no_manifest(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def have_a_manifest_that_is_none(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b"{}"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (flip_a_file, "damaged"),
        (flip_the_database, "damaged"),
        (lose_a_file, "ends early"),
        (lose_the_database, "database"),
        (come_from_later, "newer"),
        (climb_out, "no digest"),
        (have_no_manifest, "not a backup"),
        (have_a_manifest_that_is_none, "not a backup"),
    ],
)
def test_what_is_no_whole_backup_makes_no_home(spoil: Spoil, words: str, backup: Path, tmp_path: Path) -> None:
    other = House(tmp_path / "other")
    ran = other.run("restore", str(spoilt(backup, tmp_path / "spoilt.tar", spoil)))
    assert ran.returncode == 1
    assert words in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
    assert not (other.home / "tenuto.sqlite3").exists()
    assert not (tmp_path / "climbed").exists()
    assert other.run("restore", str(backup)).returncode == 0, "a whole one can follow"


def test_a_torn_archive_makes_no_home(backup: Path, tmp_path: Path) -> None:
    for share in (0.0, 0.1, 0.9):
        torn = tmp_path / "torn.tar"
        torn.write_bytes(backup.read_bytes()[: int(backup.stat().st_size * share)])
        other = House(tmp_path / f"other-{share}")
        ran = other.run("restore", str(torn))
        assert ran.returncode == 1, ran.stderr
        assert "Traceback" not in ran.stderr
        assert not (other.home / "tenuto.sqlite3").exists()


def test_a_backup_of_a_home_with_a_hole_is_refused(house: House, backup: Path, tmp_path: Path) -> None:
    whole = House(tmp_path / "other")
    assert whole.run("restore", str(backup)).returncode == 0
    next(path for path in (whole.home / "store").rglob("*") if path.is_file()).unlink()
    ran = whole.run("backup", str(tmp_path / "second.tar"))
    assert ran.returncode == 1
    assert "is missing" in " ".join(ran.stderr.split())
    assert not (tmp_path / "second.tar").exists()


# Alma has registered a work, and the gate has put it into the index.
KNOWN = """
from django.conf import settings
from tests.matches.world import agreed, begin, registered
from tests.people import person
begin(settings.INDEX_DIR)
agreed(person("bo", "Bo"))
registered(agreed(person("alma", "Alma Ferreira")), 1)
"""
# Bo uploads that work, before and after the sweep has looked for what is lost.
UPLOADED = """
from django.utils import timezone
from tenuto.accounts.models import Account
from tenuto.gate.reconcile import read_again_what_is_lost
from tenuto.matches.models import Match
from tenuto.tracks.models import Hold
from tests.ai.pieces import piece
from tests.gate.working import worked_off
from tests.matches.world import again, uploaded
track = uploaded(Account.objects.get(username="bo"), piece(1))
print(Match.objects.count(), Hold.waiting().count(), again(track).publication.audible)
read_again_what_is_lost(timezone.now())
worked_off()
print(Match.objects.count(), Hold.waiting().count(), again(track).publication.audible)
"""


def test_a_restored_home_lets_nothing_pass_before_registered_works_are_known_again(tmp_path: Path) -> None:
    house = House(tmp_path / "home").make()
    house.inside(KNOWN)
    assert list((house.home / "index").rglob("*.arrays"))
    file = tmp_path / "tenuto.tar"
    assert house.run("backup", str(file)).returncode == 0
    with tarfile.open(file) as tar:
        assert not [name for name in tar.getnames() if "index" in name or "arrays" in name]
    other = House(tmp_path / "other")
    assert other.run("restore", str(file)).returncode == 0
    assert other.inside(UPLOADED).splitlines()[-2:] == ["0 1 False", "1 0 False"]
