"""`tenuto fsck` finds each fault, mends what can be made again, and never touches an original."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from rich.console import Console

from tenuto.accounts.models import Account
from tenuto.audio.models import Rendition, Waveform
from tenuto.audio.render import render_again
from tenuto.base import queue, storage
from tenuto.server.fsck import check_everything
from tenuto.tracks.models import Publication, Recording, Track
from tests.audio.sounding import public

pytestmark = pytest.mark.django_db


@pytest.fixture
def track(alma: Account, settings: Settings, tmp_path: Path) -> Track:
    settings.STORE_DIR = tmp_path / "store"  # its files are about to be damaged
    return public(alma)


def fsck(**wish: bool) -> tuple[int, str]:
    paper = StringIO()
    status = check_everything(Console(file=paper, width=500), **wish)
    return status, paper.getvalue()


def flip(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.chmod(0o600)
    place.write_bytes(bytes(data))


def work() -> None:
    """What a worker would do now."""
    while jobs := queue.claim("test", ["audio", "default"], 1, timezone.now()):
        render_again.func(*jobs[0].args)
        queue.done(jobs[0], timezone.now())


@pytest.fixture
def rendition(track: Track) -> Rendition:
    return Rendition.objects.filter(recording__track=track).order_by("kind")[0]


@pytest.mark.usefixtures("track")
def test_a_sound_home_has_no_fault() -> None:
    status, words = fsck()
    assert status == 0, words
    assert "fault" not in words


def test_a_stream_that_is_gone_is_made_again_from_the_original(rendition: Rendition) -> None:
    storage.path_of(rendition.blob).unlink()
    status, words = fsck()
    assert status == 1
    assert "missing" in words
    status, words = fsck(repair=True)
    work()
    assert fsck()[0] == 0
    made = Rendition.objects.get(recording=rendition.recording, kind=rendition.kind)
    assert storage.verify(made.blob) == ""


def test_a_flipped_bit_is_found_by_reading_and_mended(rendition: Rendition) -> None:
    flip(storage.path_of(rendition.blob))
    assert fsck(quick=True)[0] == 0, "the quick way does not read"
    assert fsck()[0] == 1
    fsck(repair=True)
    work()
    assert fsck()[0] == 0


def test_a_damaged_original_is_said_and_left_as_it_is(track: Track) -> None:
    original = Recording.objects.get(track=track).original
    place = storage.path_of(original)
    flip(place)
    damaged = place.read_bytes()
    status, words = fsck(repair=True)
    assert status == 1, "nothing can mend it"
    assert original.digest in words
    assert place.read_bytes() == damaged, "and what is left of it is kept"


def test_a_recording_without_its_streams_gets_them(track: Track) -> None:
    Rendition.objects.filter(recording__track=track).delete()
    Waveform.objects.filter(recording__track=track).delete()
    assert fsck()[0] == 1
    fsck(repair=True)
    work()
    assert fsck()[0] == 0
    assert Rendition.objects.filter(recording__track=track).count() == 2


def test_a_publication_that_says_it_sounds_and_does_not_is_set_right(track: Track) -> None:
    Publication.objects.filter(track=track).update(audible=False)
    status, words = fsck()
    assert status == 1
    assert track.key in words
    assert fsck(repair=True)[0] == 0
    assert Publication.objects.get(track=track).audible


def test_a_file_of_nobody_is_found_when_it_is_old_and_dropped(track: Track) -> None:
    place = storage.place_of("ab" * 32)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"whose?")
    assert fsck()[0] == 0, "it may belong to an upload that is just coming in"
    later = timezone.now() + storage.GRACE + timedelta(days=1)
    found = [path for path in storage.stray_files(later) if path == place]
    assert found == [place]
    assert storage.drop_stray(place)
    assert not place.exists()
    assert storage.path_of(Recording.objects.get(track=track).original).exists()
