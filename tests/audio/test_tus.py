"""The tus protocol, as its specification has it, at its every edge; and whatever happens, the bytes are the bytes."""

import base64
import fcntl
import hashlib
import json
import os
import random
import resource
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenuto.accounts.models import Account
from tenuto.audio import arrive, journey, parts
from tenuto.audio.models import Upload
from tenuto.base import storage
from tenuto.tracks.models import Recording, Track
from tests.api.test_people import by_token

pytestmark = pytest.mark.django_db
PIECE = "application/offset+octet-stream"
BYTES = random.Random(7).randbytes(5000)


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


class Tus:
    """A client that says exactly what it is told to."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def say(self, method: str, path: str, body: bytes = b"", **headers: str) -> HttpResponse:
        named = {"Tus-Resumable": "1.0.0"} | {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("Content-Type", PIECE)
        answer = self.client.generic(method, path, body, content_type=kind, headers=named, CONTENT_TYPE=kind)
        assert answer["Tus-Resumable"] == "1.0.0"
        assert isinstance(answer, HttpResponse)
        return answer

    def create(self, length: int = len(BYTES), name: str = "song.flac", **named: str) -> str:
        said = ",".join(f"{key} {b64(value)}" for key, value in {"filename": name, **named}.items())
        answer = self.say("POST", "/uploads/", Content_Type="", Upload_Length=str(length), Upload_Metadata=said)
        assert answer.status_code == 201, answer.content
        return answer["Location"]

    def patch(self, path: str, offset: int, body: bytes, **headers: str) -> HttpResponse:
        return self.say("PATCH", path, body, Upload_Offset=str(offset), **headers)

    def offset(self, path: str) -> int:
        return int(self.say("HEAD", path)["Upload-Offset"])


@pytest.fixture
def tus(alma: Account) -> Tus:
    return Tus(by_token(alma))


def test_a_file_comes_in_pieces_and_becomes_a_track(tus: Tus) -> None:
    path = tus.create()
    assert tus.offset(path) == 0
    answer = tus.patch(path, 0, BYTES[:2000])
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "2000")
    assert "Upload-Expires" in answer
    assert not Recording.objects.exists()
    assert tus.patch(path, 2000, BYTES[2000:]).status_code == 204
    recording = Recording.objects.get()
    assert storage.path_of(recording.original).read_bytes() == BYTES
    assert recording.original.digest == hashlib.sha256(BYTES).hexdigest()
    assert tus.offset(path) == len(BYTES)


def test_the_first_piece_may_come_with_the_creation(tus: Tus) -> None:
    answer = tus.say("POST", "/uploads/", BYTES, Upload_Length=str(len(BYTES)), Upload_Metadata="filename " + b64("a"))
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(BYTES)))
    assert Recording.objects.count() == 1


def test_it_says_what_it_can(tus: Tus) -> None:
    answer = tus.client.options("/uploads/")
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) >= {"creation", "termination", "checksum", "expiration"}
    assert "sha1" in answer["Tus-Checksum-Algorithm"].split(",")
    assert int(answer["Tus-Max-Size"]) > 0


def test_head_repeats_what_was_said_and_is_never_cached(tus: Tus) -> None:
    answer = tus.say("HEAD", tus.create(name="ätherisch.flac"))
    assert answer["Upload-Metadata"] == "filename " + b64("ätherisch.flac")
    assert answer["Upload-Length"] == str(len(BYTES))
    assert answer["Cache-Control"] == "no-store"


def test_the_method_may_be_named_in_a_header(tus: Tus) -> None:
    path = tus.create()
    answer = tus.say("POST", path, BYTES, Upload_Offset="0", X_HTTP_Method_Override="PATCH")
    assert answer.status_code == 204


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"Tus_Resumable": "0.2.2"}, 412),
    ({"Content_Type": "audio/flac"}, 415),
    ({"Upload_Offset": "1"}, 409),
    ({"Upload_Offset": "-1"}, 400),
    ({"Upload_Offset": "٣"}, 400),
    ({"Upload_Offset": ""}, 400),
    ({"Upload_Checksum": "crc32 AAAA"}, 400),
    ({"Upload_Checksum": "sha1 nonsense!"}, 400),
    ({"Upload_Checksum": "sha1 " + b64(b"\0" * 20)}, 460),
]


@pytest.mark.parametrize(("headers", "status"), REFUSED)
def test_what_the_protocol_forbids_is_refused_and_loses_nothing(tus: Tus, headers: dict[str, str], status: int) -> None:
    path = tus.create()
    if "Upload_Offset" in headers and not headers["Upload_Offset"].isascii():
        headers = {"Upload_Offset": "1e3"}  # a header cannot carry it; its like in ASCII
    answer = tus.say("PATCH", path, BYTES[:100], **{"Upload_Offset": "0", **headers})
    assert answer.status_code == status
    assert tus.offset(path) == 0
    assert tus.patch(path, 0, BYTES).status_code == 204
    assert storage.verify(Recording.objects.get().original) == ""


def test_a_version_that_is_not_spoken_is_told_which_is(tus: Tus) -> None:
    answer = tus.say("HEAD", tus.create(), Tus_Resumable="0.2.2")
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_right_checksum_is_accepted(tus: Tus, algorithm: str) -> None:
    path = tus.create()
    digest = b64(hashlib.new(algorithm, BYTES[:2000]).digest())
    assert tus.patch(path, 0, BYTES[:2000], Upload_Checksum=f"{algorithm} {digest}").status_code == 204
    assert tus.patch(path, 2000, BYTES[2000:]).status_code == 204
    assert storage.verify(Recording.objects.get().original) == ""


def test_more_bytes_than_announced_are_refused(tus: Tus) -> None:
    path = tus.create(length=10)
    assert tus.patch(path, 0, b"x" * 11).status_code == 413
    assert tus.offset(path) == 0


def test_an_upload_can_be_ended(tus: Tus) -> None:
    path = tus.create()
    tus.patch(path, 0, BYTES[:100])
    assert tus.say("DELETE", path).status_code == 204
    assert tus.say("HEAD", path).status_code == 404
    assert not Upload.objects.exists()


# What is done once a transaction has been committed. (A test runs in one that never is.)
Committing = Callable[..., AbstractContextManager[object]]


def test_ending_a_finished_upload_keeps_the_track(tus: Tus, django_capture_on_commit_callbacks: Committing) -> None:
    path = tus.create()
    with django_capture_on_commit_callbacks(execute=True):
        tus.patch(path, 0, BYTES)
    assert tus.say("DELETE", path).status_code == 204
    assert storage.verify(Recording.objects.get().original) == ""


def test_nothing_can_be_added_to_what_has_been_taken_in(
    tus: Tus, django_capture_on_commit_callbacks: Committing
) -> None:
    path = tus.create()
    with django_capture_on_commit_callbacks(execute=True):
        tus.patch(path, 0, BYTES)
    key = Upload.objects.get().key
    assert not parts.path_of(key).exists()
    assert tus.patch(path, len(BYTES), b"").status_code == 204, "the answer to the last piece may have been lost"
    assert tus.patch(path, len(BYTES), b"x").status_code == 409
    assert tus.patch(path, 0, BYTES).status_code == 409
    assert storage.path_of(Recording.objects.get().original).read_bytes() == BYTES


def test_whoever_waits_for_a_part_never_gets_hold_of_the_original(
    tus: Tus, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Committing
) -> None:
    """Opened before it was taken in and locked after, the handle would lead to the stored bytes themselves."""
    path = tus.create()
    tus.patch(path, 0, BYTES[:-1])
    key, lock = Upload.objects.get().key, fcntl.flock

    def take_in_first(part: Any, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        with django_capture_on_commit_callbacks(execute=True):
            assert tus.patch(path, len(BYTES) - 1, BYTES[-1:]).status_code == 204
        lock(part, how)

    monkeypatch.setattr(fcntl, "flock", take_in_first)
    with pytest.raises(parts.NoSuchPart), parts.held(key):
        pass


def test_bytes_that_the_disk_has_lost_are_asked_for_again(tus: Tus) -> None:
    path = tus.create()
    tus.patch(path, 0, BYTES[:2000])
    os.truncate(parts.path_of(Upload.objects.get().key), 1500)
    assert tus.patch(path, 2000, BYTES[2000:]).status_code == 409
    assert tus.offset(path) == 1500
    parts.path_of(Upload.objects.get().key).unlink()
    assert tus.patch(path, 1500, BYTES[1500:]).status_code == 409
    assert tus.offset(path) == 0
    assert tus.patch(path, 0, BYTES).status_code == 204
    assert storage.verify(Recording.objects.get().original) == ""


def test_a_full_disk_is_said_and_loses_nothing(tus: Tus) -> None:
    big = random.Random(1).randbytes(3 * 1024 * 1024)
    path = tus.create(len(big))
    tus.patch(path, 0, big[:500])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * 1024, before[1]))
    try:
        answer = tus.patch(path, 500, big[500:])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (507, "disk_full")
    assert tus.offset(path) == 500
    assert tus.patch(path, 500, big[500:]).status_code == 204
    assert storage.verify(Recording.objects.get().original) == ""


def test_a_page_elsewhere_cannot_forge_a_method(alma: Account) -> None:
    """The method in the header is the one that counts, also for what has to be guarded."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alma, backend="django.contrib.auth.backends.ModelBackend")
    path = Tus(by_token(alma)).create()
    answer = browser.get(path, headers={"Tus-Resumable": "1.0.0", "X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 403
    assert Upload.objects.count() == 1


def test_an_upload_whose_length_is_not_known_is_refused_with_words(tus: Tus) -> None:
    answer = tus.say("POST", "/uploads/", Content_Type="", Upload_Defer_Length="1")
    assert answer.status_code == 400
    assert "Upload-Length" in json.loads(answer.content)["detail"]


def test_an_upload_that_nobody_came_back_to_is_gone(tus: Tus) -> None:
    path = tus.create()
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert tus.say("HEAD", path).status_code == 410
    arrive.let_go_of_expired(timezone.now())
    assert tus.say("HEAD", path).status_code == 404


def test_anothers_upload_answers_like_a_missing_one(tus: Tus, cy: Account) -> None:
    path, other = tus.create(), Tus(by_token(cy))
    for method in ("HEAD", "PATCH", "DELETE"):
        mine = other.say(method, path, Upload_Offset="0")
        missing = other.say(method, "/uploads/" + "b" * 32, Upload_Offset="0")
        assert (mine.status_code, mine.content) == (missing.status_code, missing.content) == (404, missing.content)


def test_nobody_uploads_without_saying_who(alma: Account) -> None:
    assert Tus(Client()).say("POST", "/uploads/", Upload_Length="1").status_code == 401


def test_a_browser_needs_its_csrf_token(alma: Account) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alma, backend="django.contrib.auth.backends.ModelBackend")
    assert Tus(browser).say("POST", "/uploads/", Upload_Length="1").status_code == 403


def test_two_pieces_at_once_do_not_mix(tus: Tus) -> None:
    path = tus.create()
    with parts.held(Upload.objects.get().key):
        assert tus.patch(path, 0, BYTES).status_code == 423
    assert tus.patch(path, 0, BYTES).status_code == 204


@pytest.mark.parametrize(
    ("setting", "value", "length", "words"),
    [
        ("MAX_FILE_BYTES", 10, 11, "larger"),
        ("QUOTA_BYTES", 10, 11, "left"),
        ("MAX_TRACKS", 0, 1, "tracks"),
        ("MAX_OPEN_UPLOADS", 0, 1, "unfinished"),
    ],
)
def test_a_limit_is_said_before_a_byte_is_sent(
    tus: Tus, settings: Any, setting: str, value: int, length: int, words: str
) -> None:
    setattr(settings, setting, value)
    answer = tus.say("POST", "/uploads/", Content_Type="", Upload_Length=str(length))
    assert answer.status_code == 413
    assert words in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "said", ["filename", "filename !!", "a YQ==,a YQ==", " ,", "name\xe9 YQ==", "a " + "YWFh" * 2_000]
)
def test_metadata_that_makes_no_sense_is_refused_or_empty(tus: Tus, said: str) -> None:
    answer = tus.say("POST", "/uploads/", Content_Type="", Upload_Length="5", Upload_Metadata=said)
    assert answer.status_code == (201 if said == "filename" else 400)


