"""A play takes part only if its listener and the track's artist both allow it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.agreements import Errand
from tenuto.rules.cells import CELLS, NEEDED, Asset, cells_in, cells_of
from tenuto.rules.consent import Ask, Reason, decide
from tenuto.rules.listening import decide_play, open_to_both
from tenuto.rules.stances import Answer, Stance
from tests.rules import stances as every
from tests.rules.stances import COUNTED, HERE, MIX, OPEN, TASTE, TERMS

OF_LISTENING = list(cells_in(cells_of(asset=Asset.LISTENING)))
asks = st.builds(Ask, st.sampled_from(OF_LISTENING), every.errands)
ALLOWS, HOLDS = OPEN, replace(OPEN, own=(Answer(id=3, held=TASTE.bit),))
SILENT = replace(OPEN, own=())


@pytest.mark.parametrize(
    ("track", "listener", "allowed", "reason"),
    [
        (ALLOWS, ALLOWS, True, Reason.ALLOWED),
        (HOLDS, ALLOWS, False, Reason.HELD),
        (ALLOWS, HOLDS, False, Reason.HELD),
        (ALLOWS, SILENT, False, Reason.SILENCE),
        (SILENT, ALLOWS, False, Reason.SILENCE),
        (ALLOWS, None, False, Reason.SILENCE),
    ],
)
def test_one_of_two_is_not_enough(track: Stance, listener: Stance | None, allowed: bool, reason: Reason) -> None:
    """Your listening trains nothing unless you and the artist both said yes; strangers' listening trains nothing."""
    play = decide_play(Ask(TASTE, HERE), track, listener)
    assert (bool(play), play.said.reason) == (allowed, reason)


def test_plays_of_strangers_are_examined_for_fraud_and_for_nothing_else() -> None:
    """Where the artist's terms declare it as needed: counting plays. Somebody signed in has terms of their own."""
    open_cells = [cell for cell in OF_LISTENING if decide_play(Ask(cell, HERE), OPEN, None)]
    assert open_cells == [COUNTED]
    assert not decide_play(Ask(COUNTED, HERE), replace(OPEN, terms=replace(TERMS, needed=0)), None)
    assert not decide_play(Ask(COUNTED, HERE), OPEN, Stance())


def test_only_plays_are_asked_for_as_plays() -> None:
    with pytest.raises(ValueError, match="not about listening"):
        decide_play(Ask(MIX, HERE), OPEN, OPEN)


@given(asks, every.stances, every.stances)
def test_a_play_takes_part_exactly_if_both_allow_it(ask: Ask, track: Stance, listener: Stance) -> None:
    """The answer that is shown is always one side's own, and a no wherever there is one."""
    play = decide_play(ask, track, listener)
    assert bool(play) == (decide(ask, track).allowed and decide(ask, listener).allowed) == play.said.allowed
    assert play.said in (decide(ask, track), decide(ask, listener))


@given(every.errands, every.stances, st.none() | every.stances)
def test_all_cells_of_a_play_at_once(errand: Errand, track: Stance, listener: Stance | None) -> None:
    open_cells = open_to_both(track, listener, errand)
    for cell in OF_LISTENING:
        assert bool(open_cells & cell.bit) == bool(decide_play(Ask(cell, errand), track, listener))
    if listener is None:
        assert not open_cells & ~NEEDED


def test_listening_is_the_only_asset_of_two_people() -> None:
    assert {cell.asset for cell in CELLS if cell in OF_LISTENING} == {Asset.LISTENING}
