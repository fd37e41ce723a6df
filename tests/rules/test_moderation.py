"""Who decides, by which measure, and how long an appeal is open."""

from datetime import timedelta

import pytest

from tenuto.rules.moderation import APPEAL_FOR, Kind, Measure, Parties, may_appeal, may_decide, measures_for
from tests.rules.people import ALMA, BO, CY, NOON

CASE = Parties(affected=ALMA, reporters=frozenset({BO}), decided_first=CY)
DEE = 99


@pytest.mark.parametrize("staff", [ALMA, BO])
@pytest.mark.parametrize("others", [True, False])
def test_nobody_decides_their_own_cause(staff: int, others: bool) -> None:
    """Whoever reported it, or is reported, decides nothing about it, even if nobody else is there."""
    assert not may_decide(staff, CASE, others=others)


def test_an_appeal_is_decided_by_somebody_else_where_there_is_anybody() -> None:
    """Your appeal is read by another human being than the one who decided, wherever the staff are more than one."""
    assert may_decide(DEE, CASE, others=True)
    assert not may_decide(CY, CASE, others=True)
    assert may_decide(CY, CASE, others=False)


def test_an_appeal_is_open_for_six_months() -> None:
    """Six months at least, as the law has it."""
    assert timedelta(days=182) < APPEAL_FOR
    assert may_appeal(NOON, NOON + APPEAL_FOR - timedelta(seconds=1))
    assert not may_appeal(NOON, NOON + APPEAL_FOR)


@pytest.mark.parametrize("kind", Kind)
def test_the_mildest_answer_is_always_open_and_only_what_can_be_withheld_is(kind: Kind) -> None:
    measures = measures_for(kind)
    assert measures[0] is Measure.NOTHING
    assert (Measure.WITHHOLD_COMMENT in measures) is (kind is Kind.COMMENT)
    assert (Measure.WITHHOLD_TRACK in measures) is (kind in {Kind.TRACK, Kind.ARTWORK, Kind.LYRICS})
