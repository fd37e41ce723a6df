"""The catalogue is written once and comes in the way every upload does, however often it is interrupted."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from tenuto.accounts.models import Account, Follow
from tenuto.audio import arrive, journey
from tenuto.audio.models import Upload
from tenuto.base import queue
from tenuto.consent.models import Act
from tenuto.demo import load
from tenuto.demo.catalogue import ARTISTS, ENTRIES, LISTENERS, PASSWORD, Artist, Entry
from tenuto.demo.load import date_back, load_file, load_people
from tenuto.demo.write import DemoFile, file_name, recipe_digest, tags, write_catalogue
from tenuto.dsp.encode import write_audio
from tenuto.dsp.tags import read_tags, write_tags
from tenuto.rules.cells import cells_in
from tenuto.rules.visibility import Audience
from tenuto.terms.models import Acceptance, Version
from tenuto.tracks.models import Publication, Recording, SecretLink, Track
from tests.people import person

BY_PIECE = {entry.piece: entry for entry in ENTRIES}


def short(entry: Entry, folder: Path) -> DemoFile:
    """A second of sound that says of itself what the whole piece would."""
    path = folder / file_name(entry)
    path.parent.mkdir(parents=True)
    tone = np.sin(np.arange(44_100) / 20).astype(np.float32)[:, None] * np.array([0.3, 0.2], np.float32)
    write_audio(path, tone, 44_100)
    write_tags(path, tags(entry))
    return DemoFile(entry, path)


def do_the_jobs() -> None:
    while jobs := queue.claim("test", ["audio"], 1, timezone.now()):
        journey.bring_to_ready.func(*jobs[0].args)
        queue.done(jobs[0], timezone.now())


@pytest.mark.slow
def test_a_piece_is_written_with_its_words_and_its_cover_and_not_twice(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    entry = BY_PIECE["lamp_study"]

    def on_progress(entry: Entry, done: int, of: int) -> None:
        told.append((entry.piece, done, of))

    [file] = write_catalogue(tmp_path, on_progress, (entry,))
    said = read_tags(file.path)
    assert (said.title, said.artist, said.genre) == ("Lamp Study", "Hexen Choir", "Bronze")
    assert said.picture_mime == "image/jpeg"
    written = file.path.stat().st_mtime_ns
    assert write_catalogue(tmp_path, on_progress, (entry,)) == [file]
    assert file.path.stat().st_mtime_ns == written
    assert told == [("lamp_study", 1, 1)] * 2
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file.path]


def test_what_a_file_is_made_from_names_its_folder() -> None:
    entry = BY_PIECE["harbour"]
    assert recipe_digest(entry) == recipe_digest(replace(entry))
    assert recipe_digest(entry) != recipe_digest(replace(entry, title="Harbour, 6 a.m."))
    assert Path(file_name(entry)).name == "harbour.flac"


@pytest.mark.django_db
@pytest.mark.parametrize("artists", [ARTISTS[:1], pytest.param(ARTISTS, marks=pytest.mark.slow)], ids=["one", "all"])
def test_people_sign_up_once_with_pictures_and_follow_each_other(
    artists: tuple[Artist, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "ARTISTS", artists)
    for _ in range(2):
        load.publish_terms()
        load_people()
    assert [version.number for version in Version.objects.all()] == [1]
    assert Acceptance.objects.count() == Account.objects.count()
    assert Account.objects.count() == len(artists) + len(LISTENERS)
    alma = Account.objects.get(username="alma")
    assert alma.avatar is not None
    assert alma.banner is not None
    assert alma.links.count() == 2
    assert alma.check_password(PASSWORD)
    assert Follow.objects.filter(follower__username="bo").count() == len(artists)


@pytest.mark.django_db
@pytest.mark.slow
def test_files_come_in_as_any_upload_and_are_shared_as_the_catalogue_says(tmp_path: Path) -> None:
    for handle in ("alma", "hexen-choir", "low-tide-radio"):
        person(handle, handle)
    at = timezone.now()
    files = [short(BY_PIECE[piece], tmp_path) for piece in ("harbour", "stairwell", "moth_logic", "groynes")]
    for _ in range(2):
        for file in files:
            load_file(file, at)
    do_the_jobs()
    assert date_back() == 0
    assert Track.objects.count() == Upload.objects.count() == 4
    assert set(Recording.objects.values_list("stage", flat=True)) == {Recording.Stage.READY}
    harbour = Track.objects.get(title="Harbour, 5 a.m.")
    assert (harbour.slug, harbour.genre, harbour.licence) == ("harbour-5-a-m", "Ambient", "cc-by-nc")
    assert harbour.artwork is not None
    assert harbour.credits[0] == ["Written, played", "Alma Ferreira"]
    assert harbour.publication.audience == Audience.PUBLIC
    assert harbour.publication.starts_at < at
    assert not Publication.objects.filter(track__title__startswith="Stairwell").exists()
    assert SecretLink.objects.filter(track__title__startswith="Stairwell").count() == 2
    assert Publication.objects.get(track__title__startswith="Moth").audience == Audience.FOLLOWERS
    assert Publication.objects.get(track__title="Groynes").starts_at > at


@pytest.mark.django_db
@pytest.mark.parametrize("bytes_that_came", [0, 5_000, None])
def test_an_upload_that_was_cut_off_is_completed_once(tmp_path: Path, bytes_that_came: int | None) -> None:
    """The loader was killed while a file came in: before, in the middle, or just after its last byte."""
    owner = person("alma", "Alma Ferreira")
    file, at = short(BY_PIECE["harbour"], tmp_path), timezone.now()
    upload = arrive.begin(owner, file.path.name, file.path.stat().st_size, arrive.Wish(), at)
    part = tmp_path / "part"
    part.write_bytes(file.path.read_bytes()[:bytes_that_came])
    with part.open("rb") as body:
        arrive.receive(upload, 0, body)
    load_file(file, at)
    assert Track.objects.count() == 1
    assert not Upload.objects.filter(finished_at=None).exists()
    assert Track.objects.get().description == file.entry.description


@pytest.mark.django_db
def test_what_was_killed_before_it_was_described_is_described(tmp_path: Path) -> None:
    owner = person("alma", "Alma Ferreira")
    file, at = short(BY_PIECE["harbour"], tmp_path), timezone.now()
    journey.receive_file(owner, file.path, arrive.Wish(), at)
    load_file(file, at)
    track = Track.objects.get()
    assert (track.description, track.publication.audience) == (file.entry.description, Audience.PUBLIC)


@pytest.mark.django_db
def test_whoever_deletes_a_demo_track_has_deleted_it(monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    settings.HOME = tmp_path
    monkeypatch.setattr(load, "ENTRIES", ())
    monkeypatch.setattr(load, "ARTISTS", ())
    said: list[str] = []
    load.load_catalogue(said.append)
    assert load.is_loaded()
    Account.objects.all().delete()
    load.load_catalogue(said.append)
    assert Account.objects.count() == 0


@pytest.mark.django_db
def test_artists_of_the_demo_allow_what_the_catalogue_says_and_nothing_else() -> None:
    load.publish_terms()
    load_people()
    for artist in ARTISTS:
        account = Account.objects.get(username=artist.handle)
        answered = Act.objects.filter(account=account).values_list("allowed", flat=True)
        assert {str(cell) for mask in answered for cell in cells_in(mask)} == set(artist.allows)
