"""Likes through the HTTP API."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.library.likes import change, lists
from tenuto.rules.visibility import Surface
from tenuto.tracks.access import track_by_key
from tenuto.tracks.api import Mark, TrackPage
from tenuto.tracks.pages import profile_of
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Likes and history"])
PAGE_SIZE = 50


class ShownWish(Schema):
    shown: bool


@router.get("/me/likes", auth=member, response=TrackPage)
def my_likes(request: HttpRequest, before: Mark = "") -> dict[str, Any]:
    """What you like, the last liked first."""
    return _page(request, account_calling(request), before)


@router.put("/me/likes/{key}", auth=member, response={204: None})
def like_track(request: HttpRequest, key: str) -> Status[None]:
    """Like a track that you may hear."""
    track, _hearing = track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    change.like(track, account_calling(request), timezone.now())
    return Status(204, None)


@router.delete("/me/likes/{key}", auth=member, response={204: None})
def unlike_track(request: HttpRequest, key: str) -> Status[None]:
    """Like it no longer; also a track that is not shared with you any more."""
    change.unlike(key, account_calling(request))
    return Status(204, None)


@router.get("/me/likes-shown", auth=member, response=ShownWish)
def read_likes_shown(request: HttpRequest) -> dict[str, bool]:
    """Does everyone see what you like?"""
    return {"shown": change.is_shown(account_calling(request))}


@router.put("/me/likes-shown", auth=member, response=ShownWish)
def turn_likes_shown(request: HttpRequest, wish: ShownWish) -> ShownWish:
    """Let everyone see what you like, or nobody."""
    account = account_calling(request)
    if wish.shown:
        change.show(account, timezone.now())
    else:
        change.hide(account)
    return wish


@router.get("/people/{handle}/likes", auth=anyone, response=TrackPage)
def likes_of_person(request: HttpRequest, handle: str, before: Mark = "") -> dict[str, Any]:
    """What somebody likes, of what you may hear. Who keeps it to themselves answers like one that is not there."""
    owner: Account = profile_of(request, handle)["owner"]
    if not change.is_shown(owner):
        raise NotFound(f"likes of {handle}")
    return _page(request, owner, before)


def _page(request: HttpRequest, owner: Account, before: str) -> dict[str, Any]:
    found = lists.liked(owner, visitor_of(request), timezone.now(), before, PAGE_SIZE)
    return {"tracks": [line.track for line in found.lines], "before": found.before}
