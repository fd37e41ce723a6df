"""What comes is held from its first moment where the terms in force say that it is compared first, and only there."""

from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.audio.arrive import Wish, copy_to
from tenuto.audio.journey import receive_file
from tenuto.base.errors import NotFound
from tenuto.rules.visibility import Audience
from tenuto.terms.versions import publish as publish_version
from tenuto.tracks.models import Hold, Publication, Recording
from tenuto.tracks.publish import may_be_heard, publish, release
from tests.audio.sounding import sketch
from tests.gate.working import LONG_AGO
from tests.terms.writing import NEEDED, OWNING, SORTING, written
from tests.tracks.catalogue import track as without_sound

pytestmark = pytest.mark.django_db


def brought(owner: Account, folder: Path) -> Recording:
    file = folder / "piece.wav"
    file.write_bytes(BytesIO(b"RIFF and what follows").getvalue())
    return receive_file(owner, file, Wish(), timezone.now())


@pytest.mark.parametrize(("clauses", "held"), [((OWNING, NEEDED), True), ((OWNING, SORTING), False), ((), False)])
def test_an_upload_is_held_where_the_terms_in_force_say_that_it_is_compared(
    alma: Account, tmp_path: Path, clauses: tuple[str, ...], held: bool
) -> None:
    if clauses:
        publish_version(written(*clauses), LONG_AGO, at=LONG_AGO)
    assert Hold.standing().filter(recording=brought(alma, tmp_path)).exists() is held


def test_what_is_held_is_published_when_it_is_released_and_keeps_its_day(alma: Account, client: Client) -> None:
    held = sketch(alma)
    hold = Hold.objects.create(recording=held.recordings.get())
    now = timezone.now()
    publication = publish(held, Audience.PUBLIC, None, by=alma, at=now)
    assert not publication.audible
    assert client.get(held.get_absolute_url()).status_code == 404
    later = timezone.now()
    assert release(hold, Hold.How.CLEAR, later)
    assert not release(hold, Hold.How.STAFF, later)  # once
    assert client.get(held.get_absolute_url()).status_code == 200
    assert Publication.objects.get().starts_at == later
    assert may_be_heard(held)


def test_of_a_tracks_recordings_only_the_newest_that_is_ready_waits(alma: Account) -> None:
    held = sketch(alma)
    first = held.recordings.get()
    Hold.objects.create(recording=first)
    assert Hold.waiting().get().recording == first
    again = Recording.objects.create(track=held, original=first.original, stage="arrived")
    Hold.objects.create(recording=again)
    assert Hold.waiting().get().recording == first
    Recording.objects.filter(pk=again.pk).update(stage="ready")
    assert Hold.waiting().get().recording == again


def test_a_sound_is_given_to_another_track_of_the_same_artist_alone(alma: Account, bo: Account) -> None:
    sound = sketch(alma).recordings.get()
    with pytest.raises(NotFound):
        copy_to(sound, without_sound(bo), timezone.now())
