"""A kind of notice: somebody asks one into a collective."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.models import Account
from tenuto.collectives.models import Membership
from tenuto.notifications.kinds import EVERY_WAY, Kind, Told, register
from tenuto.notifications.models import Notice


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """Of invitations that wait for an answer."""
    asked = Membership.objects.filter(collective__in=[n.about for n in notices], account=reader, joined_at=None)
    waiting = {one.collective_id: one.collective for one in asked.select_related("collective")}
    words = _("{who} invites you to “{name}”")
    return {
        notice.pk: Told(words, waiting[notice.about].get_absolute_url(), {"name": waiting[notice.about].name})
        for notice in notices
        if notice.about in waiting
    }


ASKED = register(Kind("collective", gettext_lazy("Somebody invites you to a collective"), told, EVERY_WAY))
