"""What is recognised is held and released, and people decide: over HTTP, with the sound itself."""

import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core import mail
from django.test import Client, TestCase
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.identification import findings
from tenuto.ai.identification.models import Registered
from tenuto.audio.render import let_in_what_was_released
from tenuto.base import jobs, queue
from tenuto.gate.duties import duty_named
from tenuto.gate.journey import forget
from tenuto.gate.models import Due, Withdrawal
from tenuto.gate.reconcile import walk_on
from tenuto.gate.withdraw import withdraw
from tenuto.matches.desk import UNCOMPARED
from tenuto.matches.export import recognised
from tenuto.matches.journey import compare_anew, let_time_pass, look_at_what_was_checked
from tenuto.matches.models import Match, Word
from tenuto.rules.cells import cell_named
from tenuto.tracks.models import Hold, SecretLink, Track
from tenuto.tracks.publish import release, withdraw_to_sketchbook
from tests.agreements.agreeing import CATALOGUE, ISRC, dee, isrc, joined, label, over, signed
from tests.ai.pieces import came, faster, noisy, piece, told
from tests.gate.conftest import without_rooms  # noqa: F401  on PostgreSQL
from tests.gate.working import worked_off
from tests.matches.world import again, agreed, begin, registered, shared, uploaded

CHECKED = cell_named("recording/identification/input")
pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # real sound through the real engine


@pytest.fixture(autouse=True)
def world(db: None, tmp_path: Path) -> None:
    begin(tmp_path)


@pytest.fixture
def holder(alma: Account) -> Account:
    return agreed(alma)


@pytest.fixture
def uploader(bo: Account) -> Account:
    return agreed(bo)


def heard_by(browser: Client, track: Track) -> bool:
    return browser.get(track.get_absolute_url()).status_code == 200


def letters() -> list[str]:
    """Subjects of the letters that were written since the last question, with whom they went to."""
    mail.outbox.clear()
    while found := queue.claim("a test", ["default"], 5, timezone.now() + timedelta(hours=1)):
        for job in found:
            jobs.run(job)
            queue.done(job, timezone.now(), None)
    return [f"{one.to[0].partition('@')[0]}: {one.subject}" for one in mail.outbox]


def says(browser: Client, track: Track, **said: str) -> int:
    match = Match.objects.get(recording__track=track)
    wish = {"words": "I made this with her, ask anybody.", "name": "Bo", **said}
    with TestCase.captureOnCommitCallbacks(execute=True):
        return browser.post(f"/studio/{track.key}/recognised/{match.key}", wish).status_code


def answers(browser: Client, track: Track, **said: str) -> int:
    match = Match.objects.get(recording__track=track)
    with TestCase.captureOnCommitCallbacks(execute=True):
        return browser.post(f"/matches/{match.key}", said).status_code


def test_an_upload_of_nobodys_is_heard_once_it_was_compared(uploader: Account, as_bo: Client, as_cy: Client) -> None:
    recording = came(uploader, piece(3))
    track = recording.track
    shared(track)
    assert not heard_by(as_cy, track)
    assert heard_by(as_bo, track)
    told(recording)
    worked_off()
    assert heard_by(as_cy, again(track))
    assert "nothing of others was recognised" in as_bo.get(f"/studio/{track.key}/recognised").content.decode()


def test_a_registered_piece_faster_and_noisy_is_held_with_its_passages_side_by_side(
    holder: Account, uploader: Account, as_bo: Client, as_cy: Client
) -> None:
    work = registered(holder, 1, public=True)
    track = uploaded(uploader, noisy(faster(piece(1), 1.05)))
    assert not heard_by(as_cy, track)
    page = as_bo.get(f"/studio/{track.key}/recognised").content.decode()
    assert f"{track.key}/stream#t=" in page.replace("/media", "")
    assert f"{work.key}/stream#t=" in page
    assert work.title in page
    assert page.count("<audio") == 2
    assert "5.0 % faster" in page
    assert set(letters()) == {
        "alma: [Tenuto] A work of yours was recognised in “Upload”",
        "bo: [Tenuto] “Upload” waits: registered music was recognised in it",
    }


