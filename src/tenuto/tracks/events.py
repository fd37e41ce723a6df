"""What has happened to a track, for features above that want to know. Delivered after the commit, perhaps twice."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TrackIdentified:
    """A track came in, or what agreements find it by changed: its ISRC, ISWC, UPC or label."""

    track_id: int
    at: datetime


@dataclass(frozen=True)
class TrackDescribed:
    """The artist changed what she says of a track: tags, genre."""

    track_id: int
    at: datetime


@dataclass(frozen=True)
class SoundReady:
    """A recording has become the one that is heard."""

    track_id: int
    recording_id: int
    at: datetime


@dataclass(frozen=True)
class SoundArrived:
    """A recording is rendered; perhaps it waits before it becomes the one that is heard."""

    track_id: int
    recording_id: int
    at: datetime


@dataclass(frozen=True)
class HoldReleased:
    """Others may hear a recording as far as its artist lets them."""

    track_id: int
    recording_id: int
    at: datetime


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
