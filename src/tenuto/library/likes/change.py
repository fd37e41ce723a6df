"""Liking, no longer liking, and showing what one likes. Each said twice is said once."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.blocks import block_each_other
from tenuto.accounts.models import Account
from tenuto.base.errors import NotAllowed
from tenuto.library.likes.models import Like, ShownLikes
from tenuto.library.likes.notices import LIKED
from tenuto.notifications.tell import tell
from tenuto.tracks.models import Track


class NotFromYou(NotAllowed):
    advice = _("You cannot like this: one of you and its artist has blocked the other.")
    code = "blocked"


@transaction.atomic
def like(track: Track, account: Account, at: datetime) -> None:
    """Note it and count it.

    Raises:
        NotFromYou: its artist or they have blocked the other
    """
    if block_each_other(account.pk, track.owner_id):
        raise NotFromYou(f"{account.pk} likes {track.key}")
    _row, new = Like.objects.get_or_create(account=account, track=track, defaults={"since": at})
    if new:
        _count(track.pk, 1)
        tell(LIKED, [track.owner_id], by=account, about=track.pk, at=at)


@transaction.atomic
def unlike(track_key: str, account: Account) -> None:
    """Take it back, also where the track is no longer shared with whoever liked it."""
    row = Like.objects.select_for_update(of=("self",)).filter(account=account, track__key=track_key).first()
    if row is not None:
        row.delete()
        _count(row.track_id, -1)


@transaction.atomic
def unlike_some(account: Account, most: int) -> int:
    """Take back up to so many of somebody's likes, and say how many that were."""
    rows = list(Like.objects.select_for_update().filter(account=account).order_by("id")[:most])
    for row in rows:
        row.delete()
        _count(row.track_id, -1)
    return len(rows)


def show(account: Account, at: datetime) -> None:
    """Let everyone see what the account likes, of what they may hear themselves."""
    ShownLikes.objects.get_or_create(account=account, defaults={"since": at})


def hide(account: Account) -> None:
    """Keep it to oneself."""
    ShownLikes.objects.filter(account=account).delete()


def is_shown(account: Account) -> bool:
    return ShownLikes.objects.filter(account=account).exists()


def _count(track_id: int, by: int) -> None:
    Track.objects.filter(pk=track_id).update(like_count=F("like_count") + by)
