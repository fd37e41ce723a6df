"""An upload was recognised as somebody's work: what each side has said, and what follows. The one rule of it.

Nobody is punished and nothing decides by itself what is whose. The uploader says how it is, the holder of the work
answers, and where they do not agree staff decide. Silence of the holder lets pass what the uploader claims as theirs;
it never makes a yes of a question that was a request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Claim(StrEnum):
    """What an uploader says of the music that was recognised."""

    RIGHTS = "rights"  # I hold the rights, or have leave: my word for it, under my name
    AGREEMENT = "agreement"  # an agreement in force covers it
    CREDIT = "credit"  # it is a cover, a remix or has a sample: may I, with credit?
    DISPUTE = "dispute"  # it is not that music, or the claim on it is wrong: my notice against it


# How long the holder has to answer. A request for leave waits for as long as it takes.
ANSWER_WITHIN: dict[Claim, timedelta | None] = {
    Claim.RIGHTS: timedelta(days=7),
    Claim.AGREEMENT: timedelta(0),
    Claim.CREDIT: None,
    Claim.DISPUTE: timedelta(days=10),
}


class State(StrEnum):
    """How a match stands."""

    OPEN = "open"  # the uploader has said nothing yet
    ASKED = "asked"  # the holder has the word
    REFUSED = "refused"  # the holder said no; the uploader has the word again
    CONTESTED = "contested"  # they do not agree: staff have the word
    SETTLED = "settled"  # it may be heard
    STAYS = "stays"  # staff found for the holder: it stays held

    @property
    def lets_pass(self) -> bool:
        return self is State.SETTLED


@dataclass(frozen=True)
class Said:
    """One claim of the uploader, and what was said to it."""

    claim: Claim
    at: datetime
    holder_agrees: bool | None = None  # None: no answer yet
    passes: bool | None = None  # staff's ruling; None: none


@dataclass(frozen=True)
class Standing:
    """How a match stands, and until when the holder has the word, if there is an end to it."""

    state: State
    until: datetime | None = None


def standing(said: Sequence[Said], at: datetime) -> Standing:
    """How it stands at that moment. The last claim counts; those before it were refused."""
    if not said:
        return Standing(State.OPEN)
    last = said[-1]
    if last.passes is not None:
        return Standing(State.SETTLED if last.passes else State.STAYS)
    if last.holder_agrees:
        return Standing(State.SETTLED)
    if last.holder_agrees is False:
        return Standing(State.CONTESTED if last.claim is Claim.DISPUTE else State.REFUSED)
    within = ANSWER_WITHIN[last.claim]
    if within is None:
        return Standing(State.ASKED)
    until = last.at + within
    return Standing(State.SETTLED) if until <= at else Standing(State.ASKED, until)


def may_claim(claim: Claim, said: Sequence[Said], at: datetime) -> bool:
    """May the uploader say this now? A request can be followed by another word at once; nothing is said twice."""
    state = standing(said, at).state
    if state is State.OPEN:
        return True
    if state is State.REFUSED:
        return claim not in {one.claim for one in said}
    waits_for_leave = state is State.ASKED and said[-1].claim is Claim.CREDIT
    return waits_for_leave and claim is not Claim.CREDIT
