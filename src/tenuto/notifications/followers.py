"""A kind: somebody follows one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenuto.accounts.events import Followed
from tenuto.accounts.models import Account, Follow
from tenuto.base.events import on
from tenuto.notifications.channels import Channel
from tenuto.notifications.kinds import EVERY_WAY, Kind, Told, register
from tenuto.notifications.models import Notice
from tenuto.notifications.tell import tell


def told(notices: Sequence[Notice], reader: Account, at: datetime) -> Mapping[int, Told]:
    """Of those who still do."""
    followers = Follow.objects.filter(followed=reader, follower__in=[notice.by_id for notice in notices])
    still = set(followers.values_list("follower_id", flat=True))
    return {
        notice.pk: Told(_("{who} followed you"), notice.by.get_absolute_url())
        for notice in notices
        if notice.by is not None and notice.by_id in still
    }


FOLLOWER = register(Kind("follower", gettext_lazy("Somebody follows you"), told, EVERY_WAY - {Channel.PUSH}))


@on(Followed)
def say_so(event: Followed) -> None:
    follower = Account.objects.filter(pk=event.follower_id).first()
    if follower is not None:
        # All of a reader's on one line: about nothing but them.
        tell(FOLLOWER, [event.followed_id], by=follower, about=0, at=event.at)
