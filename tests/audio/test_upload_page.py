"""The upload page as a browser without scripts sees it, and the rows that one with scripts asks for."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.audio import arrive, parts
from tenuto.audio.models import Upload
from tenuto.base import storage
from tenuto.tracks.models import Recording, Track
from tests.audio.test_journey import arrived, clip, do_the_jobs

pytestmark = pytest.mark.django_db


def post(browser: Client, *files: Path, **fields: str) -> str:
    """Send the form, and read the page that follows."""
    given = [SimpleUploadedFile(file.name, file.read_bytes()) for file in files]
    answer = browser.post("/upload", {**fields, "files": given}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def page(browser: Client) -> str:
    return browser.get("/upload").content.decode()


def test_files_of_a_plain_form_go_the_way_of_every_upload(as_alma: Client, tmp_path: Path) -> None:
    first, second = clip(tmp_path), clip(tmp_path, "quay-bells.wav")
    shown = post(as_alma, first, second, audience="public")
    assert "2 files have come in." in shown
    assert 'http-equiv="refresh"' in shown, "the page comes again by itself until they are ready"
    do_the_jobs()
    assert [bytes(storage.path_of(one.original).read_bytes()) for one in Recording.objects.order_by("pk")] == [
        first.read_bytes(), second.read_bytes()
    ]  # fmt: skip
    assert Track.objects.filter(publication__audience="public", publication__audible=True).count() == 2
    shown = page(as_alma)
    assert shown.count("<wave-form data-peaks") == 2
    assert 'http-equiv="refresh"' not in shown


def test_a_refused_file_of_several_says_so_and_leaves_nothing_behind(
    as_alma: Client, tmp_path: Path, settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 200_000
    before = set(parts.path_of("x").parent.glob("*.part"))
    small, large = clip(tmp_path), tmp_path / "large.wav"
    large.write_bytes(b"RIFF" + bytes(300_000))
    shown = post(as_alma, small, large)
    assert "large.wav: This file is larger than this server takes: up to 195.3" in shown
    assert "1 file has come in." in shown
    kept = set(parts.path_of("x").parent.glob("*.part")) - before
    assert kept == {parts.path_of(Upload.objects.get().key)}


def test_a_form_without_a_file_is_told_so(as_alma: Client) -> None:
    assert "No file was chosen." in post(as_alma)


@pytest.mark.parametrize("moment", ["2026-99-99T00:00", "soon", "0001-01-01T00:00"])
def test_a_date_that_is_none_is_told_at_its_field_and_its_file_forgotten(
    as_alma: Client, tmp_path: Path, moment: str
) -> None:
    """The form comes again as it was sent, with what is wrong beside the date."""
    before = set(parts.path_of("x").parent.glob("*.part"))
    given = SimpleUploadedFile("a.flac", clip(tmp_path).read_bytes())
    answer = as_alma.post("/upload", {"files": [given], "audience": "public", "starts_at": moment})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'aria-describedby="starts-at-help starts-at-error"' in shown
    assert "This is not a date and time we can read. Try 2027-03-01 20:00." in shown
    assert "Then choose your files again." in shown
    assert 'name="audience" value="public" checked' in shown
    assert shown.count('name="audience"') == 3
    assert not re.search(r"name=\"audience\" value=\"(followers)?\" checked", shown)
    assert f'value="{moment}"' in shown
    assert set(parts.path_of("x").parent.glob("*.part")) == before
    assert not Upload.objects.exists()
    assert "starts-at-error" not in page(as_alma)


def test_a_date_of_the_plain_form_is_by_the_servers_clock(as_alma: Client, tmp_path: Path) -> None:
    post(as_alma, clip(tmp_path), audience="followers", starts_at="2027-03-01T20:00")
    upload = Upload.objects.get()
    assert upload.audience == "followers"
    assert upload.starts_at == timezone.make_aware(datetime(2027, 3, 1, 20))  # noqa: DTZ001  made aware right here


def test_an_audience_that_is_none_is_told_too(as_alma: Client, tmp_path: Path) -> None:
    given = SimpleUploadedFile("a.flac", clip(tmp_path).read_bytes())
    answer = as_alma.post("/upload", {"files": [given], "audience": "the moon"})
    assert answer.status_code == 422
    assert not Upload.objects.exists()


def test_a_forged_form_is_refused(alma: Account, tmp_path: Path) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alma, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.post("/upload", {"files": [SimpleUploadedFile("a.flac", b"x" * 100)]}).status_code == 403
    assert not Upload.objects.exists()


def test_strangers_are_asked_to_sign_in_before_a_byte_is_read(db: None) -> None:
    for answer in (Client().get("/upload"), Client().post("/upload", {"files": [SimpleUploadedFile("a", b"x")]})):
        assert answer.status_code == 302
        assert "/login" in answer["Location"]


def test_a_refused_file_says_why_and_can_be_taken_away(as_alma: Client, alma: Account, tmp_path: Path) -> None:
    path = tmp_path / "stems.mp3"
    path.write_bytes(b"PK\x03\x04" + bytes(500))
    arrived(alma, path)
    do_the_jobs()
    shown = page(as_alma)
    assert "file--wrong" in shown
    assert "We found no audio in this file." in shown
    as_alma.post(f"/upload/{Upload.objects.get().key}/remove")
    assert not Track.objects.exists()
    assert "stems.mp3" not in page(as_alma)


def test_taking_away_a_refused_replacement_keeps_the_track(as_alma: Client, alma: Account, tmp_path: Path) -> None:
    first = arrived(alma, clip(tmp_path))
    path = tmp_path / "words.wav"
    path.write_bytes(b"just words")
    refused = arrived(alma, path, arrive.Wish(replaces=first.track))
    do_the_jobs()
    as_alma.post(f"/upload/{Upload.objects.get(recording=refused).key}/remove")
    assert Recording.objects.get() == first


def test_what_failed_by_our_fault_can_be_tried_again(as_alma: Client, alma: Account, tmp_path: Path) -> None:
    recording = arrived(alma, clip(tmp_path))
    Recording.objects.update(stage=Recording.Stage.FAILED)
    assert "Try again" in page(as_alma)
    as_alma.post(f"/upload/{Upload.objects.get().key}/again")
    recording.refresh_from_db()
    assert recording.stage == Recording.Stage.ARRIVED


def test_bringing_the_very_same_file_again_is_told_and_allowed(as_alma: Client, alma: Account, tmp_path: Path) -> None:
    arrived(alma, clip(tmp_path))
    assert "before" not in page(as_alma)
    arrived(alma, clip(tmp_path))
    assert 'You have brought this very file before, as <a href="/@alma/harbour-5am">Harbour 5am</a>' in page(as_alma)


def test_an_unfinished_upload_waits_for_its_file(as_alma: Client, alma: Account) -> None:
    upload = arrive.begin(alma, "ferry.wav", 2_000_000, arrive.Wish(), timezone.now())
    Upload.objects.update(received_bytes=1_000_000)
    assert "Choose the same file again, and it goes on where it stopped." in page(as_alma)
    as_alma.post(f"/upload/{upload.key}/remove")
    assert not Upload.objects.exists()


def test_rows_are_given_to_their_owner_alone(as_alma: Client, as_cy: Client, alma: Account, tmp_path: Path) -> None:
    arrived(alma, clip(tmp_path))
    key = Upload.objects.get().key
    assert f'id="file-{key}"' in as_alma.get("/upload/rows", {"key": [key, "missing"]}).content.decode()
    assert as_cy.get("/upload/rows", {"key": key}).content.decode().strip() == ""
    assert Client().get("/upload/rows", {"key": key}).status_code == 404
    for act in ("remove", "again"):
        mine, missing = (as_cy.post(f"/upload/{name}/{act}") for name in (key, "missing"))
        assert (mine.status_code, missing.status_code) == (404, 404)


def test_the_row_shows_how_much_is_drawn(as_alma: Client, alma: Account, tmp_path: Path) -> None:
    arrived(alma, clip(tmp_path))
    Recording.objects.update(stage=Recording.Stage.RENDERING, progress=0.62, sketch=bytes(800))
    shown = as_alma.get("/upload/rows", {"key": Upload.objects.get().key}).content.decode()
    assert 'data-drawn="0.620"' in shown
    assert "62 %" in shown


def test_replacing_names_its_track_and_takes_one_file(
    as_alma: Client, as_cy: Client, alma: Account, tmp_path: Path
) -> None:
    first = arrived(alma, clip(tmp_path))
    shown = as_alma.get("/upload", {"replaces": first.track.key}).content.decode()
    assert "A new recording of Harbour 5am" in shown
    assert as_cy.get("/upload", {"replaces": first.track.key}).status_code == 404
    post(as_alma, clip(tmp_path, "better.flac"), replaces=first.track.key)
    assert Track.objects.count() == 1
    assert Recording.objects.filter(track=first.track).count() == 2


def test_what_came_long_ago_is_no_longer_shown(as_alma: Client, alma: Account, tmp_path: Path) -> None:
    arrived(alma, clip(tmp_path))
    Upload.objects.update(finished_at=timezone.now() - timedelta(days=2))
    assert "Nothing is on its way." in page(as_alma)
    arrive.let_go_of_expired(timezone.now() + timedelta(days=40))
    assert not Upload.objects.exists()
    assert Recording.objects.count() == 1


def test_what_is_under_way_is_not_begun_again(as_alma: Client, alma: Account, tmp_path: Path) -> None:
    arrived(alma, clip(tmp_path))
    Recording.objects.update(stage=Recording.Stage.RENDERING)
    as_alma.post(f"/upload/{Upload.objects.get().key}/again")
    assert Recording.objects.get().stage == Recording.Stage.RENDERING
