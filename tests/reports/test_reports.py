"""Reports over HTTP: sent, decided with reasons, acted on, appealed, counted; by whom, and by whom not."""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from tenuto.accounts import removal
from tenuto.accounts.export import Words, items_of
from tenuto.accounts.models import Account, Follow
from tenuto.accounts.tokens import issue
from tenuto.base.models import Job
from tenuto.collectives import change as collectives
from tenuto.comments.models import Comment
from tenuto.comments.notices import tell_of
from tenuto.consent.current import works_open
from tenuto.library.playlists import change as playlists
from tenuto.lyrics.write import write
from tenuto.reports import letters, reporting
from tenuto.reports.models import Appeal, Decision, Report, Step
from tenuto.reports.record import first_torn
from tenuto.reports.sweeps import forget_addresses
from tenuto.reports.words import MEASURES
from tenuto.rules.moderation import APPEAL_FOR, Measure
from tenuto.rules.playlists import Openness
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Publication, Track
from tests.audio.sounding import link_to, public, shared, sketch
from tests.conftest import signed_in
from tests.gate.working import INPUT, agreed, work
from tests.notifications.happening import lines
from tests.people import person

pytestmark = pytest.mark.django_db

WORDS = "From 0:12 on it is my song."
STATEMENT = {"facts": "The melody is that of the song.", "ground": "terms", "clause": "Terms, 4.1"}


@pytest.fixture
def harbour(alma: Account) -> Track:
    return public(alma)


@pytest.fixture
def sam(db: None) -> Account:
    return staff("sam")


@pytest.fixture
def as_sam(sam: Account) -> Client:
    return signed_in(sam)


def staff(handle: str) -> Account:
    one = person(handle, handle.title())
    one.is_staff = True
    one.save(update_fields=["is_staff"])
    return one


def send(client: Client, address: str, status: int = 302, **more: str) -> str:
    answer = client.post(f"/report/{address}", {"reason": "rights", "words": WORDS, **more})
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def decide(client: Client, measure: str, status: int = 302, **more: str) -> str:
    report = Report.objects.latest("pk")
    answer = client.post(f"/desk/reports/{report.key}", {"measure": measure, **STATEMENT, **more})
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def appeal(client: Client, address: str, status: int = 302) -> str:
    answer = client.post(address, {"words": "It is a folk song. Nobody owns it."})
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def review(client: Client, measure: str, status: int = 302) -> str:
    key = Appeal.objects.latest("pk").key
    answer = client.post(f"/desk/appeals/{key}", {"measure": measure, **STATEMENT})
    assert answer.status_code == status, answer.content
    return answer.content.decode()


# ——— reporting ———


def test_whoever_meets_something_can_report_it_signed_in_or_not(
    as_bo: Client, client: Client, harbour: Track, alma: Account, bo: Account
) -> None:
    comment = Comment.objects.create(track=harbour, author=alma, at_seconds=1, words="Buy plays here")
    write(harbour, "Low water", "en", timezone.now())
    night = playlists.make(alma, "Night", timezone.now(), openness=Openness.PUBLIC.value)
    for address in (
        f"track/{harbour.key}",
        f"artwork/{harbour.key}",
        f"lyrics/{harbour.key}",
        f"comment/{comment.key}",
        "person/alma",
        f"playlist/{night.key}",
    ):
        assert as_bo.get(f"/report/{address}").status_code == 200
        send(as_bo, address)
        send(client, address, mail="witness@example.org")
    assert Report.objects.filter(reporter=bo).count() == Report.objects.filter(mail="witness@example.org").count() == 6
    assert set(Report.objects.values_list("account", flat=True)) == {alma.pk}
    assert Report.objects.filter(kind="comment").first().excerpt == "Buy plays here"  # type: ignore[union-attr]


def test_pages_lead_to_it_and_ones_own_do_not(as_alma: Client, as_bo: Client, client: Client, harbour: Track) -> None:
    for path, address in (
        (harbour.get_absolute_url(), f"/report/track/{harbour.key}"),
        ("/@alma", "/report/person/alma"),
    ):
        for other in (as_bo, client):
            assert address in other.get(path).content.decode()
        assert address not in as_alma.get(path).content.decode()
    assert "This is yours" in send(as_alma, f"track/{harbour.key}", 409)


