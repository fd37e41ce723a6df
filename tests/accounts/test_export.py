import json
import re
import zipfile
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tenuto.accounts import export, export_page, sweeps, tokens
from tenuto.accounts.models import Account, Export
from tenuto.base import storage
from tenuto.base.models import Job
from tests.accounts.things import SHARED, a_track, fill, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def packed(lately: Client, alma: Account, bo: Account) -> bytes:
    """The zip as Alma's browser gets it."""
    fill(alma, bo)
    assert lately.post("/settings/data").status_code == 302
    wanted = Export.objects.get()
    export_page.pack_export.call(wanted.pk)
    answer = lately.get(f"/settings/data/{wanted.key}.zip")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="tenuto-alma-')
    return answer.getvalue()


def test_every_original_comes_back_byte_for_byte(packed: bytes) -> None:
    archive = zipfile.ZipFile(BytesIO(packed))
    assert archive.testzip() is None
    assert archive.read("tracks/harbour/Harbour – first_.wav") == b"one" * 1000
    assert archive.read("tracks/harbour/harbour.wav") == b"two" * 1000
    assert archive.read("tracks/shared/harbour.wav") == SHARED
    assert archive.read("pictures/avatar.png") == picture("red")
    assert archive.read("pictures/banner.png") == picture("green")
    assert archive.read("tracks/harbour/artwork.png") == picture("teal")
    facts = json.loads(archive.read("tracks/harbour/recordings.json"))
    hashes = {
        sha256(archive.read(f"tracks/harbour/{name}")).hexdigest() for name in ["Harbour – first_.wav", "harbour.wav"]
    }
    assert {row["sha256"] for row in facts} == hashes
    assert "zither" not in " ".join(archive.namelist())


def test_everything_one_has_said_is_in_it(packed: bytes) -> None:
    archive = zipfile.ZipFile(BytesIO(packed))
    person = json.loads(archive.read("account.json"))
    assert (person["handle"], person["name"], person["bio"]) == ("alma", "Alma Ferreira", "Slow pieces.")
    assert person["emails"] == [{"email": "alma@example.org", "verified": True, "primary": True}]
    assert person["links"] == [{"label": "Elsewhere", "url": "https://alma.example"}]
    assert [row["handle"] for row in person["following"]] == ["bo"]
    assert [row["handle"] for row in person["followers"]] == ["bo"]
    assert [row["handle"] for row in person["former_handles"]] == ["alma-old"]
    track = json.loads(archive.read("tracks/harbour/track.json"))
    assert (track["title"], track["licence"], track["downloads"]) == ("Harbour", "all-rights-reserved", False)
    assert track["publication"]["audience"] == "public"
    assert [link["name"] for link in track["secret_links"]] == ["For the label"]
    plays = [json.loads(line) for line in archive.read("plays.jsonl").decode().splitlines()]
    assert [(row["track_title"], row["source"]) for row in plays] == [("Zither", "front"), ("Zither", "page")]
    readme = archive.read("README.txt").decode()
    assert "alma" in readme
    tops = {name.split("/")[0] for name in archive.namelist()} - {"README.txt"}
    unsaid = tops - set(re.findall(r"^[\w.-]+", readme, re.MULTILINE))
    assert not unsaid, "each file and folder at the top stands in it"


def test_it_tells_that_somebody_listened_but_not_who(packed: bytes) -> None:
    archive = zipfile.ZipFile(BytesIO(packed))
    receipt = json.loads(archive.read("tracks/harbour/listens.jsonl"))
    assert (receipt["source"], receipt["link_name"]) == ("link", "For the label")
    assert "bo" not in {str(value) for value in receipt.values()}
    assert b"bo's browser" not in packed


def test_no_secret_of_the_account_is_in_it(packed: bytes, alma: Account) -> None:
    archive = zipfile.ZipFile(BytesIO(packed))
    person = archive.read("account.json").decode()
    assert "radio script" in person
    assert alma.tokens.get().digest not in person
    assert alma.password not in person
    assert tokens.PREFIX not in person


def test_a_copy_is_for_its_owner_who_has_lately_shown_who_they_are(
    packed: bytes, as_alma: Client, as_bo: Client, client: Client
) -> None:
    address = f"/settings/data/{Export.objects.get().key}.zip"
    assert client.get(address)["Location"].startswith("/accounts/")
    asked_again = as_bo.get(address)
    assert asked_again["Location"].startswith("/accounts/reauthenticate/")
    as_bo.post("/accounts/reauthenticate/", {"password": "a long enough password"})
    assert as_bo.get(address).status_code == 404
    assert as_alma.get(address).status_code == 200


