"""Lyrics over HTTP: written down by the artist, read by whoever may hear the track and by nobody else."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.export import Words, items_of
from tenuto.accounts.models import Account, Follow
from tenuto.accounts.tokens import issue
from tenuto.lyrics.models import Lyrics
from tenuto.lyrics.write import MOST_EARLIER, write
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.audio.sounding import link_to, public, shared, sketch

pytestmark = pytest.mark.django_db

PLAIN = "Low water, low water\n\nThe chain at the left"
TIMED = "[0:02.50]Low water, low water\n[0:05]\n[0:10]<0:10>The chain <0:12>at the left"


@pytest.fixture
def harbour(alma: Account) -> Track:
    return public(alma)


def sung(track: Track, text: str = PLAIN, language: str = "en") -> Lyrics:
    return write(track, text, language, timezone.now())


def save(client: Client, track: Track, text: str = PLAIN, status: int = 302, **more: object) -> str:
    answer = client.post(f"/studio/{track.key}/lyrics", {"text": text, "language": "", **more})
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def page(client: Client, track: Track) -> str:
    return client.get(track.get_absolute_url()).content.decode()


def test_what_the_artist_writes_down_stands_on_the_tracks_page(as_alma: Client, client: Client, harbour: Track) -> None:
    save(as_alma, harbour, language="de")
    seen = page(client, harbour)
    assert 'lang="de" dir="auto">Low water, low water<br><br>The chain at the left</p>' in seen
    assert "sung-lines" not in seen


def test_timed_lines_carry_their_moments_and_are_plain_text_without_scripts(
    as_alma: Client, client: Client, harbour: Track
) -> None:
    save(as_alma, harbour, TIMED)
    seen = page(client, harbour)
    assert '<li data-at="2.500">Low water, low water</li>' in seen
    assert '<li data-at="5.000" class="lyrics__pause"></li>' in seen
    assert '<span data-at="10.000">The chain </span><span data-at="12.000">at the left</span>' in seen


def test_an_lrc_file_is_read(as_alma: Client, harbour: Track) -> None:
    file = SimpleUploadedFile("low-water.lrc", b"\xef\xbb\xbf[ti:Low Water]\r\n[0:02]Low water\r\n")
    save(as_alma, harbour, "", file=file)
    assert [line.text for line in Lyrics.objects.get().sheet.lines] == ["Low water"]


@pytest.mark.parametrize("text", ["naïve", "日本"])
def test_a_file_in_utf_16_with_its_mark_is_read(as_alma: Client, harbour: Track, text: str) -> None:
    save(as_alma, harbour, "", file=SimpleUploadedFile("x.txt", text.encode("utf-16")))
    assert Lyrics.objects.get().text == text


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "no words in it"),
        ("[0:01]\n[0:02]", "no words in it"),
        ("[0:01]One\nTwo", "Line 2 has no time"),
        ("[0:01]One\n[0:77]Two", "Line 2 has something that looks like a time"),
        ("[9:59]One", "Line 1 begins at [9:59], after the end of the track"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line_and_nothing_is_lost(
    as_alma: Client, harbour: Track, text: str, advice: str
) -> None:
    sung(harbour)
    answer = save(as_alma, harbour, text, status=422)
    assert advice in answer
    assert text in answer
    assert Lyrics.standing().get().text == PLAIN


def test_a_file_that_cannot_be_read_stands_in_the_form_to_be_mended(as_alma: Client, harbour: Track) -> None:
    answer = save(as_alma, harbour, "", 422, file=SimpleUploadedFile("x.lrc", b"[0:01]One\nTwo and three"))
    assert "Line 2 has no time" in answer
    assert "Two and three" in answer


@pytest.mark.parametrize("file", [b"\xff\x00\x80nothing", b"a\0b", b"x" * 100_000])
def test_a_file_that_is_no_text_is_refused(as_alma: Client, harbour: Track, file: bytes) -> None:
    answer = save(as_alma, harbour, PLAIN, 422, file=SimpleUploadedFile("x.lrc", file))
    assert "UTF-8" in answer or "too large" in answer
    assert not Lyrics.objects.exists()


def test_markup_in_lyrics_is_words(as_alma: Client, client: Client, harbour: Track) -> None:
    save(as_alma, harbour, "<script>low</script>")
    assert "&lt;script&gt;low&lt;/script&gt;" in page(client, harbour)


def test_lyrics_are_read_by_whoever_may_hear_the_track_and_by_nobody_else(
    as_alma: Client, as_bo: Client, as_cy: Client, alma: Account, bo: Account
) -> None:
    """An outsider, a follower, a link holder, the owner: the one rule."""
    track = shared(sketch(alma), Audience.FOLLOWERS)
    sung(track)
    Follow.objects.create(follower=bo, followed=alma)
    by_link = Client()
    by_link.get(link_to(track).get_absolute_url())
    address = f"/api/v1/tracks/{track.key}/lyrics"
    for client, status in ((as_alma, 200), (as_bo, 200), (by_link, 200), (as_cy, 404), (Client(), 404)):
        assert client.get(address).status_code == status
        assert client.get(track.get_absolute_url()).status_code == status


def test_only_the_owner_writes(as_cy: Client, harbour: Track) -> None:
    sung(harbour)
    assert as_cy.get(f"/studio/{harbour.key}/lyrics").status_code == 404
    assert as_cy.post(f"/studio/{harbour.key}/lyrics", {"text": "Mine"}).status_code == 404
    assert as_cy.post(f"/studio/{harbour.key}/lyrics/removal").status_code == 404
    assert Lyrics.objects.get().text == PLAIN


def test_earlier_ones_are_kept_for_the_artist_alone(as_alma: Client, client: Client, harbour: Track) -> None:
    sung(harbour, "First words")
    sung(harbour)
    assert "First words" in as_alma.get(f"/studio/{harbour.key}/lyrics").content.decode()
    assert "First words" not in page(client, harbour)
    assert "First words" not in client.get(f"/api/v1/tracks/{harbour.key}/lyrics").content.decode()


def test_the_oldest_of_many_go(harbour: Track) -> None:
    for number in range(MOST_EARLIER + 3):
        sung(harbour, f"Version {number}")
    assert Lyrics.objects.count() == MOST_EARLIER + 1
    assert Lyrics.standing().get().text == f"Version {MOST_EARLIER + 2}"


def test_taking_them_away_takes_all_away_and_twice_is_once(as_alma: Client, client: Client, harbour: Track) -> None:
    sung(harbour)
    sung(harbour)  # the very same
    assert Lyrics.objects.count() == 1
    sung(harbour, TIMED)
    for _time in range(2):
        assert as_alma.post(f"/studio/{harbour.key}/lyrics/removal").status_code == 302
    assert not Lyrics.objects.exists()
    assert "lyrics-title" not in page(client, harbour)


def test_programs_write_and_read_them(alma: Account, client: Client, harbour: Track) -> None:
    _token, secret = issue(alma, "hers", None)
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    mine = f"/api/v1/me/tracks/{harbour.key}/lyrics"

    def put(text: str, language: str = "pt-BR") -> int:
        return program.put(mine, json.dumps({"text": text, "language": language}), "application/json").status_code

    assert put(TIMED) == 200
    told = client.get(f"/api/v1/tracks/{harbour.key}/lyrics").json()
    assert (told["timed"], told["language"], told["text"]) == (True, "pt-BR", TIMED)
    assert told["lines"][0] == {"at_seconds": 2.5, "text": "Low water, low water", "words": []}
    assert told["lines"][2]["words"][1] == {"at_seconds": 12.0, "text": "at the left"}
    assert put("[0:01]One\nTwo") == 422
    assert put(PLAIN, "German, mostly") == 422
    assert program.delete(mine).status_code == 204
    assert client.get(f"/api/v1/tracks/{harbour.key}/lyrics").status_code == 404


def test_a_language_that_a_program_said_stays_when_the_page_saves(as_alma: Client, harbour: Track) -> None:
    sung(harbour, language="gsw-CH")
    save(as_alma, harbour, "Other words", language="gsw-CH")
    assert Lyrics.standing().get().language == "gsw-CH"


def test_machines_are_told_what_holds_with_every_answer_that_has_lyrics(client: Client, harbour: Track) -> None:
    sung(harbour)
    for address in (f"/api/v1/tracks/{harbour.key}/lyrics", harbour.get_absolute_url()):
        answer = client.get(address)
        assert "train-ai=n" in answer["Content-Usage"]
        assert "noai" in answer["X-Robots-Tag"]
    assets = client.get(f"/api/v1/tracks/{harbour.key}/permissions").json()
    assert "lyrics" in json.dumps(assets)


def test_they_stand_in_the_artists_copy_of_everything(alma: Account, harbour: Track) -> None:
    sung(harbour, "First words")
    sung(harbour, TIMED)
    packed = {item.name: "".join(item.pieces) for item in items_of(alma, timezone.now()) if isinstance(item, Words)}
    folder = f"tracks/{harbour.slug}"
    assert packed[f"{folder}/lyrics.lrc"] == f"{TIMED}\n"
    assert [row["text"] for row in json.loads(packed[f"{folder}/lyrics.json"])] == [TIMED, "First words"]


def test_they_go_with_the_track(as_alma: Client, harbour: Track) -> None:
    sung(harbour)
    as_alma.post(f"/studio/{harbour.key}/removal")
    assert not Lyrics.objects.exists()


def test_a_tracks_page_asks_one_question_for_lyrics_however_many_were_written(
    client: Client, harbour: Track, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with CaptureQueriesContext(connection) as without:
        page(client, harbour)
    for number in range(5):
        sung(harbour, f"{TIMED}\n[0:2{number}]Again")
    with django_assert_num_queries(len(without)):
        page(client, harbour)