def test_a_private_work_shows_neither_title_nor_name_nor_sound(
    holder: Account, uploader: Account, as_bo: Client
) -> None:
    work = registered(holder, 1)
    track = uploaded(uploader, piece(1))
    page = as_bo.get(f"/studio/{track.key}/recognised").content.decode()
    assert "A registered work that is not public" in page
    for hidden in (work.title, work.key, "Alma", "alma"):
        assert hidden not in page
    program = as_bo.get(f"/api/v1/me/tracks/{track.key}/recognised").content.decode()
    for hidden in (work.title, work.key, "Alma", "alma"):
        assert hidden not in program


def test_a_sketch_is_not_shown_to_the_holder_until_it_is_to_be_heard(
    holder: Account, uploader: Account, as_alma: Client
) -> None:
    registered(holder, 1)
    track = uploaded(uploader, piece(1), "My secret sketch", share=False)
    match = Match.objects.get()
    assert "secret sketch" not in as_alma.get("/studio/turned-up").content.decode()
    assert as_alma.get(f"/matches/{match.key}").status_code == 404
    assert not [one for one in letters() if one.startswith("alma")]
    shared(track)
    look_at_what_was_checked(timezone.now())
    assert "secret sketch" in as_alma.get("/studio/turned-up").content.decode()
    assert as_alma.get(f"/matches/{match.key}").status_code == 200
    assert [one for one in letters() if one.startswith("alma")]


def test_a_word_for_ones_rights_lets_it_pass_after_seven_days_of_silence(
    holder: Account, uploader: Account, as_bo: Client, as_cy: Client
) -> None:
    registered(holder, 1)
    track = uploaded(uploader, piece(1))
    assert says(as_bo, track, claim="rights") == 302
    assert not heard_by(as_cy, track)
    let_time_pass(timezone.now() + timedelta(days=6))
    assert not heard_by(as_cy, track)
    let_time_pass(timezone.now() + timedelta(days=8))
    assert again(track).publication.audible


def test_a_word_needs_a_name_and_a_sentence_and_loses_nothing(
    holder: Account, uploader: Account, as_bo: Client
) -> None:
    registered(holder, 1)
    track = uploaded(uploader, piece(1))
    assert says(as_bo, track, claim="rights", name="") == 422
    assert says(as_bo, track, claim="rights", words="mine") == 422
    assert says(as_bo, track, claim="agreement") == 422
    assert says(as_bo, track, claim="nonsense") == 422
    assert not Word.objects.exists()
    match = Match.objects.get()
    page = as_bo.post(f"/studio/{track.key}/recognised/{match.key}", {"claim": "rights", "words": "Kept & mine."})
    assert "Kept &amp; mine." in page.content.decode()


def test_asking_for_leave_waits_for_a_yes_which_names_the_work_and_hears_it(
    holder: Account, uploader: Account, as_bo: Client, as_alma: Client, as_cy: Client
) -> None:
    registered(holder, 1)
    track = uploaded(uploader, piece(1))
    assert says(as_bo, track, claim="credit", credit_wanted="on", lets_hear="on") == 302
    let_time_pass(timezone.now() + timedelta(days=400))
    assert not heard_by(as_cy, track)
    page = as_alma.get(f"/matches/{Match.objects.get().key}").content.decode()
    assert SecretLink.objects.get().get_absolute_url() in page
    assert answers(as_alma, track, agrees="yes", credit="“Piece 1” by Alma Ferreira") == 302
    assert heard_by(as_cy, again(track))
    assert "0:00–0:1" in again(track).description
    assert again(track).description.endswith("“Piece 1” by Alma Ferreira")


def test_after_a_no_a_notice_against_it_goes_to_staff_who_are_no_party(
    holder: Account, uploader: Account, cy: Account, as_bo: Client, as_alma: Client, as_cy: Client
) -> None:
    registered(holder, 1)
    track = uploaded(uploader, piece(1))
    assert says(as_bo, track, claim="rights") == 302
    assert answers(as_alma, track, agrees="no", words="That is my recording.") == 302
    assert says(as_bo, track, claim="rights") == 409  # nothing is said twice
    assert says(as_bo, track, claim="dispute") == 302
    assert answers(as_alma, track, agrees="no", words="It is mine still.") == 302
    match = Match.objects.get()
    assert as_cy.get(f"/matches/{match.key}").status_code == 404
    Account.objects.filter(pk__in=[cy.pk, uploader.pk]).update(is_staff=True)
    assert "Upload" in as_cy.get("/desk/matches").content.decode()
    ruling = {"passes": "yes", "reasons": "Bo has shown the session files."}
    assert as_bo.post(f"/desk/matches/{match.key}/ruling", ruling).status_code == 403
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert as_cy.post(f"/desk/matches/{match.key}/ruling", ruling).status_code == 302
    assert heard_by(Client(), again(track))


