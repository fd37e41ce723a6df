"""What has happened to consent, for features above. Delivered after the commit, perhaps twice."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ConsentChanged:
    """What is open in these tracks is not what it was."""

    track_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True)
class ConsentClosed:
    """These cells, the mask's hexadecimal digits, were open in all of these tracks and are no longer."""

    track_ids: tuple[int, ...]
    closed: str
    at: datetime


@dataclass(frozen=True)
class PurposeResumed:
    """What the operator had stopped goes on, as far as artists allow it."""

    purpose: str
    at: datetime
