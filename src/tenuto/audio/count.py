"""What is a play, once. A listen begins, its player reports, what was delivered is noted, and `rules.plays` judges.

A count cannot be had by reports alone, for sound must have left the server, nor by fetching alone, for something
must say that it was played, nor faster than time goes by. Reports may come twice, late or out of order.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from tenuto.audio.listeners import Listener
from tenuto.audio.models import Listen
from tenuto.audio.remember import ENDED_AFTER, is_paused
from tenuto.base.errors import NotFound
from tenuto.base.jobs import every
from tenuto.rules.plays import WINDOW, Heard, Reason, Verdict, believable, certain_from_the_start, judge
from tenuto.tracks.models import Recording, Track

log = logging.getLogger(__name__)

# A listen can be taken up again within a day; later, playing begins a new one.
OPEN_FOR = timedelta(days=1)
SETTLED_AT_ONCE = 500
_FOR_GOOD = {Reason.OWNER, Reason.BY_LINK, Reason.ALREADY_COUNTED, Reason.ONE_NETWORK}
# The source of what is heard on other people's pages. No cookie knows a listener again there.
EMBED = "embed"


@dataclass(frozen=True)
class Circumstances:
    """How somebody came to press play, as far as it is kept."""

    source: str
    network: str = ""
    client: str = ""
    country: str = ""
    link_id: int | None = None
    opened_by_link: bool = False


def begin(track: Track, listener: Listener, how: Circumstances, at: datetime) -> Listen:
    """Somebody presses play. Whether they may was decided by whoever calls."""
    by_owner = listener.account is not None and listener.account.pk == track.owner_id
    return Listen.objects.create(
        track=track,
        recording=track.recording,
        account=listener.account,
        listener=listener.id,
        network=how.network,
        started_at=at,
        last_at=at,
        source=how.source,
        client=how.client,
        country=how.country,
        link_id=how.link_id,
        in_history=listener.account is None or not is_paused(listener.account),
        not_counted=certain_from_the_start(by_owner, how.opened_by_link) or "",
    )


def own_listen(key: str, listener: Listener, at: datetime) -> Listen:
    """The listen of this key, if it is this listener's and still open. Anybody else's looks as if it did not exist."""
    mine = Q(listener=listener.id) if listener.id else Q(pk=None)
    if listener.account is not None:
        mine |= Q(account=listener.account)
    listen = Listen.objects.filter(mine, key=key, started_at__gt=at - OPEN_FOR).first()
    if listen is None:
        raise NotFound(f"listen {key}")
    return listen


def is_listening(listener: Listener, recording: Recording, at: datetime) -> bool:
    """Has this listener begun to listen to it not long ago?"""
    return Listen.objects.filter(
        listener=listener.id, track_id=recording.track_id, recording=recording, started_at__gt=at - ENDED_AFTER
    ).exists()


@transaction.atomic
def report(listen: Listen, position_seconds: float, heard_seconds: float, at: datetime) -> Listen:
    """The player tells how far it is. What cannot be true is cut off; going back takes nothing away."""
    listen = _locked(listen.pk)
    track_seconds = _track_seconds(listen)
    elapsed = (at - listen.started_at).total_seconds()
    listen.heard_seconds = max(listen.heard_seconds, believable(heard_seconds, elapsed))
    listen.furthest_seconds = max(listen.furthest_seconds, min(max(0.0, position_seconds), track_seconds))
    listen.last_at = max(listen.last_at, at)
    listen.save(update_fields=["heard_seconds", "furthest_seconds", "last_at"])
    _judge(listen, at, finally_=False)
    return listen


def settle(at: datetime) -> int:
    """Decide about listens that have ended, so that each has its reason. Returns how many; safe to run twice."""
    ended = Listen.objects.filter(counted_at=None, not_counted="", last_at__lt=at - ENDED_AFTER).order_by("last_at")
    keys = list(ended.values_list("pk", flat=True)[:SETTLED_AT_ONCE])
    for pk in keys:
        with transaction.atomic():
            _judge(_locked(pk), at, finally_=True)
    return len(keys)


@every(seconds=300)
def settle_all(now: datetime) -> None:
    """Settles everything that has ended, a few hundred at a time."""
    while settle(now) == SETTLED_AT_ONCE:
        pass


def _judge(listen: Listen, at: datetime, *, finally_: bool) -> Verdict | None:
    """Judge a listen whose row is locked."""
    if listen.counted_at is not None or listen.not_counted in _FOR_GOOD:
        return None
    heard = Heard(
        started_at=listen.started_at,
        track_seconds=_track_seconds(listen),
        heard_seconds=listen.heard_seconds,
        delivered_seconds=listen.delivered_seconds,
    )
    verdict = judge(heard)
    if verdict:
        # One at a time for a track, or two tabs that both reach 30 seconds now would both count.
        Track.objects.select_for_update().only("pk").get(pk=listen.track_id)
        before = replace(heard, last_counted_at=_last_counted(listen), others_of_network=_others_of_network(listen))
        verdict = judge(before)
    if verdict:
        listen.counted_at, listen.not_counted = at, ""
        Track.objects.filter(pk=listen.track_id).update(play_count=F("play_count") + 1)
    elif finally_ or verdict.reason in _FOR_GOOD:
        listen.not_counted = verdict.reason
    else:
        return verdict
    listen.save(update_fields=["counted_at", "not_counted"])
    return verdict


def _last_counted(listen: Listen) -> datetime | None:
    """When this listener's last play of this track was counted: by the same browser, or by the same account.

    In players on other pages whoever loads the page again is another listener, so there one network and one family of
    browsers count as one: too few rather than too many.
    """
    same = [Q(listener=listen.listener)]
    if listen.account_id is not None:
        same.append(Q(account_id=listen.account_id))
    if listen.source == EMBED:
        same.append(Q(source=EMBED, network=listen.network, client=listen.client))
    counted = Listen.objects.filter(track_id=listen.track_id, counted_at__isnull=False).order_by("-counted_at")
    # A walk along an index for each; an "or" would be one walk along all listens of the track.
    found = [counted.filter(who).values_list("counted_at", flat=True).first() for who in same]
    return max((when for when in found if when is not None), default=None)


def _others_of_network(listen: Listen) -> int:
    """How many plays of this track counted in its network since half an hour before it began, if it is a guest's; all
    of them guests'. With an account, one is known again.
    """
    if listen.account_id is not None or not listen.network:
        return 0
    counted = Listen.objects.filter(track_id=listen.track_id, network=listen.network, account=None)
    return counted.filter(counted_at__gt=listen.started_at - WINDOW).count()


def _locked(pk: int) -> Listen:
    return Listen.objects.select_for_update(of=("self",)).select_related("recording").get(pk=pk)


def _track_seconds(listen: Listen) -> float:
    """The length of what was heard; without it, nothing of the listen can be believed."""
    seconds = listen.recording.seconds if listen.recording else None
    return seconds if seconds is not None else 0.0
