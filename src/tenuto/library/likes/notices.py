"""A kind of notice: a track is liked. Whom it pleases is theirs to say, so the artist is told how many and not who."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.models import Account
from tenuto.library.likes.models import Like
from tenuto.notifications.channels import Channel
from tenuto.notifications.kinds import Kind, Told, register
from tenuto.notifications.models import Notice
from tenuto.notifications.works import tracks_met


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """Of likes that stand."""
    tracks = tracks_met((notice.on for notice in notices), reader, at)
    pairs = Like.objects.filter(track__in=tracks, account__in=[notice.by_id for notice in notices])
    stands = set(pairs.values_list("account_id", "track_id"))
    return {
        notice.pk: Told(
            _("Somebody likes “{title}”"),
            track.get_absolute_url(),
            {"title": track.title},
            several=_("{count} people like “{title}”"),
        )
        for notice in notices
        if (track := tracks.get(notice.on)) is not None and (notice.by_id, track.pk) in stands
    }


LIKED = register(
    Kind("like", gettext_lazy("A track of yours is liked"), told, frozenset({Channel.PAGE}), names_nobody=True)
)
