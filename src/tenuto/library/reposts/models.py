"""Who passed what on since when."""

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from tenuto.accounts.blocks import blocked_between
from tenuto.tracks.models import Track


class Repost(models.Model):
    """Somebody passes a track on. `Track.repost_count` counts these rows; `reposts.change` keeps the two together."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reposts")
    track = models.ForeignKey(Track, models.CASCADE, related_name="reposts")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="repost_once", fields=["account", "track"])]
        indexes = [models.Index(name="reposts_newest_first", fields=["account", "-since", "-id"])]

    def __str__(self) -> str:
        return f"{self.account_id} reposts {self.track_id}"


def standing() -> QuerySet[Repost]:
    """Those by people who are here, of tracks whose artist and they have not blocked one another."""
    return Repost.objects.filter(account__is_active=True).exclude(blocked_between("track__owner", "account"))
