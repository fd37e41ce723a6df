"""What its owner can do to a release: begin, describe, fill, order, publish, take back, delete.

Consent is told which tracks are on it, and what it is called: one answer can be given for all of them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _w
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base import pictures
from tenuto.base.errors import BadRequest, NotFound, OverLimit
from tenuto.base.ids import new_key
from tenuto.consent import albums
from tenuto.consent.preview import opened_by
from tenuto.consent.words import name_of
from tenuto.library.releases.models import Release, ReleasePublication, ReleaseTrack
from tenuto.rules.cells import Cell
from tenuto.rules.visibility import Audience
from tenuto.tracks import ordering
from tenuto.tracks.models import Track
from tenuto.tracks.publish import publish as publish_track
from tenuto.tracks.slugs import slug_of

MAX_TRACKS = 500
MAX_RELEASES = 5000


class TooManyTracks(OverLimit):
    advice = _("A release holds up to 500 tracks.")
    code = "release_full"


class TooManyReleases(OverLimit):
    advice = _("You have 5,000 releases, which is as many as one account can have.")
    code = "too_many_releases"


class NothingOnIt(BadRequest):
    advice = _("Put at least one track on it first.")
    status = 409
    code = "nothing_on_it"


class WouldOpen(BadRequest):
    """The album says yes to something that the track does not allow yet."""

    status = 409
    code = "would_open"

    def __init__(self, opens: Sequence[Cell]) -> None:
        names = ", ".join(map(name_of, opens))
        words = _w(
            "The album’s answer would open uses by AI in this track: %(names)s. Nothing was changed. If you want that,"
            " send it again with “follows_album”: true."
        )
        super().__init__(names, advice=words % {"names": names})
        self.besides = {"opens": [str(cell) for cell in opens]}


def begin(owner: Account, title: str, kind: str) -> Release:
    """A new release that its owner alone sees, at a free address, also when two begin at the same moment."""
    if Release.objects.filter(owner=owner).count() >= MAX_RELEASES:
        raise TooManyReleases(f"account {owner.pk}")
    base = slug_of(title)[:70].rstrip("-") or "release"
    for ending in ("", "-2", "-3", "-4"):
        try:
            return _begun(owner, title, kind, f"{base}{ending}")
        except IntegrityError:
            continue
    return _begun(owner, title, kind, f"{base}-{new_key()[:6]}")


@transaction.atomic
def _begun(owner: Account, title: str, kind: str, slug: str) -> Release:
    begun = Release.objects.create(owner=owner, title=title, kind=kind, slug=slug)
    albums.begin(begun.key, owner, title)
    return begun


@transaction.atomic
def describe(release: Release, changed: Collection[str]) -> None:
    """Save what was written of it in these fields."""
    release.save(update_fields=[*changed, "changed_at"])
    albums.call(release.key, release.title)


@transaction.atomic
def add(release: Release, track: Track) -> bool:
    """Put one of the artist's own tracks at the end. What is on it already stays where it is."""
    _lock(release)
    if track.owner_id != release.owner_id:
        raise NotFound(f"track {track.key} for release {release.key}")
    if release.entries.filter(track=track).exists():
        return False
    if release.entries.count() >= MAX_TRACKS:
        raise TooManyTracks(f"release {release.key}")
    ReleaseTrack.objects.create(release=release, track=track, position=ordering.end_of(release.entries.all()))
    albums.put_on(release.key, track, timezone.now())
    return True


def what_opens(release: Release, track: Track, at: datetime) -> tuple[Cell, ...]:
    """What AI may do with a track as soon as it is put on, and may not yet."""
    if release.entries.filter(track=track).exists():
        return ()
    return opened_by(albums.own_album(release.owner, release.key), track, at)


@transaction.atomic
def take_off(release: Release, track_key: str) -> None:
    """Take a track off. It stays where it is otherwise."""
    _lock(release)
    row = ordering.row_of(release.entries.select_related("track"), track_key)
    row.delete()
    albums.take_off(release.key, row.track, timezone.now())


@transaction.atomic
def place(release: Release, track_key: str, *, before: str = "", after: str = "") -> None:
    """Put a track right before or right after another one of the release."""
    _lock(release)
    ordering.place(release.entries.all(), track_key, before=before, after=after)


@transaction.atomic
def publish(release: Release, starts_at: datetime | None, at: datetime, *, with_sketches: bool) -> ReleasePublication:
    """Show it to everyone, at once or from a moment on; with it, if wished, those of its tracks that are sketches."""
    _lock(release)
    tracks = list(Track.objects.filter(release_entries__release=release).select_related("publication"))
    if not tracks:
        raise NothingOnIt(f"release {release.key}")
    moment = at if starts_at is None or starts_at <= at else starts_at
    former = ReleasePublication.objects.filter(release=release).first()
    if former is not None and former.starts_at <= at and moment <= at:
        moment = former.starts_at  # what is out keeps its day
    publication, _new = ReleasePublication.objects.update_or_create(release=release, defaults={"starts_at": moment})
    for track in tracks if with_sketches else []:
        if getattr(track, "publication", None) is None:
            publish_track(track, Audience.PUBLIC, moment, by=release.owner, at=at)
    return publication


def take_back(release: Release) -> None:
    """Nobody but its owner sees it from now on. Its tracks stay as they are."""
    ReleasePublication.objects.filter(release=release).delete()


def delete(release: Release) -> None:
    """Gone with its order and cover; its tracks stay."""
    with transaction.atomic():
        _lock(release)
        albums.end(release.key, timezone.now())
        release.delete()
    pictures.let_go(release.artwork_id)


def what_was_done(publication: ReleasePublication, at: datetime) -> str:
    """In words, for its owner."""
    if publication.starts_at > at:
        return _w("Scheduled. Until then nobody sees anything of it.")
    return _w("Published. It stands on your profile.")


def album_speaks() -> str:
    return _w("What AI may do: where the track says nothing itself, the album’s answer holds.")


def _lock(release: Release) -> None:
    if not Release.objects.select_for_update(of=("self",)).filter(pk=release.pk).exists():
        raise NotFound(f"release {release.key}")
