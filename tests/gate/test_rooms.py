"""Rooms on PostgreSQL: a job in a process of its own, under a role that has rights on the tables of AI alone."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.organisation.models import Heard, Placed, TagModelRow
from tenuto.audio.store import Owner, path_of
from tenuto.gate.duties import duty_named
from tenuto.gate.journey import go
from tenuto.gate.models import Due, Kept, Passage, Run
from tenuto.gate.retraining import retrain
from tenuto.gate.role import address_for_rooms, prepare_role, role_name, tables
from tenuto.gate.rooms import RoomFailed
from tenuto.tracks.models import Track
from tests.gate.taught import learn, taught
from tests.gate.working import ALL, INPUT, agreed, holds, work, worked_off

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="rooms are for PostgreSQL"),
]


@pytest.fixture
def artist(transactional_db: None, alma: Account) -> Account:
    assert prepare_role()
    return agreed(alma)


def test_the_whole_journey_runs_in_rooms(artist: Account) -> None:
    """Described, placed, learned from, suggested for; then taken back and gone."""
    stays, goes, held = work(artist, *ALL), work(artist, *ALL), work(artist)
    worked_off()
    assert set(Heard.objects.values_list("track_id", flat=True)) == {stays.pk, goes.pk}
    assert set(Placed.objects.values_list("track_id", flat=True)) == {stays.pk, goes.pk}
    assert not Passage.objects.filter(track_id=held.pk).exists()
    assert all(passage.handed_at is None or passage.handed_at > passage.at for passage in Passage.objects.all())
    assert set(Run.objects.values_list("outcome", flat=True)) == {"done"}
    before = TagModelRow.objects.get().digest
    holds(goes, *ALL)
    worked_off()
    assert list(Heard.objects.values_list("track_id", flat=True)) == [stays.pk]
    assert not Kept.objects.filter(track_id=goes.pk).exists()
    assert TagModelRow.objects.get().digest
    assert before


def test_the_role_reaches_the_tables_of_ai_and_no_others(artist: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        every = {name for (name,) in cursor.fetchall()}
    own = set(tables())
    assert own < every
    with psycopg.connect(address_for_rooms(), autocommit=True) as room:
        for table in sorted(every):
            try:
                room.execute(f'SELECT count(*) FROM "{table}"')
                reached = True
            except psycopg.errors.InsufficientPrivilege:
                reached = False
            assert reached == (table in own), table


@pytest.mark.parametrize(
    "attack",
    [
        "CREATE TABLE mine (x int)",
        "COPY tracks_track TO STDOUT",
        "COPY (SELECT 1) TO '/tmp/tenuto-attack'",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT lo_import('/etc/hostname')",
        "CREATE EXTENSION dblink",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "GRANT SELECT ON tracks_track TO CURRENT_USER",
        "TRUNCATE gate_passage",
        "DELETE FROM ledger_entry",
    ],
)
def test_the_role_can_make_itself_no_larger(artist: Account, attack: str) -> None:
    with psycopg.connect(address_for_rooms(), autocommit=True) as room, pytest.raises(psycopg.Error) as refused:
        room.execute(attack)
    assert refused.value.sqlstate in {"42501", "0LP01", "42883"}, refused.value


def test_preparing_the_role_twice_is_preparing_it_once(artist: Account) -> None:
    assert prepare_role()
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolinherit, rolcanlogin FROM pg_roles WHERE rolname = %s", [role_name()])
        assert cursor.fetchall() == [(False, False, True)]


# ——— what is left to code that has got past everything within Python ———

PROBE = Path(__file__).parent / "in_a_room"
WHAT_HOLDS = """
from tenuto.dsp import confine
confine.forbid_new_privileges()
print(confine.restrict_files([], []), confine.restrict_calls())
"""


@pytest.fixture
def probed(artist: Account, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a job found in its room that turned the watch off: a value, or in a list the name of what stopped it."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PROBE), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep))
    describe = duty_named("organisation.describe")
    assert describe is not None
    track = work(artist, INPUT, title="SECRET")
    recording = track.recordings.select_related("original").get()
    row = Heard.objects.create(
        track_id=track.pk, seconds=1, timbre={"path": str(path_of(recording.original, Owner.of(track)))}
    )
    Due.objects.create(duty="organisation.probe", track_id=track.pk)
    run = go(replace(describe, name="organisation.probe"), timezone.now())
    assert run is not None
    assert run.outcome == Run.Outcome.DONE
    row.refresh_from_db()
    found = row.timbre
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def kernel_has() -> tuple[bool, bool]:
    """Does this kernel have Landlock, and seccomp?"""
    said = subprocess.run([sys.executable, "-c", WHAT_HOLDS], capture_output=True, text=True, check=True).stdout.split()
    return said[0] == "True", said[1] == "True"


def test_a_room_has_no_secret_of_ours(probed: dict[str, Any]) -> None:
    environment = probed["environment"]
    assert set(environment) <= {
        "PATH", "PYTHONPATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ",
        "DJANGO_SETTINGS_MODULE", "TENUTO_DATABASE", "TENUTO_SECRET_KEY", "TENUTO_HOME",
    }  # fmt: skip
    assert environment["TENUTO_DATABASE"] == address_for_rooms()
    assert probed["secret"] == environment["TENUTO_SECRET_KEY"]
    assert settings.SECRET_KEY not in (probed["secret"], *environment.values())
    assert not Path(environment["TENUTO_HOME"]).exists(), "an empty folder, gone with the room"


def test_a_room_reads_nothing_of_the_catalogue(probed: dict[str, Any]) -> None:
    assert probed["catalogue"] == ["ProgrammingError"]


def test_a_room_reaches_no_network_and_no_program(probed: dict[str, Any], kernel_has: tuple[bool, bool]) -> None:
    _files, calls = kernel_has
    if calls:
        assert probed["network"] == ["PermissionError"]
        assert probed["program"] == ["PermissionError"]
        assert probed["fork"] == ["PermissionError"]


def test_a_room_opens_no_file_but_pythons_own(probed: dict[str, Any], kernel_has: tuple[bool, bool]) -> None:
    files, _calls = kernel_has
    if files:
        for what in ("original", "store", "machine", "other processes", "write"):
            assert probed[what] == ["PermissionError"], what
    assert not Path("/tmp/tenuto-was-here").exists()


def test_a_room_that_dies_fails_its_run_and_its_works_stay_due(
    artist: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for a job that no room knows, and ends before it begins."""
    track = work(artist, INPUT)
    describe = duty_named("organisation.describe")
    assert describe is not None
    Due.objects.create(duty="organisation.nowhere", track_id=track.pk)
    with pytest.raises(RoomFailed, match="fell silent"):
        go(replace(describe, name="organisation.nowhere"), timezone.now())
    assert Run.objects.get().outcome == Run.Outcome.FAILED
    assert Due.objects.get(duty="organisation.nowhere").attempts == 1


def test_a_model_is_made_again_in_a_room_and_nothing_of_it_is_kept(artist: Account) -> None:
    taught()
    older = go(learn(), timezone.now())
    assert older is not None
    Track.objects.filter(title="Song 0").update(tags=["calm"])
    newer = go(learn(), timezone.now())
    assert newer is not None
    before = TagModelRow.objects.values().get()
    assert retrain(newer.key, timezone.now()).same
    assert not retrain(older.key, timezone.now()).same
    assert TagModelRow.objects.values().get() == before
