import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import removal
from tenuto.accounts.blocks import block
from tenuto.accounts.export import Words, items_of
from tenuto.accounts.follows import begin_following
from tenuto.accounts.models import Account
from tenuto.library.reposts import change
from tenuto.library.reposts.models import Repost
from tenuto.rules.visibility import Audience
from tenuto.tracks import publish
from tenuto.tracks.models import Track
from tests.conftest import signed_in
from tests.library.listing import public, titles, words
from tests.people import person
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def count(track: Track) -> int:
    return Track.objects.get(pk=track.pk).repost_count


def repost(track: Track, by: Account, at: datetime | None = None) -> None:
    change.repost(track, by, at or timezone.now())


@pytest.fixture
def dee(db: None) -> Account:
    """She follows Bo, and nobody else."""
    made = person("dee", "Dee")
    begin_following(made, Account.objects.filter(username="bo").first() or person("bo", "Bo"))
    return made


def test_a_repost_is_a_press_and_no_longer_another(as_bo: Client, alma: Account, bo: Account) -> None:
    track = public(alma)
    for _twice in range(2):
        assert as_bo.post(f"/tracks/{track.key}/repost", {"repost": "yes", "next": "/"})["Location"] == "/"
    assert [(row.account, row.track) for row in Repost.objects.all()] == [(bo, track)]
    assert count(track) == 1
    assert 'aria-pressed="true" aria-label="Repost Harbour' in words(as_bo, "/")
    for _twice in range(2):
        as_bo.post(f"/tracks/{track.key}/repost", {"repost": "no"})
    assert count(track) == 0
    assert as_bo.post(f"/tracks/{track.key}/repost", {"repost": "perhaps"}).status_code == 400


def test_the_key_comes_back_alone_where_it_asks_for_itself(as_bo: Client, alma: Account) -> None:
    track = public(alma)
    asked = {"HX-Request-Type": "partial"}
    key = as_bo.post(f"/tracks/{track.key}/repost", {"repost": "yes", "next": "/"}, headers=asked).content.decode()
    assert key.startswith(f'<div class="repost" id="repost-{track.key}">')
    assert 'name="repost" value="no"' in key
    assert "1 repost<" in key


def test_whoever_is_not_signed_in_is_led_to_do_so(client: Client, alma: Account) -> None:
    track = public(alma)
    assert "/accounts/login/" in client.post(f"/tracks/{track.key}/repost", {"repost": "yes"})["Location"]
    assert not Repost.objects.exists()


def test_nobody_reposts_themselves(as_alma: Client, alma: Account) -> None:
    track = public(alma)
    refused = as_alma.post(f"/tracks/{track.key}/repost", {"repost": "yes"})
    assert refused.status_code == 409
    assert "This track is yours" in refused.content.decode()
    assert 'name="repost"' not in words(as_alma, "/@alma")


def test_the_number_is_shown_unless_the_artist_keeps_such_numbers(
    client: Client, as_alma: Client, alma: Account, bo: Account
) -> None:
    track = public(alma)
    repost(track, bo)
    address = track.get_absolute_url()
    assert "1 repost<" in words(client, address)
    Track.objects.filter(pk=track.pk).update(insights_public=False)
    assert "1 repost<" not in words(client, address)
    assert "1 repost<" in words(as_alma, address)


def test_a_repost_reaches_followers_once_with_who_passed_it_on(
    alma: Account, bo: Account, cy: Account, dee: Account
) -> None:
    """By two whom one follows it is one track, where it came first; whom one does not follow is not named."""
    begin_following(dee, cy)
    at, track = timezone.now(), public(alma)
    repost(track, bo, at - 3 * MINUTE)
    repost(track, person("eve", "Eve"), at - 2 * MINUTE)
    repost(track, cy, at - MINUTE)
    repost(public(alma, "Between"), cy, at - 2 * MINUTE)
    page = words(signed_in(dee), "/following")
    assert titles(page) == ["Between", "Harbour, 5 a.m."]
    said = re.findall(r'<p class="reposted.*?</p>', page, re.DOTALL)
    assert [re.findall(r"<bdi>(\w+)", one) for one in said] == [["Cy"], ["Bo", "Cy"]]


