"""A track as one line of a list in which it stands beside others': cover, play, title, artist, length."""

from dataclasses import dataclass
from datetime import datetime

from tenuto.rules.visibility import Surface, Visitor, may_hear
from tenuto.tracks.access import state_of
from tenuto.tracks.models import Track


@dataclass(frozen=True)
class Line:
    """One track that the visitor may meet."""

    track: Track
    is_open: bool  # everybody may hear it, so a shared browser may keep it in its queue
    is_own: bool

    @property
    def is_embeddable(self) -> bool:
        """May other sites show a player of it?"""
        return self.is_open and self.track.embeddable

    @property
    def seconds(self) -> float:
        return (self.track.recording.seconds if self.track.recording else None) or 0.0


def line_of(track: Track, visitor: Visitor, at: datetime) -> Line:
    """The line of a track that a list of `tracks.access` handed out. Asks the database nothing."""
    is_open = bool(may_hear(Visitor(), state_of(track), Surface.PAGE, at))
    return Line(track, is_open, is_own=visitor.account_id == track.owner_id)
