"""Plays belong to two people: the track's artist and the listener. A play takes part only if both allow it.

A listener's cells are those of *my listening*: recommendation and fraud, to inform and to train. The listener's
stance is decided by the same ten steps as the track's.
"""

from dataclasses import dataclass

from tenuto.rules.agreements import Errand
from tenuto.rules.cells import Asset
from tenuto.rules.consent import Ask, Decision, Reason, decide
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.stances import Stance


@dataclass(frozen=True)
class PlayDecision:
    """What each side says of one play. `said` is the answer that counts: the first no, else the track's yes."""

    track: Decision
    listener: Decision

    @property
    def said(self) -> Decision:
        return self.listener if self.track and not self.listener else self.track

    def __bool__(self) -> bool:
        return bool(self.track and self.listener)


def decide_play(ask: Ask, track: Stance, listener: Stance | None) -> PlayDecision:
    """Answer one ask for one play. Without a listener: somebody who is not signed in."""
    if ask.cell.asset is not Asset.LISTENING:
        raise ValueError(f"{ask.cell} is not about listening.")
    of_track = decide(ask, track)
    if listener is not None:
        return PlayDecision(of_track, decide(ask, listener))
    # Nobody knows who this was, so nothing is learned about anybody; but plays by strangers are where fraud is made.
    if of_track.reason is Reason.NEEDED:
        return PlayDecision(of_track, of_track)
    return PlayDecision(of_track, Decision(False, Reason.SILENCE))


def open_to_both(track: Stance, listener: Stance | None, errand: Errand) -> int:
    """The cells of listening in which a play takes part."""
    return effective_mask(track, errand) & effective_mask(listener or _anybody(track), errand)


def _anybody(track: Stance) -> Stance:
    """A listener nobody knows: silent, save for what the track's terms declare as needed."""
    return Stance(terms=track.terms)
