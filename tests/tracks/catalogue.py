"""Tracks for tests, in any state they can be in, without the sound."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from tenuto.accounts.models import Account
from tenuto.base.ids import new_key
from tenuto.base.models import Blob
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Publication, Recording, SecretLink, Track
from tenuto.tracks.slugs import begin_track

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def track(owner: Account, title: str = "Harbour, 5 a.m.", *, ready: bool = True, **facts: Any) -> Track:
    """A track in its owner's sketchbook."""
    begun = begin_track(owner, title, **facts)
    recording(begun, Recording.Stage.READY if ready else Recording.Stage.RENDERING)
    return begun


def recording(of: Track, stage: Recording.Stage, **facts: Any) -> Recording:
    digest = sha256(new_key().encode()).hexdigest()
    ready = stage == Recording.Stage.READY
    return Recording.objects.create(
        track=of,
        original=Blob.objects.create(digest=digest, size_bytes=1_000_000),
        filename=f"{of.title}.wav",
        stage=stage,
        current=ready,
        seconds=292.0 if ready else None,
        **facts,
    )


def public(owner: Account, title: str = "Harbour, 5 a.m.", at: datetime = NOON, **facts: Any) -> Track:
    """A track that everybody can hear since an hour before `at`."""
    return shared(track(owner, title, **facts), Audience.PUBLIC, at - HOUR)


def shared(of: Track, audience: Audience, starts_at: datetime) -> Track:
    """The same track with a publication, as the rows stand after `tracks.publish`."""
    Publication.objects.create(
        track=of,
        audience=audience.value,
        starts_at=starts_at,
        by=of.owner,
        audible=of.recordings.filter(current=True).exists(),
    )
    return Track.objects.get(pk=of.pk)


def link(to: Track, **facts: Any) -> SecretLink:
    facts.setdefault("created_at", NOON - 10 * HOUR)
    return SecretLink.objects.create(track=to, **{"name": "Mara, for the mix", **facts})
