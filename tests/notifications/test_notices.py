import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from tenuto.accounts import removal
from tenuto.accounts.blocks import block
from tenuto.accounts.export import Words, items_of
from tenuto.accounts.follows import begin_following
from tenuto.accounts.models import Account
from tenuto.agreements import letters as agreement_letters
from tenuto.base.models import Job
from tenuto.comments import mute, say
from tenuto.comments.models import Comment, Wish
from tenuto.library.likes import change as likes
from tenuto.library.playlists import invite
from tenuto.library.reposts import change as reposts
from tenuto.matches import letters as match_letters
from tenuto.matches.models import Match
from tenuto.notifications import new_terms, new_tracks, sweeps
from tenuto.notifications.channels import Channel
from tenuto.notifications.kinds import KINDS, Kind, Told, register
from tenuto.notifications.models import Choice, Device, Notice, Rhythm
from tenuto.notifications.tell import tell
from tenuto.rules.visibility import Audience, Visitor
from tenuto.terms.events import TermsPublished
from tenuto.tracks import publish
from tenuto.tracks.events import TrackPublished
from tenuto.tracks.models import Track
from tests.agreements.agreeing import CATALOGUE, drafted, label, over
from tests.conftest import signed_in
from tests.library.listing import playlist, public, words
from tests.notifications.happening import kinds_to, lines
from tests.people import person
from tests.terms.writing import NOON, first, second
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db
HARBOUR = "“Harbour, 5 a.m.”"


def comment(track: Track, by: Account, words_: str = "The bass!", **how: object) -> Comment:
    how = {"moment": 42.0, **how} if "answers" not in how else how
    return say.say(track, Visitor(by.pk), by, words_, timezone.now(), **how)  # type: ignore[arg-type]


def test_what_happens_around_ones_works_stands_on_the_page(
    as_alma: Client, alma: Account, bo: Account, cy: Account
) -> None:
    track = public(alma)
    reposts.repost(track, bo, timezone.now())
    comment(track, cy)
    likes.like(track, bo, timezone.now())
    assert lines(as_alma) == [
        f"Somebody likes {HARBOUR}",
        f"Cy commented on {HARBOUR}",
        f"Bo reposted {HARBOUR}",
    ]
    assert "The bass!" in words(as_alma, "/notifications")


def test_who_likes_is_theirs_to_say(as_alma: Client, alma: Account, bo: Account, cy: Account) -> None:
    """Likes are kept to oneself until one shows them; the artist is told how many, and never who."""
    track = public(alma)
    for one in (bo, cy):
        likes.like(track, one, timezone.now())
    page = words(as_alma, "/notifications")
    assert lines(as_alma) == [f"2 people like {HARBOUR}"]
    assert "<bdi>Bo" not in page
    assert "/@bo" not in page
    told = as_alma.get("/api/v1/me/notifications").json()["notices"]
    assert [(one["words"], one["by"]) for one in told] == [(f"2 people like {HARBOUR}", [])]


def test_many_of_one_kind_on_one_thing_are_one_line(as_alma: Client, alma: Account) -> None:
    track = public(alma)
    for number in range(4):
        reposts.repost(track, person(f"fan{number}", f"Fan {number}"), timezone.now())
    assert lines(as_alma) == [f"Fan 3, Fan 2 and 2 others reposted {HARBOUR}"]


