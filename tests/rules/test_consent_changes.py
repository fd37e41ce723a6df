"""What an act would open or close, before it is done."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.agreements import Errand
from tenuto.rules.cells import CELLS, EVERYTHING, NEEDED, cells_in, mask_of
from tenuto.rules.consent import Ask, Reason, decide
from tenuto.rules.consent_changes import Layer, accepting, answering, what_changes
from tenuto.rules.consent_masks import effective_mask
from tenuto.rules.stances import Acceptance, Answer, Stance
from tests.rules import stances as every
from tests.rules.stances import HERE, KNOWN, MIX, OPEN, TAGS, TERMS, VOICE

layers = st.sampled_from(Layer)


@given(every.stances, every.stances, every.errands)
def test_a_preview_names_every_cell_that_turns_and_no_other(before: Stance, after: Stance, errand: Errand) -> None:
    """What saving will do is told in full, with the reason before and after."""
    changes = what_changes(before, after, errand)
    assert [change.cell for change in changes] == [
        cell for cell in CELLS if bool(decide(Ask(cell, errand), before)) != bool(decide(Ask(cell, errand), after))
    ]
    for change in changes:
        assert change.before == decide(Ask(change.cell, errand), before)
        assert change.after == decide(Ask(change.cell, errand), after)
        assert change.opens == change.after.allowed != change.before.allowed


@given(every.stances, every.acceptances, every.errands)
def test_new_terms_never_widen_an_old_yes(stance: Stance, terms: Acceptance, errand: Errand) -> None:
    """Accepting new terms opens nothing but what they declare as needed. Everything else you would be asked anew."""
    opened = effective_mask(accepting(stance, terms), errand) & ~effective_mask(stance, errand)
    assert opened & ~(terms.needed & NEEDED) == 0


def test_a_yes_ends_with_the_terms_that_named_it() -> None:
    """What new terms drop is closed, and does not come back by itself when later terms name it again."""
    narrow, wide = replace(TERMS, id=11, party="2027-01", named=TAGS.bit), replace(TERMS, id=12, party="2027-06")
    stance = accepting(OPEN, narrow)
    assert decide(Ask(MIX, HERE), stance).reason is Reason.NOT_IN_TERMS
    assert decide(Ask(TAGS, HERE), stance).reason is Reason.ALLOWED
    stance = accepting(stance, wide)
    assert decide(Ask(MIX, HERE), stance).reason is Reason.SILENCE
    assert decide(Ask(TAGS, HERE), stance).reason is Reason.ALLOWED
    assert decide(Ask(MIX, HERE), answering(stance, Layer.OWN, Answer(id=13, allowed=MIX.bit)))


def test_a_no_outlasts_all_terms() -> None:
    held = answering(OPEN, Layer.OWN, Answer(id=3, held=MIX.bit))
    for terms in (replace(TERMS, named=0), TERMS):
        held = accepting(held, terms)
    assert decide(Ask(MIX, HERE), held).reason is Reason.HELD


@given(every.stances, layers, every.answers, every.acceptances, every.errands)
def test_nothing_is_allowed_that_accepted_terms_do_not_name(
    stance: Stance, layer: Layer, answer: Answer, later: Acceptance, errand: Errand
) -> None:
    """A yes to what no terms name would be a yes to terms that are not written yet."""
    silent = replace(stance, own=(), album=(), account=())
    answered = answering(silent, layer, answer)
    named = stance.terms.named if stance.terms else 0
    assert all(each.allowed & ~named == 0 for each in getattr(answered, layer))
    opened = effective_mask(accepting(answered, later), errand) & ~effective_mask(answered, errand)
    assert opened & ~NEEDED == 0


def test_a_later_answer_takes_the_place_of_an_earlier_one() -> None:
    """You may change your mind as often as you like; the last word counts, cell by cell."""
    stance = answering(OPEN, Layer.OWN, Answer(id=3, held=MIX.bit))
    assert (decide(Ask(MIX, HERE), stance).reason, decide(Ask(TAGS, HERE), stance).reason) == (
        Reason.HELD,
        Reason.ALLOWED,
    )
    stance = answering(stance, Layer.OWN, Answer(id=4, allowed=MIX.bit))
    assert decide(Ask(MIX, HERE), stance).reason is Reason.ALLOWED
    stance = answering(stance, Layer.OWN, Answer(id=5), cleared=MIX.bit)
    assert decide(Ask(MIX, HERE), stance).reason is Reason.SILENCE
    assert [answer.id for answer in stance.own] == [2]


def test_each_album_answers_for_itself() -> None:
    """A track on two albums is held by either; a new answer of one leaves the other's standing."""
    stance = answering(replace(OPEN, own=()), Layer.ALBUM, Answer(id=3, album=1, held=MIX.bit))
    stance = answering(stance, Layer.ALBUM, Answer(id=4, album=2, allowed=MIX.bit))
    assert decide(Ask(MIX, HERE), stance).reason is Reason.ALBUM_HOLDS
    stance = answering(stance, Layer.ALBUM, Answer(id=5, album=1), cleared=MIX.bit)
    assert decide(Ask(MIX, HERE), stance).reason is Reason.ALBUM_ALLOWS


@given(every.stances, layers, every.errands)
def test_holding_everything_holds_everything(stance: Stance, layer: Layer, errand: Errand) -> None:
    """One tap: on the track it closes all but what is needed; as a default it opens nothing."""
    after = answering(stance, layer, Answer(id=999, held=EVERYTHING))
    open_after = effective_mask(after, errand)
    if layer is Layer.OWN:
        needed = stance.terms.needed & NEEDED if stance.terms else 0
        assert open_after & ~needed == 0
    else:
        assert open_after & ~effective_mask(stance, errand) == 0


def test_a_preview_of_holding_everything() -> None:
    held = answering(OPEN, Layer.OWN, Answer(id=3, held=EVERYTHING))
    changes = what_changes(OPEN, held, HERE)
    assert mask_of(change.cell for change in changes) == TERMS.named & ~NEEDED
    assert {(change.before.reason, change.after.reason) for change in changes} == {(Reason.ALLOWED, Reason.HELD)}
    assert not any(change.opens for change in changes)
    assert {KNOWN, VOICE}.isdisjoint(change.cell for change in changes)
    assert list(cells_in(effective_mask(held, HERE))) == list(cells_in(NEEDED))
