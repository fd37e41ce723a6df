from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.test import Client
from django.utils import timezone

from tenuto.accounts import export_page, removal, sweeps, tokens
from tenuto.accounts.models import Account, Export, Removal
from tenuto.audio.models import Listen, Upload
from tenuto.base import pictures, storage
from tenuto.base.models import Blob, Job
from tenuto.tracks.models import Recording, Track
from tests.accounts.things import SHARED, fill, picture
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db

# Rows of the queue are pruned by time; they hold ids only.
PASSING = {Job}


@pytest.fixture
def full(alma: Account, bo: Account) -> None:
    fill(alma, bo)


def leave(client: Client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.post("/settings/delete", {"handle": "Alma"})
    assert answer.status_code == 200
    assert "@alma is closed" in answer.content.decode()


def work() -> None:
    for row in Removal.objects.all():
        removal.remove_account.call(row.pk)


def files() -> set[str]:
    """The names of all files of the store that have rows, and whether they are there."""
    return {path.name for path in Path(settings.STORE_DIR).glob("??/??/*")}


def mentions(*words: str) -> list[str]:
    """Every column of every table in which one of the words stands."""
    found = []
    for model in apps.get_models():
        if model in PASSING:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                for value in model._default_manager.values_list(field.name, flat=True):
                    found += [f"{model.__name__}.{field.name}" for word in words if word in str(value)]
    return found


def test_every_row_goes_that_speaks_of_them(as_alma: Client, alma: Account, full: None) -> None:
    words = ["alma", "Alma", "harbour", "radio script", "half.wav", "Slow pieces"]
    assert len(set(mentions(*words))) > 10
    pk = alma.pk
    leave(as_alma)
    work()
    assert mentions(*words) == []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is Account:
                assert not model._default_manager.filter(**{field.attname: pk}).exists(), (model, field)


def test_every_file_goes_that_nobody_else_needs(as_alma: Client, alma: Account, full: None) -> None:
    half = settings.UPLOADS_DIR / Upload.objects.get().key
    assert half.exists()
    before = set(Blob.objects.values_list("digest", flat=True))
    alma.refresh_from_db()
    assert alma.avatar is not None
    pictures.sized(alma.avatar, 96)
    leave(as_alma)
    work()
    after = set(Blob.objects.values_list("digest", flat=True))
    gone = before - after
    assert len(gone) == 2 + 1 + 2 + 3 * 2  # avatar and banner, cover, originals, what was rendered of three recordings
    assert not gone & files()
    assert after & before <= files()
    assert not pictures._place(alma.avatar.digest).exists()
    assert not half.exists()


def test_bytes_that_somebody_else_uploaded_too_stay_theirs(as_alma: Client, bo: Account, full: None) -> None:
    leave(as_alma)
    work()
    theirs = Recording.objects.get()
    assert theirs.track.owner == bo
    with storage.open_blob(theirs.original) as file:
        assert file.read() == SHARED
    assert theirs.track.artwork is not None
    with storage.open_blob(theirs.track.artwork) as file:
        assert file.read() == picture("navy")
    assert theirs.renditions.count() == 1


def test_what_they_heard_stays_counted_without_a_trace(as_alma: Client, bo: Account, full: None) -> None:
    leave(as_alma)
    work()
    plays = list(Listen.objects.all())
    assert len(plays) == 2
    assert {(row.account, row.network) for row in plays} == {(None, "")}
    assert {row.track.owner for row in plays} == {bo}
    assert len({row.listener for row in plays}) == 1  # of one track: still one listener, but nobody's
    assert "alma's browser" not in {row.listener for row in plays}


def test_from_the_first_moment_nobody_sees_them_or_gets_in(as_alma: Client, alma: Account, full: None) -> None:
    _token, secret = tokens.issue(alma, "player", None)
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": "alma", "password": PASSWORD})
    assert elsewhere.get("/settings").status_code == 200
    key = Track.objects.get(slug="harbour").key
    anybody = Client()
    assert anybody.get(f"/tracks/{key}/artwork-160.webp").status_code == 200
    leave(as_alma)  # and no worker has run yet
    assert anybody.get(f"/tracks/{key}/artwork-160.webp").status_code == 404
    assert anybody.get("/@alma/avatar-160.webp").status_code == 404
    assert elsewhere.get("/settings").status_code == 302
    assert as_alma.get("/settings").status_code == 302
    assert tokens.owner_of(secret, at=timezone.now()) is None
    again = Client().post("/accounts/login/", {"login": "alma", "password": PASSWORD})
    assert again.status_code == 302
    assert again["Location"] != "/"


def test_a_copy_that_was_packed_goes_too(as_alma: Client, alma: Account) -> None:
    export_page.ask(alma.pk, at=timezone.now())
    found = Export.objects.get()
    export_page.pack_export.call(found.pk)
    place = export_page.path_of(found)
    assert place.exists()
    leave(as_alma)
    work()
    assert not place.exists()


@pytest.mark.parametrize("typed", ["", "bo", "alma ferreira", "yes"])
def test_a_wrong_word_deletes_nothing(lately: Client, alma: Account, typed: str) -> None:
    assert lately.post("/settings/delete", {"handle": typed}).status_code == 422
    assert Account.objects.get(pk=alma.pk).is_active
    assert not Removal.objects.exists()


def test_who_has_not_lately_shown_who_they_are_deletes_nothing(as_alma: Client, alma: Account) -> None:
    for method in (as_alma.get, as_alma.post):
        answer = method("/settings/delete", {"handle": "alma"})
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not Removal.objects.exists()


def test_one_is_told_what_will_go(lately: Client, full: None) -> None:
    page = lately.get("/settings/delete").content.decode()
    assert "2 tracks" in page
    assert "1 follower" in page
    assert "1 link" in page


class Killed(BaseException):
    pass


@pytest.mark.parametrize("step", [0, 1, 2, 4, 6, 8, 9, 11])
def test_killed_at_any_step_it_is_taken_up_and_leaves_nothing(
    as_alma: Client, alma: Account, full: None, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two of its transactions, and between rows and files, the worker may die."""
    leave(as_alma)
    moments = 0

    def dying(real: object) -> object:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal moments
            moments += 1
            if moments == step + 1:
                raise Killed
            return real(*args, **kwargs)  # type: ignore[operator]  # whichever function it stands for

        return call

    with monkeypatch.context() as patch:
        patch.setattr(storage, "forget", dying(storage.forget))
        patch.setattr(removal, "_remove_batch", dying(removal._remove_batch))
        try:
            work()
        except Killed:
            assert Removal.objects.exists()
    sweeps.take_up(timezone.now())
    work()
    assert mentions("alma", "harbour") == []
    assert not files() - set(Blob.objects.values_list("digest", flat=True)) - STRAYS
    assert not Removal.objects.exists()


STRAYS: set[str] = set()


@pytest.fixture(autouse=True)
def note_strays(db: None) -> None:
    """Files that earlier tests left, whose rows their rollback took away."""
    STRAYS.clear()
    STRAYS.update(files())


def test_a_lost_job_is_sent_again(as_alma: Client, alma: Account) -> None:
    leave(as_alma)
    Job.objects.all().delete()
    sweeps.take_up(timezone.now())
    assert Job.objects.get().once == f"removal:{Removal.objects.get().pk}"


def test_sessions_end_in_every_browser(alma: Account) -> None:
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.post("/accounts/login/", {"login": "alma", "password": PASSWORD})
    assert Session.objects.count() == 2
    removal.ask(alma, at=timezone.now())
    assert not Session.objects.exists()
