"""What is kept about a work, each row under its number; and, of what was found in it, under whose number it was known.

No row knows a title or a person. Numbers are plain: no relation leads out of here.
"""

from django.db import models
from django.utils import timezone


class Verdict(models.Model):
    """A work was compared with everything that was registered at this moment."""

    track_id = models.BigIntegerField(unique=True)
    seconds = models.FloatField()  # how long it is
    works = models.PositiveIntegerField()  # with how many it was compared
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.track_id} compared with {self.works} works"


class Passage(models.Model):
    """Part of a work is part of a registered one: from where to where in each, how fast, how high, how surely."""

    track_id = models.BigIntegerField(db_index=True)
    reference_id = models.BigIntegerField(db_index=True)  # the number of the registered work
    begin = models.FloatField()  # seconds in the work
    end = models.FloatField()
    reference_begin = models.FloatField()
    reference_end = models.FloatField()
    tempo = models.FloatField()  # 1.05: five per cent faster than the registered work
    semitones = models.FloatField()  # so much higher
    probability = models.FloatField()  # that it is the same recording and no other

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.reference_id} in {self.track_id} at {self.begin:.0f} s"


class Checked(Passage):
    """Found before others could hear it."""


class Scanned(Passage):
    """Found when what was uploaded before was compared anew."""


class Registered(models.Model):
    """The index holds a fingerprint of this work. The fingerprint itself lies in the gate's volumes."""

    track_id = models.BigIntegerField(unique=True)
    seconds = models.FloatField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.track_id} can be recognised"
