"""The lists of tracks that pages show again and again: those of `tracks.access`, their SQL made once.

What differs in kind has a question of its own: members and guests, each country, who holds secret links and who does
not. What differs in value is filled in.
"""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import cast

from tenuto.accounts.models import Account
from tenuto.base.questions import Question, moment, number, these
from tenuto.rules.visibility import Visitor
from tenuto.tracks import access
from tenuto.tracks.models import Track
from tenuto.tracks.paging import Page, Pages, as_page

PAGE_SIZE = 20


def newest_public(at: datetime, country: str | None, before: str) -> Page:
    """What everybody in `country` may hear at that moment, after the mark `before`, the newest first."""
    return as_page(_newest_public(country).some(before, at=at))


def shown_on_profile(owner: Account, visitor: Visitor, at: datetime, before: str) -> Page:
    """What a profile shows: to its owner everything, to others what they may hear, the newest first."""
    if visitor.account_id == owner.pk:
        return as_page(_all_of().some(before, owner=owner.pk))
    heard = _heard_of(visitor.account_id is not None, visitor.country)
    return as_page(heard.some(before, owner=owner.pk, account=visitor.account_id, at=at))


def met(track_ids: Collection[int], visitor: Visitor, at: datetime) -> dict[int, Track]:
    """Of these tracks, by whomever, those that the visitor may meet on a page, by their ids. One question, or none."""
    if not track_ids:
        return {}
    asked = _met(visitor.account_id is not None, bool(visitor.link_ids), visitor.country)
    given = {"links": visitor.link_ids, "account": visitor.account_id}
    return {track.pk: track for track in asked.ask(tracks=track_ids, at=at, **given)}


@lru_cache(maxsize=512)  # for guests and members of each country
def _newest_public(country: str | None) -> Pages[Track]:
    return Pages(lambda: access.newest_public(cast(datetime, moment("at")), country), PAGE_SIZE)


@lru_cache(maxsize=1)
def _all_of() -> Pages[Track]:
    return Pages(lambda: access.all_of(cast(int, number("owner"))), PAGE_SIZE)


@lru_cache(maxsize=1024)
def _heard_of(is_member: bool, country: str | None) -> Pages[Track]:
    owner, at = cast(int, number("owner")), cast(datetime, moment("at"))
    account = cast(int, number("account")) if is_member else None
    return Pages(lambda: access.heard_of(owner, account, at, country), PAGE_SIZE)


@lru_cache(maxsize=2048)
def _met(is_member: bool, has_links: bool, country: str | None) -> Question:
    visitor = Visitor(
        account_id=cast(int, number("account")) if is_member else None,
        link_ids=cast(frozenset[int], these("links")) if has_links else frozenset(),
        country=country,
    )
    at, tracks = cast(datetime, moment("at")), Track.objects.filter(pk__in=these("tracks"))
    return Question(lambda: access.among(tracks, visitor, at))