def test_a_collective_is_answered_for_by_whoever_owned_it_longest_and_does_not_name_them(
    as_alma: Client, as_bo: Client, client: Client, alma: Account
) -> None:
    shore = collectives.begin(alma, "North Shore", "label", timezone.now())
    shore.memberships.update(is_shown=False)
    page, address = shore.get_absolute_url(), "/report/collective/north-shore"
    assert address in as_bo.get(page).content.decode()
    assert address not in as_alma.get(page).content.decode()
    for other in (as_bo, client):
        assert alma.name not in other.get(address).content.decode()
        send(other, "collective/north-shore")
    assert set(Report.objects.values_list("kind", "account")) == {("collective", alma.pk)}
    assert "This is yours" in send(as_alma, "collective/north-shore", 409)


def test_ones_own_reports_stand_among_the_settings(as_bo: Client) -> None:
    page = as_bo.get("/reports").content.decode()
    assert '<a href="/reports" aria-current="page">Reports</a>' in page
    assert 'aria-label="Settings"' in page


def test_what_one_may_not_meet_cannot_be_reported(
    as_alma: Client, as_bo: Client, as_cy: Client, alma: Account, bo: Account
) -> None:
    """An outsider, a follower, a link holder: the one rule."""
    track = shared(sketch(alma), Audience.FOLLOWERS)
    Follow.objects.create(follower=bo, followed=alma)
    by_link = Client()
    by_link.get(link_to(track).get_absolute_url())
    for client, status in ((as_bo, 200), (by_link, 200), (as_cy, 404), (Client(), 404)):
        assert client.get(f"/report/track/{track.key}").status_code == status
    for nothing in ("track/nothing", "nonsense/x", "lyrics/" + track.key, "person/nobody", "comment/x", "album/x"):
        assert as_bo.get(f"/report/{nothing}").status_code == 404


def test_the_same_report_again_is_noted_once(as_bo: Client, harbour: Track) -> None:
    send(as_bo, f"track/{harbour.key}")
    send(as_bo, f"track/{harbour.key}")
    assert Report.objects.count() == Step.objects.count() == 1


def test_without_a_reason_it_is_said_what_is_missing_and_no_word_is_lost(as_bo: Client, harbour: Track) -> None:
    answer = send(as_bo, f"track/{harbour.key}", 422, reason="")
    assert "Choose what is wrong." in answer
    assert WORDS in answer


def test_nobody_reports_without_end(
    as_bo: Client, client: Client, harbour: Track, alma: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "MOST_A_DAY", 1)
    for sender in (as_bo, client):
        send(sender, f"track/{harbour.key}")
        assert "many reports today" in send(sender, "person/alma", 429)


def test_what_became_of_it_is_told_to_whoever_has_the_address(client: Client, as_cy: Client, harbour: Track) -> None:
    send(client, f"track/{harbour.key}")
    told = client.get(Report.objects.get().get_absolute_url())
    assert "It waits for a human being" in told.content.decode()
    assert told["Cache-Control"] == "private, no-store"
    assert client.get("/reports/" + "a" * 32).status_code == 404


# ——— deciding ———


def test_a_withheld_track_is_met_by_its_artist_alone_who_reads_why(
    as_alma: Client, as_bo: Client, as_sam: Client, client: Client, harbour: Track
) -> None:
    link = link_to(harbour)
    since = Publication.objects.get().starts_at
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "withhold-track")
    holder = Client()
    assert holder.get(link.get_absolute_url()).status_code == 404
    for other in (as_bo, client, as_sam):
        assert other.get(harbour.get_absolute_url()).status_code == 404
        assert harbour.key not in other.get("/").content.decode()
        assert other.get(f"/api/v1/tracks/{harbour.key}").status_code == 404
    decision = Decision.objects.get()
    for path in (harbour.get_absolute_url(), f"/studio/{harbour.key}/permissions"):
        assert decision.get_absolute_url() in as_alma.get(path).content.decode()
    reasons = as_alma.get(decision.get_absolute_url()).content.decode()
    for words in (STATEMENT["facts"], "The terms of use: ", STATEMENT["clause"], "No machine had a part in it."):
        assert words in reasons
    assert WORDS not in reasons
    # What the artist shares anew while it is withheld opens nothing; taken back, it is there as it was.
    as_alma.post(f"/studio/{harbour.key}/publication", {"visibility": "public"})
    assert client.get(harbour.get_absolute_url()).status_code == 404
    appeal(as_alma, decision.get_absolute_url())
    review(signed_in(staff("kim")), "nothing")
    assert client.get(harbour.get_absolute_url()).status_code == 200
    assert Publication.objects.get().starts_at == since


