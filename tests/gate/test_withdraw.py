"""Taking a yes back: at once in what is served, exactly in what was made, and shown step by step."""

import json

import pytest
from django.test import Client, TestCase
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.organisation.models import Heard, Placed, TagModelRow
from tenuto.base.models import Job
from tenuto.consent.answer import answer
from tenuto.consent.models import Act
from tenuto.gate import forget as forgetting
from tenuto.gate.duties import duty_named
from tenuto.gate.forget import model_now
from tenuto.gate.journey import go
from tenuto.gate.models import Derived, Kept, Run, Step, Withdrawal
from tenuto.gate.reconcile import delete_orphans, finish_what_was_begun, walk_on
from tenuto.ledger.book import openings
from tenuto.ledger.subjects import Subject
from tenuto.tracks import publish
from tenuto.tracks.models import Track
from tests.audio.sounding import sketch
from tests.consent.answering import allow, hold
from tests.gate.working import ALL, INFORM, INPUT, TRAIN, WORDS, agreed, allows, holds, work, worked_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def artist(alma: Account) -> Account:
    return agreed(alma)


def kept(track: Track) -> set[str]:
    return set(Kept.objects.filter(track_id=track.pk).values_list("duty", flat=True))


def test_a_no_to_listening_deletes_all_that_was_heard_and_derived(artist: Account) -> None:
    stays, goes = work(artist, *ALL), work(artist, *ALL)
    worked_off()
    assert kept(goes) == {f"organisation.{job}" for job in ("describe", "shelve", "suggest", "learn")}
    holds(goes, INPUT)
    worked_off()
    for table in (Heard, Placed, Derived):
        assert list(table._default_manager.values_list("track_id", flat=True)) == [stays.pk]
    assert kept(goes) == set()
    assert len(kept(stays)) == 4
    withdrawal = Withdrawal.objects.get()
    assert withdrawal.done_at is not None
    assert set(withdrawal.steps.values_list("duty", flat=True)) == {
        f"organisation.{job}" for job in ("describe", "shelve", "suggest", "learn")
    }


def test_a_no_to_being_found_leaves_what_was_heard(artist: Account) -> None:
    track = work(artist, *ALL)
    worked_off()
    holds(track, INFORM)
    worked_off()
    assert kept(track) == {"organisation.describe", "organisation.learn"}
    assert Heard.objects.exists()
    assert not Placed.objects.exists()


def test_the_model_is_bit_for_bit_the_one_that_never_saw_the_work(artist: Account) -> None:
    """Made once with the track and once never with it: after the track is withdrawn, nothing tells the two apart."""
    work(artist, *ALL, title="One", tags=("calm",))
    worked_off()
    never = bytes(TagModelRow.objects.get().parameters)
    track = work(artist, *ALL, title="Two", tags=("wild", "loud"))
    worked_off()
    with_it = TagModelRow.objects.get()
    assert bytes(with_it.parameters) != never
    holds(track, WORDS)
    worked_off()
    assert bytes(TagModelRow.objects.get().parameters) == never
    step = Step.objects.get(duty="organisation.learn")
    assert (step.model_before, step.model_after) == (with_it.digest, TagModelRow.objects.get().digest)
    assert kept(track) == {"organisation.describe", "organisation.shelve", "organisation.suggest"}


def test_what_was_forgotten_stands_in_the_works_own_log(artist: Account) -> None:
    track = work(artist, *ALL)
    worked_off()
    holds(track, TRAIN)
    worked_off()
    (said,) = [opened.body for opened in openings([Subject("recording", track.pk)]) if opened.body["t"] == "forgotten"]
    assert said["name"] == "organisation.learn"
    assert said["before"] == f"sha256:{Step.objects.get().model_before}"


def test_every_other_model_is_asked_too_when_everything_is_held(artist: Account) -> None:
    track = work(artist, *ALL)
    worked_off()
    holds(track, *ALL)
    assert {step.done_at for step in Step.objects.all()} == {None}
    worked_off()
    assert not Step.objects.filter(done_at=None).exists()
    assert TagModelRow.objects.get().works == 0
    assert kept(track) == set()


