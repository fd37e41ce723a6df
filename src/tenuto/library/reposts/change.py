"""Passing a track on, and no longer. Each said twice is said once."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.blocks import block_each_other
from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotAllowed
from tenuto.library.reposts.models import Repost
from tenuto.library.reposts.notices import REPOSTED
from tenuto.notifications.tell import tell
from tenuto.tracks.models import Track


class OwnTrack(BadRequest):
    advice = _("This track is yours: it stands on your profile, and those who follow you have met it already.")
    code = "reposts_own"
    status = 409


class NotTheirs(NotAllowed):
    advice = _("You cannot repost this: one of you and its artist has blocked the other.")
    code = "blocked"


def repost(track: Track, account: Account, at: datetime) -> None:
    """Note it and count it.

    Raises:
        OwnTrack: nobody reposts themselves
        NotTheirs: its artist or they have blocked the other
    """
    if track.owner_id == account.pk:
        raise OwnTrack(f"{account.pk} reposts {track.key}")
    if block_each_other(account.pk, track.owner_id):
        raise NotTheirs(f"{account.pk} reposts {track.key}")
    with transaction.atomic():
        _row, new = Repost.objects.get_or_create(account=account, track=track, defaults={"since": at})
        if new:
            _count(track.pk, 1)
            tell(REPOSTED, [track.owner_id], by=account, about=track.pk, at=at)


@transaction.atomic
def take_back(track_key: str, account: Account) -> None:
    """Also where the track is no longer shared with whoever reposted it."""
    row = Repost.objects.select_for_update(of=("self",)).filter(account=account, track__key=track_key).first()
    if row is not None:
        row.delete()
        _count(row.track_id, -1)


@transaction.atomic
def take_some_back(account: Account, most: int) -> int:
    """Take back up to so many of somebody's reposts, and say how many that were."""
    rows = list(Repost.objects.select_for_update().filter(account=account).order_by("id")[:most])
    for row in rows:
        row.delete()
        _count(row.track_id, -1)
    return len(rows)


def _count(track_id: int, by: int) -> None:
    Track.objects.filter(pk=track_id).update(repost_count=F("repost_count") + by)
