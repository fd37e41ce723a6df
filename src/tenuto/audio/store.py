"""The one door by which the bytes of works leave storage (contract 5). Whoever comes says by what right.

A right is a value that cannot be made in passing: to play is to have been allowed by `tracks.access`, which gives the
decision; to work on a file is to name whose it is.
"""

from dataclasses import dataclass
from pathlib import Path

from tenuto.base import storage
from tenuto.base.models import Blob
from tenuto.rules.visibility import Hearing
from tenuto.tracks.models import Track


class NoRight(Exception):
    """Bytes were asked for on the strength of a refusal. A mistake of ours, never a visitor's."""


@dataclass(frozen=True)
class Playback:
    """Somebody was allowed to meet the track, so they may have what that way of meeting it gives."""

    hearing: Hearing

    def __post_init__(self) -> None:
        if not self.hearing.allowed:
            raise NoRight(self.hearing.reason)


@dataclass(frozen=True)
class Owner:
    """The track is made ready in its owner's name: examined and rendered, and nothing else."""

    account_id: int

    @classmethod
    def of(cls, track: Track) -> "Owner":
        return cls(track.owner_id)


@dataclass(frozen=True)
class Permit:
    """AI code is handed the sound through the gate: that was decided, and the log says so already."""

    allowed: bool
    entry: int  # of the log

    def __post_init__(self) -> None:
        if not self.allowed or self.entry < 0:
            raise NoRight("a use that was not allowed, or not written down")


Authority = Playback | Owner | Permit


def path_of(blob: Blob, by: Authority) -> Path:
    """Where the bytes lie, for an answer that sends them or a step that works on them."""
    return storage.path_of(blob)