def test_silence_after_a_notice_lets_it_pass_after_ten_days(
    holder: Account, uploader: Account, as_bo: Client, as_cy: Client
) -> None:
    registered(holder, 1)
    track = uploaded(uploader, piece(1))
    assert says(as_bo, track, claim="dispute") == 302
    let_time_pass(timezone.now() + timedelta(days=9))
    assert not heard_by(as_cy, track)
    let_time_pass(timezone.now() + timedelta(days=11))
    assert again(track).publication.audible


def test_a_work_that_is_registered_no_longer_holds_nothing(
    holder: Account, uploader: Account, as_alma: Client, as_cy: Client
) -> None:
    work = registered(holder, 1)
    track = uploaded(uploader, piece(1), "Gull song")
    assert "Gull song" in as_alma.get("/studio/turned-up").content.decode()
    with TestCase.captureOnCommitCallbacks(execute=True):
        as_alma.post("/studio/registered", {"track": work.key, "do": "let-go"})
    assert heard_by(as_cy, again(track))
    assert Hold.objects.get(recording__track=track).how == Hold.How.GONE
    assert "Gull song" not in as_alma.get("/studio/turned-up").content.decode()


def test_a_replacement_is_held_while_what_was_there_is_heard_on(
    holder: Account, uploader: Account, as_cy: Client
) -> None:
    registered(holder, 1)
    track = uploaded(uploader, piece(3))
    before = track.recording
    held = came(uploader, piece(1), of=track)
    told(held)
    worked_off()
    assert heard_by(as_cy, again(track))
    assert again(track).recording == before
    assert Hold.objects.get(recording=held).reason == Hold.Reason.MATCHED


def test_what_was_held_is_not_let_in_by_a_harmless_upload_after_it(
    holder: Account, uploader: Account, as_cy: Client
) -> None:
    """Found by trying: replaced by something harmless, the recognised recording must not take its place."""
    registered(holder, 1)
    track = uploaded(uploader, piece(3))
    held = came(uploader, piece(1), of=track)
    told(held)
    worked_off()
    told(came(uploader, piece(4), of=track))
    worked_off()
    let_time_pass(timezone.now())
    let_time_pass(timezone.now())
    held.refresh_from_db()
    assert not held.current
    assert Hold.standing().filter(recording=held).exists()


def test_ones_own_work_holds_nothing_and_its_sound_can_be_replaced(holder: Account, as_alma: Client) -> None:
    work = registered(holder, 1, public=True)
    track = uploaded(holder, faster(piece(1), 1.03), "Piece 1, faster")
    page = as_alma.get(f"/studio/{track.key}/recognised").content.decode()
    assert "Replace the sound of “Piece 1”" in page
    assert Hold.objects.get(recording__track=track).how == Hold.How.CLEAR
    assert as_alma.post(f"/studio/{track.key}/recognised/replaces", {"of": work.key}).status_code == 302
    new = work.recordings.order_by("-pk").first()
    assert new is not None
    assert (new.original, new.current, new.stage) == (track.recordings.get().original, False, "arrived")
    assert Hold.standing().filter(recording=new).exists()


def test_nobody_gives_a_track_the_sound_of_somebody_elses(holder: Account, uploader: Account, as_bo: Client) -> None:
    work, track = uploaded(holder, piece(1)), uploaded(uploader, piece(3))
    assert as_bo.post(f"/studio/{track.key}/recognised/replaces", {"of": work.key}).status_code == 404
    assert as_bo.post(f"/studio/{work.key}/recognised/replaces", {"of": track.key}).status_code == 404


def test_what_was_uploaded_before_is_found_where_its_artist_lets_it_be_compared(
    holder: Account, uploader: Account, as_alma: Client, as_bo: Client, as_cy: Client
) -> None:
    silent, open_ = uploaded(uploader, noisy(piece(1)), "Silent"), uploaded(uploader, piece(1), "Open")
    as_bo.post("/studio/registered", {"track": open_.key, "do": "register"})
    with TestCase.captureOnCommitCallbacks(execute=True):
        registered(holder, 1)
    compare_anew(timezone.now())
    worked_off()
    page = as_alma.get("/studio/turned-up").content.decode()
    assert "Open" in page
    assert "Silent" not in page
    assert heard_by(as_cy, open_)
    assert heard_by(as_cy, silent)


