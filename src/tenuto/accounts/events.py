"""What has happened between people, for features above that want to know. Delivered after the commit, perhaps twice."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Followed:
    """Somebody began to follow somebody."""

    follower_id: int
    followed_id: int
    at: datetime
