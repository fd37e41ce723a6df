"""What somebody likes, the last liked first: to each visitor, of that, what they may hear."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef

from tenuto.accounts.models import Account
from tenuto.library.likes.models import Like
from tenuto.rules.visibility import Visitor
from tenuto.tracks.access import among
from tenuto.tracks.lines import Line, line_of
from tenuto.tracks.lists import met
from tenuto.tracks.models import Track
from tenuto.tracks.paging import some


@dataclass(frozen=True)
class Liked:
    """A page of liked tracks."""

    lines: list[Line]
    before: str | None


def liked(by: Account, visitor: Visitor, at: datetime, before: str, size: int) -> Liked:
    """A page of what `by` likes and the visitor may meet: two questions to the database.

    Asked like by like, along the index from the last one on, so that a page costs the same however much is liked.
    """
    heard = among(Track.objects.filter(pk=OuterRef("track_id")), visitor, at)
    likes = Like.objects.filter(Exists(heard), account=by)
    found = some(likes.annotate(listed_at=F("since"), listed_id=F("id")).order_by("-since", "-id"), before, size)
    ids = [like.track_id for like in found.rows]
    tracks = met(ids, visitor, at)
    return Liked([line_of(tracks[pk], visitor, at) for pk in ids if pk in tracks], found.before)


def hidden_of(account: Account, visitor: Visitor, at: datetime) -> int:
    """How many of the tracks that the account likes are not shared with it now."""
    heard = among(Track.objects.filter(likes__account=account), visitor, at)
    return Like.objects.filter(account=account).count() - heard.count()
