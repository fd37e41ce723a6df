"""Listens as they stand once people have listened, without the sound."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tenuto.accounts.models import Account
from tenuto.audio.models import Listen
from tenuto.rules.plays import Reason
from tenuto.tracks.models import Track

NOW = datetime(2026, 11, 28, 15, 0, tzinfo=UTC)


def heard(
    track: Track, listener: str = "c1", *, days_ago: int = 0, reason: str = "", at: float = 292.0,
    account: Account | None = None, **facts: Any,
) -> Listen:  # fmt: skip
    """A listen that counted, or did not for this reason; `at` is how far it came, in seconds."""
    begun = NOW - timedelta(days=days_ago)
    return Listen.objects.create(
        track=track,
        recording=track.recordings.filter(current=True).first(),
        account=account,
        listener=listener,
        started_at=begun,
        last_at=begun,
        heard_seconds=at if reason != Reason.NOT_REPORTED else 0,
        delivered_seconds=at,
        furthest_seconds=at if reason != Reason.NOT_REPORTED else 0,
        counted_at=None if reason else begun,
        not_counted=reason,
        **{"source": "page", **facts},
    )
