import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import removal
from tenuto.accounts.blocks import block, unblock
from tenuto.accounts.models import Account
from tenuto.library.likes import change
from tenuto.library.likes.models import Like
from tenuto.tracks import publish
from tenuto.tracks.models import Track
from tests.library.listing import public, titles, words
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db


def count(track: Track) -> int:
    return Track.objects.get(pk=track.pk).like_count


def test_a_heart_is_a_press_and_no_longer_another(as_bo: Client, alma: Account, bo: Account) -> None:
    track = public(alma)
    for _twice in range(2):
        assert as_bo.post(f"/tracks/{track.key}/like", {"like": "yes", "next": "/"})["Location"] == "/"
    assert [(like.account, like.track) for like in Like.objects.all()] == [(bo, track)]
    assert count(track) == 1
    assert 'aria-pressed="true" aria-label="Like Harbour' in words(as_bo, "/")
    for _twice in range(2):
        as_bo.post(f"/tracks/{track.key}/like", {"like": "no"})
    assert count(track) == 0
    assert as_bo.post(f"/tracks/{track.key}/like", {"like": "perhaps"}).status_code == 400


@pytest.mark.parametrize(
    "onward", ["library", "likes:own", '"><b>', "nul\0", "//evil.example", "/\\evil.example", "https:x"]
)
def test_it_leads_on_to_addresses_of_this_site_alone(onward: str, as_bo: Client, alma: Account) -> None:
    track = public(alma)
    answer = as_bo.post(f"/tracks/{track.key}/like", {"like": "yes", "next": onward})
    assert answer["Location"] == track.get_absolute_url()


def test_whom_a_block_stands_between_like_nothing_of_each_others(as_bo: Client, alma: Account, bo: Account) -> None:
    kept, track = public(alma, "Kept"), public(alma)
    as_bo.post(f"/tracks/{kept.key}/like", {"like": "yes"})
    block(alma, bo)
    refused = as_bo.post(f"/tracks/{track.key}/like", {"like": "yes"})
    assert refused.status_code == 403
    assert "one of you and its artist has blocked the other" in refused.content.decode()
    assert as_bo.put(f"/api/v1/me/likes/{track.key}").json()["code"] == "blocked"
    assert (count(track), count(kept)) == (0, 1)
    as_bo.post(f"/tracks/{kept.key}/like", {"like": "no"})
    assert count(kept) == 0, "what was liked before can be taken back"
    unblock(alma, bo)
    as_bo.post(f"/tracks/{track.key}/like", {"like": "yes"})
    assert count(track) == 1


def test_the_heart_comes_back_alone_where_it_asks_for_itself(as_bo: Client, alma: Account) -> None:
    track = public(alma)
    asked = {"HX-Request-Type": "partial"}
    heart = as_bo.post(f"/tracks/{track.key}/like", {"like": "yes", "next": "/"}, headers=asked).content.decode()
    assert heart.startswith(f'<div class="heart" id="heart-{track.key}">')
    assert 'name="like" value="no"' in heart
    assert "1 like<" in heart


def test_whoever_is_not_signed_in_is_led_to_do_so(client: Client, alma: Account) -> None:
    track = public(alma)
    assert f'/accounts/login/?next=/" aria-label="Like {track.title}, for members"' in words(client, "/")
    assert "/accounts/login/" in client.post(f"/tracks/{track.key}/like", {"like": "yes"})["Location"]
    assert not Like.objects.exists()


def test_how_many_like_it_is_shown_unless_the_artist_keeps_such_numbers(
    client: Client, as_alma: Client, alma: Account, bo: Account
) -> None:
    track = public(alma)
    change.like(track, bo, timezone.now())
    assert "1 like<" in words(client, "/")
    Track.objects.filter(pk=track.pk).update(insights_public=False)
    assert "1 like<" not in words(client, "/")
    assert "1 like<" in words(as_alma, "/@alma")


def test_likes_are_ones_own_until_one_shows_them(client: Client, as_bo: Client, alma: Account, bo: Account) -> None:
    change.like(public(alma), bo, timezone.now())
    nothing = words(client, "/@cy/likes", 404)
    assert "A rest." in nothing
    assert titles(words(client, "/@bo/likes")) == []
    assert "Bo shows no likes" in words(client, "/@bo/likes")
    assert client.get("/api/v1/people/bo/likes").status_code == 404
    assert titles(words(as_bo, "/@bo/likes")) == titles(words(as_bo, "/library/likes")) == ["Harbour, 5 a.m."]
    assert as_bo.post("/library/likes", {"shown": "yes"})["Location"] == "/library/likes"
    assert titles(words(client, "/@bo/likes")) == ["Harbour, 5 a.m."]
    as_bo.post("/library/likes", {"shown": "no"})
    assert titles(words(client, "/@bo/likes")) == []
    assert as_bo.post("/library/likes", {"shown": "?"}).status_code == 400


