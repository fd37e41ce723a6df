"""The catalogue through the HTTP API: one's own tracks, and what others share."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import AfterValidator, StringConstraints

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.accounts.handles import person_called
from tenuto.base import pictures
from tenuto.base.events import publish as tell
from tenuto.base.lines import Line
from tenuto.rules.countries import COUNTRIES
from tenuto.rules.iswc import read_iswc
from tenuto.rules.party_codes import read_mbid
from tenuto.rules.sharing import Regions
from tenuto.rules.upc import read_upc
from tenuto.rules.visibility import Audience, Surface
from tenuto.tracks import access, links, publish
from tenuto.tracks.events import TrackDescribed, TrackIdentified
from tenuto.tracks.models import Licence, Publication, SecretLink, Track, identity
from tenuto.tracks.paging import page
from tenuto.tracks.roles import read_role
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Tracks"])
PAGE_SIZE = 50

Mark = Annotated[str, StringConstraints(max_length=40)]
Tag = Annotated[str, Line, StringConstraints(min_length=1, max_length=40)]
Title = Annotated[str, Line, StringConstraints(min_length=1, max_length=200)]


def _code(read: Callable[[str], str | None], words: str) -> AfterValidator:
    """A code as it is stored, or nothing; anything else is refused in these words."""

    def check(typed: str) -> str:
        code = read(typed) if typed else ""
        if code is None:
            raise ValueError(words)
        return code

    return AfterValidator(check)


Iswc = Annotated[
    str, StringConstraints(max_length=30), _code(read_iswc, "Not an ISWC, or a digit is wrong: T-034.524.680-1.")
]
Upc = Annotated[str, StringConstraints(max_length=30), _code(read_upc, "Not a UPC or EAN, or a digit is wrong.")]


def _mbid(kind: str) -> AfterValidator:
    return _code(lambda typed: read_mbid(typed, kind), f"Not the id or address of a {kind} on musicbrainz.org.")


RecordingId = Annotated[str, StringConstraints(max_length=200), _mbid("recording")]
WorkId = Annotated[str, StringConstraints(max_length=200), _mbid("work")]


class Credit(Schema):
    """A `role` is a term such as composer, producer or mix (docs/artists/credits.md), or any words."""

    role: Annotated[str, Line] = Field(min_length=1, max_length=60)
    name: Annotated[str, Line] = Field(min_length=1, max_length=120)


class TrackShown(Schema):
    """What anybody may know of a track they may hear. `plays` is null where the artist keeps it to themselves."""

    key: str
    artist: str
    title: str
    url: str
    description: str
    genre: str
    tags: list[str]
    credits: list[Credit]
    label: str
    release_date: date | None
    isrc: str
    iswc: str
    upc: str
    musicbrainz_recording: str
    musicbrainz_work: str
    licence: Licence
    seconds: float | None
    loudness_lufs: float | None
    published_at: datetime | None
    plays: int | None

    @staticmethod
    def resolve_artist(track: Track) -> str:
        return track.owner.username

    @staticmethod
    def resolve_url(track: Track) -> str:
        return track.get_absolute_url()

    @staticmethod
    def resolve_credits(track: Track) -> list[dict[str, str]]:
        return [{"role": role, "name": name} for role, name in track.credits]

    @staticmethod
    def resolve_seconds(track: Track) -> float | None:
        return track.recording.seconds if track.recording else None

    @staticmethod
    def resolve_loudness_lufs(track: Track) -> float | None:
        return track.recording.loudness_lufs if track.recording else None

    @staticmethod
    def resolve_published_at(track: Track) -> datetime | None:
        publication = _publication(track)
        return publication.starts_at if publication else None

    @staticmethod
    def resolve_plays(track: Track) -> int | None:
        return track.play_count if track.insights_public else None


class OwnTrack(TrackShown):
    """What the artist knows of their own track besides."""

    audience: Audience | None = None
    audible: bool
    created_at: datetime

    @staticmethod
    def resolve_audience(track: Track) -> str | None:
        publication = _publication(track)
        return publication.audience if publication else None

    @staticmethod
    def resolve_audible(track: Track) -> bool:
        publication = _publication(track)
        return track.recording is not None and (publication is None or publication.audible)

    @staticmethod
    def resolve_plays(track: Track) -> int | None:
        return track.play_count


class TrackPage(Schema):
    """Some tracks, newest first. Ask again with `before` for those that come after."""

    tracks: list[TrackShown]
    before: str | None


class OwnTrackPage(Schema):
    tracks: list[OwnTrack]
    before: str | None


class TrackChange(Schema):
    """Fields left out stay as they are."""

    title: Title | None = None
    description: str | None = Field(None, max_length=5000)
    genre: Annotated[str, Line] | None = Field(None, max_length=60)
    tags: list[Tag] | None = Field(None, max_length=30)
    credits: list[Credit] | None = Field(None, max_length=50)
    label: Annotated[str, Line] | None = Field(None, max_length=120)
    release_date: date | None = None
    isrc: str | None = Field(None, pattern="^([A-Z]{2}[A-Z0-9]{3}[0-9]{7})?$", description="ISO 3901, without hyphens")
    iswc: Iswc | None = Field(None, description="ISO 15707, with or without its marks")
    upc: Upc | None = Field(None, description="UPC of 12 digits or EAN of 13")
    musicbrainz_recording: RecordingId | None = None
    musicbrainz_work: WorkId | None = None
    licence: Licence | None = None


class Switches(Schema):
    """The nine sharing switches. `countries` holds ISO 3166-1 letters and counts unless `regions` is worldwide."""

    downloads: bool
    offline_listening: bool
    in_feed: bool
    embeddable: bool
    app_playback: bool
    comments_allowed: bool
    comments_public: bool
    insights_public: bool
    regions: Regions
    countries: list[str]


class SwitchesChange(Schema):
    """Switches left out stay as they are."""

    downloads: bool | None = None
    offline_listening: bool | None = None
    in_feed: bool | None = None
    embeddable: bool | None = None
    app_playback: bool | None = None
    comments_allowed: bool | None = None
    comments_public: bool | None = None
    insights_public: bool | None = None
    regions: Regions | None = None
    countries: list[Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]] | None = Field(None, max_length=300)


class PublicationWish(Schema):
    """Whom to share with, from when on. Without `starts_at`, at once."""

    audience: Audience
    starts_at: datetime | None = None
    offline_until_then: bool = Field(False, description="Confirms that a track people can hear now goes offline.")


class SecretLinkWish(Schema):
    name: Annotated[str, Line, StringConstraints(min_length=1, max_length=80)]
    expires_at: datetime | None = None


class SecretLinkShown(Schema):
    id: int
    name: str
    url: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @staticmethod
    def resolve_url(link: SecretLink) -> str:
        return link.get_absolute_url()


# ——— what others share ———


@router.get("/tracks", auth=anyone, response=TrackPage)
def newest(request: HttpRequest, before: Mark = "") -> dict[str, Any]:
    """What everybody may hear, newest first. Nothing is ranked."""
    visitor = visitor_of(request)
    return _page(access.newest_public(timezone.now(), visitor.country), before)


@router.get("/people/{handle}/tracks", auth=anyone, response=TrackPage)
def of_person(request: HttpRequest, handle: str, before: Mark = "") -> dict[str, Any]:
    """What you may hear of one person, newest first."""
    owner = person_called(handle)
    visitor = visitor_of(request, owner.pk)
    return _page(access.shown_on_profile(owner, visitor, timezone.now()), before)


@router.get("/tracks/{key}", auth=anyone, response=TrackShown)
def read_track(request: HttpRequest, key: str) -> Track:
    """One track, if you may hear it. A hidden one answers like one that never was."""
    track, _hearing = access.track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    return track


# ——— one's own ———


@router.get("/me/tracks", auth=member, response=OwnTrackPage)
def own_tracks(request: HttpRequest, before: Mark = "") -> dict[str, Any]:
    """All your tracks, sketches among them, newest first."""
    account = account_calling(request)
    return _page(access.shown_on_profile(account, visitor_of(request), timezone.now()), before)


@router.get("/me/tracks/{key}", auth=member, response=OwnTrack)
def own_track(request: HttpRequest, key: str) -> Track:
    """One track of yours, with what only you may know of it."""
    return access.own_track(account_calling(request), key)


@router.patch("/me/tracks/{key}", auth=member, response=OwnTrack)
def change_track(request: HttpRequest, key: str, change: TrackChange) -> Track:
    """Change what a track says of itself. Its address stays."""
    track = access.own_track(account_calling(request), key)
    before = identity(track)
    said = change.model_dump(exclude_unset=True)
    if said.get("credits") is not None:
        said["credits"] = [[read_role(credit["role"]), credit["name"]] for credit in said["credits"]]
    for field, value in said.items():
        if value is not None or field == "release_date":
            setattr(track, field, value)
    with transaction.atomic():
        track.save(update_fields=[*said, "changed_at"])
        if identity(track) != before:
            tell(TrackIdentified(track.pk, timezone.now()))
        if {"tags", "genre"} & said.keys():
            tell(TrackDescribed(track.pk, timezone.now()))
    return track


@router.delete("/me/tracks/{key}", auth=member, response={204: None})
def remove_track(request: HttpRequest, key: str) -> Status[None]:
    """Delete a track with its recordings, links and plays, for ever."""
    account = account_calling(request)
    publish.remove(access.own_track(account, key), by=account, at=timezone.now())
    return Status(204, None)


@router.post("/me/tracks/{key}/artwork", auth=member, response={204: None})
def change_artwork(request: HttpRequest, key: str, picture: File[UploadedFile]) -> Status[None]:
    """Give a track its cover: JPEG, PNG, WebP, GIF or AVIF, up to 15 MB."""
    track = access.own_track(account_calling(request), key)
    before = track.artwork_id
    with transaction.atomic():
        track.artwork = pictures.take(picture.read(pictures.MAX_BYTES + 1))
        track.save(update_fields=["artwork", "changed_at"])
    pictures.let_go(before)
    return Status(204, None)


@router.put("/me/tracks/{key}/publication", auth=member, response=OwnTrack)
def share(request: HttpRequest, key: str, wish: PublicationWish) -> Track:
    """Publish a track, now or from a moment on, to everyone or to followers."""
    account = account_calling(request)
    track = access.own_track(account, key)
    publish.publish(
        track,
        wish.audience,
        _aware(wish.starts_at),
        by=account,
        at=timezone.now(),
        offline_until_then=wish.offline_until_then,
    )
    return track


@router.delete("/me/tracks/{key}/publication", auth=member, response={204: None})
def take_back(request: HttpRequest, key: str) -> Status[None]:
    """Take a track back to the sketchbook. Secret links stay open."""
    account = account_calling(request)
    publish.withdraw_to_sketchbook(access.own_track(account, key), by=account, at=timezone.now())
    return Status(204, None)


@router.get("/me/tracks/{key}/sharing", auth=member, response=Switches)
def read_switches(request: HttpRequest, key: str) -> Track:
    """The nine switches of the Permissions tab."""
    return access.own_track(account_calling(request), key)


@router.patch("/me/tracks/{key}/sharing", auth=member, response=Switches)
def turn_switches(request: HttpRequest, key: str, change: SwitchesChange) -> Track:
    """Turn some of the nine switches. They take effect at once."""
    track = access.own_track(account_calling(request), key)
    said = {name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None}
    if "countries" in said:
        said["countries"] = sorted(set(said["countries"]) & COUNTRIES)
    for name, value in said.items():
        setattr(track, name, value)
    track.save(update_fields=[*said, "changed_at"])
    return track


@router.get("/me/tracks/{key}/links", auth=member, response=list[SecretLinkShown])
def list_links(request: HttpRequest, key: str) -> list[SecretLink]:
    """The secret links of a track, revoked ones among them."""
    return list(access.own_track(account_calling(request), key).links.all())


@router.post("/me/tracks/{key}/links", auth=member, response={201: SecretLinkShown})
def make_link(request: HttpRequest, key: str, wish: SecretLinkWish) -> Status[SecretLink]:
    """Make a secret link to a track."""
    account = account_calling(request)
    track = access.own_track(account, key)
    return Status(201, links.make(track, wish.name, _aware(wish.expires_at), by=account, at=timezone.now()))


@router.delete("/me/tracks/{key}/links/{int:link_id}", auth=member, response={204: None})
def revoke_link(request: HttpRequest, key: str, link_id: int) -> Status[None]:
    """Revoke a secret link. It opens nothing from this moment; its receipts stay."""
    account = account_calling(request)
    link = links.own_link(access.own_track(account, key), link_id if link_id < 2**63 else 0)
    links.revoke(link, by=account, at=timezone.now())
    return Status(204, None)


def _page(listed: Any, before: str) -> dict[str, Any]:
    found = page(listed, before, PAGE_SIZE)
    return {"tracks": found.tracks, "before": found.before}


def _publication(track: Track) -> Publication | None:
    return getattr(track, "publication", None)


def _aware(moment: datetime | None) -> datetime | None:
    """A moment without a zone is meant in the server's own."""
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment
