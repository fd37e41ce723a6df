"""What has happened at the gate. Delivered after the commit, perhaps twice."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RunEnded:
    """A job has run well on these works."""

    duty: str
    track_ids: tuple[int, ...]
    new_model: bool  # it made a model that differs from the one before
    at: datetime
