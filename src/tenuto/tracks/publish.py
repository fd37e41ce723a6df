"""Out of the sketchbook and back: who may hear a track, from when. Only its owner says so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base import pictures
from tenuto.base.errors import BadRequest, NotAllowed, NotFound
from tenuto.base.events import publish as tell
from tenuto.rules.visibility import Audience
from tenuto.tracks.events import TrackHidden, TrackPublished, TrackRemoved
from tenuto.tracks.models import Publication, Recording, Track


class GoesOffline(BadRequest):
    advice = _(
        "People can hear this track now. With a later date it goes back to your sketchbook until then. "
        "Say that you mean this, or leave the date empty."
    )
    status = 409
    code = "goes_offline"


def publish(
    track: Track,
    audience: Audience,
    starts_at: datetime | None,
    by: Account,
    at: datetime,
    *,
    offline_until_then: bool = False,
) -> Publication:
    """Share `track` with `audience` from `starts_at` on, or at once if that is None or past.

    A track whose sound is not ready yet becomes audible when it is. One that people can hear already is given a
    later date only with `offline_until_then`.
    """
    _only_owner(track, by)
    with transaction.atomic():
        _lock(track)
        former = Publication.objects.filter(track=track).first()
        live = former is not None and former.audible and former.starts_at <= at
        later = starts_at is not None and starts_at > at
        if live and later and not offline_until_then:
            raise GoesOffline(f"track {track.key} until {starts_at}")
        if starts_at is None or starts_at <= at:
            starts_at = _start_now(former, audience, at)
        publication, _created = Publication.objects.update_or_create(
            track=track,
            defaults={
                "audience": audience.value,
                "starts_at": starts_at,
                "by": by,
                "audible": Recording.objects.filter(track=track, current=True).exists(),
            },
        )
        if publication.audible:
            tell(TrackPublished(track.pk, audience.value, starts_at, at))
    track.publication = publication
    return publication


def withdraw_to_sketchbook(track: Track, by: Account, at: datetime) -> None:
    """Hide the track from everybody but its owner and holders of secret links. Plays and links stay."""
    _only_owner(track, by)
    with transaction.atomic():
        _lock(track)
        gone, _rows = Publication.objects.filter(track=track).delete()
        if gone:
            tell(TrackHidden(track.pk, at))
    track.refresh_from_db(fields=["changed_at"])


def sound_is_ready(track: Track, at: datetime) -> None:
    """Let a publication that waited for its sound begin. To be called where a recording becomes current; twice is fine.

    One that should have begun earlier begins now, so that it comes first among the newest, not below what came
    while it was being rendered.
    """
    with transaction.atomic():
        _lock(track)
        waiting = Publication.objects.filter(track=track, audible=False).first()
        if waiting is None or not Recording.objects.filter(track=track, current=True).exists():
            return
        waiting.audible = True
        waiting.starts_at = max(waiting.starts_at, at)
        waiting.save(update_fields=["audible", "starts_at"])
        tell(TrackPublished(track.pk, waiting.audience, waiting.starts_at, at))


def remove(track: Track, by: Account, at: datetime) -> None:
    """Delete the track with its recordings, links, plays and former addresses, for ever.

    The files go with the next sweep of the storage, unless another track holds the same bytes.
    """
    _only_owner(track, by)
    _remove(track, at)


def take_down(track: Track, by: Account, at: datetime) -> None:
    """Remove somebody else's track, as its server's operator may."""
    if not by.is_staff:
        raise NotAllowed(f"{by.pk} is no operator")
    _remove(track, at)


def _remove(track: Track, at: datetime) -> None:
    removed = TrackRemoved(track.pk, track.key, track.owner_id, at)
    with transaction.atomic():
        _lock(track)
        track.delete()
        tell(removed)
    pictures.let_go(track.artwork_id)


def _start_now(former: Publication | None, audience: Audience, at: datetime) -> datetime:
    """When a publication begins that begins at once: what this audience can hear already keeps its date."""
    if former is None or former.starts_at > at:
        return at
    if former.audience == Audience.FOLLOWERS and audience is Audience.PUBLIC:
        return at
    return former.starts_at


def _only_owner(track: Track, by: Account) -> None:
    if by.pk != track.owner_id:
        raise NotFound(f"track {track.key} of account {by.pk}")


def _lock(track: Track) -> None:
    """Of two changes at once, one waits. (SQLite lets one writer in anyway.)"""
    Track.objects.select_for_update().filter(pk=track.pk).first()
