"""What artists themselves say of a track's sound, and their tags where they can be found. None of it is AI's."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tenuto.rules.tempo import FASTEST_BPM, SLOWEST_BPM
from tenuto.tracks.models import Track

TAG_LETTERS = 60


class Correction(models.Model):
    """What the artist says the tempo and the key are. Where it speaks, it stands before what was heard."""

    track = models.OneToOneField(Track, models.CASCADE, primary_key=True, related_name="correction")
    bpm = models.FloatField(null=True)
    no_tempo = models.BooleanField(default=False)  # there is none that would be clear
    tonic = models.SmallIntegerField(null=True)  # 0 is C
    minor = models.BooleanField(default=False)
    no_key = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(name="said_by_tempo", fields=["bpm"], condition=Q(bpm__isnull=False)),
            models.Index(name="said_by_key", fields=["tonic", "minor"], condition=Q(tonic__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_correction_says_something",
                condition=Q(bpm__isnull=False) | Q(no_tempo=True) | Q(tonic__isnull=False) | Q(no_key=True),
            ),
            models.CheckConstraint(name="a_tempo_or_none", condition=Q(bpm=None) | Q(no_tempo=False)),
            models.CheckConstraint(name="a_key_or_none", condition=Q(tonic=None) | Q(no_key=False)),
            models.CheckConstraint(
                name="a_tempo_that_can_be", condition=Q(bpm=None) | Q(bpm__gte=SLOWEST_BPM, bpm__lte=FASTEST_BPM)
            ),
            models.CheckConstraint(name="one_of_twelve_notes", condition=Q(tonic=None) | Q(tonic__gte=0, tonic__lt=12)),
        ]

    def __str__(self) -> str:
        return f"what the artist says of {self.track_id}"


class Tagging(models.Model):
    """A track bears a tag of its artist's, in the form in which tags are compared. Kept by `browse.tags`."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="taggings", db_index=False)
    tag = models.CharField(max_length=TAG_LETTERS)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_tag_once_a_track", fields=["track", "tag"])]
        indexes = [models.Index(name="taggings_by_tag", fields=["tag", "track"])]

    def __str__(self) -> str:
        return f"{self.tag} on {self.track_id}"


class Declined(models.Model):
    """A tag that was suggested and that the artist does not want. It is not suggested for this track again."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="declined_tags", db_index=False)
    tag = models.CharField(max_length=TAG_LETTERS)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="declined_once", fields=["track", "tag"])]

    def __str__(self) -> str:
        return f"not {self.tag} on {self.track_id}"
