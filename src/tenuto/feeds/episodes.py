"""What a feed tells of each track, whatever form it takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from tenuto.audio.models import Rendition
from tenuto.feeds.collected import Entry, whole
from tenuto.tracks.artwork import artwork_address
from tenuto.tracks.models import Track

MEDIA_TYPE = "audio/mp4"


@dataclass(frozen=True)
class Episode:
    """A track as a feed tells of it. Addresses are whole."""

    track: Track
    page: str
    sound: str
    size_bytes: int
    seconds: float
    published_at: datetime
    picture: str


def episodes(entries: Iterable[Entry]) -> list[Episode]:
    """Each with its sound, in the same order. One question to the database."""
    entries = list(entries)
    recordings = [entry.track.recording for entry in entries]
    sizes = dict(
        Rendition.objects.filter(recording__in=recordings, kind=Rendition.Kind.AAC).values_list(
            "recording_id", "blob__size_bytes"
        )
    )
    return [
        Episode(
            track=entry.track,
            page=whole(entry.track.get_absolute_url()),
            sound=whole(reverse("audio:feed-sound", args=[entry.track.key])),
            size_bytes=sizes[entry.track.recording.pk],
            seconds=entry.seconds,
            published_at=entry.since,
            picture=whole(artwork_address(entry.track, 960)),
        )
        for entry in entries
        if entry.track.recording is not None and entry.track.recording.pk in sizes
    ]
