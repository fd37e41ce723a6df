"""Out of the sketchbook and back: what holds before, after, and while the sound is not ready."""

from datetime import timedelta

import pytest

from tenuto.accounts.models import Account
from tenuto.base import events
from tenuto.base.errors import NotAllowed, NotFound
from tenuto.base.models import Blob
from tenuto.rules.visibility import Audience, Surface, Visitor
from tenuto.tracks import access
from tenuto.tracks.events import TrackHidden, TrackPublished, TrackRemoved
from tenuto.tracks.models import Publication, Recording, SecretLink, SlugHistory, Track
from tenuto.tracks.publish import GoesOffline, publish, remove, sound_is_ready, take_down, withdraw_to_sketchbook
from tests.tracks import catalogue
from tests.tracks.catalogue import HOUR, NOON

pytestmark = pytest.mark.django_db
# Events are told after the commit, so whoever looks at them needs real ones.
COMMITS = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was told to those who listen, in its order."""
    heard: list[object] = []
    for kind in (TrackPublished, TrackHidden, TrackRemoved):
        monkeypatch.setitem(events._listeners, kind, [*events._listeners[kind], heard.append])
    return heard


def test_every_track_begins_in_the_sketchbook(alma: Account) -> None:
    """Nothing you upload is heard by anybody before you say so."""
    track = catalogue.track(alma)
    assert not Publication.objects.exists()
    with pytest.raises(NotFound):
        access.track_by_key(Visitor(), track.key, Surface.STREAM, NOON)


@pytest.mark.parametrize("starts_at", [None, NOON, NOON - HOUR])
def test_publishing_without_a_date_or_with_a_past_one_is_now(alma: Account, starts_at: object) -> None:
    track = catalogue.track(alma)
    publication = publish(track, Audience.PUBLIC, starts_at, by=alma, at=NOON)  # type: ignore[arg-type]
    assert publication.starts_at == NOON
    assert list(access.newest_public(NOON)) == [track]


def test_a_date_keeps_the_track_back_until_then(alma: Account) -> None:
    track = catalogue.track(alma)
    publish(track, Audience.PUBLIC, NOON + HOUR, by=alma, at=NOON)
    assert list(access.newest_public(NOON)) == []
    assert list(access.newest_public(NOON + HOUR)) == [track]


def test_a_live_track_goes_offline_only_when_told_so(alma: Account) -> None:
    """Giving a later date to a track people can hear hides it until then, so you are asked first."""
    track = catalogue.track(alma)
    publish(track, Audience.PUBLIC, None, by=alma, at=NOON)
    with pytest.raises(GoesOffline):
        publish(track, Audience.PUBLIC, NOON + HOUR, by=alma, at=NOON)
    assert list(access.newest_public(NOON)) == [track]
    publish(track, Audience.PUBLIC, NOON + HOUR, by=alma, at=NOON, offline_until_then=True)
    assert list(access.newest_public(NOON)) == []


def test_a_scheduled_track_gets_another_date_without_being_asked(alma: Account) -> None:
    track = catalogue.track(alma)
    publish(track, Audience.PUBLIC, NOON + HOUR, by=alma, at=NOON)
    later = publish(track, Audience.PUBLIC, NOON + 2 * HOUR, by=alma, at=NOON)
    assert later.starts_at == NOON + 2 * HOUR
    assert publish(track, Audience.PUBLIC, None, by=alma, at=NOON).starts_at == NOON


@pytest.mark.parametrize(
    ("first", "then", "keeps_its_date"),
    [
        (Audience.PUBLIC, Audience.PUBLIC, True),
        (Audience.PUBLIC, Audience.FOLLOWERS, True),
        (Audience.FOLLOWERS, Audience.FOLLOWERS, True),
        (Audience.FOLLOWERS, Audience.PUBLIC, False),
    ],
)
def test_saving_again_does_not_bring_an_old_track_to_the_top(
    alma: Account, first: Audience, then: Audience, keeps_its_date: bool
) -> None:
    track = catalogue.track(alma)
    publish(track, first, None, by=alma, at=NOON)
    again = publish(track, then, None, by=alma, at=NOON + HOUR)
    assert again.starts_at == (NOON if keeps_its_date else NOON + HOUR)


@COMMITS
def test_what_is_not_ready_is_heard_once_it_is(alma: Account, told: list[object]) -> None:
    """You may publish while your upload is being prepared; it appears, at the top, the moment it is ready."""
    track = catalogue.track(alma, ready=False)
    assert not publish(track, Audience.PUBLIC, None, by=alma, at=NOON).audible
    sound_is_ready(track, NOON)  # told too early: nothing of it is heard
    assert list(access.newest_public(NOON + HOUR)) == []
    track.recordings.update(stage=Recording.Stage.READY, current=True)
    assert told == []
    for _twice in range(2):
        sound_is_ready(track, NOON + HOUR)
    assert Publication.objects.get().starts_at == NOON + HOUR
    assert list(access.newest_public(NOON + HOUR)) == [track]
    assert told == [TrackPublished(track.pk, "public", NOON + HOUR, NOON + HOUR)]


def test_a_date_still_to_come_outlives_the_preparing(alma: Account) -> None:
    track = catalogue.track(alma, ready=False)
    publish(track, Audience.PUBLIC, NOON + 5 * HOUR, by=alma, at=NOON)
    track.recordings.update(stage=Recording.Stage.READY, current=True)
    sound_is_ready(track, NOON + HOUR)
    assert Publication.objects.get().starts_at == NOON + 5 * HOUR


@COMMITS
def test_back_in_the_sketchbook_links_stay_open(alma: Account, told: list[object]) -> None:
    track = catalogue.public(alma)
    link = catalogue.link(track)
    for _twice in range(2):
        withdraw_to_sketchbook(track, by=alma, at=NOON)
    assert list(access.newest_public(NOON)) == []
    assert access.track_by_secret(link.secret, NOON)
    assert told == [TrackHidden(track.pk, NOON)]


def test_only_the_owner_decides(alma: Account, cy: Account) -> None:
    """Nobody else can publish, hide or delete a track of yours: to them it does not exist."""
    track = catalogue.public(alma)
    for act in (
        lambda: publish(track, Audience.PUBLIC, None, by=cy, at=NOON),
        lambda: withdraw_to_sketchbook(track, by=cy, at=NOON),
        lambda: remove(track, by=cy, at=NOON),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAllowed):
        take_down(track, by=cy, at=NOON)
    assert list(access.newest_public(NOON)) == [track]


@COMMITS
def test_a_removed_track_leaves_nothing_behind(alma: Account, told: list[object]) -> None:
    """Deleting a track deletes its rows for good. Its file stays only where another track has the same bytes."""
    track, other = catalogue.public(alma), catalogue.public(alma)
    shared = track.recordings.get().original
    other.recordings.update(original=shared)
    link = catalogue.link(track)
    SlugHistory.objects.create(owner=alma, slug="former", track=track)
    key, track_id = track.key, track.pk
    remove(track, by=alma, at=NOON)
    assert not Track.objects.filter(key=key).exists()
    assert not Recording.objects.filter(track=track_id).exists()
    assert not SecretLink.objects.filter(pk=link.pk).exists()
    assert not SlugHistory.objects.exists()
    assert not Publication.objects.filter(track=track_id).exists()
    assert Blob.objects.filter(pk=shared.pk).exists()
    assert access.track_by_key(Visitor(), other.key, Surface.STREAM, NOON)
    assert told == [TrackRemoved(track_id, key, alma.pk, NOON)]


@COMMITS
def test_nothing_is_told_of_what_was_rolled_back(alma: Account, told: list[object]) -> None:
    track = catalogue.track(alma)
    publish(track, Audience.PUBLIC, None, by=alma, at=NOON)
    with pytest.raises(GoesOffline):
        publish(track, Audience.PUBLIC, NOON + timedelta(days=1), by=alma, at=NOON + HOUR)
    assert told == [TrackPublished(track.pk, "public", NOON, NOON)]
