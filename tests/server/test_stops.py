"""`tenuto stop` and `tenuto resume`: in force for everybody at once, and nothing is lost by it."""

import pytest
from django.test import Client, TestCase
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.organisation.models import Heard, Placed, TagModelRow
from tenuto.consent.current import open_among, works_open
from tenuto.consent.models import Act, Stop
from tenuto.gate.models import Kept, Passage, Step
from tenuto.gate.reconcile import walk_on
from tenuto.rules.cells import Purpose
from tenuto.server.command import main, parser
from tenuto.server.stops import LONGEST_REASON, resume, stop
from tests.consent.answering import open_in
from tests.gate.conftest import without_rooms  # noqa: F401
from tests.gate.working import ALL, INPUT, agreed, holds, work, worked_off
from tests.server.test_terms import Terminal

pytestmark = pytest.mark.django_db
ORGANISATION = Purpose.ORGANISATION


@pytest.fixture
def artist(alma: Account) -> Account:
    return agreed(alma)


def stopped(reason: str = "We look into a mistake.") -> str:
    seen = Terminal()
    assert stop(ORGANISATION, reason, seen) == 0
    return seen.words


def resumed() -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert resume(ORGANISATION, Terminal()) == 0


def walked() -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        walk_on(timezone.now())
    worked_off()


def test_a_stop_hides_at_once_what_is_served_and_a_resumption_shows_it_again(artist: Account) -> None:
    track = work(artist, *ALL)
    worked_off()
    assert open_among(INPUT, [track.pk]) == {track.pk}
    stopped()
    assert open_among(INPUT, [track.pk]) == set()
    assert works_open(INPUT) == []
    assert open_in([track.pk])[track.pk] & INPUT.bit == 0
    resumed()
    assert open_among(INPUT, [track.pk]) == {track.pk}


def test_the_artist_reads_that_it_is_stopped_and_her_own_answer_stays(artist: Account, as_alma: Client) -> None:
    track = work(artist, INPUT)
    acts = Act.objects.count()
    stopped()
    cells = as_alma.get(f"/api/v1/tracks/{track.key}/consent").json()
    (said,) = (cell for cell in cells if cell["cell"] == str(INPUT))
    assert (said["allowed"], said["reason"]) == (False, "stopped")
    assert Act.objects.count() == acts


def test_a_stop_deletes_nothing_however_long_the_slow_walk_goes_on(artist: Account) -> None:
    track = work(artist, *ALL)
    worked_off()
    model, kept = TagModelRow.objects.get().digest, Kept.objects.count()
    stopped()
    walked()
    walked()
    assert Heard.objects.filter(track_id=track.pk).exists()
    assert Placed.objects.filter(track_id=track.pk).exists()
    assert TagModelRow.objects.get().digest == model
    assert Kept.objects.count() == kept
    assert not Step.objects.exists()


def test_while_it_is_stopped_nothing_new_is_used_and_afterwards_what_was_missed_is(artist: Account) -> None:
    stopped()
    track = work(artist, INPUT)
    walked()
    assert not Heard.objects.exists()
    assert not Passage.objects.filter(allowed=True).exists()
    resumed()
    walked()
    assert Heard.objects.filter(track_id=track.pk).exists()


def test_what_is_taken_back_while_it_is_stopped_is_forgotten_and_the_model_comes_back_without_it(
    artist: Account,
) -> None:
    work(artist, *ALL, title="One", tags=("calm",))
    worked_off()
    never = TagModelRow.objects.get().digest
    goes = work(artist, *ALL, title="Two", tags=("wild",))
    worked_off()
    with_it = TagModelRow.objects.get().digest
    stopped()
    holds(goes, *ALL)
    worked_off()
    assert not Kept.objects.filter(track_id=goes.pk).exists()
    assert not Step.objects.filter(done_at=None).exists()
    assert Step.objects.get(duty="organisation.learn").model_before == with_it
    resumed()
    worked_off()
    assert TagModelRow.objects.get().digest == never


def test_a_stop_says_what_it_does_and_a_second_one_changes_nothing(artist: Account) -> None:
    assert "Nothing is deleted" in stopped("A  mistake\nin [keys].")
    seen = Terminal()
    assert stop(ORGANISATION, "Another.", seen) == 1
    assert "A mistake in [keys]." in seen.words
    assert Stop.objects.get().reason == "A mistake in [keys]."


@pytest.mark.parametrize("reason", ["", "  ", "x" * (LONGEST_REASON + 1)])
def test_a_stop_without_a_reason_that_can_be_read_is_refused(db: None, reason: str) -> None:
    seen = Terminal()
    assert stop(ORGANISATION, reason, seen) == 2
    assert "everybody will read it" in seen.words
    assert not Stop.objects.exists()


def test_what_is_not_stopped_cannot_be_resumed(db: None) -> None:
    stop(Purpose.FRAUD, "Tuning.", Terminal())
    seen = Terminal()
    assert resume(ORGANISATION, seen) == 1
    assert "Stopped are: fraud." in seen.words


def test_typed_as_commands(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stop", "organisation", "--reason", "A mistake."]) == 0
    assert Stop.objects.get().ended_at is None
    assert main(["resume", "organisation"]) == 0
    assert Stop.objects.get().ended_at is not None
    for typed in (["stop", "organisation"], ["stop", "everything", "--reason", "x"], ["resume"]):
        with pytest.raises(SystemExit) as ended:
            parser().parse_args(typed)
        assert ended.value.code == 2
    assert "third_party" in capsys.readouterr().err, "what may be stopped is said"