def test_a_copy_is_kept_for_a_day(packed: bytes, lately: Client) -> None:
    found = Export.objects.get()
    place = export_page.path_of(found)
    assert "Ready" in lately.get("/settings/data").content.decode()
    Export.objects.update(expires_at=timezone.now())
    assert lately.get(f"/settings/data/{found.key}.zip").status_code == 404
    assert "is gone" in lately.get("/settings/data").content.decode()
    sweeps.clear(timezone.now())
    assert not place.exists()
    assert not Export.objects.exists()


def test_asking_twice_is_asking_once_and_afterwards_gives_a_fresh_one(lately: Client, alma: Account) -> None:
    for _twice in range(2):
        lately.post("/settings/data")
    first = Export.objects.get()
    assert Job.objects.filter(once=f"export:{first.pk}").count() == 1
    export_page.pack_export.call(first.pk)
    export_page.pack_export.call(first.pk)
    place = export_page.path_of(first)
    assert place.exists()
    lately.post("/settings/data")
    assert Export.objects.get().key != first.key
    assert not place.exists()


def test_a_killed_worker_leaves_no_half_copy_under_the_name(
    lately: Client, alma: Account, bo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(alma, bo)
    lately.post("/settings/data")
    wanted = Export.objects.get()
    real = storage.open_blob

    def killed(blob: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "open_blob", killed)
    with pytest.raises(KeyboardInterrupt):
        export_page.pack_export.call(wanted.pk)
    assert not export_page.path_of(wanted).exists()
    monkeypatch.setattr(storage, "open_blob", real)
    export_page.pack_export.call(wanted.pk)
    assert zipfile.ZipFile(export_page.path_of(wanted)).testzip() is None


def test_a_copy_that_failed_every_time_says_so(lately: Client, alma: Account) -> None:
    lately.post("/settings/data")
    sweeps.take_up(timezone.now())
    assert "Being packed" in lately.get("/settings/data").content.decode()
    Job.objects.update(state=Job.State.FAILED, finished_at=timezone.now())
    sweeps.take_up(timezone.now())
    assert "Packing failed" in lately.get("/settings/data").content.decode()
    lately.post("/settings/data")
    assert "Being packed" in lately.get("/settings/data").content.decode()


def test_a_copy_whose_job_was_lost_is_taken_up(lately: Client, alma: Account) -> None:
    lately.post("/settings/data")
    Job.objects.all().delete()
    sweeps.take_up(timezone.now())
    assert Job.objects.get().once == f"export:{Export.objects.get().pk}"


def test_packing_asks_the_database_in_proportion_and_holds_no_file(alma: Account, tmp_path: Path) -> None:
    def pack() -> int:
        with CaptureQueriesContext(connection) as seen:
            export.pack(alma, tmp_path / "it.zip", timezone.now(), lambda _progress: None)
        return len(seen)

    counts = []
    for number in range(3):
        a_track(alma, f"track-{number}", ("a.wav", bytes([number])))
        counts.append(pack())
    assert counts[2] - counts[1] == counts[1] - counts[0]


def test_progress_is_seen_on_the_page(lately: Client, alma: Account) -> None:
    lately.post("/settings/data")
    Export.objects.update(progress=0.4, asked_at=timezone.now() - timedelta(minutes=1))
    fragment = lately.get("/settings/data", headers={"HX-Request-Type": "partial"}).content.decode()
    assert fragment.lstrip().startswith('<div id="export"')
    assert 'value="0.40"' in fragment


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("song.wav", "song.wav"),
        ("../../etc/passwd", "_._etc_passwd"),
        ("a/b\\c:d.mp3", "a_b_c_d.mp3"),
        ("con.wav", "_con.wav"),
        ("", "unnamed"),
        (" . ", "unnamed"),
        ("x" * 400 + ".flac", "x" * 155 + ".flac"),
        ("tab\there\u202e.wav", "tab_here_.wav"),
    ],
)
def test_a_name_is_made_safe_for_every_file_system(name: str, safe: str) -> None:
    assert export.file_name(name) == safe


@given(st.text(max_size=300))
def test_any_name_is_one_part_of_a_path(name: str) -> None:
    safe = export.file_name(name)
    assert 0 < len(safe.encode()) <= 255
    assert not set(safe) & set('/\\\0\n<>:"|?*')
    assert safe not in {".", ".."}
    assert safe == safe.strip(" ")
