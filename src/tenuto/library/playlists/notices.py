"""A kind of notice: somebody asks one to work on a playlist together."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.models import Account
from tenuto.library.playlists.models import open_invitations
from tenuto.notifications.kinds import EVERY_WAY, Kind, Told, register
from tenuto.notifications.models import Notice


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """Of invitations that wait for an answer."""
    rows = open_invitations().filter(
        playlist__in=[notice.about for notice in notices], account=reader, accepted_at=None
    )
    titles = dict(rows.filter(playlist__owner__is_active=True).values_list("playlist", "playlist__title"))
    return {
        notice.pk: Told(
            _("{who} asks you to work on the playlist “{title}”"),
            reverse("playlists:library"),
            {"title": titles[notice.about]},
        )
        for notice in notices
        if notice.about in titles
    }


INVITED = register(Kind("invitation", gettext_lazy("Somebody invites you to a playlist"), told, EVERY_WAY))
