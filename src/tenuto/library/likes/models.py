"""Who likes what since when, and who shows it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from tenuto.tracks.models import Track


class Like(models.Model):
    """Somebody likes a track. `Track.like_count` counts these rows; `likes.change` keeps the two together."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="likes")
    track = models.ForeignKey(Track, models.CASCADE, related_name="likes")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="like_once", fields=["account", "track"])]
        indexes = [models.Index(name="likes_newest_first", fields=["account", "-since", "-id"])]

    def __str__(self) -> str:
        return f"{self.account_id} likes {self.track_id}"


class ShownLikes(models.Model):
    """Somebody lets everyone see what they like. No row: they keep it to themselves."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="shown_likes"
    )
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.account_id} since {self.since:%Y-%m-%d %H:%M}"
