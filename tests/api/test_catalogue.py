"""The catalogue through the HTTP API: what others share, and what is one's own."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.base import pictures
from tenuto.rules.visibility import Audience
from tenuto.tracks import publish
from tenuto.tracks.models import SecretLink, Track
from tests.api.test_people import by_token, square
from tests.tracks.catalogue import track as ready_track

JSON = "application/json"


@pytest.fixture
def sketch(alma: Account) -> Track:
    return ready_track(alma, "Harbour, 5 a.m.")


def test_a_sketch_is_its_owners_alone(alma: Account, bo: Account, sketch: Track) -> None:
    assert by_token(alma).get(f"/api/v1/tracks/{sketch.key}").status_code == 200
    hidden = by_token(bo).get(f"/api/v1/tracks/{sketch.key}")
    missing = by_token(bo).get("/api/v1/tracks/bcdfghjkmnpq")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content


def test_a_new_cover_leaves_no_copy_of_the_former(alma: Account, sketch: Track) -> None:
    program, place = by_token(alma), f"/api/v1/me/tracks/{sketch.key}/artwork"
    assert program.post(place, {"picture": square("navy")}).status_code == 204
    artwork = Track.objects.select_related("artwork").get(pk=sketch.pk).artwork
    assert artwork is not None
    pictures.sized(artwork, 96)
    assert program.post(place, {"picture": square("teal")}).status_code == 204
    assert not pictures._place(artwork.digest).exists()


def test_publishing_lets_everybody_hear_and_taking_back_ends_it(alma: Account, sketch: Track) -> None:
    program, anybody = by_token(alma), Client()
    answer = program.put(f"/api/v1/me/tracks/{sketch.key}/publication", {"audience": "public"}, content_type=JSON)
    assert answer.status_code == 200
    assert answer.json()["audience"] == "public"
    assert [t["key"] for t in anybody.get("/api/v1/tracks").json()["tracks"]] == [sketch.key]
    assert program.delete(f"/api/v1/me/tracks/{sketch.key}/publication").status_code == 204
    assert anybody.get("/api/v1/tracks").json()["tracks"] == []
    assert anybody.get(f"/api/v1/tracks/{sketch.key}").status_code == 404


def test_a_live_track_is_given_a_later_date_only_on_purpose(alma: Account, sketch: Track) -> None:
    publish.publish(sketch, Audience.PUBLIC, None, by=alma, at=timezone.now())
    wish = {"audience": "public", "starts_at": (timezone.now() + timedelta(days=2)).isoformat()}
    place = f"/api/v1/me/tracks/{sketch.key}/publication"
    refused = by_token(alma).put(place, wish, content_type=JSON)
    assert refused.status_code == 409
    assert refused.json()["code"] == "goes_offline"
    assert by_token(alma).put(place, {**wish, "offline_until_then": True}, content_type=JSON).status_code == 200


def test_every_operation_on_a_track_is_its_owners_alone(alma: Account, cy: Account, sketch: Track) -> None:
    place, program = f"/api/v1/me/tracks/{sketch.key}", by_token(cy)
    calls = [
        ("get", ""),
        ("patch", ""),
        ("delete", ""),
        ("put", "/publication"),
        ("delete", "/publication"),
        ("get", "/sharing"),
        ("patch", "/sharing"),
        ("get", "/links"),
        ("post", "/links"),
        ("delete", "/links/1"),
    ]
    bodies = {"/publication": {"audience": "public"}, "/links": {"name": "x"}}
    for method, rest in calls:
        answer = getattr(program, method)(place + rest, bodies.get(rest, {}), content_type=JSON)
        assert answer.status_code == 404, (method, rest)
    assert Track.objects.filter(pk=sketch.pk).exists()


def test_what_a_track_says_of_itself_changes_only_where_asked(alma: Account, sketch: Track) -> None:
    change = {"tags": ["ambient", "field recording"], "credits": [{"role": "Mastered", "name": "Kettle Room"}]}
    answer = by_token(alma).patch(f"/api/v1/me/tracks/{sketch.key}", change, content_type=JSON).json()
    assert answer["title"] == "Harbour, 5 a.m."
    assert answer["tags"] == ["ambient", "field recording"]
    assert answer["credits"] == [{"role": "Mastered", "name": "Kettle Room"}]


def test_a_title_is_one_line(alma: Account, sketch: Track) -> None:
    change = {"title": "Quay\r\n\r\nbells", "description": "two\nlines"}
    answer = by_token(alma).patch(f"/api/v1/me/tracks/{sketch.key}", change, content_type=JSON).json()
    assert (answer["title"], answer["description"]) == ("Quay bells", "two\nlines")


def test_control_characters_are_taken_out_of_words(alma: Account, as_alma: Client, sketch: Track) -> None:
    """Whether a program or the form sends it."""
    typed, kept = "Recorded\x0bat the quay.\x07\tTwice.\x1b", "Recorded\nat the quay.\tTwice."
    change = {"description": typed, "tags": ["am\x02bient"]}
    answer = by_token(alma).patch(f"/api/v1/me/tracks/{sketch.key}", change, content_type=JSON).json()
    assert (answer["description"], answer["tags"]) == (kept, ["ambient"])

    sent = {"title": sketch.title, "slug": sketch.slug, "description": typed, "genre": "", "tags": "am\x02bient, quay"}
    assert as_alma.post(f"/studio/{sketch.key}/", sent).status_code == 302
    sketch.refresh_from_db()
    assert (sketch.description, sketch.tags) == (kept, ["ambient", "quay"])


def test_an_empty_title_is_refused_and_nothing_changes(alma: Account, sketch: Track) -> None:
    answer = by_token(alma).patch(f"/api/v1/me/tracks/{sketch.key}", {"title": "  "}, content_type=JSON)
    assert answer.status_code == 422
    sketch.refresh_from_db()
    assert sketch.title == "Harbour, 5 a.m."


def test_switches_turn_one_at_a_time(alma: Account, sketch: Track) -> None:
    place = f"/api/v1/me/tracks/{sketch.key}/sharing"
    before = by_token(alma).get(place).json()
    after = by_token(alma).patch(place, {"downloads": True}, content_type=JSON).json()
    assert after == {**before, "downloads": True}


def test_plays_stay_the_artists_own_when_insights_are_off(alma: Account, sketch: Track) -> None:
    publish.publish(sketch, Audience.PUBLIC, None, by=alma, at=timezone.now())
    assert Client().get(f"/api/v1/tracks/{sketch.key}").json()["plays"] == 0
    Track.objects.filter(pk=sketch.pk).update(insights_public=False)
    assert Client().get(f"/api/v1/tracks/{sketch.key}").json()["plays"] is None
    assert by_token(alma).get(f"/api/v1/me/tracks/{sketch.key}").json()["plays"] == 0


def test_a_secret_link_is_made_listed_and_revoked(alma: Account, sketch: Track) -> None:
    program, place = by_token(alma), f"/api/v1/me/tracks/{sketch.key}/links"
    made = program.post(place, {"name": "Mara, for the mix"}, content_type=JSON)
    assert made.status_code == 201
    [listed] = program.get(place).json()
    assert listed == made.json()
    assert program.delete(f"{place}/{listed['id']}").status_code == 204
    assert SecretLink.objects.get().revoked_at is not None


@pytest.mark.django_db
def test_a_mark_that_names_no_page_is_refused() -> None:
    assert Client().get("/api/v1/tracks?before=nonsense").status_code == 400


def test_a_list_costs_the_same_number_of_questions_at_any_length(alma: Account) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert Client().get("/api/v1/tracks").status_code == 200
        return len(asked)

    for number in range(3):
        publish.publish(ready_track(alma, f"Piece {number}"), Audience.PUBLIC, None, by=alma, at=timezone.now())
    few = questions()
    for number in range(20):
        publish.publish(ready_track(alma, f"More {number}"), Audience.PUBLIC, None, by=alma, at=timezone.now())
    assert questions() == few