def test_of_what_is_liked_each_sees_what_they_may_hear(
    client: Client, as_bo: Client, alma: Account, bo: Account
) -> None:
    kept, hidden = public(alma, "Kept"), public(alma, "Hidden")
    for track in (kept, hidden):
        change.like(track, bo, timezone.now())
    change.show(bo, timezone.now())
    publish.withdraw_to_sketchbook(hidden, by=alma, at=timezone.now())
    assert titles(words(client, "/@bo/likes")) == ["Kept"]
    own = words(as_bo, "/library/likes")
    assert titles(own) == ["Kept"]
    assert "1 more that you liked is not shared with you now" in own
    assert "Hidden" not in own
    assert as_bo.post(f"/tracks/{hidden.key}/like", {"like": "yes"}).status_code == 404


def test_the_last_liked_come_first_and_older_ones_are_one_link_away(as_bo: Client, alma: Account, bo: Account) -> None:
    at = timezone.now()
    for number in range(53):
        change.like(public(alma, f"Track {number:02}"), bo, at)
    first = words(as_bo, "/library/likes")
    assert titles(first)[:2] == ["Track 52", "Track 51"]
    older = re.search(r'href="(\?before=[^"]+)"', first)
    assert older is not None
    assert titles(words(as_bo, f"/library/likes{older[1]}")) == ["Track 02", "Track 01", "Track 00"]


@pytest.mark.parametrize("many", [3, 20])
def test_a_page_of_likes_costs_the_same_however_many(
    as_bo: Client, alma: Account, bo: Account, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(many):
        change.like(public(alma, f"Track {number}"), bo, timezone.now())
    as_bo.get("/library/likes")
    # session, account, terms, notices; likes, tracks, how many, of them heard, whether they are shown; hearts, reposts
    with django_assert_num_queries(11):
        words(as_bo, "/library/likes")


def test_likes_of_whoever_leaves_are_taken_back(as_bo: Client, alma: Account, bo: Account) -> None:
    tracks = [public(alma, "One"), public(alma, "Two")]
    for track in tracks:
        change.like(track, bo, timezone.now())
    change.like(tracks[0], alma, timezone.now())
    assert "2 likes" in removal.what_goes(bo)
    removal.ask(bo, timezone.now())
    removal.remove_account.func(bo.removal.pk)
    assert not Account.objects.filter(pk=bo.pk).exists()
    assert [count(track) for track in tracks] == [1, 0]


def test_programs_like_and_list(as_bo: Client, alma: Account) -> None:
    track, sketch = public(alma), catalogue.track(alma, "A sketch")
    assert as_bo.put(f"/api/v1/me/likes/{sketch.key}").status_code == 404
    assert as_bo.put(f"/api/v1/me/likes/{track.key}").status_code == 204
    assert [one["key"] for one in as_bo.get("/api/v1/me/likes").json()["tracks"]] == [track.key]
    shown = as_bo.put("/api/v1/me/likes-shown", {"shown": True}, content_type="application/json")
    assert shown.json() == as_bo.get("/api/v1/me/likes-shown").json() == {"shown": True}
    assert [one["key"] for one in Client().get("/api/v1/people/bo/likes").json()["tracks"]] == [track.key]
    publish.withdraw_to_sketchbook(track, by=alma, at=timezone.now())
    assert as_bo.delete(f"/api/v1/me/likes/{track.key}").status_code == 204
    assert not Like.objects.exists()


def test_a_like_of_a_track_that_was_hidden_since_can_be_taken_back(as_bo: Client, alma: Account, bo: Account) -> None:
    """The answer is that for a track that never was, and tells nothing of it."""
    for asked, status in (({}, 302), ({"HX-Request-Type": "partial"}, 200)):
        track = public(alma, f"Hidden {status}")
        change.like(track, bo, timezone.now())
        publish.withdraw_to_sketchbook(track, by=alma, at=timezone.now())
        answer = as_bo.post(f"/tracks/{track.key}/like", {"like": "no", "next": "/library/likes"}, headers=asked)
        nowhere = as_bo.post("/tracks/neverwashere/like", {"like": "no", "next": "/library/likes"}, headers=asked)
        assert (answer.status_code, answer.content) == (nowhere.status_code, nowhere.content) == (status, b"")
        assert not Like.objects.exists()
        assert count(track) == 0


def test_the_heart_comes_back_empty_where_it_is_taken_back_in_place(as_bo: Client, alma: Account, bo: Account) -> None:
    track = public(alma)
    change.like(track, bo, timezone.now())
    heart = as_bo.post(f"/tracks/{track.key}/like", {"like": "no"}, headers={"HX-Request-Type": "partial"})
    assert 'name="like" value="yes"' in heart.content.decode()
    assert "1 like<" not in heart.content.decode()
