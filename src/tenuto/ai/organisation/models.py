"""What organisation found. Works stand here under their numbers only: no row leads back to a track."""

from django.db import models
from django.utils import timezone


class Heard(models.Model):
    """What was heard in one recording."""

    track_id = models.BigIntegerField(unique=True)
    seconds = models.FloatField()
    bpm = models.FloatField(null=True)  # None: no tempo is clear
    bpm_confidence = models.FloatField(default=0)
    bpm_candidates = models.JSONField(default=list)  # of [bpm, weight], the likeliest first
    beats = models.BinaryField(default=b"")  # milliseconds from the beginning, 32-bit little-endian
    tonic = models.SmallIntegerField(null=True)  # 0 is C; None: no key is clear
    minor = models.BooleanField(default=False)
    key_confidence = models.FloatField(default=0)
    tuning_cents = models.FloatField(default=0)
    energy = models.FloatField(default=0)
    timbre = models.JSONField(default=dict)  # name: [mean, deviation]
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"heard in {self.track_id}"


class Placed(models.Model):
    """One recording where it can be found: its tempo, its key, and the numbers by which sounds are compared."""

    track_id = models.BigIntegerField(unique=True)
    bpm = models.FloatField(null=True)
    tonic = models.SmallIntegerField(null=True)
    minor = models.BooleanField(default=False)
    vector = models.BinaryField()  # 16-bit little-endian; see algorithms.vectors
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(name="placed_by_tempo", fields=["bpm", "track_id"]),
            models.Index(name="placed_by_key", fields=["tonic", "minor", "track_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} placed"


class TagModelRow(models.Model):
    """What was learned from artists' own tags. One row, replaced whole: no former model is kept."""

    name = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64)  # SHA-256 of `parameters`
    parameters = models.BinaryField()
    works = models.PositiveIntegerField()
    tags = models.JSONField(default=list)  # those that it can recognise
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} of {self.works} works"


class Suggested(models.Model):
    """A tag that a recording might deserve."""

    track_id = models.BigIntegerField()
    tag = models.CharField(max_length=60)
    probability = models.FloatField()
    model = models.CharField(max_length=64)  # digest of the tag model

    class Meta:
        constraints = [models.UniqueConstraint(name="suggested_once", fields=["track_id", "tag"])]

    def __str__(self) -> str:
        return f"{self.tag} for {self.track_id}"