def test_a_withheld_comment_is_read_by_its_author_alone_and_comes_back_whole(
    as_alma: Client, as_bo: Client, as_sam: Client, client: Client, harbour: Track, bo: Account
) -> None:
    comment = Comment.objects.create(track=harbour, author=bo, at_seconds=1, words="Buy plays here")
    tell_of(comment, timezone.now())
    assert "Buy plays here" in as_alma.get("/notifications").content.decode()
    send(as_alma, f"comment/{comment.key}", reason="spam")
    decide(as_sam, "withhold-comment")
    page = harbour.get_absolute_url()
    assert "Buy plays here" in as_bo.get(page).content.decode()
    for other in (as_alma, client):
        assert "Buy plays here" not in other.get(page).content.decode()
    assert "Buy plays here" not in as_alma.get("/notifications").content.decode()
    decision = Decision.objects.get()
    appeal(as_bo, decision.get_absolute_url())
    review(signed_in(staff("kim")), "nothing")
    assert "Buy plays here" in client.get(page).content.decode()


def test_a_suspended_account_is_closed_and_appeals_by_mail(
    as_alma: Client, as_bo: Client, as_sam: Client, client: Client, harbour: Track, alma: Account
) -> None:
    _token, secret = issue(alma, "hers", None)
    send(as_bo, "person/alma", reason="hate")
    decide(as_sam, "suspend", ground="law", clause="§ 130 StGB")
    assert client.get("/@alma").status_code == 404
    assert client.get(harbour.get_absolute_url()).status_code == 404
    assert as_alma.get("/studio/").status_code == 302
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/me").status_code == 401
    decision = Decision.objects.get()
    letters.deliver.call("decided", decision.pk)
    (letter,) = mail.outbox
    assert letter.to == ["alma@example.org"]
    assert decision.get_absolute_url() in letter.body
    appeal(client, decision.get_absolute_url())
    review(signed_in(staff("kim")), "warn")
    assert client.get("/@alma").status_code == 200
    assert Track.objects.filter(pk=harbour.pk).exists()


def test_nothing_is_open_to_ai_in_the_works_of_a_suspended_account_and_then_what_was_said_holds_again(
    as_bo: Client, as_sam: Client, client: Client, alma: Account
) -> None:
    track = work(agreed(alma), INPUT)
    assert works_open(INPUT) == [track.pk]
    send(as_bo, "person/alma", reason="hate")
    decide(as_sam, "suspend")
    assert works_open(INPUT) == []
    appeal(client, Decision.objects.get().get_absolute_url())
    review(signed_in(staff("kim")), "nothing")
    assert works_open(INPUT) == [track.pk]


def test_an_account_that_is_leaving_is_not_opened_again(as_bo: Client, as_sam: Client, alma: Account) -> None:
    send(as_bo, "person/alma")
    decide(as_sam, "suspend")
    removal.ask(alma, timezone.now())
    appeal(Client(), Decision.objects.get().get_absolute_url())
    review(signed_in(staff("kim")), "nothing")
    assert not Account.objects.get(pk=alma.pk).is_active


def test_two_reasons_to_withhold_a_track_must_both_end(
    as_alma: Client, as_bo: Client, as_sam: Client, client: Client, harbour: Track
) -> None:
    write(harbour, "Low water", "en", timezone.now())
    send(as_bo, f"lyrics/{harbour.key}")
    send(as_bo, f"track/{harbour.key}")
    for report in Report.objects.all():
        as_sam.post(f"/desk/reports/{report.key}", {"measure": "withhold-track", **STATEMENT})
    first, second = Decision.objects.order_by("pk")
    kim = signed_in(staff("kim"))
    appeal(as_alma, first.get_absolute_url())
    review(kim, "nothing")
    assert client.get(harbour.get_absolute_url()).status_code == 404
    appeal(as_alma, second.get_absolute_url())
    review(kim, "nothing")
    assert client.get(harbour.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("measure", "missing", "advice"),
    [
        ("withhold-track", {"facts": ""}, "a decision without reasons is none"),
        ("withhold-track", {"clause": ""}, "say on which, and on which clause"),
        ("withhold-track", {"ground": ""}, "say on which, and on which clause"),
        ("", {}, "Choose what is done."),
        ("withhold-comment", {}, "Select a valid choice"),
    ],
)
def test_no_measure_without_a_statement_of_reasons(
    as_bo: Client, as_sam: Client, harbour: Track, measure: str, missing: dict[str, str], advice: str
) -> None:
    send(as_bo, f"track/{harbour.key}")
    assert advice in decide(as_sam, measure, 422, **missing)
    assert not Decision.objects.exists()


