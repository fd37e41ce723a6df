"""Out of the sketchbook and back: who may hear a track, from when. Only its owner says so."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base import pictures
from tenuto.base.errors import BadRequest, NotAllowed, NotFound
from tenuto.base.events import publish as tell
from tenuto.rules.visibility import Audience
from tenuto.tracks.events import HoldReleased, TrackHidden, TrackPublished, TrackRemoved
from tenuto.tracks.models import Hold, Publication, Recording, Track


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

    A track whose sound is not ready or not checked yet becomes audible when it is. One that people can hear already is
    given a later date only with `offline_until_then`.
    """
    _only_owner(track, by)
    with transaction.atomic():
        locked(track)
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
                "audible": may_be_heard(track),
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
        locked(track)
        gone, _rows = Publication.objects.filter(track=track).delete()
        if gone:
            tell(TrackHidden(track.pk, at))
    track.refresh_from_db(fields=["changed_at"])


def sound_is_ready(track: Track, at: datetime) -> None:
    """Let a publication that waited for its sound begin. To be called where a recording becomes current or is released;
    twice is fine.

    One that should have begun earlier begins now, so that it comes first among the newest, not below what came
    while it was being rendered.
    """
    with transaction.atomic():
        locked(track)
        waiting = Publication.objects.filter(track=track, audible=False).first()
        if waiting is None or not may_be_heard(track):
            return
        waiting.audible = True
        waiting.starts_at = max(waiting.starts_at, at)
        waiting.save(update_fields=["audible", "starts_at"])
        tell(TrackPublished(track.pk, waiting.audience, waiting.starts_at, at))


def may_be_heard(track: Track) -> bool:
    """Is there a recording that is ready, does nothing hold it, and have staff not withheld the track?"""
    sounding = Recording.objects.filter(track=track, track__withheld=False, current=True)
    return sounding.exclude(hold__in=Hold.standing()).exists()


def withhold(track: Track, at: datetime, *, withheld: bool) -> None:
    """Out of everybody's sight but its owner's, whatever she shares; or back to whom she shares it with, as of when
    she did. Nothing is deleted. By decision of staff: `reports` writes down whose, and why. Twice is once.
    """
    with transaction.atomic():
        locked(track)
        changed = Track.objects.filter(pk=track.pk).exclude(withheld=withheld).update(withheld=withheld)
        if not changed:
            return
        publication = Publication.objects.filter(track=track).first()
        if publication is None:
            return
        publication.audible = may_be_heard(track)
        publication.save(update_fields=["audible"])
        if withheld:
            tell(TrackHidden(track.pk, at))
        elif publication.audible:
            tell(TrackPublished(track.pk, publication.audience, publication.starts_at, at))


def release(
    hold: Hold,
    how: Hold.How,
    at: datetime,
    by: Account | None = None,
    words: str = "",
    reasons: Collection[Hold.Reason] = tuple(Hold.Reason),
) -> bool:
    """Let a recording that was held be heard, as far as its artist shared it. False if it was released before, or is
    held for another reason by now than one of these.
    """
    track = hold.recording.track
    with transaction.atomic():
        locked(track)
        still = Hold.standing().filter(pk=hold.pk, reason__in=reasons)
        if not still.update(released_at=at, how=how, by=by, words=words[:500]):
            return False
        hold.refresh_from_db()
        sound_is_ready(track, at)
        tell(HoldReleased(track.pk, hold.recording_id, at))
    return True


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
        locked(track)
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


def locked(track: Track) -> None:
    """Of two changes at once, one waits. (SQLite lets one writer in anyway.)"""
    Track.objects.select_for_update().filter(pk=track.pk).first()
