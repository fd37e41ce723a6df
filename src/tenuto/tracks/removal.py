"""How tracks go when their owner leaves."""

from datetime import datetime

from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import ngettext

from tenuto.accounts.models import Account
from tenuto.accounts.removal import Part, register
from tenuto.base.events import publish as tell
from tenuto.tracks.events import TrackRemoved
from tenuto.tracks.models import Publication, Recording, SecretLink, Track

# Rows of one transaction. A track has some ten rows besides its listens, so writers wait for a blink at most.
BATCH = 25


def _names(account: Account) -> list[str]:
    tracks = Track.objects.filter(owner=account).count()
    if not tracks:
        return []
    recordings = Recording.objects.filter(track__owner=account)
    size = filesizeformat(recordings.aggregate(size=Sum("original__size_bytes"))["size"] or 0)
    return [
        ngettext(
            "%(count)d track, with its recordings (%(size)s)", "%(count)d tracks, with recordings (%(size)s)", tracks
        )
        % {"count": tracks, "size": size}
    ]


def _hide(account: Account) -> None:
    Publication.objects.filter(track__owner=account).delete()
    now: datetime = timezone.now()
    SecretLink.objects.filter(track__owner=account, revoked_at=None).update(revoked_at=now)


def _remove(account: Account) -> list[str] | None:
    batch = list(Track.objects.filter(owner=account).order_by("id").values_list("id", "key", "artwork_id")[:BATCH])
    if not batch:
        return None
    ids = [track_id for track_id, _key, _artwork in batch]
    digests = [artwork for _track, _key, artwork in batch if artwork]
    digests += Recording.objects.filter(track__in=ids).values_list("original_id", flat=True)
    Track.objects.filter(id__in=ids).delete()
    for track_id, key, _artwork in batch:
        tell(TrackRemoved(track_id, key, account.pk, timezone.now()))
    return digests


register(Part(_names, _hide, _remove))
