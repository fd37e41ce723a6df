"""The locks one by one: what stays closed whatever was prepared before, and what is open again afterwards."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from pytest_django import Settings

import tenuto
from tenuto.accounts.models import Account
from tenuto.ai.organisation.models import Heard
from tenuto.gate import journey
from tenuto.gate.attendant import Attendant, NotAskedFor
from tenuto.gate.closure import Shut
from tenuto.gate.door import Door
from tenuto.gate.duties import Duty, duty_named
from tenuto.gate.guard import Forbidden, trusted, watched
from tenuto.gate.journey import go
from tenuto.gate.models import Kept, Passage, Run
from tenuto.gate.reconcile import clear_scratch
from tenuto.gate.strays import Strayed
from tenuto.tracks.models import Track
from tests.gate.working import INPUT, agreed, work

pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="on PostgreSQL rooms close what this closes")


@pytest.fixture
def track(alma: Account) -> Track:
    return work(agreed(alma), INPUT)


def describing(work_of_it: Any) -> Duty:
    duty = duty_named("organisation.describe")
    assert duty is not None
    return replace(duty, work=work_of_it)


@on_sqlite
def test_a_statement_that_was_prepared_while_open_is_refused_once_closed(track: Track) -> None:
    title = "SELECT title FROM tracks_track WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(title, [track.pk])
        assert cursor.fetchone()
    with Shut(frozenset(), frozenset()).around(), connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(title, [track.pk])


@on_sqlite
def test_a_query_that_was_smuggled_in_is_refused_when_it_is_evaluated(track: Track) -> None:
    smuggled = Track.objects.values_list("title", flat=True)
    with Shut(frozenset(), frozenset()).around(), pytest.raises(DatabaseError):
        list(smuggled)
    assert list(smuggled) == [track.title]


@on_sqlite
def test_tables_that_a_job_consults_cannot_be_written(track: Track) -> None:
    Heard.objects.create(track_id=track.pk, seconds=1)
    with Shut(frozenset(), frozenset({Heard._meta.db_table})).around():
        assert Heard.objects.count() == 1
        with pytest.raises(DatabaseError):
            Heard.objects.filter(track_id=track.pk).delete()


@on_sqlite
def test_an_error_inside_opens_everything_again(track: Track) -> None:
    with pytest.raises(ZeroDivisionError), Shut(frozenset(), frozenset()).around():
        raise ZeroDivisionError
    assert Track.objects.count() == 1


def test_a_door_opens_for_one_run_only(track: Track) -> None:
    doors: list[Door] = []
    go(describing(doors.append), timezone.now())
    with pytest.raises(NotAskedFor):
        list(doors[0].recordings(22_050))


def test_rows_about_works_that_were_not_given_are_deleted_and_the_run_has_failed(track: Track) -> None:
    def stray(door: Door) -> None:
        Heard.objects.create(track_id=door.works[0] + 1, seconds=1)

    with pytest.raises(Exception, match="not given"):
        go(describing(stray), timezone.now())
    assert not Heard.objects.exists()
    assert Run.objects.get().outcome == Run.Outcome.FAILED


def test_what_was_forgotten_while_a_run_went_on_is_not_kept_by_it(
    track: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker was taken for dead, and another one forgot the work meanwhile."""

    def slow(door: Door) -> None:
        Kept.objects.filter(track_id__in=door.works).delete()
        Heard.objects.create(track_id=door.works[0], seconds=1)

    def unlocked(attendant: Attendant, works: list[int]) -> None:
        attendant.duty.work(Door(attendant, works))  # the other worker has a connection of its own

    monkeypatch.setattr(journey, "enter", unlocked)
    with pytest.raises(Strayed):
        go(describing(slow), timezone.now())
    assert not Heard.objects.exists()


def test_the_first_reading_is_the_one_that_is_told(track: Track) -> None:
    told = []

    def twice(door: Door) -> None:
        for _time in range(2):
            assert [sound.work for sound in door.recordings(22_050)] == [track.pk]
            with trusted():
                told.append(timezone.now())

    go(describing(twice), timezone.now())
    first_read = Passage.objects.get().handed_at
    assert first_read is not None
    assert first_read < told[0] < told[1]


def test_samples_that_a_killed_process_left_are_deleted_once_its_run_is_over(
    track: Track, settings: Settings, tmp_path: Path
) -> None:
    settings.SCRATCH_DIR = tmp_path
    run = go(describing(lambda door: None), timezone.now())
    assert run is not None
    left = tmp_path / f"gate-{run.key}-abc"
    left.mkdir()
    (left / "mono.f32").write_bytes(b"four")
    Run.objects.update(outcome=Run.Outcome.OPEN)
    clear_scratch(timezone.now())
    assert left.exists(), "somebody may still be at it"
    Run.objects.update(outcome=Run.Outcome.LOST)
    clear_scratch(timezone.now())
    assert not left.exists()


def test_what_is_watched_may_read_pythons_own_files_and_no_others() -> None:
    with watched():
        with open(timezone.__file__ or ""):  # noqa: PTH123  the plainest of ways
            pass
        with pytest.raises(Forbidden), open("/etc/hostname"):  # noqa: PTH123
            pass
        assert list(Path(timezone.__file__ or "").parent.iterdir())
        with pytest.raises(Forbidden):
            list(Path("/etc").iterdir())
        with pytest.raises(Forbidden), open(timezone.__file__ or "", "a"):  # noqa: PTH123
            pass
        with trusted(), open("/etc/hostname"):  # noqa: PTH123
            pass


def test_what_is_watched_may_read_them_where_a_link_leads_to_them(tmp_path: Path) -> None:
    """As in an installation whose `current` is a link to its latest release."""
    (tmp_path / "current").symlink_to(sys.prefix)
    reads = "import mutagen\nfrom tenuto.gate.guard import watched\nwith watched():\n    {}"
    for line, may in (("import mutagen.flac", True), (f"open({str(tmp_path / 'song.wav')!r})", False)):
        program = [str(tmp_path / "current" / "bin" / "python"), "-P", "-c", reads.format(line)]
        environment = {**os.environ, "PYTHONPATH": str(Path(tenuto.__file__).parents[1])}
        ended = subprocess.run(program, env=environment, capture_output=True, text=True)
        assert (ended.returncode == 0) == may, ended.stderr
        assert ("Forbidden" in ended.stderr) == (not may)