def test_what_a_followed_artist_published_is_not_brought_up_again(alma: Account, bo: Account, dee: Account) -> None:
    begin_following(dee, alma)
    old = public(alma, "Old")
    catalogue.shared(catalogue.track(alma, "New"), Audience.PUBLIC, timezone.now() - MINUTE)
    repost(old, bo)
    page = words(signed_in(dee), "/following")
    assert titles(page) == ["New", "Old"]
    assert "Reposted by" in page


def test_many_who_passed_it_on_are_some_names_and_a_number(alma: Account, bo: Account, dee: Account) -> None:
    track = public(alma)
    for number in range(5):
        one = person(f"fan{number}", f"Fan {number}")
        begin_following(dee, one)
        repost(track, one)
    page = words(signed_in(dee), "/following")
    assert "and 2 more" in page
    assert "Fan 3" not in page


def test_a_repost_opens_nothing_and_ends_with_what_it_shows(
    client: Client, as_alma: Client, as_cy: Client, as_bo: Client, alma: Account, bo: Account, cy: Account, dee: Account
) -> None:
    """An outsider, a follower, a link holder, a blocked person and the artist each see what they see anyway."""
    begin_following(bo, alma)
    inner = catalogue.shared(catalogue.track(alma, "Inner circle"), Audience.FOLLOWERS, timezone.now() - MINUTE)
    open_one, sketch = public(alma, "Open"), catalogue.track(alma, "Sketch")
    link = catalogue.link(sketch)
    as_bo.get(f"/s/{link.secret}")
    for track in (open_one, inner, sketch):
        assert as_bo.post(f"/tracks/{track.key}/repost", {"repost": "yes"}).status_code == 302
    guest, block_her = "/@bo/reposts", person("gus", "Gus")
    block(alma, block_her)
    assert titles(words(client, guest)) == titles(words(as_cy, guest)) == ["Open"]
    assert titles(words(signed_in(block_her), guest)) == ["Open"]
    assert titles(words(as_bo, guest)) == ["Sketch", "Inner circle", "Open"]
    assert titles(words(as_alma, guest)) == ["Sketch", "Inner circle", "Open"]
    assert titles(words(signed_in(dee), "/following")) == ["Open"]
    publish.withdraw_to_sketchbook(open_one, by=alma, at=timezone.now())
    for who in (client, as_cy, signed_in(dee)):
        assert "Open" not in titles(words(who, guest))
    assert titles(words(signed_in(dee), "/following")) == []
    assert as_cy.post(f"/tracks/{open_one.key}/repost", {"repost": "yes"}).status_code == 404


def test_a_block_ends_what_was_reposted_between_two_people(
    client: Client, as_bo: Client, alma: Account, bo: Account, dee: Account
) -> None:
    track = public(alma)
    repost(track, bo)
    assert titles(words(client, "/@bo/reposts")) == ["Harbour, 5 a.m."]
    block(alma, bo)
    assert titles(words(client, "/@bo/reposts")) == titles(words(signed_in(dee), "/following")) == []
    refused = as_bo.post(f"/tracks/{public(alma, 'Another').key}/repost", {"repost": "yes"})
    assert refused.status_code == 403
    assert "blocked the other" in refused.content.decode()


def test_older_ones_are_one_link_away_and_none_is_lost_between(alma: Account, bo: Account, dee: Account) -> None:
    """Published and reposted at the same moments: still each once, in one order."""
    begin_following(dee, other := person("hal", "Hal"))
    at = timezone.now() - MINUTE
    for number in range(15):
        repost(public(alma, f"Reposted {number:02}"), bo, at)
        catalogue.shared(catalogue.track(other, f"Published {number:02}"), Audience.PUBLIC, at)
    reader, seen, path = signed_in(dee), [], "/following"
    while True:
        page = words(reader, path)
        seen.append(titles(page))
        older = re.search(r'href="(\?before=[^"]+)" rel="next"', page)
        if older is None:
            break
        path = f"/following{older[1]}"
    assert [len(some) for some in seen] == [20, 10]
    assert len({title for some in seen for title in some}) == 30


