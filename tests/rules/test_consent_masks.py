"""Many cells at once, and many works at once, say what each single decision says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tenuto.rules.agreements import Errand
from tenuto.rules.cells import CELLS, EVERYTHING, mask_of
from tenuto.rules.consent import Ask, decide
from tenuto.rules.consent_masks import Facts, by_cell, effective_mask, facts_of, settle
from tenuto.rules.stances import Stance
from tests.rules import stances as every


def one_by_one(stance: Stance, errand: Errand) -> int:
    return mask_of(cell for cell in CELLS if decide(Ask(cell, errand), stance))


@given(every.stances, every.errands)
def test_a_mask_says_what_each_decision_says(stance: Stance, errand: Errand) -> None:
    """All that is open in a work, at once, is exactly what is open cell by cell."""
    assert effective_mask(stance, errand) == one_by_one(stance, errand)


@settings(max_examples=30)
@given(st.lists(every.stances, max_size=20), every.errands)
def test_columns_say_what_each_decision_says(works: list[Stance], errand: Errand) -> None:
    """All works that are open in a cell, at once, are exactly those whose own decision is yes."""
    columns = by_cell([facts_of(stance, errand) for stance in works])
    assert list(columns) == list(CELLS)
    for cell, facts in columns.items():
        assert settle(facts) == sum(bool(decide(Ask(cell, errand), work)) << n for n, work in enumerate(works))


@settings(max_examples=30)
@given(st.lists(st.lists(every.masks, min_size=12, max_size=12).map(lambda masks: Facts(*masks)), max_size=5))
def test_turning_round_keeps_every_bit_in_its_place(works: list[Facts]) -> None:
    columns = by_cell(works)
    for number, facts in enumerate(works):
        for name in Facts._fields:
            found = mask_of(cell for cell in CELLS if getattr(columns[cell], name) >> number & 1)
            assert found == getattr(facts, name)


def test_more_works_than_any_machine_word() -> None:
    """Bits are works; there may be as many as there are works."""
    works = [Facts(named=EVERYTHING, allowed=CELLS[number % len(CELLS)].bit) for number in range(1000)]
    columns = by_cell(works)
    for place, cell in enumerate(CELLS):
        assert settle(columns[cell]) == sum(1 << number for number in range(place, 1000, len(CELLS)))
