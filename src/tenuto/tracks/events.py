"""What has happened to a track, for features above that want to know. Delivered after the commit, perhaps twice."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TrackPublished:
    """A track may be heard by its audience, from `starts_at` on: its sound is ready."""

    track_id: int
    audience: str
    starts_at: datetime
    at: datetime


@dataclass(frozen=True)
class TrackHidden:
    """A track went back to the sketchbook."""

    track_id: int
    at: datetime


@dataclass(frozen=True)
class TrackRemoved:
    """A track and all that was known of it are gone. Whoever kept something derived from it lets it go too."""

    track_id: int
    key: str
    owner_id: int
    at: datetime