@pytest.mark.parametrize("many", [2, 12])
def test_the_stream_costs_the_same_however_much_is_in_it(
    alma: Account, bo: Account, dee: Account, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    begin_following(dee, hal := person("hal", "Hal"))
    for number in range(many):
        repost(public(alma, f"Track {number}"), bo)
        public(hal, f"Hal's {number}")
    reader = signed_in(dee)
    reader.get("/following")
    # session, account, terms, notices; published, reposted, the tracks of these, by whom; hearts, reposts
    with django_assert_num_queries(10):
        words(reader, "/following")


def test_reposts_of_whoever_leaves_are_taken_back(alma: Account, bo: Account) -> None:
    tracks = [public(alma, "One"), public(alma, "Two")]
    for track in tracks:
        repost(track, bo)
    assert "2 reposts" in removal.what_goes(bo)
    copy = {item.name: "".join(item.pieces) for item in items_of(bo, timezone.now()) if isinstance(item, Words)}
    assert copy["reposts.jsonl"].count(tracks[0].key) == 1
    removal.ask(bo, timezone.now())
    removal.remove_account.func(bo.removal.pk)
    assert [count(track) for track in tracks] == [0, 0]


def test_programs_repost_list_and_read_the_stream(as_bo: Client, alma: Account, dee: Account) -> None:
    track, sketch = public(alma), catalogue.track(alma, "A sketch")
    assert as_bo.put(f"/api/v1/me/reposts/{sketch.key}").status_code == 404
    assert as_bo.put(f"/api/v1/me/reposts/{track.key}").status_code == 204
    assert [one["key"] for one in as_bo.get("/api/v1/me/reposts").json()["tracks"]] == [track.key]
    assert [one["key"] for one in Client().get("/api/v1/people/bo/reposts").json()["tracks"]] == [track.key]
    streamed = signed_in(dee).get("/api/v1/me/stream").json()["items"]
    assert [(one["track"]["key"], one["reposted_by"]) for one in streamed] == [(track.key, ["bo"])]
    publish.withdraw_to_sketchbook(track, by=alma, at=timezone.now())
    assert signed_in(dee).get("/api/v1/me/stream").json()["items"] == []
    assert as_bo.delete(f"/api/v1/me/reposts/{track.key}").status_code == 204
    assert not Repost.objects.exists()


def test_a_repost_of_a_track_that_was_hidden_since_can_be_taken_back(as_bo: Client, alma: Account, bo: Account) -> None:
    """The answer is that for a track that never was, and tells nothing of it."""
    for asked, status in (({}, 302), ({"HX-Request-Type": "partial"}, 200)):
        track = public(alma, f"Hidden {status}")
        repost(track, bo)
        publish.withdraw_to_sketchbook(track, by=alma, at=timezone.now())
        answer = as_bo.post(f"/tracks/{track.key}/repost", {"repost": "no", "next": "/@bo/reposts"}, headers=asked)
        nowhere = as_bo.post("/tracks/neverwashere/repost", {"repost": "no", "next": "/@bo/reposts"}, headers=asked)
        assert (answer.status_code, answer.content) == (nowhere.status_code, nowhere.content) == (status, b"")
        assert not Repost.objects.exists()
        assert count(track) == 0


def test_the_key_comes_back_unpressed_when_taken_back_in_place(as_bo: Client, alma: Account, bo: Account) -> None:
    track = public(alma)
    repost(track, bo)
    key = as_bo.post(f"/tracks/{track.key}/repost", {"repost": "no"}, headers={"HX-Request-Type": "partial"})
    assert 'name="repost" value="yes"' in key.content.decode()
    assert "1 repost<" not in key.content.decode()