def test_a_new_follower_is_told_of_while_they_follow(
    as_alma: Client,
    as_bo: Client,
    alma: Account,
    bo: Account,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            as_bo.post("/@alma/follow", {"follow": "yes"})
    assert lines(as_alma) == ["Bo followed you"]
    as_bo.post("/@alma/follow", {"follow": "no"})
    assert lines(as_alma) == []


def test_answers_names_and_hearts_reach_whom_they_are_for(
    alma: Account, as_bo: Client, bo: Account, as_cy: Client, cy: Account, as_alma: Client
) -> None:
    """Each is told once of one comment, by what is nearest to them."""
    track = public(alma)
    asked = comment(track, bo, "How did you record the rain?")
    comment(track, alma, "With two jars, ask @cy, and @bo knows", answers=asked)
    say.like(asked, cy, likes=True)
    assert lines(as_bo) == [
        f"Somebody thanked you for what you said on {HARBOUR}",
        f"Alma Ferreira answered you on {HARBOUR}",
    ]
    assert lines(as_cy) == [f"Alma Ferreira mentioned you on {HARBOUR}"]
    assert lines(as_alma) == [f"Bo commented on {HARBOUR}"]


def test_words_that_wait_are_told_to_the_artist_alone_until_they_stand(
    as_alma: Client, alma: Account, bo: Account, as_cy: Client, cy: Account
) -> None:
    Wish.objects.create(artist=alma, approval="everybody")
    track = public(alma)
    waits = comment(track, bo, "Listen, @cy")
    assert lines(as_alma) == [f"Bo commented on {HARBOUR}, and waits for you to let it stand"]
    assert lines(as_cy) == []
    say.let_stand(waits)
    assert lines(as_cy) == [f"Bo mentioned you on {HARBOUR}"]
    assert kinds_to(alma) == ["comment"]


def test_a_new_track_reaches_those_who_follow_its_artist_once(
    alma: Account,
    bo: Account,
    as_bo: Client,
    as_cy: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    begin_following(bo, alma)
    track = catalogue.track(alma)
    with django_capture_on_commit_callbacks(execute=True):
        publish.publish(track, Audience.FOLLOWERS, None, by=alma, at=timezone.now())
    for _twice in range(2):
        new_tracks.tell_followers.func(track.pk)
    assert lines(as_bo) == [f"Alma Ferreira published {HARBOUR}"]
    assert lines(as_cy) == []


def test_a_track_that_begins_later_is_told_of_later(alma: Account, bo: Account, as_bo: Client) -> None:
    begin_following(bo, alma)
    later = timezone.now() + timedelta(days=1)
    track = catalogue.shared(catalogue.track(alma), Audience.PUBLIC, later)
    new_tracks.wait_for_it(TrackPublished(track.pk, "public", later, timezone.now()))
    new_tracks.tell_followers.func(track.pk)
    assert lines(as_bo) == []
    assert [job.run_after for job in Job.objects.filter(task__endswith="tell_followers")] == [later]


def test_what_is_hidden_is_not_named_whenever_it_is_read(
    alma: Account, as_bo: Client, bo: Account, cy: Account, as_alma: Client
) -> None:
    """Told while everybody heard it; read when it was taken back. Nothing says that it was there."""
    begin_following(bo, alma)
    track = catalogue.shared(catalogue.track(alma, "Soon secret"), Audience.PUBLIC, timezone.now())
    new_tracks.tell_followers.func(track.pk)
    asked = comment(track, bo, "Who plays?")
    comment(track, cy, "She does", answers=asked)
    say.like(asked, cy, likes=True)
    assert len(lines(as_bo)) == 3
    publish.withdraw_to_sketchbook(track, by=alma, at=timezone.now())
    assert lines(as_bo) == []
    assert "Soon secret" not in words(as_bo, "/notifications")
    assert as_bo.get("/api/v1/me/notifications").json()["notices"] == []
    assert lines(as_alma) != []


def test_what_was_taken_back_or_away_is_told_no_more(as_alma: Client, alma: Account, bo: Account) -> None:
    track = public(alma)
    reposts.repost(track, bo, timezone.now())
    likes.like(track, bo, timezone.now())
    said = comment(track, bo)
    assert len(lines(as_alma)) == 3
    reposts.take_back(track.key, bo)
    likes.unlike(track.key, bo)
    say.take_away(said)
    assert lines(as_alma) == []


def test_nobody_is_told_of_what_they_did_themselves(as_alma: Client, alma: Account) -> None:
    comment(public(alma), alma, "Thank you, @alma")
    assert kinds_to(alma) == []


def test_blocked_and_muted_people_make_no_notices_and_lose_those_they_made(
    as_alma: Client, alma: Account, bo: Account, cy: Account
) -> None:
    track = public(alma)
    comment(track, bo)
    comment(track, cy)
    assert lines(as_alma) == [f"Cy and Bo commented on {HARBOUR}"]
    block(alma, bo)
    mute.mute(alma, cy, mutes=True)
    assert lines(as_alma) == []
    mute.mute(alma, cy, mutes=True)
    comment(track, cy, "And again")
    reposts.repost(track, cy, timezone.now())
    assert kinds_to(alma) == ["comment", "comment"]


def test_an_invitation_is_told_of_until_it_is_answered(alma: Account, as_bo: Client, bo: Account) -> None:
    made = playlist(alma, title="Night tram")
    invite.invite(made, "bo", timezone.now())
    assert lines(as_bo) == ["Alma Ferreira asks you to work on the playlist “Night tram”"]
    invite.accept(invite.invitation_of(bo, made.key), timezone.now())
    assert lines(as_bo) == []


def test_what_has_a_letter_stands_on_the_page_and_in_no_digest(
    as_alma: Client, alma: Account, as_bo: Client, bo: Account, mailoutbox: list[object]
) -> None:
    """One letter, one notice, however often the letter's job runs."""
    track = catalogue.track(alma)
    recording = track.recordings.get()
    match = Match.objects.create(recording=recording, holder=bo, told_at=timezone.now())
    agreement = drafted(label(bo, at=timezone.now()), alma, over(CATALOGUE), by=bo, at=timezone.now())
    for _twice in range(2):
        match_letters.deliver.func("held", recording.pk)
        match_letters.deliver.func("turned_up", match.pk)
        agreement_letters.deliver.func("drafted", agreement.pk)
    assert lines(as_alma) == [
        "An agreement waits for you to read and sign it",
        f"{HARBOUR} waits: registered music was recognised in it",
    ]
    # A sketch of hers: the letter tells the holder, the notice names nothing.
    assert "A work that you registered was recognised in an upload" in lines(as_bo)
    assert not Notice.objects.filter(by_mail=True).exists()
    assert not KINDS["match"].offers(Channel.MAIL)


def test_new_terms_are_told_to_everybody_who_was_here(as_alma: Client, alma: Account) -> None:
    Account.objects.filter(pk=alma.pk).update(date_joined=NOON - timedelta(days=30))
    first()
    number = second().number
    new_terms.say_so(TermsPublished(number))
    for _twice in range(2):
        new_terms.tell_everybody.func(number)
    [line] = lines(as_alma)
    assert line.startswith("New terms hold from ")


def test_the_head_of_every_page_says_how_many_are_new_until_one_looks(
    as_alma: Client, alma: Account, bo: Account, client: Client
) -> None:
    track = public(alma)
    comment(track, bo)
    reposts.repost(track, bo, timezone.now())
    assert '<b class="bell__count numbers">2<' in words(as_alma, "/")
    first_look = words(as_alma, "/notifications")
    assert first_look.count("happened__line--new") == 2
    assert "bell__count" not in first_look
    assert "bell__count" not in words(as_alma, "/")
    assert "happened__line--new" not in words(as_alma, "/notifications")
    assert "/notifications" not in words(client, "/")


def test_programs_read_notices_and_say_that_they_did(as_alma: Client, alma: Account, bo: Account) -> None:
    comment(public(alma), bo)
    [one] = as_alma.get("/api/v1/me/notifications").json()["notices"]
    assert (one["kind"], one["by"], one["quote"], one["is_new"]) == ("comment", ["bo"], "The bass!", True)
    assert "#c-" in one["url"]
    assert as_alma.put("/api/v1/me/notifications/read").status_code == 204
    assert as_alma.get("/api/v1/me/notifications").json()["notices"][0]["is_new"] is False


def test_each_kind_has_its_switches_and_they_hold_from_then_on(as_alma: Client, alma: Account, bo: Account) -> None:
    page = words(as_alma, "/settings/notifications")
    assert page.count('name="kind-') == sum(kind.offers(way) for kind in KINDS.values() for way in Channel)
    ticked = {f"kind-{name}": ["page"] for name in KINDS if name != "repost"} | {"every": "week"}
    assert as_alma.post("/settings/notifications", ticked)["Location"] == "/settings/notifications"
    track = public(alma)
    comment(track, bo)
    reposts.repost(track, bo, timezone.now())
    assert kinds_to(alma) == ["comment"]
    assert not Notice.objects.get(to=alma).by_mail
    assert Rhythm.objects.get(pk=alma.pk).every == "week"
    as_alma.post("/settings/notifications", ticked | {"every": ""})
    assert not Rhythm.objects.exists()
    assert as_alma.post("/settings/notifications", {"every": "hour"}).status_code == 400
    kept = {item.name: "".join(item.pieces) for item in items_of(alma, timezone.now()) if isinstance(item, Words)}
    assert '"kind": "repost"' in kept["notifications.json"]


def test_saving_what_was_shown_changes_nothing(as_alma: Client, alma: Account) -> None:
    page = words(as_alma, "/settings/notifications")
    boxes = re.findall(r'name="(kind-[^"]+)" value="(\w+)" checked', page)
    form: dict[str, list[str]] = {}
    for name, value in boxes:
        form.setdefault(name, []).append(value)
    as_alma.post("/settings/notifications", form | {"every": ""})
    assert not Choice.objects.exists()


@pytest.mark.parametrize("many", [2, 25])
def test_the_page_costs_the_same_however_much_happened(
    as_alma: Client, alma: Account, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        track, fan = public(alma, f"Track {number}"), person(f"fan{number}", f"Fan {number}")
        comment(track, fan)
        reposts.repost(track, fan, timezone.now())
    as_alma.get("/notifications")
    # session, account, terms; notices; tracks and comments; tracks and reposts; that they are read
    with django_assert_num_queries(9):
        assert len(lines(as_alma)) == 2 * min(many, 30)


def test_notices_are_forgotten_after_ninety_days(alma: Account, bo: Account) -> None:
    track, now = public(alma), timezone.now()
    comment(track, bo)
    reposts.repost(track, bo, now)
    Notice.objects.filter(kind="comment").update(at=now - timedelta(days=91))
    sweeps.forget(now)
    assert kinds_to(alma) == ["repost"]


def test_notices_go_with_whoever_leaves(alma: Account, bo: Account, cy: Account) -> None:
    track = public(alma)
    for one in (bo, cy):
        comment(track, one)
    comment(public(bo, "Bo's"), cy)
    Device.objects.create(account=bo, endpoint="https://push.example/1", key="k", secret="s", name="Firefox")
    removal.ask(bo, timezone.now())
    assert not Device.objects.exists()
    assert lines(signed_in(alma)) == [f"Cy commented on {HARBOUR}"]
    removal.remove_account.func(bo.removal.pk)
    assert not Notice.objects.filter(to=bo.pk).exists()
    assert not Notice.objects.filter(by=bo.pk).exists()


def test_a_feature_brings_a_kind_by_a_few_lines(as_alma: Client, alma: Account, bo: Account) -> None:
    def told(notices: list[Notice], reader: Account, at: object) -> dict[int, Told]:
        return {one.pk: Told("{who} credits you on “{title}”", "/credits", {"title": "{who} <b>"}) for one in notices}

    kind = register(Kind("credit", "Credits", told))  # type: ignore[arg-type]
    try:
        tell(kind, [alma.pk, bo.pk], by=bo, about=7, at=timezone.now())
        assert lines(as_alma) == ["Bo credits you on “{who} <b>”"]
    finally:
        del KINDS["credit"]
    assert lines(as_alma) == []


@pytest.mark.parametrize("many", [2, 20])
def test_telling_many_costs_as_much_as_telling_two(
    alma: Account, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    followers = [person(f"fan{number}", f"Fan {number}").pk for number in range(many)]
    track = public(alma)
    # who is here, blocks, mutes; choices, devices; the notices
    with django_assert_num_queries(6):
        tell(new_tracks.NEW_TRACK, followers, by=alma, about=track.pk, at=timezone.now())
    assert Notice.objects.count() == many
