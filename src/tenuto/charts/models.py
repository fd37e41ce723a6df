"""The charts as they were last counted."""

from django.db import models

from tenuto.tracks.models import Track


class Period(models.TextChoices):
    """Over how long plays are counted, up to the moment of counting."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Place(models.Model):
    """A track in a chart: how many plays of it counted in the period. Replaced whole with every counting."""

    period = models.CharField(max_length=5, choices=Period)
    track = models.ForeignKey(Track, models.CASCADE, related_name="+")
    plays = models.PositiveBigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_place_in_a_chart", fields=["period", "track"])]
        indexes = [models.Index(name="charts_in_order", fields=["period", "-plays", "track"])]

    def __str__(self) -> str:
        return f"{self.track_id} of the {self.period}: {self.plays}"
