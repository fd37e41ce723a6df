"""How many people downloaded a track, each once a day. Who it was is forgotten with the day.

A download manager fetches one file in many pieces, and somebody whose connection broke begins again: only a beginning
counts, and of one browser, account or network only the first of a day (UTC).
"""

from datetime import UTC, datetime

from django.core.cache import cache
from django.db.models import F

from tenuto.audio.models import Downloads
from tenuto.tracks.models import Track

DAY_SECONDS = 24 * 3600


def note(track: Track, taker: str, country: str, at: datetime) -> None:
    """Somebody begins to download it. `taker` is whatever tells them from others; it is kept as a digest, for a day."""
    day = at.astimezone(UTC).date()
    if not taker or not cache.add(f"download:{track.pk}:{day}:{taker}", True, timeout=DAY_SECONDS):
        return
    row, _new = Downloads.objects.get_or_create(track=track, day=day, country=country)
    Downloads.objects.filter(pk=row.pk).update(people=F("people") + 1)
