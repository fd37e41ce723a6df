"""Days that were counted: listens by track, day and kind, and what cannot be added up from those. Of nobody."""

from django.conf import settings
from django.db import models

from tenuto.rules.statistics import Origin
from tenuto.tracks.models import SecretLink, Track


class CountedDay(models.Model):
    """All listens that began on this day (UTC) stand in the tables below, and change no more."""

    day = models.DateField(primary_key=True)
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)


class DayOfTrack(models.Model):
    """So many listens of one kind of a track on a day. Those with a reason were no plays."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="counted_days", db_index=False)
    day = models.DateField()
    origin = models.CharField(max_length=8, choices=[(origin.value, origin.value) for origin in Origin])
    country = models.CharField(max_length=2, blank=True)
    link = models.ForeignKey(SecretLink, models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=30, blank=True)  # why they did not count; empty: they are plays
    listens = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(name="counted_of_track", fields=["track", "day"])]

    def __str__(self) -> str:
        return f"{self.listens} of {self.track_id} on {self.day}"


class Hearers(models.Model):
    """How many different listeners had plays of a track on a day, and how far listens went; or of all an artist's."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    track = models.ForeignKey(Track, models.CASCADE, null=True, related_name="+", db_index=False)  # null: of all
    day = models.DateField()
    listeners = models.PositiveIntegerField(default=0)
    stopped = models.JSONField(default=list)  # for each of rules.statistics.STEPS, how many came no further

    class Meta:
        indexes = [
            models.Index(name="hearers_of_track", fields=["track", "day"]),
            models.Index(name="hearers_of_owner", fields=["owner", "day"]),
        ]

    def __str__(self) -> str:
        return f"{self.listeners} of {self.track_id or self.owner_id} on {self.day}"
