"""Reposts through the HTTP API, and the stream of those whom one follows."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from tenuto.accounts.callers import account_calling, anyone, member
from tenuto.accounts.models import Account
from tenuto.library.reposts import change, lists
from tenuto.library.reposts.stream import stream
from tenuto.rules.visibility import Surface
from tenuto.tracks.access import track_by_key
from tenuto.tracks.api import Mark, TrackPage, TrackShown
from tenuto.tracks.pages import profile_of
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Reposts"])
PAGE_SIZE = 50


class Streamed(Schema):
    """A track, and the first of those who reposted it among the people you follow."""

    track: TrackShown
    reposted_by: list[str]
    reposted_by_more: int


class StreamPage(Schema):
    """Newest first. Ask again with `before` for what comes after."""

    items: list[Streamed]
    before: str | None


@router.get("/me/stream", auth=member, response=StreamPage)
def my_stream(request: HttpRequest, before: Mark = "") -> dict[str, Any]:
    """What those publish and repost whom you follow, in the order in which it came; each track once."""
    found = stream(account_calling(request), visitor_of(request), timezone.now(), before, PAGE_SIZE)
    items = []
    for track in found.tracks:
        by = found.by.get(track.pk)
        names = [person.username for person in by.people] if by else []
        items.append({"track": track, "reposted_by": names, "reposted_by_more": by.more if by else 0})
    return {"items": items, "before": found.before}


@router.get("/me/reposts", auth=member, response=TrackPage)
def my_reposts(request: HttpRequest, before: Mark = "") -> dict[str, Any]:
    """What you repost, the last first."""
    return _page(request, account_calling(request), before)


@router.put("/me/reposts/{key}", auth=member, response={204: None})
def repost_track(request: HttpRequest, key: str) -> Status[None]:
    """Pass a track on that you may hear."""
    track, _hearing = track_by_key(visitor_of(request), key, Surface.PAGE, timezone.now())
    change.repost(track, account_calling(request), timezone.now())
    return Status(204, None)


@router.delete("/me/reposts/{key}", auth=member, response={204: None})
def take_repost_back(request: HttpRequest, key: str) -> Status[None]:
    """Repost it no longer; also a track that is not shared with you any more."""
    change.take_back(key, account_calling(request))
    return Status(204, None)


@router.get("/people/{handle}/reposts", auth=anyone, response=TrackPage)
def reposts_of_person(request: HttpRequest, handle: str, before: Mark = "") -> dict[str, Any]:
    """What somebody reposts, of what you may hear."""
    return _page(request, profile_of(request, handle)["owner"], before)


def _page(request: HttpRequest, owner: Account, before: str) -> dict[str, Any]:
    found = lists.reposted(owner, visitor_of(request), timezone.now(), before, PAGE_SIZE)
    return {"tracks": [line.track for line in found.lines], "before": found.before}
