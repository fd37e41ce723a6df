"""The only way to a release: fetched and checked in one act, by `rules.releases`. What is on it is checked again."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.base.questions import Question, number, word
from tenuto.library.releases.models import Release, ReleasePublication, ReleaseTrack
from tenuto.rules.releases import ReleaseState, may_see
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import blocking
from tenuto.tracks.lines import Line, line_of
from tenuto.tracks.lists import met
from tenuto.tracks.models import Track


@dataclass(frozen=True)
class Pressed:
    """A track of a release, as one visitor meets it; `number` is its own, also where others are hidden."""

    number: int
    line: Line
    earlier: str = ""  # the keys of the tracks around it
    later: str = ""


@dataclass(frozen=True)
class Tracklist:
    """What the visitor may meet of a release, in its order, and how much more is on it."""

    tracks: list[Pressed]
    hidden: int

    @property
    def seconds(self) -> float:
        return sum(each.line.seconds for each in self.tracks)


def release_at(account_id: int | None, username: str, slug: str, at: datetime) -> Release:
    """The release at this address, if the account may see it."""
    return _seen(_AT.first(username=username, slug=slug), account_id, at)


def release_of_key(account_id: int | None, key: str, at: datetime) -> Release:
    """The release of this key, if the account may see it."""
    return _seen(_whole(Release.objects.filter(key=key)).first(), account_id, at)


def own_release(account: Account, key: str) -> Release:
    """The release of this key, if it is the account's own."""
    found = _whole(Release.objects.filter(key=key, owner=account)).first()
    if found is None:
        raise NotFound(f"release {key} of account {account.pk}")
    return found


def tracklist(release: Release, visitor: Visitor, at: datetime) -> Tracklist:
    """Two questions to the database, however many tracks are on it."""
    entries = [track_id for (track_id,) in _ENTRIES.ask(release=release.pk)]
    tracks = met(entries, visitor, at)
    shown = [(number, tracks[pk]) for number, pk in enumerate(entries, start=1) if pk in tracks]
    keys = ["", *(track.key for _number, track in shown), ""]
    pressed = [
        Pressed(number, line_of(track, visitor, at), keys[place], keys[place + 2])
        for place, (number, track) in enumerate(shown)
    ]
    return Tracklist(pressed, len(entries) - len(pressed))


def shown_of(owner: Account, account_id: int | None, at: datetime) -> QuerySet[Release]:
    """What a profile shows, the last to come out first: to its owner everything, to others what they may see."""
    return seen(Release.objects.filter(owner=owner), account_id, at)


def seen(found: QuerySet[Release], account_id: int | None, at: datetime) -> QuerySet[Release]:
    """Of these releases, by whomever, those that the account may see, the last to come out first."""
    out = Q(publication__starts_at__lte=at)
    found = _whole(found).filter(out if account_id is None else out | Q(owner_id=account_id))
    counted = ReleaseTrack.objects.filter(release=OuterRef("pk")).order_by().values("release").annotate(n=Count("pk"))
    return found.annotate(
        listed_at=Coalesce("publication__starts_at", "created_at"),
        listed_id=F("id"),
        entry_count=Coalesce(Subquery(counted.values("n")), 0),
    ).order_by("-listed_at", "-listed_id")


def findable(account_id: int | None, at: datetime) -> QuerySet[Release]:
    """What the account may find by words: what everyone sees, but for that of people who have blocked it."""
    found = _whole(Release.objects.filter(publication__starts_at__lte=at))
    return found if account_id is None else found.exclude(blocking(account_id))


def with_track(track: Track, account_id: int | None, at: datetime) -> QuerySet[Release]:
    """The releases that a track is on, of those that the account may see."""
    seen = Q(publication__starts_at__lte=at)
    if account_id is not None:
        seen |= Q(owner_id=account_id)
    return _whole(Release.objects.filter(seen, entries__track=track)).order_by("created_at", "id")


def publication_of(release: Release) -> ReleasePublication | None:
    found: ReleasePublication | None = getattr(release, "publication", None)
    return found


def is_open(release: Release, at: datetime) -> bool:
    """Does everyone see it?"""
    return may_see(None, _state(release), at)


def _seen(release: Release | None, account_id: int | None, at: datetime) -> Release:
    if release is None or not may_see(account_id, _state(release), at):
        raise NotFound(f"no release for account {account_id}")
    return release


def _state(release: Release) -> ReleaseState:
    publication = publication_of(release)
    return ReleaseState(release.owner_id, publication.starts_at if publication else None)


def _whole(found: QuerySet[Release]) -> QuerySet[Release]:
    return found.filter(owner__is_active=True).select_related("owner", "publication", "artwork")


# What the page of a release asks each time, so its SQL is made once.
_AT = Question(lambda: _whole(Release.objects.filter(owner__username=word("username"), slug=word("slug"))))
_ENTRIES = Question(
    lambda: ReleaseTrack.objects.filter(release_id=number("release")).order_by("position", "id").values_list("track_id")
)