def test_one_decision_answers_all_reports_on_the_same_thing(
    as_bo: Client, as_cy: Client, as_sam: Client, harbour: Track
) -> None:
    send(as_bo, f"track/{harbour.key}")
    send(as_cy, f"track/{harbour.key}")
    decide(as_sam, "nothing")
    assert set(Report.objects.values_list("decision", flat=True)) == {Decision.objects.get().pk}
    decide(as_sam, "nothing", 422)


def test_nobody_of_the_staff_decides_their_own_cause(
    as_bo: Client, as_sam: Client, sam: Account, harbour: Track
) -> None:
    send(as_bo, "person/sam")
    assert "somebody else decides it" in as_sam.get(f"/desk/reports/{Report.objects.get().key}").content.decode()
    decide(as_sam, "nothing", 422)
    send(as_sam, f"track/{harbour.key}")
    decide(as_sam, "withhold-track", 422)


def test_letters_go_to_both_sides_and_say_what_the_law_wants(as_bo: Client, as_sam: Client, harbour: Track) -> None:
    send(as_bo, f"track/{harbour.key}")
    report = Report.objects.get()
    letters.deliver.call("to_staff", report.pk)
    letters.deliver.call("received", report.pk)
    decide(as_sam, "withhold-track")
    letters.deliver.call("answered", report.pk)
    letters.deliver.call("decided", Decision.objects.get().pk)
    assert [letter.to[0].partition("@")[0] for letter in mail.outbox] == ["sam", "bo", "bo", "alma"]
    for letter in mail.outbox[2:]:
        for words in ("The track is withheld", STATEMENT["facts"], "appeal within six months", "no machine"):
            assert words.casefold() in letter.body.casefold()
    assert f"The terms of use, {STATEMENT['clause']}" in mail.outbox[3].body
    assert "bo" not in re.findall(r"\w+", mail.outbox[3].body.casefold())


def test_each_side_and_staff_are_told_on_the_page_and_nobody_else(
    as_alma: Client, as_bo: Client, as_cy: Client, as_sam: Client, harbour: Track
) -> None:
    send(as_bo, f"track/{harbour.key}")
    report = Report.objects.get()
    letters.deliver.call("to_staff", report.pk)
    letters.deliver.call("received", report.pk)
    decide(as_sam, "warn")
    decision = Decision.objects.get()
    letters.deliver.call("answered", report.pk)
    letters.deliver.call("decided", decision.pk)
    appeal(as_alma, decision.get_absolute_url())
    letters.deliver.call("appealed", Appeal.objects.get().pk)
    review(signed_in(staff("kim")), "nothing")
    letters.deliver.call("reviewed", report.pk)
    assert lines(as_bo) == ["Your report was decided again, on appeal", "Your report was decided"]
    assert lines(as_alma) == ["Staff decided about something of yours"]
    assert lines(as_sam) == ["An appeal waits for staff", "Something was reported and waits for staff"]
    assert lines(as_cy) == []
    assert f'href="{report.get_absolute_url()}"' in as_bo.get("/notifications").content.decode()


def test_each_side_is_written_to_in_its_language(as_bo: Client, as_sam: Client, harbour: Track, alma: Account) -> None:
    Account.objects.filter(pk=alma.pk).update(language="de")
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "warn")
    letters.deliver.call("answered", Report.objects.get().pk)
    letters.deliver.call("decided", Decision.objects.get().pk)
    to_bo, to_alma = mail.outbox
    assert "Decided: your report" in to_bo.subject
    with override("de"):
        assert str(MEASURES[Measure.WARN]) in to_alma.body
    assert str(MEASURES[Measure.WARN]) not in to_alma.body


def test_a_stranger_is_answered_by_mail(client: Client, as_sam: Client, harbour: Track) -> None:
    send(client, f"track/{harbour.key}", mail="witness@example.org")
    decide(as_sam, "nothing")
    letters.deliver.call("answered", Report.objects.get().pk)
    assert mail.outbox[0].to == ["witness@example.org"]


def test_to_an_address_that_nobody_confirmed_goes_no_word_of_whoever_typed_it(
    client: Client, as_sam: Client, alma: Account
) -> None:
    track = public(alma, "Win a phone at spam.example")
    send(client, f"track/{track.key}", mail="victim@example.org", words="Buy at spam.example")
    report = Report.objects.get()
    letters.deliver.call("received", report.pk)
    decide(as_sam, "nothing")
    letters.deliver.call("answered", report.pk)
    letters.deliver.call("reviewed", report.pk)
    assert len(mail.outbox) == 3
    for letter in mail.outbox:
        assert letter.to == ["victim@example.org"]
        assert "spam.example" not in f"{letter.subject}{letter.body}"
        assert report.get_absolute_url() in letter.body


def test_one_address_gets_few_letters_a_day_and_staff_one_while_it_waits(
    client: Client, as_bo: Client, as_sam: Client, alma: Account
) -> None:
    def jobs(kind: str) -> int:
        return Job.objects.filter(once__startswith=f"report letter:{kind}:").count()

    for number in range(5):
        send(client, f"track/{public(alma, f'Track {number}').key}", mail=f"{'vV'[number % 2]}ictim@example.org")
    assert Report.objects.count() == jobs("to_staff") == 5
    assert jobs("received") == reporting.MOST_LETTERS
    same = Report.objects.latest("pk").about
    send(as_bo, f"track/{Track.objects.get(pk=same).key}")
    assert (Report.objects.count(), jobs("to_staff")) == (6, 5)
    decide(as_sam, "nothing")
    send(client, f"track/{Track.objects.get(pk=same).key}")
    assert jobs("to_staff") == 6


def test_a_strangers_address_is_forgotten_once_no_answer_can_follow(
    client: Client, as_sam: Client, harbour: Track
) -> None:
    send(client, f"track/{harbour.key}", mail="witness@example.org")
    decide(as_sam, "nothing")
    now = timezone.now()
    assert forget_addresses(now + APPEAL_FOR - timedelta(hours=1)) == 0
    assert forget_addresses(now + APPEAL_FOR + timedelta(hours=1)) == 1
    assert Report.objects.get().mail == ""


def test_where_nothing_was_done_the_artist_is_told_nothing(
    as_alma: Client, as_bo: Client, as_sam: Client, harbour: Track
) -> None:
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "nothing")
    assert as_alma.get(Decision.objects.get().get_absolute_url()).status_code == 404
    assert "Nothing." in as_alma.get("/reports").content.decode()


# ——— appeals ———


def test_an_appeal_is_decided_by_another_of_the_staff_where_there_is_one(
    as_alma: Client, as_bo: Client, as_sam: Client, harbour: Track
) -> None:
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "withhold-track")
    appeal(as_alma, Decision.objects.get().get_absolute_url())
    staff("kim")
    assert "somebody else decides it" in review(as_sam, "nothing", 422)
    Account.objects.filter(username="kim").update(is_active=False)
    review(as_sam, "nothing")


def test_whoever_reported_it_can_appeal_too_and_each_once(
    as_bo: Client, as_sam: Client, as_alma: Client, harbour: Track
) -> None:
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "nothing")
    told = Report.objects.get().get_absolute_url()
    appeal(as_bo, told)
    appeal(as_bo, told)
    assert Appeal.objects.count() == 1
    review(signed_in(staff("kim")), "withhold-track")
    assert "The track is withheld" in as_bo.get(told).content.decode()
    # To Alma that is the first decision, so she has her own appeal; what is decided on hers is decided.
    hers = Decision.objects.latest("pk")
    appeal(as_alma, hers.get_absolute_url())
    review(as_sam, "warn")
    assert "A warning" in as_bo.get(told).content.decode()
    final = Decision.objects.latest("pk")
    assert "This decision stands" in appeal(as_alma, final.get_absolute_url(), 422)


