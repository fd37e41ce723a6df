"""When AI may touch a work: each step against its neighbours, and the laws that hold in every state."""

from dataclasses import fields, replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tenuto.rules.agreements import Agreement, Errand, Licence, Recipient
from tenuto.rules.cells import CELLS, EVERYTHING, LICENCE_ONLY, NEEDED, Cell, Purpose
from tenuto.rules.consent import Ask, Decision, Reason, decide
from tenuto.rules.records import Kind, Record
from tenuto.rules.stances import Acceptance, Answer, Dispute, Objection, Removal, Stance, Stop
from tests.rules import stances as every
from tests.rules.people import HOUR, NOON
from tests.rules.stances import HERE, KNOWN, MIX, NORTHLIGHT, OPEN, SKETCHER, TAGS, TERMS, VOICE, with_more

FOR_STEM_STUDIO = replace(HERE, licensee="Stem Studio")

STOP = Record(Kind.STOP, 9)
TERMS_1 = Record(Kind.TERMS, 1, "2026-11")


def answer(cell: Cell, stance: Stance, errand: Errand = HERE) -> Decision:
    return decide(Ask(cell, errand), stance)


# What each step says when it is the first to speak. Each stance holds everything that weaker steps need to say
# the opposite, so that the answer shows which came first.
BESIDE = Answer(id=6, held=TAGS.bit)  # speaks of another cell, so it belongs to no basis
ALBUM_HELD = (Answer(id=4, held=EVERYTHING), BESIDE)
ALBUM_OPEN = (Answer(id=4, allowed=EVERYTHING), BESIDE)
ACCOUNT_HELD = (Answer(id=5, held=EVERYTHING), BESIDE)
ACCOUNT_OPEN = (Answer(id=5, allowed=EVERYTHING), BESIDE)
AGREED = with_more(replace(OPEN, own=()), agreements=NORTHLIGHT)
STEPS: dict[str, tuple[Cell, Stance, bool, Reason, list[Record]]] = {
    "1 the operator stopped the purpose": (
        KNOWN,
        with_more(OPEN, stops=Stop(id=9, purpose=Purpose.IDENTIFICATION), removals=Removal(id=8)),
        False,
        Reason.STOPPED,
        [Record(Kind.STOP, 9)],
    ),
    "2 the work is removed": (KNOWN, with_more(OPEN, removals=Removal(id=8)), False, Reason.REMOVED,
                              [Record(Kind.REMOVAL, 8)]),
    "2 the work is erased": (KNOWN, with_more(OPEN, removals=Removal(id=8, erased=True)), False, Reason.ERASED,
                             [Record(Kind.REMOVAL, 8)]),
    "2 the work is removed, and erased": (
        KNOWN,
        with_more(with_more(OPEN, removals=Removal(id=7)), removals=Removal(id=8, erased=True)),
        False,
        Reason.ERASED,
        [Record(Kind.REMOVAL, 7), Record(Kind.REMOVAL, 8)],
    ),
    "3 the cell is needed": (
        KNOWN,
        with_more(OPEN, objections=Objection(id=7), disputes=Dispute(id=7), own=Answer(id=3, held=EVERYTHING)),
        True,
        Reason.NEEDED,
        [TERMS_1],
    ),
    "4 a rights holder objects": (
        MIX,
        with_more(OPEN, objections=Objection(id=7, party="Bo"), own=Answer(id=3, held=EVERYTHING)),
        False,
        Reason.OBJECTED,
        [Record(Kind.OBJECTION, 7, "Bo")],
    ),
    "4 a dispute is open": (MIX, with_more(AGREED, disputes=Dispute(id=7)), False, Reason.DISPUTED,
                            [Record(Kind.DISPUTE, 7)]),
    "5 the track's own held": (
        MIX,
        with_more(with_more(OPEN, agreements=NORTHLIGHT), own=Answer(id=3, held=MIX.bit)),
        False,
        Reason.HELD,
        [Record(Kind.ANSWER, 3)],
    ),
    "6 an agreement grants": (MIX, replace(AGREED, terms=None, album=ALBUM_HELD), True, Reason.AGREED,
                              [Record(Kind.AGREEMENT, 20, "Northlight")]),
    "6 an agreement does not grant": (
        MIX,
        with_more(OPEN, agreements=replace(NORTHLIGHT, grants=0)),
        False,
        Reason.NOT_AGREED,
        [Record(Kind.AGREEMENT, 20, "Northlight")],
    ),
    "7 no terms name the cell": (MIX, replace(OPEN, terms=replace(TERMS, named=TAGS.bit)), False,
                                 Reason.NOT_IN_TERMS, [TERMS_1]),
    "7 the clause that names it was left out": (
        MIX,
        replace(OPEN, terms=replace(TERMS, named=TAGS.bit, declined=MIX.bit)),
        False,
        Reason.DECLINED,
        [TERMS_1],
    ),
    "7 no terms were accepted": (MIX, replace(OPEN, terms=None), False, Reason.NOT_IN_TERMS, []),
    "8 the track's own yes": (MIX, replace(OPEN, album=ALBUM_HELD, account=ACCOUNT_HELD), True, Reason.ALLOWED,
                              [Record(Kind.ANSWER, 2), TERMS_1]),
    "9 the album holds": (MIX, replace(OPEN, own=(), album=ALBUM_HELD, account=ACCOUNT_OPEN), False,
                          Reason.ALBUM_HOLDS, [Record(Kind.ANSWER, 4)]),
    "9 the album allows": (MIX, replace(OPEN, own=(), album=ALBUM_OPEN, account=ACCOUNT_HELD), True,
                           Reason.ALBUM_ALLOWS, [Record(Kind.ANSWER, 4), TERMS_1]),
    "9 the account holds": (MIX, replace(OPEN, own=(), account=ACCOUNT_HELD), False, Reason.ACCOUNT_HOLDS,
                            [Record(Kind.ANSWER, 5)]),
    "9 the account allows": (MIX, replace(OPEN, own=(), account=ACCOUNT_OPEN), True, Reason.ACCOUNT_ALLOWS,
                             [Record(Kind.ANSWER, 5), TERMS_1]),
    "10 silence": (MIX, replace(OPEN, own=()), False, Reason.SILENCE, []),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_the_first_step_that_speaks_wins(step: str) -> None:
    """Every answer has one reason, and names the records it rests on."""
    cell, stance, allowed, reason, basis = STEPS[step]
    assert answer(cell, stance) == Decision(allowed, reason, tuple(sorted(basis)))
    assert reason.step == int(step.split()[0])


def test_the_reasons_stand_in_the_order_of_the_steps() -> None:
    assert {reason.step for reason in Reason} == set(range(1, 11))
    assert all(earlier.step <= later.step for earlier, later in pairwise(Reason))


ONE_NO: dict[str, dict[str, Any]] = {
    "the operator's stop": {"stops": Stop(id=9, purpose=MIX.purpose)},
    "a removal": {"removals": Removal(id=9)},
    "a co-writer's objection": {"objections": Objection(id=9, cells=MIX.bit)},
    "a dispute": {"disputes": Dispute(id=9)},
    "your own held": {"own": Answer(id=9, held=MIX.bit)},
    "an agreement that does not grant": {"agreements": replace(NORTHLIGHT, id=9, grants=TAGS.bit)},
}


@pytest.mark.parametrize("no", ONE_NO)
@pytest.mark.parametrize("stance", [OPEN, AGREED], ids=["your own yes", "an agreement's yes"])
def test_one_no_is_enough(stance: Stance, no: str) -> None:
    """Whatever else allows it, and however often, a single no keeps your work out."""
    assert answer(MIX, stance)
    assert not answer(MIX, with_more(stance, **ONE_NO[no]))


@given(every.asks, every.stances, st.sampled_from(sorted(ONE_NO)))
def test_one_no_is_enough_in_every_state(ask: Ask, stance: Stance, no: str) -> None:
    """No state of everything else turns a no into a yes, save for what the service cannot work without."""
    said = ONE_NO[no]
    stricter = with_more(stance, **said)
    if decide(ask, stricter):
        assert decide(ask, stance)
    if ask.cell == MIX and no != "an agreement that does not grant":
        assert not decide(ask, stricter)


@given(every.asks)
def test_silence_is_no(ask: Ask) -> None:
    """Where you said nothing, nothing is allowed, whatever the terms name."""
    licence_only = bool(ask.cell.bit & LICENCE_ONLY)
    assert decide(ask, Stance()) == Decision(False, Reason.NOT_LICENSED if licence_only else Reason.NOT_IN_TERMS)
    named = Stance(terms=Acceptance(id=1, named=EVERYTHING))
    assert decide(ask, named) == Decision(False, Reason.NOT_LICENSED if licence_only else Reason.SILENCE)


@given(every.asks, every.stances)
def test_silence_of_everybody_is_no_in_every_state(ask: Ask, stance: Stance) -> None:
    """Without an answer, an agreement or a licence, only what is needed is open."""
    silent = replace(stance, own=(), album=(), account=(), agreements=(), licences=())
    assert not decide(ask, silent) or decide(ask, silent).reason is Reason.NEEDED


@given(every.asks, every.stances, every.objections)
def test_an_objection_never_turns_a_no_into_a_yes(ask: Ask, stance: Stance, objection: Objection) -> None:
    """Saying no can only close."""
    assume(not decide(ask, stance))
    assert not decide(ask, with_more(stance, objections=objection))


@given(every.asks, every.stances, every.disputes)
def test_a_dispute_holds_everything_that_is_not_needed(ask: Ask, stance: Stance, dispute: Dispute) -> None:
    """While it is open whose work it is, nobody's yes counts."""
    decision = decide(ask, with_more(stance, disputes=dispute))
    assert not decision or decision.reason is Reason.NEEDED


@given(every.asks, every.stances, every.agreements, every.answers)
def test_an_agreement_never_turns_an_explicit_held_into_a_yes(
    ask: Ask, stance: Stance, agreement: Agreement, held: Answer
) -> None:
    """What you held yourself stays held, whatever your label signs."""
    held = replace(held, held=held.held | ask.cell.bit)
    decision = decide(ask, with_more(stance, agreements=agreement, own=held))
    assert not decision or decision.reason is Reason.NEEDED


@given(every.asks, every.stances, every.agreements)
def test_no_setting_widens_an_agreement(ask: Ask, stance: Stance, agreement: Agreement) -> None:
    """Where an agreement covers the asset, only what it grants is allowed."""
    agreement = replace(agreement, starts_at=NOON - HOUR, ends_at=None, countries=None, grants=0)
    assume(ask.cell.bit & agreement.covers)
    decision = decide(ask, with_more(stance, agreements=agreement))
    assert not decision or decision.reason is Reason.NEEDED


@given(every.asks, every.stances)
def test_needed_is_never_wider_than_named(ask: Ask, stance: Stance) -> None:
    """Terms cannot make the list of what is needed longer, and what they do not declare is not needed."""
    decision = decide(ask, stance)
    if decision.reason is Reason.NEEDED:
        assert ask.cell.bit & NEEDED
        assert stance.terms is not None
        assert ask.cell.bit & stance.terms.needed
        assert decision.basis == (stance.terms.record,)


@given(every.asks_for_a_licence, every.stances)
def test_only_a_licence_that_names_who_asks_opens_generative_and_third_party(ask: Ask, stance: Stance) -> None:
    """No model maker gets in by your settings, by terms, or by somebody else's licence."""
    decision = decide(ask, stance)
    named = [
        licence.recipient
        for licence in stance.licences
        if ask.cell.bit & licence.cells and licence.in_force(ask.errand.at)
    ] + [
        recipient
        for agreement in stance.agreements
        if ask.cell.bit & agreement.grants and agreement.in_force(ask.errand.at)
        for recipient in agreement.recipients
    ]
    if decision:
        assert decision.reason in {Reason.LICENSED, Reason.AGREED}
        assert any(
            (recipient.licensee or recipient.model)
            and recipient.licensee in ("", ask.errand.licensee)
            and recipient.model in ("", ask.errand.model)
            for recipient in named
        )
    assert not decide(Ask(ask.cell, replace(ask.errand, licensee="", model="")), stance)
    assert not decide(ask, replace(stance, licences=(), agreements=()))


@given(every.asks_for_a_licence, every.stances)
def test_answers_never_open_what_only_a_licence_can(ask: Ask, stance: Stance) -> None:
    """Allowing a generative cell is not a licence; holding it closes one."""
    yes = Answer(id=9, allowed=EVERYTHING)
    eager = with_more(replace(stance, terms=TERMS), own=yes, album=yes, account=yes)
    assert decide(ask, eager).allowed == decide(ask, replace(stance, terms=TERMS)).allowed
    assert not decide(ask, with_more(stance, own=Answer(id=9, held=ask.cell.bit)))


def test_a_licence_opens_to_the_one_it_names_and_for_as_long_as_it_says() -> None:
    """Stem Studio's licence is no key for anybody else, nowhere else, and not a moment longer."""
    licensed = with_more(OPEN, licences=SKETCHER)
    assert answer(VOICE, licensed, FOR_STEM_STUDIO) == Decision(
        True, Reason.LICENSED, (Record(Kind.LICENCE, 30, "Stem Studio"),)
    )
    for errand in (
        HERE,
        replace(HERE, licensee="Other"),
        replace(HERE, model="Stem Studio"),
        replace(FOR_STEM_STUDIO, at=NOON - HOUR * 2),
        replace(FOR_STEM_STUDIO, at=NOON + HOUR),
    ):
        assert answer(VOICE, licensed, errand).reason is Reason.NOT_LICENSED
    one_model = with_more(OPEN, licences=replace(SKETCHER, recipient=Recipient("Stem Studio", "Sketcher 1")))
    assert answer(VOICE, one_model, replace(FOR_STEM_STUDIO, model="Sketcher 1"))
    assert not answer(VOICE, one_model, replace(FOR_STEM_STUDIO, model="Sketcher 2"))
    in_germany = with_more(OPEN, licences=replace(SKETCHER, countries=frozenset({"DE"})))
    assert answer(VOICE, in_germany, replace(FOR_STEM_STUDIO, where="DE"))
    assert not answer(VOICE, in_germany, replace(FOR_STEM_STUDIO, where="PT"))
    assert not answer(VOICE, in_germany, FOR_STEM_STUDIO)


def test_an_agreement_names_for_whom_it_opens_what_only_a_licence_can() -> None:
    """A label that grants a generative use grants it to somebody, and the artist's own licence cannot add another."""
    assert answer(VOICE, AGREED, FOR_STEM_STUDIO).reason is Reason.AGREED
    other = replace(SKETCHER, recipient=Recipient("Other"))
    assert answer(VOICE, with_more(AGREED, licences=other), replace(HERE, licensee="Other")).reason is Reason.NOT_AGREED


def test_a_licence_names_somebody() -> None:
    with pytest.raises(ValueError, match="names one licensee or one model"):
        Recipient()


def test_where_several_agreements_cover_all_must_grant() -> None:
    estate = replace(NORTHLIGHT, id=21, party="Estate")
    both = with_more(AGREED, agreements=estate)
    assert answer(MIX, both).basis == (Record(Kind.AGREEMENT, 20, "Northlight"), Record(Kind.AGREEMENT, 21, "Estate"))
    refusing = with_more(AGREED, agreements=replace(estate, grants=0))
    assert answer(MIX, refusing) == Decision(False, Reason.NOT_AGREED, (Record(Kind.AGREEMENT, 21, "Estate"),))


def test_an_agreement_binds_from_its_first_moment_until_its_last() -> None:
    for at, reason in [
        (NOON - HOUR * 2, Reason.SILENCE),
        (NOON - HOUR, Reason.AGREED),
        (NOON + HOUR - HOUR / 100, Reason.AGREED),
        (NOON + HOUR, Reason.SILENCE),
    ]:
        assert answer(MIX, AGREED, Errand(at)).reason is reason


@pytest.mark.parametrize(
    ("where", "grants", "own", "reason"),
    [
        ("DE", MIX.bit, 0, Reason.AGREED),
        ("DE", 0, MIX.bit, Reason.NOT_AGREED),
        ("PT", MIX.bit, 0, Reason.SILENCE),
        ("PT", 0, MIX.bit, Reason.ALLOWED),
        (None, MIX.bit, 0, Reason.SILENCE),
        (None, MIX.bit, MIX.bit, Reason.ALLOWED),
        (None, 0, MIX.bit, Reason.NOT_AGREED),
    ],
)
def test_an_agreement_for_some_countries_opens_only_there(
    where: str | None, grants: int, own: int, reason: Reason
) -> None:
    """A use that reaches everywhere needs the yes of those who speak for a part of the world and yours for the rest."""
    german = replace(NORTHLIGHT, countries=frozenset({"DE"}), grants=grants)
    stance = with_more(replace(OPEN, own=(Answer(id=2, allowed=own),)), agreements=german)
    decision = answer(MIX, stance, Errand(NOON, where))
    assert decision.reason is reason
    if where is None and decision:
        assert german.record in decision.basis


def test_a_licence_beside_an_agreement_for_some_countries_rests_on_both() -> None:
    german = replace(NORTHLIGHT, countries=frozenset({"DE"}))
    stance = with_more(OPEN, agreements=german, licences=SKETCHER)
    assert answer(VOICE, stance, FOR_STEM_STUDIO) == Decision(True, Reason.LICENSED, (german.record, SKETCHER.record))


def test_an_unknown_country_is_refused() -> None:
    """Or a use could say that it takes place in nowhere, where no agreement binds."""
    with pytest.raises(ValueError, match="“XX” is no country"):
        Errand(NOON, "XX")


@given(every.asks, every.stances)
def test_a_yes_always_rests_on_something(ask: Ask, stance: Stance) -> None:
    """Every yes can be checked: there is a record behind it, and that record is among those of the work."""
    decision = decide(ask, stance)
    assert set(decision.basis) <= every_record(stance)
    assert list(decision.basis) == sorted(decision.basis)
    assert decision.basis or not decision.allowed
    if decision.reason in {Reason.ALLOWED, Reason.ALBUM_ALLOWS, Reason.ACCOUNT_ALLOWS}:
        assert {Kind.ANSWER, Kind.TERMS} <= {record.kind for record in decision.basis}
    if decision.basis == ():
        assert decision.reason in {Reason.SILENCE, Reason.NOT_LICENSED, Reason.NOT_IN_TERMS}


@given(every.asks, every.stances)
def test_the_basis_is_what_speaks_and_speaks_for_itself(ask: Ask, stance: Stance) -> None:
    """Whoever reads only the records that are named, and the terms, comes to the same answer for the same reason."""
    decision = decide(ask, stance)
    lists: dict[str, Any] = {name: getattr(stance, name) for name in LISTS}
    named: dict[str, Any] = {
        name: tuple(said for said in lists[name] if said.record in decision.basis and speaks(said, ask, decision))
        for name in lists
    }
    assert decide(ask, replace(stance, **named)) == decision


def speaks(said: object, ask: Ask, decision: Decision) -> bool:
    """Does this record say something about the cell, and the same as the decision?"""
    match said:
        case Stop() | Objection() | Licence():
            return bool(said.cells & ask.cell.bit)
        case Agreement():
            return bool(said.covers & ask.cell.bit) and (decision.allowed or decision.reason is Reason.NOT_AGREED)
        case Answer():
            return bool((said.allowed if decision else said.held) & ask.cell.bit)
    return True


@given(every.asks, every.stances, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(ask: Ask, stance: Stance, random: Random) -> None:
    """The same records give the same answer, in whatever order a database returns them."""
    assert decide(ask, shuffled(stance, random)) == decide(ask, stance)


@given(every.stances, every.errands)
def test_erased_means_no_in_every_cell(stance: Stance, errand: Errand) -> None:
    """An erased work is closed to everything, also to what the service needs."""
    erased = with_more(stance, removals=Removal(id=9, erased=True))
    assert not any(answer(cell, erased, errand) for cell in CELLS)


LISTS = [each.name for each in fields(Stance) if each.init and each.name != "terms"]


def every_record(stance: Stance) -> set[Record]:
    said = [each for name in LISTS for each in getattr(stance, name)]
    return {each.record for each in [*said, *([stance.terms] if stance.terms else [])]}


def shuffled(stance: Stance, random: Random) -> Stance:
    change: dict[str, Any] = {
        name: tuple(random.sample(getattr(stance, name), len(getattr(stance, name)))) for name in LISTS
    }
    return replace(stance, **change)
