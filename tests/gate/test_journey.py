"""The gate's journey, with the real feature of organisation on real sound."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.organisation.models import Heard, Placed
from tenuto.algorithms.describe import Describer
from tenuto.audio.render import become_current
from tenuto.base.models import Job
from tenuto.consent.models import Stop
from tenuto.gate import journey, record
from tenuto.gate.decide import judge, sound_of
from tenuto.gate.due import make_due
from tenuto.gate.duties import duties, duty_named
from tenuto.gate.journey import MOST_ATTEMPTS, go
from tenuto.gate.models import Derived, Due, Kept, Passage, Run
from tenuto.gate.reconcile import LONG_ENOUGH_TO_BEGIN, tell_what_was_lost, walk_on
from tenuto.gate.words import KEEPS
from tenuto.ledger.book import openings
from tenuto.ledger.subjects import Subject
from tenuto.tracks.models import Track
from tenuto.tracks.publish import withhold
from tests.agreements.agreeing import ISRC, dee, isrc, label, over, signed
from tests.audio.sounding import record as record_anew
from tests.gate.working import INFORM, INPUT, agreed, allows, holds, work, worked_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def artist(alma: Account) -> Account:
    return agreed(alma)


def kept(track: Track) -> set[str]:
    return set(Kept.objects.filter(track_id=track.pk).values_list("duty", flat=True))


def test_what_is_held_is_in_no_table_and_never_asked_for(artist: Account) -> None:
    held = work(artist)
    worked_off()
    assert not Heard.objects.exists()
    assert not Passage.objects.filter(track_id=held.pk).exists()
    assert not Run.objects.exists()


def test_what_is_allowed_is_described_and_its_record_is_older_than_its_first_byte(artist: Account) -> None:
    held, allowed = work(artist), work(artist, INPUT)
    worked_off()
    assert list(Heard.objects.values_list("track_id", flat=True)) == [allowed.pk]
    passage = Passage.objects.get()
    assert (passage.track_id, passage.allowed, passage.reason) == (allowed.pk, True, "allowed")
    assert passage.handed_at is not None
    assert passage.at < passage.handed_at
    assert passage.run is not None
    assert (passage.run.outcome, passage.run.works) == ("done", 1)
    assert kept(held) == set()
    assert not Due.objects.exists()


def test_each_use_stands_in_the_log_under_the_works_own_key(artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    registration, use = openings([Subject("recording", track.pk)])
    run = Run.objects.get()
    assert use.body["t"] == "use"
    assert (use.body["asset"], use.body["purpose"], use.body["use"]) == ("recording", "organisation", "input")
    assert (use.body["decision"], use.body["reason"], use.body["job"]) == ("allow", "allowed", run.key)
    assert use.body["policy"] == f"sha256:{run.code}"
    assert use.index == Passage.objects.get().entry
    assert use.body["reg"] == registration.index
    assert run.entry < use.index < (run.close_entry or 0)


def test_each_use_of_organisation_needs_a_yes_of_its_own(artist: Account) -> None:
    only_heard, also_placed = work(artist, INPUT), work(artist, INPUT, INFORM)
    worked_off()
    assert kept(only_heard) == {"organisation.describe"}
    assert kept(also_placed) == {"organisation.describe", "organisation.shelve", "organisation.suggest"}
    assert list(Placed.objects.values_list("track_id", flat=True)) == [also_placed.pk]
    allows(only_heard, INFORM)
    worked_off()
    assert set(Placed.objects.values_list("track_id", flat=True)) == {only_heard.pk, also_placed.pk}


def test_a_yes_to_be_placed_without_a_yes_to_be_heard_opens_nothing(artist: Account) -> None:
    work(artist, INFORM)
    worked_off()
    assert not Derived.objects.exists()
    assert not Passage.objects.exists()


def test_a_no_between_the_question_and_the_handing_over_is_obeyed(
    artist: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is open and written down when the artist changes her mind: the recording is not handed over."""
    track = work(artist, INPUT)
    ahead = record.write_ahead

    def then_she_says_no(*args: Any) -> Run | None:
        run = ahead(*args)
        holds(track, INPUT)
        return run

    monkeypatch.setattr(record, "write_ahead", then_she_says_no)
    worked_off()
    assert not Heard.objects.exists()
    given, refused = Passage.objects.order_by("pk")
    assert (given.allowed, given.handed_at) == (True, None)
    assert (refused.allowed, refused.reason) == (False, "held")
    assert kept(track) == set()


