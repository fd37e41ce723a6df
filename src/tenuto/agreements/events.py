"""What agreements, objections and disputes tell the rest of the house, after the commit."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ClaimsChanged:
    """What others claim on these tracks is not what it was, or not what it was a moment ago."""

    track_ids: tuple[int, ...]
    at: datetime
