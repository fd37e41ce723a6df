"""Counts the charts: plays that `audio.count` found real, each weighing the same, whoever made them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from tenuto.audio.models import Listen
from tenuto.base.jobs import every
from tenuto.charts.models import Period, Place

LENGTHS = {Period.DAY: timedelta(days=1), Period.WEEK: timedelta(days=7), Period.MONTH: timedelta(days=30)}
# So many are kept, that fifty are left when those are passed over that a visitor may not hear or whose artist does not
# show how often they are played.
KEPT = 500


@every(seconds=300)
def count(now: datetime) -> None:
    """All three, from the rows of listens, so that nothing can add up wrongly. Twice at once is once."""
    for period, length in LENGTHS.items():
        counted = Listen.objects.filter(counted_at__gt=now - length, counted_at__lte=now)
        most = counted.order_by().values("track").annotate(plays=Count("pk")).order_by("-plays", "track")[:KEPT]
        places = [Place(period=period, track_id=row["track"], plays=row["plays"], counted_at=now) for row in most]
        with transaction.atomic():
            Place.objects.filter(period=period).delete()
            Place.objects.bulk_create(places, ignore_conflicts=True)