def test_a_file_name_cannot_lead_out_of_its_folder(tus: Tus) -> None:
    tus.patch(tus.create(name="../../etc/pass\u0000wd\n.flac"), 0, BYTES)
    assert Recording.objects.get().filename == "passwd.flac"


def test_nobody_replaces_the_audio_of_anothers_track(tus: Tus, cy: Account) -> None:
    tus.patch(tus.create(), 0, BYTES)
    said = f"filename {b64('x.flac')},replaces {b64(Track.objects.get().key)}"
    answer = Tus(by_token(cy)).say("POST", "/uploads/", Content_Type="", Upload_Length="5", Upload_Metadata=said)
    assert answer.status_code == 404


class Cut:
    """A body whose line breaks after so many bytes."""

    def __init__(self, data: bytes, after: int) -> None:
        self.data, self.left = data, after

    def read(self, size: int) -> bytes:
        if self.left <= 0:
            raise OSError("the line broke")
        piece, self.data = self.data[: min(size, self.left)], self.data[min(size, self.left) :]
        self.left -= len(piece)
        return piece


@pytest.fixture
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrive, "PIECE_BYTES", 64)
    monkeypatch.setattr(arrive, "ACKNOWLEDGED_EVERY_BYTES", 200)


@pytest.mark.usefixtures("_small_pieces")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), content=st.binary(min_size=1, max_size=1500))
def test_however_often_the_line_breaks_the_bytes_are_the_bytes(alma: Account, data: Any, content: bytes) -> None:
    """Cuts, wrong offsets, dead servers (nothing in memory survives) and half-written files, in any order."""
    upload = arrive.begin(alma, "song.wav", len(content), arrive.Wish(), timezone.now())
    for _step in range(40):
        upload.refresh_from_db()
        if upload.finished_at is not None:
            break
        at = upload.received_bytes
        event = data.draw(st.sampled_from(["cut", "all", "wrong offset", "server dies", "torn file"]))
        if event == "cut":
            with pytest.raises(arrive.CutOff):
                journey.receive(upload, at, Cut(content[at:], data.draw(st.integers(0, len(content) - at))), _now())
        elif event == "all":
            journey.receive(upload, at, Cut(content[at:] + b"", 10**9), _now())
        elif event == "wrong offset":
            with pytest.raises(arrive.WrongOffset):
                journey.receive(upload, at + 1, Cut(content, 10**9), _now())
        elif event == "server dies":
            parts.digests = parts.Digests()
        else:  # bytes that were written and not acknowledged when the server died
            with parts.path_of(upload.key).open("ab") as part:
                part.write(b"garbage")
    else:
        journey.receive(upload, upload.received_bytes, Cut(content[upload.received_bytes :], 10**9), _now())
    recording = Recording.objects.order_by("-pk").first()
    assert recording is not None
    assert storage.path_of(recording.original).read_bytes() == content
    assert recording.original.digest == hashlib.sha256(content).hexdigest()


def _now() -> Any:
    return timezone.now()
