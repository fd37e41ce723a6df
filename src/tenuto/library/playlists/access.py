"""The only way to a playlist: fetched and checked in one act, by `rules.playlists`. What is on it is checked again.

A playlist that is hidden and one that never was raise the same error.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.library.playlists.models import Entry, Playlist, open_invitations
from tenuto.rules.playlists import Openness, Part, PlaylistState, may_fill, may_take_out, part_in
from tenuto.rules.visibility import Visitor
from tenuto.tracks import access, lists
from tenuto.tracks.lines import Line, line_of


@dataclass(frozen=True)
class Met:
    """A playlist, and what the visitor is to it."""

    playlist: Playlist
    part: Part

    @property
    def may_fill(self) -> bool:
        return may_fill(self.part)

    @property
    def is_own(self) -> bool:
        return self.part is Part.OWNER


@dataclass(frozen=True)
class Placed:
    """A track on a playlist, as one visitor meets it."""

    line: Line
    entry: Entry
    may_take_out: bool
    earlier: str = ""  # the keys of the tracks that this visitor sees around it
    later: str = ""


@dataclass(frozen=True)
class Contents:
    """What the visitor may meet of a playlist, in its order, and how much more is on it."""

    placed: list[Placed]
    hidden: int

    @property
    def seconds(self) -> float:
        return sum(each.line.seconds for each in self.placed)


def playlist_of_key(account_id: int | None, key: str) -> Met:
    """The playlist of this key, if the account may see it. Its secret address is another way: `playlist_of_secret`."""
    return _met(Playlist.objects.filter(key=key), account_id)


def playlist_of_secret(account_id: int | None, secret: str) -> Met:
    """The playlist that its secret address leads to, while it is open to whoever holds that."""
    return _met(Playlist.objects.filter(secret=secret, openness=Openness.LINK.value), account_id, by_link=True)


def to_fill(account: Account, key: str) -> Met:
    """The playlist of this key, if the account may add to it and order it."""
    met = playlist_of_key(account.pk, key)
    if not met.may_fill:
        raise NotFound(f"playlist {key} to be filled by account {account.pk}")
    return met


def own_playlist(account: Account, key: str) -> Playlist:
    """The playlist of this key, if it is the account's own."""
    met = playlist_of_key(account.pk, key)
    if not met.is_own:
        raise NotFound(f"playlist {key} of account {account.pk}")
    return met.playlist


def contents(met: Met, visitor: Visitor, at: datetime) -> Contents:
    """What is on it for this visitor: two questions to the database, however much that is."""
    playlist = met.playlist
    entries = list(playlist.entries.select_related("added_by"))
    tracks = lists.met([entry.track_id for entry in entries], visitor, at)
    met_entries = [entry for entry in entries if entry.track_id in tracks]
    keys = ["", *(tracks[entry.track_id].key for entry in met_entries), ""]
    placed = [
        Placed(
            line=line_of(tracks[entry.track_id], visitor, at),
            entry=entry,
            may_take_out=may_take_out(met.part, visitor.account_id, entry.added_by_id),
            earlier=keys[number],
            later=keys[number + 2],
        )
        for number, entry in enumerate(met_entries)
    ]
    return Contents(placed, len(entries) - len(placed))


# ——— lists ———


def fillable(account: Account) -> QuerySet[Playlist]:
    """The playlists that the account may add to, the last changed first."""
    return _listed(
        Playlist.objects.filter(
            Q(owner=account)
            | Q(pk__in=open_invitations().filter(account=account, accepted_at__isnull=False).values("playlist"))
        )
    )


def public_of(owner: Account) -> QuerySet[Playlist]:
    """What stands on somebody's profile."""
    return _listed(Playlist.objects.filter(owner=owner, openness=Openness.PUBLIC.value))


def findable(account_id: int | None) -> QuerySet[Playlist]:
    """What the account may find by words: what everyone sees, but for that of people who have blocked it."""
    found = _listed(Playlist.objects.filter(openness=Openness.PUBLIC.value))
    return found if account_id is None else found.exclude(access.blocking(account_id))


def _listed(found: QuerySet[Playlist]) -> QuerySet[Playlist]:
    counted = Entry.objects.filter(playlist=OuterRef("pk")).order_by().values("playlist").annotate(count=Count("pk"))
    return (
        found.filter(owner__is_active=True)
        .select_related("owner")
        .annotate(
            entry_count=Coalesce(Subquery(counted.values("count")), 0),
            listed_at=F("changed_at"),
            listed_id=F("id"),
        )
        .order_by("-listed_at", "-listed_id")
    )


def _met(found: QuerySet[Playlist], account_id: int | None, *, by_link: bool = False) -> Met:
    playlist = found.filter(owner__is_active=True).select_related("owner").first()
    if playlist is None:
        raise NotFound("no such playlist")
    part = part_in(account_id, _state(playlist, account_id), by_link=by_link)
    if part is None:
        raise NotFound(f"playlist {playlist.key} for account {account_id}")
    return Met(playlist, part)


def _state(playlist: Playlist, account_id: int | None) -> PlaylistState:
    working: frozenset[int] = frozenset()
    if account_id is not None and account_id != playlist.owner_id:
        said_yes = open_invitations().filter(playlist=playlist, account_id=account_id, accepted_at__isnull=False)
        working = frozenset(said_yes.values_list("account_id", flat=True))
    return PlaylistState(playlist.owner_id, Openness(playlist.openness), working)
