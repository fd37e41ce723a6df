"""What follows from what uploader, holder and staff have said to a match."""

from datetime import UTC, datetime, timedelta

import pytest

from tenuto.rules.matches import Claim, Said, State, may_claim, standing

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def state(*said: Said, after: timedelta = DAY) -> State:
    return standing(said, NOON + after).state


def test_nobody_has_said_anything() -> None:
    assert state() is State.OPEN


@pytest.mark.parametrize(("claim", "days"), [(Claim.RIGHTS, 7), (Claim.DISPUTE, 10)])
def test_silence_lets_pass_what_somebody_gives_their_word_for_after_so_many_days(claim: Claim, days: int) -> None:
    said = Said(claim, NOON)
    assert state(said, after=days * DAY - timedelta(seconds=1)) is State.ASKED
    assert state(said, after=days * DAY) is State.SETTLED
    assert standing([said], NOON).until == NOON + days * DAY


def test_silence_never_answers_a_request() -> None:
    assert state(Said(Claim.CREDIT, NOON), after=10_000 * DAY) is State.ASKED


def test_an_agreement_settles_at_once() -> None:
    assert state(Said(Claim.AGREEMENT, NOON), after=timedelta(0)) is State.SETTLED


@pytest.mark.parametrize("claim", [Claim.RIGHTS, Claim.CREDIT, Claim.DISPUTE])
def test_a_yes_of_the_holder_settles(claim: Claim) -> None:
    assert state(Said(claim, NOON, holder_agrees=True)) is State.SETTLED


def test_a_no_gives_the_word_back_and_to_a_notice_calls_staff_however_late_it_is() -> None:
    assert state(Said(Claim.RIGHTS, NOON, holder_agrees=False), after=99 * DAY) is State.REFUSED
    assert state(Said(Claim.CREDIT, NOON, holder_agrees=False)) is State.REFUSED
    assert state(Said(Claim.DISPUTE, NOON, holder_agrees=False), after=99 * DAY) is State.CONTESTED


def test_staff_have_the_last_word() -> None:
    assert state(Said(Claim.DISPUTE, NOON, holder_agrees=False, passes=True)) is State.SETTLED
    assert state(Said(Claim.DISPUTE, NOON, holder_agrees=False, passes=False)) is State.STAYS


def test_the_last_claim_counts() -> None:
    refused = Said(Claim.RIGHTS, NOON, holder_agrees=False)
    assert state(refused, Said(Claim.CREDIT, NOON)) is State.ASKED


@pytest.mark.parametrize(
    ("said", "open_to"),
    [
        ([], {Claim.RIGHTS, Claim.AGREEMENT, Claim.CREDIT, Claim.DISPUTE}),
        ([Said(Claim.RIGHTS, NOON)], set()),
        ([Said(Claim.CREDIT, NOON)], {Claim.RIGHTS, Claim.AGREEMENT, Claim.DISPUTE}),
        ([Said(Claim.RIGHTS, NOON, False)], {Claim.AGREEMENT, Claim.CREDIT, Claim.DISPUTE}),
        ([Said(Claim.RIGHTS, NOON, False), Said(Claim.CREDIT, NOON, False)], {Claim.AGREEMENT, Claim.DISPUTE}),
        ([Said(Claim.DISPUTE, NOON, False)], set()),
        ([Said(Claim.DISPUTE, NOON, False, False)], set()),
        ([Said(Claim.RIGHTS, NOON, True)], set()),
    ],
)
def test_what_may_be_said_next(said: list[Said], open_to: set[Claim]) -> None:
    assert {claim for claim in Claim if may_claim(claim, said, NOON + DAY)} == open_to