def test_whoever_accepted_no_terms_is_told_that_it_waits_for_them(cy: Account, as_cy: Client) -> None:
    track = uploaded(cy, piece(3))
    assert "accept them and it begins" in as_cy.get(f"/studio/{track.key}/recognised").content.decode()
    assert not heard_by(Client(), track)
    with TestCase.captureOnCommitCallbacks(execute=True):
        agreed(cy)
    worked_off()
    assert heard_by(Client(), again(track))


def test_staff_let_pass_what_cannot_be_compared_and_nothing_that_was_recognised(
    holder: Account, uploader: Account, cy: Account, as_cy: Client
) -> None:
    Account.objects.filter(pk=cy.pk).update(is_staff=True)
    waiting = came(uploader, piece(3), "Waiting")
    shared(waiting.track)
    assert as_cy.post(f"/desk/matches/held/{waiting.key}", {"words": ""}).status_code == 422
    assert as_cy.post(f"/desk/matches/held/{waiting.key}", {"words": "The worker is down today."}).status_code == 302
    assert heard_by(Client(), again(waiting.track))
    registered(holder, 1)
    held = uploaded(uploader, piece(1)).recordings.get()
    assert as_cy.post(f"/desk/matches/held/{held.key}", {"words": "The worker is down today."}).status_code == 409


def test_what_is_held_is_not_registered_before_it_is_released(
    holder: Account, uploader: Account, as_alma: Client, as_bo: Client
) -> None:
    """Else whoever uploads somebody's recording first could have that somebody's own upload held."""
    work = registered(holder, 1)
    track = uploaded(uploader, piece(1))
    as_bo.post("/studio/registered", {"track": track.key, "do": "register"})
    worked_off()
    walk_on(timezone.now())
    worked_off()
    assert not findings.registered([track.pk])
    with TestCase.captureOnCommitCallbacks(execute=True):
        as_alma.post("/studio/registered", {"track": work.key, "do": "let-go"})
    worked_off()
    assert findings.registered([track.pk])  # released, for it is known by nothing any more


def test_findings_that_are_gone_with_the_uploaders_consent_release_nothing(
    holder: Account, uploader: Account, as_cy: Client
) -> None:
    registered(holder, 1)
    track = uploaded(uploader, piece(1))
    withdraw([track.pk], CHECKED.bit, timezone.now(), Withdrawal.Why.CLOSED)
    check = duty_named("identification.check")
    assert check is not None
    forget(check)
    let_time_pass(timezone.now())
    hold = Hold.objects.get(recording__track=track)
    assert (hold.released_at, hold.reason, hold.handed_at) == (None, Hold.Reason.UNCHECKED, None)
    assert Match.objects.get().settled_at is None
    walk_on(timezone.now())
    worked_off()
    assert not heard_by(as_cy, again(track))
    assert Hold.objects.get(recording__track=track).reason == Hold.Reason.MATCHED


@pytest.mark.parametrize(("role", "passes"), [("owner", True), ("signatory", True), ("member", False)])
def test_an_agreement_counts_only_where_the_holder_signs_for_the_other_side(
    holder: Account, uploader: Account, as_bo: Client, as_cy: Client, role: str, passes: bool
) -> None:
    """Two artists of one label do not publish each other's recordings, nor does a code in one's own agreement."""
    work = registered(holder, 1)
    Track.objects.filter(pk=work.pk).update(isrc=ISRC)
    now = timezone.now()
    owner = holder if role == "owner" else dee()
    harbour = label(owner, at=now)
    if role != "owner":
        joined(harbour, holder, role, by=owner, at=now)
    agreement = signed(harbour, uploader, over(CATALOGUE, isrc()), by=owner, at=now)
    track = uploaded(uploader, piece(1))
    assert says(as_bo, track, claim="agreement", agreement=agreement.key) == (302 if passes else 422)
    assert heard_by(as_cy, again(track)) is passes


