"""Consent is a history: the present is its projection, and the past stays what it was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.agreements import Agreement, Errand, Licence
from tenuto.rules.cells import EVERYTHING, LICENCE_ONLY, NEEDED, Cell
from tenuto.rules.consent import Reason
from tenuto.rules.consent_changes import Layer
from tenuto.rules.consent_history import Accepted, Answered, Began, Ended, Event, append, decide_at, state_at
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.records import Kind, Record
from tenuto.rules.stances import Acceptance, Answer, Dispute, Objection, Removal, Stance, Stop
from tests.rules import stances as every
from tests.rules.people import HOUR, NOON
from tests.rules.stances import HERE, KNOWN, MIX, NORTHLIGHT, SKETCHER, TERMS, VOICE

EVENING = NOON + HOUR * 9

times = st.integers(0, 8).map(lambda hours: NOON + HOUR * hours)
began = every.stops | every.removals | every.objections | every.disputes | every.agreements | every.licences
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        Answered,
        at=times,
        number=st.just(0),
        layer=st.sampled_from(Layer),
        answer=every.answers,
        cleared=every.masks,
    ),
    st.builds(Accepted, at=times, number=st.just(0), terms=every.acceptances),
    st.builds(Began, at=times, number=st.just(0), what=began),
    st.builds(Ended, at=times, number=st.just(0), what=st.builds(Record, st.sampled_from(Kind), every.ids)),
)


def numbered(drawn: Sequence[Event]) -> tuple[Event, ...]:
    in_time = sorted(drawn, key=lambda event: event.at)
    return tuple(replace(event, number=number) for number, event in enumerate(in_time, start=1))


histories = st.lists(events, max_size=12).map(numbered)


@given(histories, histories, times, every.cells, every.errands)
def test_what_was_decided_stays_decided(
    history: tuple[Event, ...], later: tuple[Event, ...], when: datetime, cell: Cell, errand: Errand
) -> None:
    """Whatever is said later, what was decided about a moment is decided so for ever, on the same records."""
    errand = replace(errand, at=when)
    past = tuple(event for event in history if event.at <= when)
    decided = decide_at(past, cell, errand)
    grown = past
    for event in later:
        if event.at > when and (not grown or event.at >= grown[-1].at):
            grown = append(grown, replace(event, number=len(grown) + 1))
            assert decide_at(grown, cell, errand) == decided


@given(histories, times, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(history: tuple[Event, ...], when: datetime, random: Random) -> None:
    assert state_at(random.sample(history, len(history)), when) == state_at(history, when)


@given(histories, times, every.errands)
def test_accepting_terms_opens_only_what_they_declare_as_needed(
    history: tuple[Event, ...], when: datetime, errand: Errand
) -> None:
    """At no point of any history does a new version of the terms widen an old yes."""
    past = tuple(event for event in history if event.at <= when)
    before = effective_mask(state_at(past, when), errand)
    terms = Acceptance(id=777, party="3", named=EVERYTHING, needed=EVERYTHING)
    after = effective_mask(state_at(append(past, Accepted(at=when, number=99, terms=terms)), when), errand)
    assert after & ~before & ~NEEDED == 0


def test_nothing_is_written_into_the_past() -> None:
    """An event that came before the last one, or with its number, is refused."""
    history = append((), Accepted(at=NOON, number=1, terms=TERMS))
    for at, number in [(NOON - HOUR, 2), (NOON, 1), (NOON, 0)]:
        with pytest.raises(ValueError, match="goes forward only"):
            append(history, Accepted(at=at, number=number, terms=TERMS))
    assert len(append(history, Accepted(at=NOON, number=2, terms=TERMS))) == 2


def story(*said: tuple[int, object]) -> tuple[Event, ...]:
    """A history of (hour, what was said)."""
    history: tuple[Event, ...] = ()
    for number, (hour, what) in enumerate(said, start=1):
        history = append(history, event_of(NOON + HOUR * hour, number, what))
    return history


def event_of(at: datetime, number: int, what: object) -> Event:
    match what:
        case Acceptance():
            return Accepted(at=at, number=number, terms=what)
        case Answer():
            return Answered(at=at, number=number, layer=Layer.OWN, answer=what)
        case Record():
            return Ended(at=at, number=number, what=what)
        case Stop() | Removal() | Objection() | Dispute() | Agreement() | Licence():
            return Began(at=at, number=number, what=what)
    raise AssertionError(what)


ALLOWED = [(0, TERMS), (1, Answer(id=2, allowed=MIX.bit))]


@pytest.mark.parametrize(
    ("began", "reason"),
    [
        (Stop(id=9, purpose=MIX.purpose), Reason.STOPPED),
        (Removal(id=9), Reason.REMOVED),
        (Objection(id=9), Reason.OBJECTED),
        (Dispute(id=9), Reason.DISPUTED),
        (replace(NORTHLIGHT, id=9, starts_at=NOON, ends_at=None, grants=0), Reason.NOT_AGREED),
    ],
)
def test_what_began_counts_until_it_ends(began: Stop, reason: Reason) -> None:
    """From its moment on, and no longer than it stands; before and after, your own yes counts."""
    history = story(*ALLOWED, (2, began), (4, Record(began.kind, 9)))
    found = [decide_at(history, MIX, Errand(NOON + HOUR * hour)).reason for hour in range(6)]
    assert found == [Reason.SILENCE, Reason.ALLOWED, reason, reason, Reason.ALLOWED, Reason.ALLOWED]


def test_a_withdrawn_yes_is_over_at_its_moment() -> None:
    history = story(*ALLOWED, (2, Answer(id=3, held=MIX.bit)))
    assert decide_at(history, MIX, Errand(NOON + HOUR * 2 - HOUR / 3600_000_000)).allowed
    assert decide_at(history, MIX, Errand(NOON + HOUR * 2)).reason is Reason.HELD


def test_a_licence_stands_until_it_is_ended() -> None:
    licence = replace(SKETCHER, starts_at=NOON, ends_at=None)
    history = story((0, TERMS), (1, licence), (3, licence.record))
    found = [decide_at(history, VOICE, Errand(NOON + HOUR * hour, licensee="Stem Studio")).allowed for hour in range(5)]
    assert found == [False, True, True, False, False]


def test_nothing_brings_back_what_was_erased() -> None:
    """A removed work can be restored. An erased one cannot."""
    removed = story(*ALLOWED, (2, Removal(id=9)), (3, Record(Kind.REMOVAL, 9)))
    erased = story(*ALLOWED, (2, Removal(id=9, erased=True)), (3, Record(Kind.REMOVAL, 9)))
    assert decide_at(removed, MIX, Errand(EVENING)).allowed
    assert decide_at(erased, MIX, Errand(EVENING)).reason is Reason.ERASED


def test_declining_a_clause_is_accepting_the_rest() -> None:
    """The clause's cells close, what is needed stays, and accepting it later asks anew."""
    without = replace(TERMS, id=11, named=TERMS.named & ~MIX.bit)
    history = story(*ALLOWED, (2, without), (3, replace(TERMS, id=12)))
    found = [decide_at(history, MIX, Errand(NOON + HOUR * hour)).reason for hour in (1, 2, 3)]
    assert found == [Reason.ALLOWED, Reason.NOT_IN_TERMS, Reason.SILENCE]
    assert decide_at(history, KNOWN, Errand(NOON + HOUR * 2)).basis == (Record(Kind.TERMS, 11, "2026-11"),)


def test_terms_that_nobody_accepted_change_nothing() -> None:
    """Publishing is no event of anybody's consent. Who has not accepted keeps the old version's cells."""
    before = story((0, replace(TERMS, named=MIX.bit)), (1, Answer(id=2, allowed=EVERYTHING & ~LICENCE_ONLY)))
    stance = state_at(before, EVENING)
    assert effective_mask(stance, HERE) == MIX.bit | NEEDED
    # Accepting version 2 that names everything: still only what was allowed while it was named.
    after = state_at(append(before, Accepted(at=EVENING, number=9, terms=replace(TERMS, id=8))), EVENING)
    assert effective_mask(after, HERE) == MIX.bit | NEEDED


def test_an_empty_history_holds_everything() -> None:
    assert state_at([], NOON) == Stance()


def test_an_unknown_event_is_not_passed_over() -> None:
    """What a newer version wrote must not be forgotten by an older one."""

    @dataclass(frozen=True, kw_only=True)
    class Unheard(Event):
        pass

    with pytest.raises(ValueError, match="knows no Unheard"):
        state_at([Unheard(at=NOON, number=1)], NOON)
