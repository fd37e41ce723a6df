"""Sound through the HTTP API: uploads, recordings, playing."""

from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.audio import arrive
from tenuto.rules.visibility import Audience
from tenuto.tracks import publish
from tests.api.test_people import by_token
from tests.audio.sounding import sketch

JSON = "application/json"


def test_an_upload_shows_how_far_it_is_to_its_owner_alone(alma: Account, cy: Account) -> None:
    upload = arrive.begin(alma, "song.flac", 1000, arrive.Wish(), timezone.now())
    shown = by_token(alma).get(f"/api/v1/uploads/{upload.key}").json()
    assert (shown["filename"], shown["received_bytes"], shown["recording"]) == ("song.flac", 0, None)
    assert [one["key"] for one in by_token(alma).get("/api/v1/uploads").json()] == [upload.key]
    assert by_token(cy).get(f"/api/v1/uploads/{upload.key}").status_code == 404
    assert by_token(cy).get("/api/v1/uploads").json() == []


def test_a_program_plays_what_its_account_may_hear(alma: Account, bo: Account) -> None:
    track = sketch(alma)
    program = by_token(bo)
    assert program.post("/api/v1/listens", {"key": track.key}, content_type=JSON).status_code == 404
    publish.publish(track, Audience.PUBLIC, None, by=alma, at=timezone.now())
    answer = program.post("/api/v1/listens", {"key": track.key}, content_type=JSON)
    assert answer.status_code == 200
    played = answer.json()
    assert {source["type"] for source in played["sources"]}
    assert program.get(played["sources"][0]["src"], headers={"Range": "bytes=0-99"}).status_code == 206
    report = {"position": 1.0, "heard": 1.0}
    assert program.patch(f"/api/v1/listens/{played['listen']}", report, content_type=JSON).status_code == 204
    assert by_token(alma).patch(f"/api/v1/listens/{played['listen']}", report, content_type=JSON).status_code == 404


def test_app_playback_off_is_off_for_programs_alone(alma: Account, bo: Account) -> None:
    track = sketch(alma)
    publish.publish(track, Audience.PUBLIC, None, by=alma, at=timezone.now())
    track.app_playback = False
    track.save()
    assert by_token(bo).post("/api/v1/listens", {"key": track.key}, content_type=JSON).status_code == 404
    assert Client().post("/listens", {"key": track.key}, content_type=JSON).status_code == 200


def test_a_tracks_recordings_carry_the_digest_of_the_original(alma: Account, cy: Account) -> None:
    track = sketch(alma)
    place = f"/api/v1/me/tracks/{track.key}/recordings"
    [shown] = by_token(alma).get(place).json()
    assert len(shown["sha256"]) == 64
    assert shown["current"]
    assert by_token(cy).get(place).status_code == 404


def test_receipts_are_the_owners_alone(alma: Account, cy: Account) -> None:
    track = sketch(alma)
    assert by_token(alma).get(f"/api/v1/me/tracks/{track.key}/receipts").json() == []
    assert by_token(cy).get(f"/api/v1/me/tracks/{track.key}/receipts").status_code == 404
