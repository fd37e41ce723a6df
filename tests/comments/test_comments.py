"""Saying something along a track, over HTTP: who may, who reads it, and how it goes again."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts import removal
from tenuto.accounts.export import Words, items_of
from tenuto.accounts.models import Account, Block, Follow
from tenuto.accounts.tokens import issue
from tenuto.comments.models import Comment, Wish
from tenuto.comments.read import MOST_ANSWERS
from tenuto.comments.say import MOST_AN_HOUR
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.audio.sounding import link_to, public, shared, sketch

pytestmark = pytest.mark.django_db

WORDS = "That chain at the left."


@pytest.fixture
def harbour(alma: Account) -> Track:
    return public(alma)


def say(client: Client, track: Track, words: str = WORDS, at: str = "0:10", **more: str) -> Comment:
    response = client.post(f"/tracks/{track.key}/comments", {"words": words, "at": at, **more})
    assert response.status_code == 302, response.content
    return Comment.objects.latest("pk")


def page(client: Client, track: Track) -> str:
    return client.get(track.get_absolute_url()).content.decode()


def test_what_was_said_stands_under_the_track_with_its_moment(client: Client, as_bo: Client, harbour: Track) -> None:
    said = say(as_bo, harbour, at="0:10")
    seen = page(client, harbour)
    assert f'id="c-{said.key}"' in seen
    assert WORDS in seen
    assert re.search(r'data-seek="10.000">0:10</a>', seen)


def test_control_characters_are_no_part_of_what_is_said(as_bo: Client, harbour: Track) -> None:
    assert say(as_bo, harbour, "First\x0bthen\x07 this.\0").words == "First\nthen this."


def test_after_sending_one_is_back_where_one_was(as_bo: Client, harbour: Track) -> None:
    address = f"/tracks/{harbour.key}/comments"
    answer = as_bo.post(address, {"words": WORDS, "at": "0:10", "next": "https://elsewhere.example/"})
    assert answer["Location"] == f"{harbour.get_absolute_url()}#c-{Comment.objects.get().key}"


@pytest.mark.parametrize(
    ("words", "at", "advice"),
    [
        ("  ", "0:10", "no words"),
        ("x" * 1001, "0:10", "1,000 letters"),
        (WORDS, "9:59", "not in this track"),
        (WORDS, "soon", "not in this track"),
    ],
)
def test_what_cannot_stand_is_said_and_loses_no_word(
    as_bo: Client, harbour: Track, words: str, at: str, advice: str
) -> None:
    answer = as_bo.post(f"/tracks/{harbour.key}/comments", {"words": words, "at": at})
    assert answer.status_code == 422
    assert advice in answer.content.decode()
    assert f'value="{words}"' in answer.content.decode()
    assert not Comment.objects.exists()


def test_whoever_is_not_signed_in_is_asked_to_be(client: Client, harbour: Track) -> None:
    answer = client.post(f"/tracks/{harbour.key}/comments", {"words": WORDS, "at": "0:10"})
    assert answer["Location"].startswith("/accounts/login/?next=/%40alma/")


def test_a_sketch_takes_comments_of_those_who_hold_its_link_only(as_bo: Client, as_cy: Client, alma: Account) -> None:
    track = sketch(alma)
    link = link_to(track)
    as_bo.get(link.get_absolute_url())
    said = say(as_bo, track, next=link.get_absolute_url())
    assert WORDS in as_bo.get(link.get_absolute_url()).content.decode()
    for address in (f"/tracks/{track.key}/comments", f"/comments/{said.key}/heart"):
        assert as_cy.post(address, {"words": WORDS, "at": "0:10", "heart": "yes"}).status_code == 404
    assert as_cy.get(f"/tracks/{track.key}/comments").status_code == 404


def test_followers_say_something_along_what_is_for_followers(
    as_bo: Client, as_cy: Client, alma: Account, bo: Account
) -> None:
    track = shared(sketch(alma), Audience.FOLLOWERS)
    Follow.objects.create(follower=bo, followed=alma)
    say(as_bo, track)
    assert as_cy.get(f"/tracks/{track.key}/comments").status_code == 404


def test_no_comments_means_no_new_ones(as_bo: Client, harbour: Track) -> None:
    say(as_bo, harbour)
    Track.objects.update(comments_allowed=False)
    answer = as_bo.post(f"/tracks/{harbour.key}/comments", {"words": "Again", "at": "0:10"})
    assert Comment.objects.count() == 1
    assert "does not take comments" in answer.content.decode()
    seen = page(as_bo, harbour)
    assert WORDS in seen
    assert 'name="words"' not in seen


def test_comments_not_shown_are_read_by_the_artist_and_whoever_said_them(
    as_alma: Client, as_bo: Client, as_cy: Client, harbour: Track
) -> None:
    said = say(as_bo, harbour)
    Track.objects.update(comments_public=False)
    assert WORDS in page(as_alma, harbour)
    assert WORDS in page(as_bo, harbour)
    for outsider in (as_cy, Client()):
        assert WORDS not in page(outsider, harbour)
        assert outsider.get(f"/api/v1/tracks/{harbour.key}/comments").json() == {"comments": [], "older": None}
        assert outsider.post(f"/comments/{said.key}/heart", {"heart": "yes"}).status_code == 404


def test_an_answer_to_an_answer_stands_beside_it(as_alma: Client, as_bo: Client, harbour: Track) -> None:
    said = say(as_bo, harbour)
    answer = say(as_alma, harbour, "It was the anchor.", answers=said.key)
    beside = say(as_bo, harbour, "I thought so.", answers=answer.key)
    assert answer.parent == beside.parent == said
    assert (answer.at_seconds, beside.at_seconds) == (None, None)
    (thread,) = as_bo.get(f"/api/v1/tracks/{harbour.key}/comments").json()["comments"]
    assert [one["words"] for one in thread["answers"]] == ["It was the anchor.", "I thought so."]


def test_an_answer_belongs_to_its_own_track(as_bo: Client, alma: Account, harbour: Track) -> None:
    said = say(as_bo, harbour)
    other = public(alma, "Another")
    answer = as_bo.post(f"/tracks/{other.key}/comments", {"words": "x", "answers": said.key})
    assert answer.status_code == 404


def test_only_the_latest_answers_to_one_comment_are_shown_and_all_to_the_others(
    client: Client, bo: Account, harbour: Track
) -> None:
    loud, quiet = (Comment.objects.create(track=harbour, author=bo, at_seconds=n, words=f"{n}") for n in (1, 2))
    Comment.objects.bulk_create(
        Comment(track=harbour, author=bo, parent=loud, words=f"answer {n}") for n in range(MOST_ANSWERS + 5)
    )
    Comment.objects.create(track=harbour, author=bo, parent=quiet, words="the only one")
    first, second = client.get(f"/api/v1/tracks/{harbour.key}/comments").json()["comments"]
    assert [answer["words"] for answer in first["answers"]] == ["the only one"]
    assert [answer["words"] for answer in second["answers"]] == [f"answer {n}" for n in range(5, MOST_ANSWERS + 5)]


def test_a_sign_that_no_database_holds_is_left_out(as_bo: Client, harbour: Track) -> None:
    assert say(as_bo, harbour, "a\0b").words == "ab"
    assert as_bo.post(f"/tracks/{harbour.key}/comments", {"words": "x", "answers": "a\0b"}).status_code == 404


def test_a_form_sent_twice_says_it_once(as_bo: Client, harbour: Track) -> None:
    assert say(as_bo, harbour) == say(as_bo, harbour)
    assert Comment.objects.count() == 1
    say(as_bo, harbour, at="0:11")
    assert Comment.objects.count() == 2


def test_a_flood_is_stopped_and_told_so(as_bo: Client, bo: Account, harbour: Track) -> None:
    Comment.objects.bulk_create(
        Comment(track=harbour, author=bo, at_seconds=1, words=f"{n}") for n in range(MOST_AN_HOUR)
    )
    answer = as_bo.post(f"/tracks/{harbour.key}/comments", {"words": WORDS, "at": "0:10"})
    assert answer.status_code == 429
    assert WORDS in answer.content.decode()
    Comment.objects.update(said_at=timezone.now() - timedelta(hours=2))
    say(as_bo, harbour)


def test_words_are_words(client: Client, as_bo: Client, harbour: Track) -> None:
    say(as_bo, harbour, "<script>alert(1)</script> @alma\u202egnp.exe")
    seen = page(client, harbour)
    assert "<script>alert" not in seen
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen


def test_hearts_count_once_each(as_alma: Client, as_bo: Client, harbour: Track) -> None:
    said = say(as_bo, harbour)
    for _ in range(2):
        as_alma.post(f"/comments/{said.key}/heart", {"heart": "yes"})
    (shown,) = as_alma.get(f"/api/v1/tracks/{harbour.key}/comments").json()["comments"]
    assert (shown["hearts"], shown["liked"]) == (1, True)
    as_alma.post(f"/comments/{said.key}/heart", {"heart": "no"})
    assert not said.hearts.exists()
    assert as_alma.post(f"/comments/{said.key}/heart", {"heart": "perhaps"}).status_code == 400


def test_author_and_artist_take_a_comment_away_and_nobody_else(
    as_alma: Client, as_bo: Client, as_cy: Client, harbour: Track
) -> None:
    first, second = say(as_bo, harbour, "One"), say(as_bo, harbour, "Two")
    assert as_cy.post(f"/comments/{first.key}/remove").status_code == 404
    as_bo.post(f"/comments/{first.key}/remove")
    as_alma.post(f"/comments/{second.key}/remove")
    assert not Comment.objects.exists()


def test_where_others_answered_an_empty_place_stays_until_they_are_gone_too(
    as_bo: Client, as_cy: Client, harbour: Track
) -> None:
    said = say(as_bo, harbour)
    answer = say(as_cy, harbour, "Which one?", answers=said.key)
    as_cy.post(f"/comments/{said.key}/heart", {"heart": "yes"})
    as_bo.post(f"/comments/{said.key}/remove")
    said.refresh_from_db()
    assert (said.author, said.words, said.hearts.count()) == (None, "", 0)
    seen = page(Client(), harbour)
    assert "What was said here is gone." in seen
    assert "Which one?" in seen
    as_cy.post(f"/comments/{answer.key}/remove")
    assert not Comment.objects.exists()


def test_newcomers_wait_until_the_artist_lets_them_stand(
    as_alma: Client, as_bo: Client, as_cy: Client, harbour: Track
) -> None:
    as_alma.post("/studio/comments", {"approval": "newcomers"})
    said = say(as_bo, harbour)
    assert said.waits
    assert WORDS in page(as_bo, harbour)
    assert WORDS not in page(as_cy, harbour)
    assert WORDS in as_alma.get("/studio/comments").content.decode()
    assert as_bo.post(f"/comments/{said.key}/let-stand").status_code == 404
    as_alma.post(f"/comments/{said.key}/let-stand")
    assert WORDS in page(as_cy, harbour)
    assert not say(as_bo, harbour, "And again.").waits
    assert say(as_cy, harbour, "New here.").waits
    as_alma.post("/studio/comments", {"approval": "everybody"})
    assert say(as_bo, harbour, "Once more.").waits
    assert not say(as_alma, harbour, "Mine.").waits


def test_a_wish_that_is_none_is_refused(as_alma: Client) -> None:
    assert as_alma.post("/studio/comments", {"approval": "friends"}).status_code == 422
    assert not Wish.objects.exists()


def test_whoever_is_blocked_says_nothing_more_and_is_read_by_nobody_else(
    as_alma: Client, as_bo: Client, as_cy: Client, alma: Account, bo: Account, harbour: Track
) -> None:
    said = say(as_bo, harbour)
    Follow.objects.create(follower=bo, followed=alma)
    assert as_alma.post("/@bo/block", {"block": "yes"}).status_code == 302
    assert not Follow.objects.exists()
    for reader in (as_alma, as_cy, Client()):
        assert WORDS not in page(reader, harbour)
    assert WORDS in page(as_bo, harbour)
    answer = as_bo.post(f"/tracks/{harbour.key}/comments", {"words": "Still", "at": "0:10"})
    assert (answer.status_code, Comment.objects.count()) == (403, 1)
    assert as_bo.post("/@alma/follow", {"follow": "yes"}).status_code == 403
    assert as_bo.post(f"/comments/{said.key}/heart", {"heart": "yes"}).status_code == 403
    as_alma.post("/@bo/block", {"block": "no"})
    assert WORDS in page(as_cy, harbour)
    say(as_bo, harbour, "Thank you.")


def test_whoever_is_blocked_reads_so_before_they_write(
    as_alma: Client,
    as_bo: Client,
    as_cy: Client,
    bo: Account,
    harbour: Track,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """In place of the line to write on stands why there is none; nothing invites them to answer or like either."""
    say(as_cy, harbour)
    sentence, address = "one of you has blocked the other", f"/tracks/{harbour.key}/comments"
    page(as_bo, harbour)  # what is asked once is asked
    with CaptureQueriesContext(connection) as asked:
        open_to_bo = page(as_bo, harbour)
        questions = len(asked)
    for inviting in ('class="say"', "comment__answer", "/heart"):
        assert inviting in open_to_bo
    assert sentence not in open_to_bo
    as_alma.post("/@bo/block", {"block": "yes"})
    with django_assert_num_queries(questions):
        seen = page(as_bo, harbour)
    for shown in (seen, as_bo.get(address).content.decode()):
        assert sentence in shown
        for inviting in ('class="say"', "comment__answer", "/heart"):
            assert inviting not in shown
    assert 'class="say"' in page(as_cy, harbour)
    late = as_bo.post(address, {"words": "Written before I knew.", "at": "0:10"})
    assert late.status_code == 403
    assert late.content.decode().count(sentence) == 1
    assert "Written before I knew." in late.content.decode(), "their words can still be copied"


def test_whoever_is_blocked_by_somebody_does_not_answer_like_or_name_them(
    as_bo: Client, as_cy: Client, bo: Account, cy: Account, harbour: Track
) -> None:
    said = say(as_cy, harbour)
    Block.objects.create(blocker=cy, blocked=bo)
    answer = as_bo.post(f"/tracks/{harbour.key}/comments", {"words": "But", "answers": said.key})
    assert answer.status_code == 403
    assert as_bo.post(f"/comments/{said.key}/heart", {"heart": "yes"}).status_code == 403
    assert not say(as_bo, harbour, "@cy look").named.exists()


def test_a_name_leads_to_whoever_is_named(client: Client, as_bo: Client, cy: Account, harbour: Track) -> None:
    said = say(as_bo, harbour, "@Cy, and @nobody-here")
    assert [row.account for row in said.named.all()] == [cy]
    seen = page(client, harbour)
    assert '<a href="/@cy">@Cy</a>' in seen
    assert 'href="/@nobody-here"' not in seen


def test_muting_is_for_oneself_alone(as_alma: Client, as_bo: Client, as_cy: Client, harbour: Track) -> None:
    say(as_bo, harbour)
    as_cy.post("/@bo/mute", {"mute": "yes"})
    assert WORDS not in page(as_cy, harbour)
    assert WORDS in page(as_alma, harbour)
    assert "Bo" in as_cy.get("/studio/comments").content.decode()
    as_cy.post("/@bo/mute", {"mute": "no"})
    assert WORDS in page(as_cy, harbour)
    assert as_cy.post("/@cy/mute", {"mute": "yes"}).status_code == 400


@pytest.mark.parametrize("block", ["yes", "maybe"])
def test_nobody_blocks_themselves_or_by_half(as_alma: Client, bo: Account, block: str) -> None:
    assert as_alma.post("/@alma/block", {"block": "yes"}).status_code == 400
    assert as_alma.post("/@bo/block", {"block": block}).status_code == (302 if block == "yes" else 400)


def test_a_page_asks_the_database_as_often_for_many_comments_as_for_two(
    client: Client,
    alma: Account,
    bo: Account,
    cy: Account,
    harbour: Track,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            root = Comment.objects.create(track=harbour, author=bo, at_seconds=number % 30, words=f"@alma {number}")
            Comment.objects.create(track=harbour, author=cy, parent=root, words="@bo yes")

    fill(2)
    page(client, harbour)
    with django_assert_max_num_queries(100) as few:
        page(client, harbour)
    fill(60)
    with django_assert_max_num_queries(len(few.captured_queries)):
        seen = page(client, harbour)
    assert "Older comments" in seen
    older = re.search(r"/comments\?older=(\d+)", seen)
    assert older
    assert (
        client.get(f"/tracks/{harbour.key}/comments?older={older[1]}").content.decode().count('class="comment"') == 60
    )


def test_whoever_leaves_takes_their_words_along(
    as_bo: Client, as_cy: Client, bo: Account, cy: Account, harbour: Track
) -> None:
    alone, answered = say(as_bo, harbour, "Alone"), say(as_bo, harbour, "Answered")
    say(as_cy, harbour, "Yes?", answers=answered.key)
    exported = {item.name: "".join(item.pieces) for item in items_of(bo, timezone.now()) if isinstance(item, Words)}
    assert [json.loads(line)["words"] for line in exported["comments/said.jsonl"].splitlines()] == ["Alone", "Answered"]
    assert "2 comments" in removal.what_goes(bo)
    removal.ask(bo, timezone.now())
    assert "Alone" not in page(as_cy, harbour)
    bo.removal.refresh_from_db()
    removal.remove_account.func(bo.removal.pk)
    assert not Comment.objects.filter(pk=alone.pk).exists()
    answered.refresh_from_db()
    assert (answered.author, answered.words) == (None, "")
    assert "Yes?" in page(Client(), harbour)
    assert cy.pk


def test_programs_do_all_of_it(bo: Account, cy: Account, harbour: Track) -> None:
    def program(account: Account) -> Client:
        _token, secret = issue(account, "program", None)
        return Client(headers={"Authorization": f"Bearer {secret}"})

    address = f"/api/v1/tracks/{harbour.key}/comments"
    sent = program(bo).post(address, {"words": WORDS, "at_seconds": 10.5}, content_type="application/json")
    assert sent.status_code == 201
    key = sent.json()["key"]
    assert program(cy).put(f"/api/v1/comments/{key}/heart").status_code == 204
    (shown,) = program(cy).get(address).json()["comments"]
    assert (shown["at_seconds"], shown["author"], shown["hearts"], shown["liked"]) == (10.5, "bo", 1, True)
    assert program(cy).delete(f"/api/v1/comments/{key}/heart").status_code == 204
    assert program(cy).delete(f"/api/v1/comments/{key}").status_code == 404
    assert program(bo).delete(f"/api/v1/comments/{key}").status_code == 204
    for wrong in ({"words": WORDS}, {"words": WORDS, "at_seconds": 1e9}, {"words": ""}, {"at_seconds": 1}):
        assert program(bo).post(address, wrong, content_type="application/json").status_code == 422
    assert Client().post(address, {"words": WORDS}, content_type="application/json").status_code == 401
