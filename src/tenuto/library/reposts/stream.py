"""What comes from the people somebody follows: what they publish and what they repost, in order of time.

Each track stands once, where it first came to this reader: one that somebody they follow published stands there, and no
repost brings it up again; of several reposts the first counts, and the page names the others beside it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from tenuto.accounts.models import Account, Follow
from tenuto.base.questions import Question, moment, number, these
from tenuto.library.reposts.models import Repost, standing
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among, of_followed, whole
from tenuto.tracks.lists import met
from tenuto.tracks.models import Track
from tenuto.tracks.paging import Pages, mark

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
    published, passed_on = _lists(size, visitor.country, has_links=bool(visitor.link_ids))
    new = published.some(before, account=account.pk, at=at)
    again = passed_on.some(before, account=account.pk, at=at, links=visitor.link_ids)
    rows: list[Track | Repost] = [*new.rows, *again.rows]
    rows.sort(key=lambda row: (row.listed_at, row.listed_id), reverse=True)  # type: ignore[union-attr]  # annotations
    ids = [row.track_id for row in rows[:size] if isinstance(row, Repost)]
    found = met(ids, visitor, at)
    shown = [found.get(row.track_id) if isinstance(row, Repost) else row for row in rows[:size]]
    tracks = [track for track in shown if track is not None]
    goes_on = len(rows) > size or new.before is not None or again.before is not None
    return Stream(tracks, _by(account, tracks), mark(rows[:size][-1]) if goes_on else None)


@lru_cache(maxsize=512)  # for each country, and who holds secret links
def _lists(size: int, country: str | None, *, has_links: bool) -> tuple[Pages[Any], Pages[Any]]:
    """What was published and what was reposted, each with blanks for who asks and when, and its SQL made once."""
    account, at = cast(int, number("account")), cast(datetime, moment("at"))
    links = cast(frozenset[int], these("links")) if has_links else frozenset[int]()
    visitor = Visitor(account_id=account, link_ids=links, country=country)
    # One order over two tables: of equal moments the number decides, odd for what was published, even for reposts.
    published = Pages(
        lambda: _published(of_followed(account, at, country)),
        size,
        of=lambda ids: _published(whole(Track.objects.filter(pk__in=ids))),
    )
    passed_on = Pages(
        lambda: (
            _first_reposts(account, visitor, at)
            .annotate(listed_at=F("since"), listed_id=F("id") * 2)
            .order_by("-listed_at", "-listed_id")
        ),
        size,
    )
    return published, passed_on


def _published(tracks: QuerySet[Track]) -> QuerySet[Track]:
    return tracks.annotate(listed_at=F("publication__starts_at"), listed_id=F("publication__id") * 2 + 1).order_by(
        "-listed_at", "-listed_id"
    )


def _first_reposts(account_id: int, visitor: Visitor, at: datetime) -> QuerySet[Repost]:
    """Of each track the first repost by somebody the account follows, where the track did not come to it otherwise."""
    followed = Follow.objects.filter(follower_id=account_id).values("followed_id")
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
        .exclude(track__owner=account_id)
        .exclude(Exists(earlier))
    )


def _by(account: Account, tracks: list[Track]) -> dict[int, PassedOn]:
    if not tracks:
        return {}
    by: dict[int, PassedOn] = {}
    for row in _NAMED.ask(account=account.pk, tracks=[track.pk for track in tracks]):
        here = by.setdefault(row.track_id, PassedOn([], max(row.how_many - MOST_NAMED, 0)))
        here.people.append(row.account)
    return by


def _named() -> QuerySet[Repost]:
    followed = Follow.objects.filter(follower_id=number("account")).values("followed_id")
    rows = standing().filter(account__in=followed, track__in=these("tracks"))
    return (
        rows.select_related("account")
        .annotate(
            place=Window(RowNumber(), partition_by="track_id", order_by=["since", "pk"]),
            how_many=Window(Count("pk"), partition_by="track_id"),
        )
        .filter(place__lte=MOST_NAMED)
        .order_by("since", "pk")
    )


_NAMED = Question(_named)
