"""The queue of whoever asks, for our player and for programs: to go on elsewhere with what one hears."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema
from pydantic import StringConstraints

from tenuto.accounts.callers import Anyone, member
from tenuto.accounts.models import Account
from tenuto.library.queues.keep import is_still, keep, kept_for
from tenuto.tracks.artwork import artwork_address
from tenuto.tracks.lines import Line
from tenuto.tracks.visitors import visitor_of
from tenuto.web.templatetags.marks import peaks

router = Router(tags=["Queue"])
MAX_ITEMS = 500  # as the player's own (web/js/queue.js)

# A player asks and tells while somebody signs out: that is no error, there is just nothing kept for nobody.
listener = [*member, Anyone()]

TrackKey = Annotated[str, StringConstraints(pattern="^[a-z0-9]{12}$")]


class QueueItem(Schema):
    """A track of the queue, as the player shows it. `open`: everybody may hear it."""

    key: str
    title: str
    artist: str
    url: str
    cover: str
    peaks: str
    seconds: float
    open: bool


class QueueShown(Schema):
    """What you may hear of your queue. `at` is the one that plays, or -1. `revision` 0: none was ever kept.

    `unchanged`: it is the revision that you said is known to you, and only that is said.
    """

    unchanged: bool = False
    items: list[QueueItem]
    at: int
    position: float
    revision: int


class QueueWish(Schema):
    """The queue as it is now. `revision` is the one it was made from; where a later one is kept, nothing changes."""

    keys: list[TrackKey] = Field(max_length=MAX_ITEMS)
    at: int = Field(ge=-1, lt=MAX_ITEMS)
    position: float = Field(0, ge=0, le=1_000_000)
    revision: int = Field(ge=0, lt=2**62)


class QueueKept(Schema):
    """Whether it was kept, and which revision holds now."""

    kept: bool
    revision: int


@router.get("/me/queue", auth=listener, response=QueueShown)
def read_queue(request: HttpRequest, known: Annotated[int, Field(ge=0, lt=2**62)] = 0) -> dict[str, Any]:
    """Your player's queue, wherever you left it; in one word where it is still the revision that is `known` to you."""
    account = request.user
    if not isinstance(account, Account):
        return {"items": [], "at": -1, "position": 0, "revision": 0}
    if known and is_still(account, known):
        return {"items": [], "at": -1, "position": 0, "revision": known, "unchanged": True}
    queue = kept_for(account, visitor_of(request), timezone.now())
    items = [_item(line) for line in queue.lines]
    return {"items": items, "at": queue.at, "position": queue.position_seconds, "revision": queue.revision}


@router.put("/me/queue", auth=listener, response=QueueKept)
def keep_queue(request: HttpRequest, wish: QueueWish) -> dict[str, Any]:
    """Keep your player's queue, to go on with it elsewhere. Of whoever is not signed in nothing is kept."""
    account = request.user
    if not isinstance(account, Account):
        return {"kept": False, "revision": 0}
    kept, revision = keep(account, wish.keys, wish.at, wish.position, wish.revision, timezone.now())
    return {"kept": kept, "revision": revision}


def _item(line: Line) -> dict[str, Any]:
    track, recording = line.track, line.track.recording
    return {
        "key": track.key,
        "title": track.title,
        "artist": track.owner.name,
        "url": track.get_absolute_url(),
        "cover": artwork_address(track, 320),
        "peaks": peaks(recording.sketch if recording else None),
        "seconds": line.seconds,
        "open": line.is_open,
    }
