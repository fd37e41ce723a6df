"""What one heard, through the HTTP API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from tenuto.accounts.callers import account_calling, member
from tenuto.audio import remember
from tenuto.library.history.lists import heard_by
from tenuto.tracks.api import Mark, TrackShown
from tenuto.tracks.visitors import visitor_of

router = Router(tags=["Likes and history"])
PAGE_SIZE = 50


class HeardShown(Schema):
    track: TrackShown
    started_at: datetime
    heard_seconds: float


class HistoryPage(Schema):
    """The last heard first. `not_shared_with_you` counts what of this page is hidden from you now."""

    paused: bool
    heard: list[HeardShown]
    not_shared_with_you: int
    before: str | None


class PauseWish(Schema):
    paused: bool


@router.get("/me/history", auth=member, response=HistoryPage)
def read_history(request: HttpRequest, before: Mark = "") -> dict[str, Any]:
    """What you heard, for at least five seconds, as far as it is kept for you."""
    account = account_calling(request)
    found = heard_by(account, visitor_of(request), timezone.now(), before, PAGE_SIZE)
    return {
        "paused": remember.is_paused(account),
        "heard": [
            {
                "track": each.line.track,
                "started_at": each.listen.started_at,
                "heard_seconds": each.listen.heard_seconds,
            }
            for each in found.heard
        ],
        "not_shared_with_you": found.hidden,
        "before": found.before,
    }


@router.put("/me/history/pause", auth=member, response=PauseWish)
def pause_history(request: HttpRequest, wish: PauseWish) -> PauseWish:
    """Keep nothing of what you hear from now on, or keep it again."""
    account = account_calling(request)
    if wish.paused:
        remember.pause(account, timezone.now())
    else:
        remember.resume(account)
    return wish


@router.delete("/me/history", auth=member, response={204: None})
def clear_history(request: HttpRequest) -> Status[None]:
    """Clear what you heard so far. Artists keep their counts; that it was you is forgotten."""
    remember.clear(account_calling(request))
    return Status(204, None)
