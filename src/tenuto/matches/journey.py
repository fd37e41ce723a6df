"""What has come is held until it was looked at, and longer if something was recognised. Read downwards.

look at     the check has ended: release it, or note whose works were recognised
tell        the holders learn of it once the uploader wants it heard, or says something to it
settle      each match that is settled, or has lapsed, holds it no longer; the last lets it go

Each may run twice. A sweep does what an event that was lost should have done.
"""

import logging
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from tenuto.ai.identification import findings
from tenuto.base.events import on
from tenuto.base.jobs import every
from tenuto.consent.current import open_among
from tenuto.consent.events import ConsentClosed
from tenuto.gate.due import make_due
from tenuto.gate.duties import duty_named
from tenuto.gate.events import RunEnded
from tenuto.gate.models import Walk
from tenuto.matches.credits import write_credits
from tenuto.matches.letters import send_letter
from tenuto.matches.models import Match
from tenuto.matches.works import BE_FOUND, BE_KNOWN, owners_of, standing
from tenuto.rules.matches import ANSWER_WITHIN, Claim, Said, State
from tenuto.rules.matches import standing as stands
from tenuto.tracks.events import TrackRemoved
from tenuto.tracks.models import Hold, Publication
from tenuto.tracks.publish import release

log = logging.getLogger(__name__)

CHECK, SCAN = "identification.check", "identification.scan"
SCANNED_EVERY = timedelta(days=1)
AT_A_TIME = 200


@on(RunEnded)
def run_has_ended(event: RunEnded) -> None:
    if event.duty == CHECK:
        for track_id in event.track_ids:
            look_at(track_id, event.at, ended=True)


def look_at(track_id: int, at: datetime, *, ended: bool = False) -> None:
    """The check of what came last is done: let it pass, or hold it for whoever's works were recognised."""
    hold = _looked_at(track_id)
    if hold is None:
        return
    verdict_at = findings.verdict_at(track_id)
    assert hold.handed_at is not None
    if verdict_at is None or verdict_at < hold.handed_at:
        if ended:  # its sound could not be handed over
            log.error("recording %s could not be compared; it stays held", hold.recording.key)
            Hold.waiting().filter(pk=hold.pk).update(reason=Hold.Reason.FAILED)
        return
    passages = standing(findings.found_before_publishing(track_id))
    owners, own = owners_of({one.reference for one in passages}), hold.recording.track.owner_id
    holders = {owners[one.reference] for one in passages if one.reference in owners} - {own}
    if not holders:
        release(hold, Hold.How.CLEAR, at)
        return
    with transaction.atomic():
        if not Hold.waiting().filter(pk=hold.pk).update(reason=Hold.Reason.MATCHED):
            return
        for holder in sorted(holders):
            Match.objects.get_or_create(recording=hold.recording, holder_id=holder, defaults={"at": at})
        send_letter("held", hold.recording_id)
    tell_holders(at)


def tell_holders(at: datetime) -> int:
    """Holders learn of matches in what its uploader wants heard. How many were told."""
    wanted = Publication.objects.filter(track=OuterRef("recording__track_id"))
    untold = Match.objects.filter(Exists(wanted), told_at=None, settled_at=None)
    return sum(tell_holder(match, at) for match in untold[:AT_A_TIME])


def tell_holder(match: Match, at: datetime) -> bool:
    """Once."""
    with transaction.atomic():
        new = bool(Match.objects.filter(pk=match.pk, told_at=None).update(told_at=at))
        if new:
            send_letter("turned_up", match.pk)
    return new


def said_to(match: Match) -> list[Said]:
    """What was said to a match, as the rule reads it."""
    return [
        Said(
            Claim(word.claim),
            word.at,
            word.reply.agrees if hasattr(word, "reply") else None,
            word.ruling.passes if hasattr(word, "ruling") else None,
        )
        for word in match.said.all()
    ]


def settle(match: Match, at: datetime) -> bool:
    """Where nothing stands against it any more, it holds nothing; if it was the last, the recording is released."""
    with transaction.atomic():
        match = Match.objects.select_for_update(of=("self",)).select_related("recording__track").get(pk=match.pk)
        if match.settled_at is None:
            passages = standing(findings.found_before_publishing(match.recording.track_id))
            works = {one.reference for one in passages}
            superseded = match.recording != match.recording.track.newest_ready
            if not superseded and findings.verdict_at(match.recording.track_id) is None:
                # What was found was forgotten with the uploader's consent: that does not say that nothing was.
                held = Hold.standing().filter(recording=match.recording, reason=Hold.Reason.MATCHED)
                held.update(reason=Hold.Reason.UNCHECKED, handed_at=None)
                return False
            lapsed = superseded or match.holder_id not in owners_of(works).values()
            if not lapsed and not stands(said_to(match), at).state.lets_pass:
                return False
            match.settled_at, match.lapsed = at, lapsed
            match.save(update_fields=["settled_at", "lapsed"])
            if not lapsed:
                write_credits(match, at)
        _release_if_free(match.recording_id, at)
    return True


