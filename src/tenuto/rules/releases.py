"""Who may see a release. What is on it has its own rule: `rules.visibility`, track by track."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ReleaseState:
    """What the rule must know of a release."""

    owner_id: int
    shown_from: datetime | None = None  # None: not published; later than now: nothing before


def may_see(account_id: int | None, release: ReleaseState, at: datetime) -> bool:
    """Its owner always; everybody else from its moment on. Before, it looks as if it did not exist."""
    if account_id is not None and account_id == release.owner_id:
        return True
    return release.shown_from is not None and release.shown_from <= at
