"""Secret links: addresses that let whoever holds them hear one track. Made, changed and revoked by its owner."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tenuto.accounts.models import Account
from tenuto.base.errors import BadRequest, NotFound, OverLimit
from tenuto.tracks.models import SecretLink, Track

# Enough for a link to each member of an orchestra and its press list; a page still shows them all.
MAX_LINKS = 500


class EndsBeforeItBegins(BadRequest):
    advice = _("This link would have ended already. Choose a later end, or none.")
    code = "ends_before_it_begins"


class TooManyLinks(OverLimit):
    advice = _("This track has as many secret links as one track can have. Revoke one first.")
    code = "too_many_links"


def make(track: Track, name: str, expires_at: datetime | None, by: Account, at: datetime) -> SecretLink:
    """A new secret link to `track`, that opens until it ends or is revoked."""
    _only_owner(track, by)
    if expires_at is not None and expires_at <= at:
        raise EndsBeforeItBegins(f"link to {track.key} until {expires_at}")
    if opening(track, at).count() >= MAX_LINKS:
        raise TooManyLinks(f"track {track.key}")
    return SecretLink.objects.create(track=track, name=name.strip(), created_at=at, expires_at=expires_at)


def own_link(track: Track, link_id: int) -> SecretLink:
    """One of the track's own links."""
    link = SecretLink.objects.filter(track=track, pk=link_id).first()
    if link is None:
        raise NotFound(f"link {link_id} of track {track.key}")
    return link


def revoke(link: SecretLink, by: Account, at: datetime) -> None:
    """Let the link open nothing any more, from now on and for ever. Its receipts stay. Safe to do twice."""
    _only_owner(link.track, by)
    SecretLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at)
    link.refresh_from_db(fields=["revoked_at"])


def opening(track: Track, at: datetime) -> QuerySet[SecretLink]:
    """The links to `track` that open at that moment."""
    return SecretLink.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), track=track, revoked_at=None)


def _only_owner(track: Track, by: Account) -> None:
    if by.pk != track.owner_id:
        raise NotFound(f"links of track {track.key} for account {by.pk}")
