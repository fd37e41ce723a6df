"""Consent is a history: what was said, and when. A stance is its projection to one moment.

Nothing is rewritten and nothing comes in before what is already there, so what was decided about a moment that has
passed can be decided again at any later time, with the same answer and the same basis.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tenuto.rules.agreements import Agreement, Errand, Licence
from tenuto.rules.cells import Cell
from tenuto.rules.consent import Ask, Decision, decide
from tenuto.rules.consent_changes import Layer, accepting, answering
from tenuto.rules.records import Record, Said
from tenuto.rules.stances import Acceptance, Answer, Dispute, Objection, Removal, Stance, Stop


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to consent. `number` counts up in the order of writing."""

    at: datetime
    number: int


@dataclass(frozen=True, kw_only=True)
class Answered(Event):
    """Cells were allowed, held or cleared, on the track, on an album or for the account."""

    layer: Layer
    answer: Answer
    cleared: int = 0


@dataclass(frozen=True, kw_only=True)
class Accepted(Event):
    """Terms were accepted. Declining one clause is accepting the rest anew."""

    terms: Acceptance


@dataclass(frozen=True, kw_only=True)
class Began(Event):
    """From now on this stands, until it has ended."""

    what: Stop | Removal | Objection | Dispute | Agreement | Licence


@dataclass(frozen=True, kw_only=True)
class Ended(Event):
    """What a record said is said no more: resumed, restored, resolved, ended, or a track that left an album."""

    what: Record


def append(history: tuple[Event, ...], event: Event) -> tuple[Event, ...]:
    """The history with one more event at its end. Refuses one that would come before another."""
    if history and (event.at < history[-1].at or event.number <= history[-1].number):
        raise ValueError("A history of consent goes forward only: this event comes before the last one.")
    return (*history, event)


def state_at(history: Iterable[Event], when: datetime) -> Stance:
    """How things stood at a moment. What happened at the very moment counts."""
    stance = Stance()
    for event in sorted(history, key=lambda event: (event.at, event.number)):
        if event.at > when:
            break
        stance = after(stance, event)
    return stance


def decide_at(history: Iterable[Event], cell: Cell, errand: Errand) -> Decision:
    """Answer an ask as it was answered, or would have been, at the errand's own moment."""
    return decide(Ask(cell, errand), state_at(history, errand.at))


def after(stance: Stance, event: Event) -> Stance:
    """The stance one event later."""
    match event:
        case Answered():
            return answering(stance, event.layer, event.answer, event.cleared)
        case Accepted():
            return accepting(stance, event.terms)
        case Began():
            return _begun(stance, event.what)
        case Ended():
            return _ended(stance, event.what)
    raise ValueError(f"A history of consent knows no {type(event).__name__}.")


def _begun(stance: Stance, what: Stop | Removal | Objection | Dispute | Agreement | Licence) -> Stance:
    match what:
        case Stop():
            return replace(stance, stops=(*stance.stops, what))
        case Removal():
            return replace(stance, removals=(*stance.removals, what))
        case Objection():
            return replace(stance, objections=(*stance.objections, what))
        case Dispute():
            return replace(stance, disputes=(*stance.disputes, what))
        case Agreement():
            return replace(stance, agreements=(*stance.agreements, what))
        case Licence():
            return replace(stance, licences=(*stance.licences, what))


def _ended(stance: Stance, what: Record) -> Stance:
    """The stance without what this record said. Nothing brings back what was erased."""

    def lasts(said: Said) -> bool:
        return (said.kind, said.id) != (what.kind, what.id) or (isinstance(said, Removal) and said.erased)

    return Stance(
        stops=tuple(filter(lasts, stance.stops)),
        removals=tuple(filter(lasts, stance.removals)),
        terms=stance.terms if stance.terms and lasts(stance.terms) else None,
        objections=tuple(filter(lasts, stance.objections)),
        disputes=tuple(filter(lasts, stance.disputes)),
        agreements=tuple(filter(lasts, stance.agreements)),
        licences=tuple(filter(lasts, stance.licences)),
        own=tuple(filter(lasts, stance.own)),
        album=tuple(filter(lasts, stance.album)),
        account=tuple(filter(lasts, stance.account)),
    )