def test_a_match_that_was_settled_shows_the_sketchbook_no_longer(
    holder: Account, uploader: Account, as_bo: Client, as_alma: Client
) -> None:
    registered(holder, 1)
    track = uploaded(uploader, piece(1), "Gull song")
    match = Match.objects.get()
    assert says(as_bo, track, claim="credit") == 302
    assert answers(as_alma, track, agrees="yes") == 302
    assert as_alma.get(f"/matches/{match.key}").status_code == 200
    withdraw_to_sketchbook(again(track), uploader, timezone.now())
    Track.objects.filter(pk=track.pk).update(title="My secret sketch")
    assert as_alma.get(f"/matches/{match.key}").status_code == 404
    assert "secret sketch" not in as_alma.get("/studio/turned-up").content.decode()
    assert "secret sketch" not in "".join(map(str, recognised(holder)))


def test_registering_again_and_again_compares_the_catalogue_once_a_day(holder: Account) -> None:
    track = registered(holder, 1, public=True)
    now = timezone.now()
    compare_anew(now)
    assert Due.objects.filter(duty="identification.scan", track_id=track.pk).exists()
    worked_off()
    Registered.objects.update(at=now + timedelta(hours=1))
    compare_anew(now + timedelta(hours=23))
    assert not Due.objects.exists()
    compare_anew(now + timedelta(hours=25))
    assert Due.objects.exists()
    worked_off()
    compare_anew(now + timedelta(days=9))  # nothing was registered since
    assert not Due.objects.exists()


def test_a_replacement_whose_release_nobody_was_told_of_is_let_in_by_the_sweep(
    holder: Account, uploader: Account
) -> None:
    track = uploaded(uploader, piece(3))
    held = came(uploader, piece(4), of=track)
    Hold.objects.filter(recording=held).update(released_at=timezone.now(), how=Hold.How.CLEAR)
    let_in_what_was_released(timezone.now())
    assert again(track).recording == held


def test_a_sound_is_given_to_a_track_once_and_to_none_that_waits_for_another(holder: Account, as_alma: Client) -> None:
    work, track = uploaded(holder, piece(1)), uploaded(holder, piece(3))
    for _time in range(3):
        assert as_alma.post(f"/studio/{track.key}/recognised/replaces", {"of": work.key}).status_code == 302
    assert work.recordings.count() == 2
    third = uploaded(holder, piece(4))
    assert as_alma.post(f"/studio/{third.key}/recognised/replaces", {"of": work.key}).status_code == 409
    assert work.recordings.count() == 2


def test_the_desk_lists_what_is_the_newest_and_was_not_recognised(
    holder: Account, uploader: Account, cy: Account, as_cy: Client
) -> None:
    Account.objects.filter(pk=cy.pk).update(is_staff=True)
    first = came(uploader, piece(3), "Waiting")
    second = came(uploader, piece(4), of=first.track)
    page = as_cy.get("/desk/matches").content.decode()
    assert second.key in page
    assert first.key not in page
    words = {"words": "The worker is down today."}
    assert as_cy.post(f"/desk/matches/held/{first.key}", words).status_code == 409
    Hold.objects.filter(recording=second).update(reason=Hold.Reason.MATCHED)
    hold = Hold.objects.get(recording=second)
    assert not release(hold, Hold.How.STAFF, timezone.now(), reasons=UNCOMPARED)
    Hold.objects.filter(recording=second).update(reason=Hold.Reason.UNCHECKED)
    Match.objects.create(recording=second, holder=holder)
    assert as_cy.post(f"/desk/matches/held/{second.key}", words).status_code == 409


def test_a_holder_who_is_hidden_in_one_passage_is_hidden_in_all(
    holder: Account, uploader: Account, cy: Account, as_bo: Client
) -> None:
    public, private = registered(holder, 1, public=True), registered(holder, 2)
    registered(agreed(cy), 3)
    track = uploaded(uploader, np.concatenate([piece(1), piece(2), piece(3)]))
    ids = re.findall(r'\bid="([^"]+)"', as_bo.get(f"/studio/{track.key}/recognised").content.decode())
    assert Match.objects.count() == 2
    assert len(ids) == len(set(ids))
    for address in (f"/studio/{track.key}/recognised", f"/api/v1/me/tracks/{track.key}/recognised"):
        page = as_bo.get(address).content.decode()
        for hidden in (public.title, public.key, private.title, private.key, "Alma", "alma"):
            assert hidden not in page
