"""Albums, EPs and singles through the HTTP API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import StringConstraints

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.base import pictures
from tenuto.base.lines import Line
from tenuto.consent.albums import is_answered
from tenuto.library.releases import access, change
from tenuto.library.releases.covers import cover_address
from tenuto.library.releases.models import Release
from tenuto.tracks.access import own_track
from tenuto.tracks.api import Mark, Title, TrackShown, Upc
from tenuto.tracks.pages import profile_of
from tenuto.tracks.paging import some
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Albums"])
PAGE_SIZE = 50

TrackKey = Annotated[str, StringConstraints(max_length=12)]


class ReleaseShown(Schema):
    """A release in a list. `shown_from` is null while its artist alone sees it, in the future while it is scheduled."""

    key: str
    artist: str
    title: str
    kind: Release.Kind
    url: str
    cover: str
    description: str
    label: str
    upc: str
    release_date: date | None
    shown_from: datetime | None

    @staticmethod
    def resolve_artist(release: Release) -> str:
        return release.owner.username

    @staticmethod
    def resolve_url(release: Release) -> str:
        return release.get_absolute_url()

    @staticmethod
    def resolve_cover(release: Release) -> str:
        return cover_address(release, 960)

    @staticmethod
    def resolve_shown_from(release: Release) -> datetime | None:
        publication = access.publication_of(release)
        return publication.starts_at if publication else None


class ReleasesPage(Schema):
    """The last to come out first. Ask again with `before` for those that come after."""

    releases: list[ReleaseShown]
    before: str | None


class PressedShown(Schema):
    number: int
    track: TrackShown


class WholeRelease(Schema):
    """A release with what you may hear of it, in order. `not_shared_with_you` counts the rest and names none of it."""

    release: ReleaseShown
    tracks: list[PressedShown]
    not_shared_with_you: int


class PlacedOnRelease(WholeRelease):
    """`opened`: what AI may do with the track from now on, by what was said for the album; `says`: in words."""

    opened: list[str]
    says: str


class NewRelease(Schema):
    title: Title
    kind: Release.Kind = Release.Kind.ALBUM


class ReleaseChange(Schema):
    """Fields left out stay as they are."""

    title: Title | None = None
    kind: Release.Kind | None = None
    description: str | None = Field(None, max_length=5000)
    label: Annotated[str, Line] | None = Field(None, max_length=120)
    upc: Upc | None = Field(None, description="UPC of 12 digits or EAN of 13")
    release_date: date | None = None


class PlaceOnRelease(Schema):
    """Where the track is to stand: right before or right after another one. Neither: at the end, or where it is.

    `follows_album`: let open what the album's answer opens in it. Without, whatever would open something is refused.
    """

    before: TrackKey = ""
    after: TrackKey = ""
    follows_album: bool = False


class ReleaseWish(Schema):
    """From when everyone sees it; without `starts_at` at once. `with_sketches`: publish its sketches, too."""

    starts_at: datetime | None = None
    with_sketches: bool = False


@router.get("/me/albums", auth=member, response=ReleasesPage)
def my_releases(request: HttpRequest, before: Mark = "") -> dict[str, Any]:
    """All your releases, those that nobody sees yet among them."""
    account = account_calling(request)
    return _page(account.username, request, before)


@router.post("/me/albums", auth=member, response={201: ReleaseShown})
def begin_release(request: HttpRequest, wish: NewRelease) -> Status[Release]:
    """Begin a release. You alone see it until you publish it."""
    return Status(201, change.begin(account_calling(request), wish.title, wish.kind))


@router.patch("/me/albums/{key}", auth=member, response=ReleaseShown)
def change_release(request: HttpRequest, key: str, wish: ReleaseChange) -> Release:
    """Change what is written of a release. Its address stays."""
    release = access.own_release(account_calling(request), key)
    said = wish.model_dump(exclude_unset=True)
    said = {name: value for name, value in said.items() if value is not None or name == "release_date"}
    for name, value in said.items():
        setattr(release, name, value)
    change.describe(release, said)
    return release


@router.delete("/me/albums/{key}", auth=member, response={204: None})
def delete_release(request: HttpRequest, key: str) -> Status[None]:
    """Delete a release. Its tracks stay."""
    change.delete(access.own_release(account_calling(request), key))
    return Status(204, None)


@router.post("/me/albums/{key}/cover", auth=member, response={204: None})
def change_release_cover(request: HttpRequest, key: str, picture: File[UploadedFile]) -> Status[None]:
    """Give a release its cover: JPEG, PNG, WebP, GIF or AVIF, up to 15 MB."""
    release = access.own_release(account_calling(request), key)
    before = release.artwork_id
    with transaction.atomic():
        release.artwork = pictures.take(picture.read(pictures.MAX_BYTES + 1))
        release.save(update_fields=["artwork", "changed_at"])
    pictures.let_go(before)
    return Status(204, None)


@router.put("/me/albums/{key}/tracks/{track_key}", auth=member, response=PlacedOnRelease)
def place_on_release(
    request: HttpRequest, key: str, track_key: str, wish: PlaceOnRelease | None = None
) -> dict[str, Any]:
    """Put a track of yours on a release of yours, or give it another place there."""
    account = account_calling(request)
    release, track = access.own_release(account, key), own_track(account, track_key)
    with transaction.atomic():  # a place that is none adds nothing
        opens = change.what_opens(release, track, timezone.now())
        if opens and not (wish and wish.follows_album):
            raise change.WouldOpen(opens)
        is_new = change.add(release, track)
        if wish is not None and (wish.before or wish.after):
            change.place(release, track_key, before=wish.before, after=wish.after)
    says = change.album_speaks() if is_new and is_answered(release.key) else ""
    return _whole(request, release) | {"opened": [str(cell) for cell in opens], "says": says}


@router.delete("/me/albums/{key}/tracks/{track_key}", auth=member, response={204: None})
def take_off_release(request: HttpRequest, key: str, track_key: str) -> Status[None]:
    """Take a track off a release."""
    change.take_off(access.own_release(account_calling(request), key), track_key)
    return Status(204, None)


@router.put("/me/albums/{key}/publication", auth=member, response=ReleaseShown)
def publish_release(request: HttpRequest, key: str, wish: ReleaseWish) -> Release:
    """Show a release to everyone, at once or from a moment on. Before, nothing of it is seen."""
    account, at = account_calling(request), timezone.now()
    release, starts_at = access.own_release(account, key), wish.starts_at
    if starts_at is not None and timezone.is_naive(starts_at):
        starts_at = timezone.make_aware(starts_at)
    change.publish(release, starts_at, at, with_sketches=wish.with_sketches)
    return access.own_release(account, key)


@router.delete("/me/albums/{key}/publication", auth=member, response={204: None})
def take_release_back(request: HttpRequest, key: str) -> Status[None]:
    """Let nobody but you see it. Its tracks stay as they are."""
    change.take_back(access.own_release(account_calling(request), key))
    return Status(204, None)


@router.get("/people/{handle}/albums", auth=anyone, response=ReleasesPage)
def releases_of_person(request: HttpRequest, handle: str, before: Mark = "") -> dict[str, Any]:
    """What you may see of somebody's releases."""
    return _page(handle, request, before)


@router.get("/albums/{key}", auth=anyone, response=WholeRelease)
def read_release(request: HttpRequest, key: str) -> dict[str, Any]:
    """One release, if you may see it. One that is not out answers like one that never was."""
    return _whole(request, access.release_of_key(request.user.pk, key, timezone.now()))


def _page(handle: str, request: HttpRequest, before: str) -> dict[str, Any]:
    owner = profile_of(request, handle)["owner"]
    found = some(access.shown_of(owner, request.user.pk, timezone.now()), before, PAGE_SIZE)
    return {"releases": found.rows, "before": found.before}


def _whole(request: HttpRequest, release: Release) -> dict[str, Any]:
    tracks = access.tracklist(release, visitor_of(request), timezone.now())
    return {
        "release": release,
        "tracks": [{"number": each.number, "track": each.line.track} for each in tracks.tracks],
        "not_shared_with_you": tracks.hidden,
    }
