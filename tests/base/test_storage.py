"""Bytes are stored once, named by what they are, and kept as long as anybody needs them."""

import errno
import os
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.base import storage
from tenuto.base.models import Blob

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(days=2)


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.STORE_DIR = tmp_path / "store"
    settings.SCRATCH_DIR = tmp_path / "scratch"


def draft(folder: Path, data: bytes) -> Path:
    path = folder / "draft"
    path.write_bytes(data)
    return path


def test_a_file_is_named_by_its_digest_and_the_draft_goes(tmp_path: Path) -> None:
    path = draft(tmp_path, b"a song")
    blob = storage.adopt(path)
    assert blob.digest == sha256(b"a song").hexdigest()
    assert storage.path_of(blob).read_bytes() == b"a song"
    assert not path.exists()


def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    first = storage.adopt(draft(tmp_path, b"a song"))
    again = storage.adopt(draft(tmp_path, b"a song"))
    assert first == again
    assert Blob.objects.count() == 1


def test_a_transaction_that_fails_keeps_the_draft(tmp_path: Path) -> None:
    path = draft(tmp_path, b"a song")
    with pytest.raises(RuntimeError), transaction.atomic():
        storage.adopt(path)
        raise RuntimeError
    assert path.read_bytes() == b"a song"
    assert not Blob.objects.exists()
    storage.adopt(path)
    assert Blob.objects.count() == 1


class PowerCut(BaseException):
    """The process ends here: nothing of ours catches it."""


CALLS = [(os, "open"), (os, "fsync"), (os, "link"), (os, "stat"), (Path, "mkdir"), (Path, "replace"), (Path, "unlink")]


class Failing:
    """Counts the system calls of `adopt`, and fails the one with the given number."""

    def __init__(self, patch: pytest.MonkeyPatch, fail_at: int, failure: BaseException) -> None:
        self.count, self.fail_at, self.failure = 0, fail_at, failure
        for owner, name in CALLS:
            patch.setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object, **named: object) -> object:
            self.count += 1
            if self.count == self.fail_at:
                raise self.failure
            return call(*arguments, **named)

        return counted


@pytest.mark.parametrize("failure", [PowerCut(), OSError(errno.EIO, "the disk is gone")], ids=["crash", "disk"])
def test_a_failure_at_any_system_call_loses_nothing(
    failure: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each call in turn. Afterwards the draft or the whole is there, and the same file can be taken in."""
    number, ended = 0, False
    while not ended:
        number += 1
        data = f"song {number}".encode()
        path = draft(tmp_path, data)
        with monkeypatch.context() as patch:
            failing = Failing(patch, number, failure)
            try:
                storage.adopt(path)
            except (PowerCut, OSError) as error:
                assert error is failure  # noqa: PT017  # both kinds, and neither of another origin
            ended = failing.count < number
        blob = Blob.objects.filter(digest=sha256(data).hexdigest()).first()
        if blob is None:
            assert path.read_bytes() == data, f"lost at call {number}"
        else:
            assert storage.verify(blob) == "", f"a row without its bytes at call {number}"
        assert storage.verify(storage.adopt(draft(tmp_path, data))) == ""
    assert number > 8, "there were calls to fail"
    storage.sweep(timezone.now() + LATER)
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == [], "drafts of crashes go as well"


def test_a_disk_without_links_gets_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*arguments: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", no_links)
    assert storage.verify(storage.adopt(draft(tmp_path, b"a song"))) == ""


def test_damage_is_noticed_and_mended_by_the_same_bytes(tmp_path: Path) -> None:
    blob = storage.put_bytes(b"a song")
    storage.path_of(blob).write_bytes(b"a s")
    assert storage.verify(blob) == "changed"
    storage.put_bytes(b"a song")
    assert storage.verify(blob) == ""
    storage.path_of(blob).unlink()
    assert storage.verify(blob) == "missing"


def test_what_somebody_needs_is_never_swept(alma: Account) -> None:
    needed, spare = storage.put_bytes(b"her face"), storage.put_bytes(b"nobody's")
    Account.objects.filter(pk=alma.pk).update(avatar=needed)
    assert storage.sweep(timezone.now() + LATER) == 1
    assert storage.path_of(needed).exists()
    assert not storage.path_of(spare).exists()
    assert storage.forget([needed.digest]) == 0
    assert storage.path_of(needed).exists()


def test_what_is_new_is_not_swept() -> None:
    """It may belong to a transaction that has not ended yet."""
    storage.put_bytes(b"just come")
    assert storage.sweep(timezone.now()) == 0


def test_bytes_that_come_again_while_being_swept_are_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep decides on an old row; before it acts, the same bytes are stored again."""
    blob = storage.put_bytes(b"a song")
    Blob.objects.update(stored_at=timezone.now() - LATER)
    let_go = storage._let_go

    def meanwhile(digest: str, older_than: object = None) -> int:
        storage.put_bytes(b"a song")
        return let_go(digest, older_than)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(storage, "_let_go", meanwhile)
    storage.sweep(timezone.now())
    assert storage.verify(blob) == ""
    assert Blob.objects.count() == 1


def test_a_file_without_a_row_goes_after_a_while() -> None:
    blob = storage.put_bytes(b"left by a crash")
    place = storage.path_of(blob)
    Blob.objects.all().delete()
    assert storage.sweep(timezone.now()) == 0
    assert storage.sweep(timezone.now() + LATER) == 1
    assert not place.exists()


def test_a_stray_file_that_somebody_just_adopts_stays(tmp_path: Path) -> None:
    """The bytes lie there from a crash. Whoever brings them again relies on them, so the sweep must see that."""
    place = storage.path_of(storage.put_bytes(b"a song"))
    Blob.objects.all().delete()
    [stray] = storage.stray_files(timezone.now() + LATER)
    assert stray == place
    blob = storage.adopt(draft(tmp_path, b"a song"))
    assert not storage.drop_stray(stray)
    assert storage.verify(blob) == ""


def test_a_stray_file_is_as_old_as_its_name_not_as_its_bytes(tmp_path: Path) -> None:
    """An upload that waited for days, and is being taken in at this moment by another process."""
    path = draft(tmp_path, b"an old song")
    long_ago = (timezone.now() - 5 * LATER).timestamp()
    os.utime(path, (long_ago, long_ago))
    place = storage.path_of(storage.adopt(path))
    Blob.objects.all().delete()  # as another process sees it before the commit
    assert storage.sweep(timezone.now()) == 0
    assert place.exists()


def test_a_full_disk_is_said_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "SPARE_BYTES", 2**60)
    with pytest.raises(storage.DiskFull) as refused:
        storage.put_bytes(b"a song")
    assert "disk is full" in str(refused.value.advice)
    assert not Blob.objects.exists()
