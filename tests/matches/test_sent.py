"""A file that a program sends is compared, told as far as its sender may know, and gone."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.ai.identification.models import Checked, Scanned, Verdict
from tenuto.base.models import Remembered
from tenuto.consent import stops
from tenuto.gate.models import Passage, Run
from tenuto.ledger.models import Entry
from tenuto.matches import sent
from tenuto.matches.registering import let_go
from tenuto.rules.cells import Purpose
from tenuto.tracks.models import Recording, Track
from tests.ai.pieces import Sound, as_file, faster, noisy, piece
from tests.api.test_people import by_token
from tests.gate.conftest import without_rooms  # noqa: F401  on PostgreSQL
from tests.matches.world import agreed, begin, registered, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # real sound through the real engine


@pytest.fixture(autouse=True)
def world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(tmp_path / "index")
    monkeypatch.setattr(settings, "SCRATCH_DIR", tmp_path / "scratch")


@pytest.fixture
def holder(alma: Account) -> Account:
    return agreed(alma)


def send(account: Account | None, sound: Sound | bytes) -> Any:
    """As a program with a token of the account does."""
    content = sound if isinstance(sound, bytes) else as_file(sound).read_bytes()
    browser = by_token(account) if account else Client()
    return browser.post("/api/v1/recognised", {"file": SimpleUploadedFile("set.wav", content)})


def test_a_file_is_compared_passage_by_passage_and_nothing_of_it_is_kept(holder: Account, bo: Account) -> None:
    """Bo has accepted no terms: it is no upload of his, but a question of his."""
    works = [registered(holder, seed, public=True) for seed in (1, 2)]
    counted = (Track, Recording, Checked, Scanned, Verdict, Run, Passage, Entry)
    before = [table.objects.count() for table in counted]
    answer = send(bo, np.concatenate([noisy(faster(piece(1), 1.05)), piece(9), piece(2)]))
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert [(one["work"], one["title"], one["artist"]) for one in found] == [
        (work.key, work.title, "alma") for work in works
    ]
    assert found[0]["tempo"] == pytest.approx(1.05, abs=0.005)
    assert found[1]["begin"] == pytest.approx(12 / 1.05 + 12, abs=1)
    assert found[1]["work_begin"] == pytest.approx(0, abs=1)
    assert [table.objects.count() for table in counted] == before
    assert not list(Path(settings.SCRATCH_DIR).rglob("*"))


def test_a_work_that_its_sender_may_not_hear_is_not_named(holder: Account, bo: Account) -> None:
    public, private = registered(holder, 1, public=True), registered(holder, 2)
    both = np.concatenate([piece(1), piece(2)])
    found = send(bo, both).json()
    assert [(one["work"], one["title"], one["artist"]) for one in found] == [(None, None, None)] * 2
    assert [one["work"] for one in send(holder, both).json()] == [public.key, private.key]
    assert [one["work"] for one in send(bo, piece(1)).json()] == [public.key]


def test_what_is_nobodys_or_registered_no_longer_is_not_found(holder: Account, bo: Account) -> None:
    work = registered(holder, 1, public=True)
    assert send(bo, piece(3)).json() == []
    let_go(holder, [work.pk], timezone.now())
    assert send(bo, piece(1)).json() == []


def test_what_is_no_sound_or_too_long_or_missing_is_said_with_what_to_do(
    bo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(bo, b"Dear Alma, no song today. " * 40)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_audio")
    assert "FLAC" in answer.json()["detail"]
    assert send(bo, b"").status_code == 422
    monkeypatch.setattr(sent, "LONGEST_SECONDS", 5.0)
    answer = send(bo, piece(1))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_long")
    assert "15 minutes" in answer.json()["detail"]
    assert by_token(bo).post("/api/v1/recognised").status_code == 422
    assert not list(Path(settings.SCRATCH_DIR).rglob("*"))


def test_strangers_are_not_answered(db: None) -> None:
    assert send(None, piece(1)).status_code == 401


def test_while_the_operator_stopped_it_nothing_is_compared(holder: Account, bo: Account) -> None:
    registered(holder, 1, public=True)
    stops.stop(Purpose.IDENTIFICATION, "The engine is looked at.", timezone.now())
    answer = send(bo, piece(1))
    assert (answer.status_code, answer.json()["code"]) == (409, "stopped")


def test_where_the_index_is_not_whole_nothing_is_said_to_be_clear(holder: Account, bo: Account) -> None:
    registered(holder, 1, public=True)
    for path in Path(settings.INDEX_DIR).rglob("*.arrays"):
        path.unlink()
    answer = send(bo, piece(1))
    assert (answer.status_code, answer.json()["code"]) == (503, "not_whole")


def test_one_file_of_an_account_at_a_time_and_few_of_all(bo: Account, cy: Account) -> None:
    with sent._turn_of(bo):
        answer = send(bo, piece(1))
        assert (answer.status_code, answer.json()["code"]) == (429, "one_at_a_time")
        assert send(cy, piece(1)).status_code == 200
    sent._turns.update(range(-sent.MOST_AT_ONCE, 0))
    try:
        answer = send(bo, piece(1))
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    finally:
        sent._turns.clear()
    assert send(bo, piece(1)).json() == []


def test_an_account_has_so_many_files_a_day(bo: Account, cy: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "MOST_A_DAY", 1)
    silent = b"Dear Alma, no song today. " * 40  # what is no sound has cost its decoding
    assert send(bo, silent).json()["code"] == "not_audio"
    answer = send(bo, silent)
    assert (answer.status_code, answer.json()["code"]) == (429, "enough_today")
    assert 0 < int(answer["Retry-After"]) <= 24 * 3600
    assert send(cy, silent).json()["code"] == "not_audio"
    in_an_hour = timezone.now() + timedelta(hours=1)
    assert Remembered.objects.filter(expires__gt=in_an_hour).count() == 2, "not the five minutes of incr"


def test_a_file_is_compared_in_an_index_of_several_parts(
    holder: Account, bo: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so is an upload: the job asks by the gate, which asks each part."""
    monkeypatch.setattr(settings, "INDEX_SHARDS", 3)
    works = [registered(holder, seed, public=True) for seed in (1, 2, 3)]
    mix = np.concatenate([piece(1), piece(2), piece(3)])
    assert [one["work"] for one in send(bo, mix).json()] == [work.key for work in works]
    recording = uploaded(agreed(bo), mix).recordings.get()
    found = Checked.objects.filter(track_id=recording.track_id).order_by("begin")
    assert [one.reference_id for one in found] == [work.pk for work in works]
