"""How the newest recording of a track stands with the check, in words for its uploader; what can be done about it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenuto.base.events import publish as tell
from tenuto.consent.models import Stop
from tenuto.consent.words import why
from tenuto.gate.decide import judge
from tenuto.gate.duties import duty_named
from tenuto.matches.journey import CHECK
from tenuto.rules.cells import Purpose
from tenuto.tracks.events import SoundArrived
from tenuto.tracks.models import Hold, Recording, Track

# So long a check may take before the page says more than that it is under way.
SOON_SECONDS = 60


@dataclass(frozen=True)
class Stands:
    """One word for programs, a sentence for people, and more where there is more to say."""

    state: str  # none, preparing, checking, stopped, refused, waiting, failed, matched, clear, settled
    words: str | Promise
    more: str | Promise = ""
    recording: Recording | None = None
    hold: Hold | None = None


def how_it_stands(track: Track, at: datetime) -> Stands:
    """How it stands with the recording that is heard, or is to be."""
    newest = track.newest_ready
    if newest is None:
        return Stands("preparing", _("It is compared with registered works as soon as its sound is ready."))
    hold: Hold | None = getattr(newest, "hold", None)
    if hold is None:
        return Stands(
            "none", _("It came before uploads were compared here, and was not."), recording=newest
        )  # fmt: skip
    if hold.released_at is not None:
        if hold.how == Hold.How.CLEAR:
            return Stands("clear", _("It was compared, and nothing of others was recognised."), "", newest, hold)
        return Stands("settled", _("It is held no longer."), hold.get_how_display(), newest, hold)
    if hold.reason == Hold.Reason.MATCHED:
        return Stands(
            "matched",
            _("Registered works of others were recognised. Until it is settled, only you and holders of secret links "
              "hear it."),
            _("Nothing is decided yet, and nothing is held against you. Say how it is, below."),
            newest,
            hold,
        )  # fmt: skip
    if hold.reason == Hold.Reason.FAILED:
        return Stands(
            "failed",
            _("It could not be compared, so it stays held."),
            _("The fault is ours. Have it compared again; if that fails too, staff of this site can let it pass."),
            newest,
            hold,
        )
    return _why_it_waits(track, newest, hold, at)


def check_again(track: Track, at: datetime) -> None:
    """What failed is tried once more. What did not fail stays as it is."""
    newest = track.newest_ready
    failed = Hold.standing().filter(recording=newest, reason=Hold.Reason.FAILED)
    if newest is not None and failed.update(reason=Hold.Reason.UNCHECKED, handed_at=None):
        tell(SoundArrived(track.pk, newest.pk, at))


def _why_it_waits(track: Track, newest: Recording, hold: Hold, at: datetime) -> Stands:
    stop = Stop.objects.filter(purpose=Purpose.IDENTIFICATION.value, ended_at=None).first()
    if stop is not None:
        return Stands(
            "stopped",
            _("The operator has stopped the comparison, so it waits. Nothing is published unchecked."),
            stop.reason,
            newest,
            hold,
        )
    duty = duty_named(CHECK)
    assert duty is not None
    (judged,) = judge(duty, [track.pk], at)
    if not judged.admitted:
        refused = next(decision for _cell, decision in judged.decisions if not decision)
        return Stands(
            "refused",
            _("It cannot be compared, so it waits. The comparison is named in the terms; accept them and it begins."),
            why(refused),
            newest,
            hold,
        )
    if (at - hold.since).total_seconds() < SOON_SECONDS:
        words = _("It is being compared with registered works. That takes seconds.")
        return Stands("checking", words, "", newest, hold)
    return Stands(
        "waiting",
        _("It waits to be compared with registered works."),
        _("That should take seconds; the server is busy, or its jobs do not run. It is heard as soon as it was done."),
        newest,
        hold,
    )