def test_a_yes_after_a_no_is_heard_anew(artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    holds(track, INPUT)
    allows(track, INPUT)
    worked_off()
    assert kept(track) == {"organisation.describe"}
    assert Heard.objects.filter(track_id=track.pk).exists()
    assert Withdrawal.objects.get().done_at is not None


def test_a_removed_track_leaves_nothing(artist: Account) -> None:
    track = work(artist, *ALL)
    worked_off()
    with TestCase.captureOnCommitCallbacks(execute=True):
        publish.remove(Track.objects.get(pk=track.pk), by=artist, at=timezone.now())
    worked_off()
    assert not Heard.objects.exists()
    assert not Placed.objects.exists()
    assert not Derived.objects.exists()
    assert TagModelRow.objects.get().works == 0


def test_a_withdrawal_whose_event_was_lost_is_found_by_the_slow_walk(artist: Account) -> None:
    track = work(artist, *ALL)
    worked_off()
    Withdrawal.objects.all().delete()

    answer(artist, [track.pk], hold(INPUT), Act.How.PAGE, at=timezone.now())  # committed, and killed before telling
    assert worked_off() == 0
    with TestCase.captureOnCommitCallbacks(execute=True):
        walk_on(timezone.now())
    worked_off()
    assert kept(track) == set()
    assert not Heard.objects.exists()


def test_a_yes_whose_event_was_lost_is_found_too(artist: Account) -> None:

    track = sketch(artist)
    answer(artist, [track.pk], allow(INPUT), Act.How.PAGE, at=timezone.now())
    with TestCase.captureOnCommitCallbacks(execute=True):
        walk_on(timezone.now())
    worked_off()
    assert kept(track) == {"organisation.describe"}


def test_steps_without_a_job_get_one(artist: Account) -> None:

    track = work(artist, INPUT)
    worked_off()
    holds(track, INPUT)
    Job.objects.all().delete()
    assert worked_off() == 0
    finish_what_was_begun(timezone.now())
    worked_off()
    assert kept(track) == set()


def test_rows_that_the_gate_knows_nothing_of_are_deleted(artist: Account, caplog: pytest.LogCaptureFixture) -> None:
    track = work(artist, INPUT)
    worked_off()
    Heard.objects.create(track_id=track.pk + 999, seconds=1.0)
    delete_orphans(timezone.now())
    assert list(Heard.objects.values_list("track_id", flat=True)) == [track.pk]
    assert "knows nothing of" in caplog.text


def test_the_artist_watches_it_happen(artist: Account, as_alma: Client, as_bo: Client) -> None:
    track = work(artist, *ALL)
    worked_off()
    holds(track, INPUT)
    page = as_alma.get(f"/studio/{track.key}/kept").content.decode()
    assert "being forgotten" in page
    assert 'hx-trigger="consent-changed from:body, every 1s"' in page
    worked_off()
    page = as_alma.get(f"/studio/{track.key}/kept").content.decode()
    assert "Done: nothing that was kept rests on it any more." in page
    assert "every 1s" not in page
    assert as_bo.get(f"/studio/{track.key}/kept").status_code == 404


def test_a_no_that_is_saved_in_place_shows_at_once_what_it_starts(artist: Account, as_alma: Client) -> None:
    """The grid is answered alone; the list below it hears of the change and asks for itself anew."""
    track = work(artist, *ALL)
    worked_off()
    tab = as_alma.get(f"/studio/{track.key}/permissions").content.decode()
    assert 'hx-trigger="consent-changed from:body"' in tab
    with TestCase.captureOnCommitCallbacks(execute=True):
        saved = as_alma.post(f"/studio/{track.key}/consent/held", headers={"HX-Request-Type": "partial"})
    assert "consent-changed" in json.loads(saved.headers["HX-Trigger"])
    assert "being forgotten" in as_alma.get(f"/studio/{track.key}/kept").content.decode()


def test_saving_says_beforehand_what_will_be_forgotten(artist: Account, as_alma: Client) -> None:
    track = work(artist, *ALL)
    worked_off()
    said = as_alma.post(
        f"/api/v1/tracks/{track.key}/consent/preview", {"hold": [str(TRAIN)]}, content_type="application/json"
    )
    assert said.status_code == 200, said.content
    assert any("made anew without it" in words for words in said.json()["follows"])


def test_each_use_and_its_reason_can_be_read(artist: Account, as_alma: Client, as_bo: Client) -> None:
    track = work(artist, INPUT)
    worked_off()
    page = as_alma.get(f"/studio/{track.key}/uses").content.decode()
    assert "Given" in page
    assert "Allowed: you said so for this track." in page
    assert as_bo.get(f"/studio/{track.key}/uses").status_code == 404
    (use,) = as_alma.get(f"/api/v1/me/tracks/{track.key}/uses").json()["uses"]
    assert use["cell"] == "recording/organisation/input"
    assert use["first_read_at"] > use["at"]
    assert Run.objects.get(key=use["run"])


def test_the_digest_of_the_model_is_the_one_that_the_run_closed_with(artist: Account) -> None:

    work(artist, *ALL)
    worked_off()
    learn = duty_named("organisation.learn")
    assert learn is not None
    assert model_now(learn) == TagModelRow.objects.get().digest


def test_a_model_that_many_leave_at_once_is_made_anew_once(artist: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    tracks = [work(artist, *ALL, title=f"Number {number}") for number in range(5)]
    worked_off()
    before = Run.objects.filter(duty="organisation.learn").count()
    for track in tracks:
        holds(track, TRAIN)
    worked_off()
    assert Run.objects.filter(duty="organisation.learn").count() == before + 1
    assert not Step.objects.filter(done_at=None).exists()
    assert not Kept.objects.filter(duty="organisation.learn").exists()
    assert not Withdrawal.objects.filter(done_at=None).exists()


def test_steps_that_two_workers_finish_are_told_once(artist: Account) -> None:
    track = work(artist, INPUT)
    worked_off()
    holds(track, INPUT)
    describe = duty_named("organisation.describe")
    assert describe is not None
    steps = forgetting.open_steps(describe)
    for _worker in range(2):
        forgetting.finish(describe, steps, timezone.now())
    told = [opened.body["t"] for opened in openings([Subject("recording", track.pk)])]
    assert told.count("forgotten") == 1


def test_the_model_that_had_read_a_work_is_named_though_another_was_made_before_its_step_was_done(
    artist: Account,
) -> None:
    """Killed between making the model anew and writing the step down; then it is made anew once more."""
    work(artist, *ALL, title="One", tags=("calm",))
    goes = work(artist, *ALL, title="Two", tags=("wild",))
    worked_off()
    had_read = TagModelRow.objects.get().digest
    holds(goes, TRAIN)
    learn = duty_named("organisation.learn")
    assert learn is not None
    go(learn, timezone.now())  # and then: kill -9
    assert TagModelRow.objects.get().digest != had_read
    worked_off()
    assert Step.objects.get(duty="organisation.learn").model_before == had_read
