"""What comes from the people somebody follows: what they publish and what they repost, in order of time.

Each track stands once, where it first came to this reader: one that somebody they follow published stands there, and no
repost brings it up again; of several reposts the first counts, and the page names the others beside it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from tenuto.accounts.models import Account, Follow
from tenuto.library.reposts.models import Repost, standing
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among, newest_of_followed
from tenuto.tracks.lists import met
from tenuto.tracks.models import Track
from tenuto.tracks.paging import mark, some

MOST_NAMED = 3  # of those who reposted a track; the others are a number


@dataclass(frozen=True)
class PassedOn:
    """By whom a track was reposted, of the people somebody follows: some of them, and how many more."""

    people: list[Account]
    more: int


@dataclass(frozen=True)
class Stream:
    """A page of it; `by` has the tracks that were reposted, by their ids."""

    tracks: list[Track]
    by: dict[int, PassedOn]
    before: str | None


def stream(account: Account, visitor: Visitor, at: datetime, before: str, size: int) -> Stream:
    """Four questions to the database, however many people are followed."""
    # One order over two tables: of equal moments the number decides, odd for what was published, even for reposts.
    published = newest_of_followed(account.pk, at, visitor.country).annotate(
        listed_at=F("publication__starts_at"), listed_id=F("publication__id") * 2 + 1
    )
    passed_on = _first_reposts(account, visitor, at).annotate(listed_at=F("since"), listed_id=F("id") * 2)
    new = some(published.order_by("-listed_at", "-listed_id"), before, size)
    again = some(passed_on.order_by("-listed_at", "-listed_id"), before, size)
    rows: list[Track | Repost] = [*new.rows, *again.rows]
    rows.sort(key=lambda row: (row.listed_at, row.listed_id), reverse=True)  # type: ignore[union-attr]  # annotations
    ids = [row.track_id for row in rows[:size] if isinstance(row, Repost)]
    found = met(ids, visitor, at)
    shown = [found.get(row.track_id) if isinstance(row, Repost) else row for row in rows[:size]]
    tracks = [track for track in shown if track is not None]
    goes_on = len(rows) > size or new.before is not None or again.before is not None
    return Stream(tracks, _by(account, tracks), mark(rows[:size][-1]) if goes_on else None)


def _first_reposts(account: Account, visitor: Visitor, at: datetime) -> QuerySet[Repost]:
    """Of each track the first repost by somebody the account follows, where the track did not come to it otherwise."""
    followed = Follow.objects.filter(follower=account).values("followed_id")
    earlier = standing().filter(
        Q(since__lt=OuterRef("since")) | Q(since=OuterRef("since"), pk__lt=OuterRef("pk")),
        account__in=followed,
        track=OuterRef("track"),
    )
    return (
        standing()
        .filter(
            Exists(among(Track.objects.filter(pk=OuterRef("track_id")), visitor, at)),
            account__in=followed,
            since__lte=at,
        )
        .exclude(track__owner__in=followed)
        .exclude(track__owner=account)
        .exclude(Exists(earlier))
    )


def _by(account: Account, tracks: list[Track]) -> dict[int, PassedOn]:
    if not tracks:
        return {}
    followed = Follow.objects.filter(follower=account).values("followed_id")
    rows = standing().filter(account__in=followed, track__in=[track.pk for track in tracks])
    named = rows.select_related("account").annotate(
        place=Window(RowNumber(), partition_by="track_id", order_by=["since", "pk"]),
        how_many=Window(Count("pk"), partition_by="track_id"),
    )
    by: dict[int, PassedOn] = {}
    for row in named.filter(place__lte=MOST_NAMED).order_by("since", "pk"):
        here = by.setdefault(row.track_id, PassedOn([], max(row.how_many - MOST_NAMED, 0)))
        here.people.append(row.account)
    return by
