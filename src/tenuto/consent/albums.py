"""Which tracks are on which album, since when and until when: what an album's answer reaches.

`library.releases` keeps albums, above consent, and tells of each change here, in the transaction in which it makes it.
A track that comes under an album's answer, or is released from it, turns in that same transaction: what the album
allowed is closed the moment the track leaves it, as by any withdrawal. Nothing here is overwritten, so a decision about
a moment that has passed finds the albums of that moment.
"""

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from tenuto.accounts.models import Account
from tenuto.base.errors import NotFound
from tenuto.consent.current import refresh
from tenuto.consent.entries import What, write_missing
from tenuto.consent.models import Act, Album, Inclusion, Leaving
from tenuto.consent.turns import in_turn
from tenuto.ledger.errors import VaultClosed
from tenuto.tracks.models import Track

log = logging.getLogger(__name__)


def own_album(account: Account, key: str) -> Album:
    """The account's own album of this key, as long as there is one."""
    found = Album.objects.filter(key=key, account=account, ended_at=None).first()
    if found is None:
        raise NotFound(f"album {key} of account {account.pk}")
    return found


def tracks_on(album: Album) -> QuerySet[Track]:
    """What is on it now."""
    return Track.objects.filter(pk__in=Inclusion.objects.filter(album=album, leaving=None).values("track_id"))


def is_answered(key: str) -> bool:
    """Was anything said for this album, so that it counts for what comes onto it?"""
    return Act.objects.filter(album__key=key).exists()


def titles_of(albums: Collection[int]) -> dict[int, str]:
    """What these albums are called. Without any, the database is not asked."""
    return dict(Album.objects.filter(pk__in=albums).values_list("pk", "title")) if albums else {}


# ——— told by whoever keeps albums ———


def begin(key: str, account: Account, title: str) -> Album:
    """From now on there is this album, with nothing on it and nothing said for it."""
    return Album.objects.create(key=key, account=account, title=title)


def call(key: str, title: str) -> None:
    """It is called something else now."""
    Album.objects.filter(key=key).exclude(title=title).update(title=title)


@transaction.atomic
def put_on(key: str, track: Track, at: datetime) -> None:
    """The track is on it from now on."""
    album = Album.objects.get(key=key)
    at = in_turn(album.account_id, at)
    Inclusion.objects.create(album=album, track=track, at=at)
    _turn(album, [track.pk], at)


@transaction.atomic
def take_off(key: str, track: Track, at: datetime) -> None:
    """The track is on it no longer."""
    album = Album.objects.get(key=key)
    _leave(album, Q(track=track), in_turn(album.account_id, at))


@transaction.atomic
def end(key: str, at: datetime) -> None:
    """The album is deleted. What was said for it holds no longer; its tracks stay."""
    album = Album.objects.get(key=key)
    at = in_turn(album.account_id, at)
    _leave(album, Q(), at)
    Album.objects.filter(pk=album.pk).update(ended_at=at)


def _leave(album: Album, which: Q, at: datetime) -> None:
    there = list(Inclusion.objects.filter(which, album=album, leaving=None))
    Leaving.objects.bulk_create(Leaving(inclusion=one, at=max(at, one.at)) for one in there)
    _turn(album, [one.track_id for one in there], max([at, *(one.at for one in there)]))


def _turn(album: Album, track_ids: list[int], at: datetime) -> None:
    """What the album's answer turns in these tracks; where nothing was said for it, nothing."""
    if not album.acts.exists():
        return
    refresh(track_ids, at)
    try:
        write_missing(What.INCLUSION, What.LEAVING, most=1)
    except VaultClosed:  # nobody's no waits for it; a sweep writes it then
        log.exception("who came onto an album or left it is not in the ledger yet")