def test_what_cannot_be_written_down_does_not_happen(artist: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    work(artist, INPUT)

    def full(*_: Any) -> list[int]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record, "write", full)
    duty = duty_named("organisation.describe")
    assert duty is not None
    with pytest.raises(OSError, match="No space"):
        go(duty, timezone.now())
    assert not Heard.objects.exists()
    assert not Run.objects.exists()
    assert Due.objects.exists()


def test_a_job_that_fails_is_closed_as_failed_and_its_works_stay_due(
    artist: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = work(artist, INPUT)

    def breaks(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    duty = duty_named("organisation.describe")
    assert duty is not None
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(Describer, "finish", breaks)
        go(duty, timezone.now())
    run = Run.objects.get()
    assert (run.outcome, run.words) == ("failed", "ZeroDivisionError: a bug")
    due = Due.objects.get()
    assert (due.track_id, due.attempts) == (track.pk, 1)
    worked_off()
    assert Heard.objects.filter(track_id=track.pk).exists()
    assert not Due.objects.exists()


def test_works_that_always_break_a_job_are_left_out_in_the_end(
    artist: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(artist, INPUT)
    monkeypatch.setattr(Describer, "finish", lambda self: 1 / 0)
    duty = duty_named("organisation.describe")
    assert duty is not None
    for _attempt in range(MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            go(duty, timezone.now())
    assert not Due.objects.exists()


def test_a_run_that_was_killed_is_told_as_lost(artist: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    track = work(artist, INPUT)
    duty = duty_named("organisation.describe")
    assert duty is not None
    record.write_ahead(duty, judge(duty, [track.pk], timezone.now()), timezone.now())  # and then: kill -9
    worked_off()
    assert list(Run.objects.order_by("pk").values_list("outcome", flat=True)) == ["lost", "done"]
    assert Heard.objects.count() == 1


def test_a_run_that_was_killed_is_told_as_lost_though_no_other_follows(artist: Account) -> None:
    track = work(artist, INPUT)
    duty = duty_named("organisation.describe")
    assert duty is not None
    then = timezone.now() - LONG_ENOUGH_TO_BEGIN
    record.write_ahead(duty, judge(duty, [track.pk], timezone.now()), then)  # and then: kill -9
    job = Job.objects.get(once="gate organisation.describe")
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    tell_what_was_lost(timezone.now())
    assert Run.objects.get().outcome == Run.Outcome.OPEN, "somebody may still be at it"
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    tell_what_was_lost(timezone.now())
    run = Run.objects.get()
    assert run.outcome == Run.Outcome.LOST
    assert run.close_entry is not None


def test_works_that_kill_whoever_reads_them_are_left_out_in_the_end(artist: Account) -> None:
    """No exception is there to be counted: an attempt counts before it is made."""
    work(artist, INPUT)
    duty = duty_named("organisation.describe")
    assert duty is not None

    class Killed(BaseException):
        pass

    def kill(door: Any) -> None:
        raise Killed

    for attempt in range(1, MOST_ATTEMPTS + 1):
        with pytest.raises(Killed):
            go(replace(duty, work=kill), timezone.now())
        assert Due.objects.get().attempts == attempt
    assert go(duty, timezone.now()) is None
    assert not Due.objects.exists()


def test_after_a_run_that_ended_badly_each_work_is_tried_alone(artist: Account) -> None:
    breaks, innocent = work(artist, INPUT), work(artist, INPUT)
    duty = duty_named("organisation.describe")
    assert duty is not None

    def fail(door: Any) -> None:
        if breaks.pk in door.works:
            raise ZeroDivisionError
        duty.work(door)

    for _attempt in range(2 * MOST_ATTEMPTS):
        with suppress(ZeroDivisionError):
            go(replace(duty, work=fail), timezone.now())
    assert list(Heard.objects.values_list("track_id", flat=True)) == [innocent.pk]
    assert not Due.objects.exists()


def test_who_listens_is_told_before_a_run_is_closed(artist: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in between, it is made again and told again; the other way round, nobody would ever be told."""
    work(artist, INPUT, INFORM)
    duty = duty_named("organisation.describe")
    assert duty is not None

    def kill(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(record, "close", kill)
        with TestCase.captureOnCommitCallbacks(execute=True):
            told: list[object] = []
            killed.setattr(journey, "tell", told.append)
            go(duty, timezone.now())
    assert len(told) == 1
    assert Due.objects.filter(duty="organisation.describe").exists()


def test_new_sound_is_listened_to_anew(artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    before = Heard.objects.get().at
    with TestCase.captureOnCommitCallbacks(execute=True):
        become_current(record_anew(track), timezone.now())
    worked_off()
    assert Heard.objects.get().at > before


def test_what_staff_withhold_is_handed_to_nobody_until_they_let_it_stand(artist: Account) -> None:
    track, other = work(artist, INPUT), work(artist, INPUT, title="Low water")
    withhold(track, timezone.now(), withheld=True)
    worked_off()
    assert list(Heard.objects.values_list("track_id", flat=True)) == [other.pk]
    describe = duty_named("organisation.describe")
    assert describe is not None
    assert sound_of(describe, track.pk) is None  # nor to a run that began before
    withhold(track, timezone.now(), withheld=False)
    walk_on(timezone.now())
    worked_off()
    assert set(Heard.objects.values_list("track_id", flat=True)) == {track.pk, other.pk}


def test_a_stopped_purpose_is_stopped_for_everybody(artist: Account) -> None:
    track = work(artist, INPUT)
    Stop.objects.create(purpose="organisation", reason="We look into a mistake.")
    worked_off()
    assert not Heard.objects.exists()
    assert Passage.objects.get(track_id=track.pk).reason == "stopped"


def test_an_agreement_that_does_not_grant_it_closes_what_the_artist_opened(artist: Account) -> None:
    """The uploader said yes; the label she signed with did not. Its word counts."""
    track = work(artist, INPUT)
    Track.objects.filter(pk=track.pk).update(isrc=ISRC)
    owner = dee()
    signed(label(owner), artist, over(isrc(), grants=frozenset()), by=owner)
    worked_off()
    assert not Heard.objects.exists()
    assert Passage.objects.get(track_id=track.pk).reason == "not_agreed"


def test_every_job_has_words_for_what_it_keeps() -> None:
    assert {duty.name for duty in duties()} == set(KEEPS)


def test_what_is_due_is_noted_at_once_for_a_whole_catalogue(artist: Account) -> None:
    """However many works are opened, it is one statement; and what was tried before is not tried as if it were new."""
    describe = duty_named("organisation.describe")
    assert describe is not None
    began = timezone.now()

    def statements(works: list[int], at: datetime = began) -> int:
        with CaptureQueriesContext(connection) as asked:
            make_due(describe, works, at)
        return len(asked)

    statements([1])  # the first of all also finds out what is sent already
    Due.objects.filter(track_id=1).update(attempts=2)
    assert statements([2]) == statements([1, *range(3, 1_003)], at=began + timedelta(hours=1))
    rows = Due.objects.filter(duty=describe.name).order_by("track_id")
    assert list(rows.values_list("track_id", flat=True)) == list(range(1, 1_003))
    assert (rows[0].attempts, rows[0].since) == (2, began)
    assert (rows[2].attempts, rows[2].since) == (0, began + timedelta(hours=1))
