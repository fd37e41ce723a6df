"""How things stand about tracks: what their uploaders said and what others claim, in the words of rules.stances.

Set-wise: a handful of queries for every few thousand tracks, and one stance for all tracks of which the same was said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.agreements.claims import Claims, claims_on
from tenuto.base.questions import Question, batched, listed, moment
from tenuto.consent import histories
from tenuto.consent.histories import Said
from tenuto.consent.models import Album, Stop
from tenuto.rules import stances as rules
from tenuto.rules.cells import Purpose
from tenuto.rules.stances import Stance

AT_A_TIME = 20_000  # track ids in one query; SQLite takes 32,766 parameters
NOTHING = Claims()


def stances(track_ids: Sequence[int], at: datetime | None = None) -> dict[int, Stance]:
    """How things stand about each of these tracks, now or at an earlier moment. Tracks that are gone are missing.

    Tracks of which the same was said share one stance.
    """
    return stances_and_owners(track_ids, at or timezone.now()).stances


def stances_and_owners(track_ids: Sequence[int], at: datetime) -> Said:
    """The same, with the account whose each of these tracks is."""
    stops = _stops(at)
    found = Said({}, {})
    for ids in map(listed, batches(track_ids)):
        claimed = claims_on(ids, at)
        said, owners = histories.of_tracks(ids, at)
        whole: dict[tuple[int, int], Stance] = {}
        for track_id in said if stops else said.keys() & claimed.keys():
            stance, claims = said[track_id], claimed.get(track_id, NOTHING)
            same = (id(stance), id(claims))
            if same not in whole:
                whole[same] = _whole(stance, stops, claims)
            said[track_id] = whole[same]
        found.stances.update(said)
        found.owners.update(owners)
    return found


def stance_at(track_id: int, at: datetime) -> Stance:
    """How things stood about one track at a moment; for a track that is gone, nothing is open."""
    return stances([track_id], at).get(track_id, histories.SILENCE)


def account_stance(account: Account, at: datetime | None = None) -> Stance:
    """How things stand about a track of this account of which nothing was said yet."""
    at = at or timezone.now()
    return replace(histories.of_account(account.pk, at), stops=_stops(at))


def album_stance(album: Album, at: datetime | None = None) -> Stance:
    """How things stand about a track on this album of which nothing was said by itself."""
    at = at or timezone.now()
    return replace(histories.of_album(album.account_id, album.pk, at), stops=_stops(at))


def listener_stance(account_id: int, at: datetime | None = None) -> Stance:
    """How things stand about somebody's own listening."""
    at = at or timezone.now()
    return replace(histories.of_listener(account_id, at), stops=_stops(at))


def batches(ids: Sequence[int], size: int = AT_A_TIME) -> Iterator[list[int]]:
    """The ids, in ascending order, so many at a time."""
    return batched(sorted(set(ids)), size)


def _whole(stance: Stance, stops: tuple[rules.Stop, ...], claims: Claims) -> Stance:
    """What the uploader said of a track, and what all others say."""
    return replace(
        stance,
        stops=stops,
        agreements=claims.agreements,
        objections=claims.objections,
        disputes=claims.disputes,
    )


def _stops(at: datetime) -> tuple[rules.Stop, ...]:
    return tuple([rules.Stop(id=pk, party=why, purpose=Purpose(purpose)) for pk, why, purpose in _STOPS.ask(at=at)])


_STOPS = Question(
    lambda: (
        Stop.objects.filter(Q(ended_at=None) | Q(ended_at__gt=moment("at")), began_at__lte=moment("at"))
        .order_by()
        .values_list("pk", "reason", "purpose")
    )
)
