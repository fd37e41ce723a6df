"""One queue for each account."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class KeptQueue(models.Model):
    """What somebody's player plays, and where it is. Keys only: whether they may hear a track is asked each time."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="kept_queue"
    )
    keys = models.JSONField(default=list)  # of tracks, each perhaps more than once
    at = models.IntegerField(default=-1)  # which of them plays; -1 where none does
    position_seconds = models.FloatField(default=0)
    revision = models.PositiveBigIntegerField(default=0)  # one more with every change
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="queue_plays_one_or_none", condition=Q(at__gte=-1))]

    def __str__(self) -> str:
        return f"{self.account_id}, revision {self.revision}"