def _release_if_free(recording_id: int, at: datetime) -> None:
    """Let go of a recording that no match holds any more."""
    matches = Match.objects.filter(recording_id=recording_id)
    if matches.filter(settled_at=None).exists():
        return
    matched = Hold.standing().filter(recording_id=recording_id, reason=Hold.Reason.MATCHED)
    hold = matched.select_related("recording__track").first()
    # What was replaced stays held: what was found since is about what replaced it.
    if hold is not None and hold.recording == hold.recording.track.newest_ready:
        settled = matches.filter(lapsed=False).exists()
        if release(hold, Hold.How.SETTLED if settled else Hold.How.GONE, at):
            send_letter("released", recording_id)


# ——— what becomes of it without anybody's word ———


@on(ConsentClosed)
def registration_was_taken_back(event: ConsentClosed) -> None:
    if int(event.closed, 16) & BE_KNOWN.bit:
        for holder in set(owners_of(event.track_ids).values()):
            for match in Match.objects.filter(holder_id=holder, settled_at=None)[:AT_A_TIME]:
                settle(match, event.at)


@on(TrackRemoved)
def work_was_removed(event: TrackRemoved) -> None:
    for match in Match.objects.filter(holder_id=event.owner_id, settled_at=None)[:AT_A_TIME]:
        settle(match, event.at)


@every(seconds=10)
def look_at_what_was_checked(now: datetime) -> None:
    """Checks whose end nobody was told of."""
    handed = Hold.waiting().filter(handed_at__isnull=False).order_by("pk")
    for track_id in list(handed.values_list("recording__track_id", flat=True)[:AT_A_TIME]):
        look_at(track_id, now)
    tell_holders(now)


@every(seconds=3600)
def compare_anew(now: datetime) -> None:
    """What was uploaded before is compared with what is registered now, where its artist lets it be.

    Once a day, however often somebody registers, and only if something was registered since.
    """
    scan = duty_named(SCAN)
    assert scan is not None
    with transaction.atomic():
        last, _new = Walk.objects.select_for_update().get_or_create(name=SCAN)  # `after`: when, in seconds
        since = datetime.fromtimestamp(last.after, UTC)
        if now - since < SCANNED_EVERY or not findings.registered_since(since):
            return
        shared = Publication.objects.filter(audible=True).values_list("track_id", flat=True)
        if wanted := sorted(open_among(BE_FOUND, shared)):
            make_due(scan, wanted, now)
        Walk.objects.filter(pk=last.pk).update(after=int(now.timestamp()))


@every(seconds=60)
def let_time_pass(now: datetime) -> None:
    """Matches to which the holder's time to answer has passed, and holds that nothing stands behind any more."""
    for claim, within in ANSWER_WITHIN.items():
        if within is None:
            continue
        over = Match.objects.filter(
            settled_at=None, said__claim=claim, said__at__lte=now - within, said__reply=None, said__ruling=None
        )
        for match in over.distinct()[:AT_A_TIME]:
            if stands(said_to(match), now).state is State.SETTLED:
                settle(match, now)
    unsettled = Match.objects.filter(recording=OuterRef("recording"), settled_at=None)
    matched = Hold.standing().filter(reason=Hold.Reason.MATCHED)
    for hold in matched.exclude(Exists(unsettled))[:AT_A_TIME]:
        _release_if_free(hold.recording_id, now)
    _walk_on(now)


_walked = {"after": 0}


def _walk_on(now: datetime) -> None:
    """A few of all unsettled matches at a time: a registration may have ended without our hearing of it."""
    some = list(Match.objects.filter(settled_at=None, pk__gt=_walked["after"]).order_by("pk")[:AT_A_TIME])
    for match in some:
        settle(match, now)
    _walked["after"] = some[-1].pk if len(some) == AT_A_TIME else 0


def _looked_at(track_id: int) -> Hold | None:
    """The hold of the recording that came last, if it was handed to the check and nothing came of it yet."""
    waiting = Hold.waiting().filter(recording__track_id=track_id, handed_at__isnull=False)
    return waiting.select_related("recording__track").order_by("-recording_id").first()