def test_after_six_months_a_decision_stands(as_alma: Client, as_bo: Client, as_sam: Client, harbour: Track) -> None:
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "warn")
    decision = Decision.objects.get()
    Decision._base_manager.filter(pk=decision.pk).update(at=timezone.now() - APPEAL_FOR - timedelta(hours=1))
    assert "This decision stands" in appeal(as_alma, decision.get_absolute_url(), 422)


# ——— the record ———


def test_the_record_only_grows(as_bo: Client, as_sam: Client, harbour: Track) -> None:
    """No line of the record can be changed or taken away, not even past our own code."""
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "warn")
    for change in (lambda: Step.objects.update(reason="other"), lambda: Step.objects.all().delete()):
        with pytest.raises(DatabaseError, match="keeps what was written"), transaction.atomic():
            change()
    with pytest.raises(TypeError):
        Decision.objects.update(facts="Nothing happened.")


def test_a_line_that_was_changed_behind_our_back_is_found(as_bo: Client, as_sam: Client, harbour: Track) -> None:
    send(as_bo, f"track/{harbour.key}")
    send(as_bo, "person/alma")
    decide(as_sam, "warn")
    steps = list(Step.objects.order_by("pk"))
    assert first_torn(steps) is None
    assert "those below follow from one another" in as_sam.get("/desk/reports/record").content.decode()
    steps[1].reason = "other"
    assert first_torn(steps) == steps[1]
    assert first_torn([steps[0], steps[2]]) == steps[2]


def test_the_numbers_are_for_everybody_and_name_nobody(
    as_alma: Client, as_bo: Client, as_sam: Client, client: Client, harbour: Track
) -> None:
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "withhold-track")
    appeal(as_alma, Decision.objects.get().get_absolute_url())
    review(signed_in(staff("kim")), "nothing")
    seen = client.get("/moderation").content.decode()
    counts = re.findall(r'<th scope="row">(.*?)</th><td class="numbers">(\d+)</td>', seen)
    assert counts[:5] == [
        ("Reports", "1"),
        ("Decisions", "1"),
        ("Appeals", "1"),
        ("Appeals decided", "1"),
        ("Measures changed on appeal", "1"),
    ]
    for name in ("Harbour", "Alma", "Sam", WORDS, STATEMENT["facts"]):
        assert name not in seen


# ——— copies and departures ———


def test_both_sides_have_it_in_their_copies_and_no_copy_names_who_reported(
    as_alma: Client, as_bo: Client, as_sam: Client, harbour: Track, alma: Account, bo: Account
) -> None:
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "warn")
    appeal(as_alma, Decision.objects.get().get_absolute_url())
    hers, his = (
        {item.name: "".join(item.pieces) for item in items_of(one, timezone.now()) if isinstance(item, Words)}
        for one in (alma, bo)
    )
    assert json.loads(his["reports/reported.jsonl"])["words"] == WORDS
    assert json.loads(hers["reports/decided-about-me.jsonl"])["clause"] == STATEMENT["clause"]
    assert "folk song" in hers["reports/appeals.jsonl"]
    assert WORDS not in "".join(hers.values())
    assert "secret" not in his["reports/reported.jsonl"]


def test_who_leaves_takes_their_name_and_words_and_the_record_stays(
    as_alma: Client, as_bo: Client, as_sam: Client, harbour: Track, alma: Account, bo: Account
) -> None:
    send(as_bo, f"track/{harbour.key}")
    decide(as_sam, "warn")
    appeal(as_alma, Decision.objects.get().get_absolute_url())
    assert any("in 1 report;" in words for words in removal.what_goes(bo))
    for account in (bo, alma):
        removal.ask(account, timezone.now())
        removal.remove_account.call(account.removal.pk)
    report, decision = Report.objects.get(), Decision.objects.get()
    assert (report.reporter, report.account, report.words, report.title, report.excerpt) == (None, None, "", "", "")
    assert (decision.account, decision.facts, decision.title) == (None, "", "")
    assert Appeal.objects.get().words == ""
    assert first_torn(Step.objects.order_by("pk")) is None
    assert Step.objects.count() == 3


def test_the_desk_is_for_staff(as_bo: Client, client: Client, harbour: Track) -> None:
    send(as_bo, f"track/{harbour.key}")
    for path in ("/desk/reports", f"/desk/reports/{Report.objects.get().key}", "/desk/reports/record"):
        assert as_bo.get(path).status_code == 404
        assert "/accounts/login/" in client.get(path)["Location"]
