"""A kind of notice: somebody passes a track on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.models import Account
from tenuto.library.reposts.models import standing
from tenuto.notifications.kinds import Kind, Told, register
from tenuto.notifications.models import Notice
from tenuto.notifications.works import tracks_met


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """Of reposts that stand."""
    tracks = tracks_met((notice.on for notice in notices), reader, at)
    pairs = standing().filter(track__in=tracks, account__in=[notice.by_id for notice in notices])
    stands = set(pairs.values_list("account_id", "track_id"))
    return {
        notice.pk: Told(_("{who} reposted “{title}”"), track.get_absolute_url(), {"title": track.title})
        for notice in notices
        if (track := tracks.get(notice.on)) is not None and (notice.by_id, track.pk) in stands
    }


REPOSTED = register(Kind("repost", gettext_lazy("Somebody reposts a track of yours"), told))
