"""Our decision against the same rule written for Cedar, in a hundred thousand random states.

And the other way round: every decision whose steps stand in another order, or which lacks one, must be found out.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tenuto.rules import consent
from tenuto.rules.consent import Ask, Reason, decide
from tenuto.rules.stances import Stance
from tests.rules import cedar
from tests.rules.lottery import draw

STATES, STATES_AT_ONCE, STATES_FOR_MUTANTS = 100_000, 5_000, 10_000
ALBUM, ACCOUNT = {"album_allows", "album_holds"}, {"account_allows", "account_holds"}


def spoken_by(reason: str) -> str:
    """The step's name in Cedar."""
    if reason in ALBUM:
        return "9 album"
    if reason in ACCOUNT:
        return "9 the account"
    return cedar.SILENCE if reason == Reason.SILENCE else str(Reason(reason).step)


@pytest.mark.slow
def test_another_engine_says_the_same_for_the_same_reason() -> None:
    """Cedar, which knows none of our code, gives the same answer by the same step in 100,000 random states."""
    seen: Counter[Reason] = Counter()
    for seed in range(STATES // STATES_AT_ONCE):
        states = list(draw(seed, STATES_AT_ONCE))
        for (ask, stance), (allowed, step) in zip(states, cedar.answers(states), strict=True):
            ours = decide(ask, stance)
            seen[ours.reason] += 1
            assert (ours.allowed, spoken_by(ours.reason)) == (allowed, step), (ask, stance)
    # A state that never comes about compares nothing.
    assert {reason: count for reason, count in seen.items() if count < 500} == {}
    assert set(seen) == set(Reason)


@cache
def told() -> list[tuple[Ask, Stance, tuple[bool, str]]]:
    """States of their own for the mutants, with Cedar's answers."""
    states = list(draw(4711, STATES_FOR_MUTANTS))
    return [(*state, answer) for state, answer in zip(states, cedar.answers(states), strict=True)]


def mutants() -> Iterator[tuple[str, ast.Module]]:
    """Every decision with one step left out, and every one with a step moved before an earlier one."""
    source = Path(consent.__file__).read_text(encoding="utf-8")
    count = len(steps_of(function_in(ast.parse(source)))[1])
    for place in range(count):
        yield changed(source, place, None)
        for before in range(place):
            yield changed(source, place, before)


def changed(source: str, place: int, before: int | None) -> tuple[str, ast.Module]:
    tree = ast.parse(source)
    function = function_in(tree)
    prepared, steps, silence = steps_of(function)
    step = steps.pop(place)
    name = f"without {ast.unparse(step.test)}"
    if before is not None:
        name = f"{ast.unparse(step.test)} before {ast.unparse(steps[before].test)}"
        steps.insert(before, step)
    function.body = [*prepared, *steps, silence]
    return name, tree


def function_in(tree: ast.Module) -> ast.FunctionDef:
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "decide")


def steps_of(function: ast.FunctionDef) -> tuple[list[ast.stmt], list[ast.If], ast.stmt]:
    """What is prepared, the steps, and the last word."""
    *body, silence = function.body
    steps = [statement for statement in body if isinstance(statement, ast.If)]
    return [statement for statement in body if statement not in steps], steps, silence


MUTANTS = list(mutants())


def test_every_step_is_mutated() -> None:
    assert len(MUTANTS) == 14 + 14 * 13 // 2


@pytest.mark.slow
@pytest.mark.parametrize("tree", [tree for _, tree in MUTANTS], ids=[name for name, _ in MUTANTS])
def test_a_wrong_order_is_found_out(tree: ast.Module) -> None:
    """If a step is forgotten or comes too early, the comparison fails."""
    names: dict[str, Any] = {"__name__": consent.__name__}
    exec(compile(ast.fix_missing_locations(tree), "<mutant>", "exec"), names)
    mutant: Callable[[Ask, Stance], Any] = names["decide"]
    assert any(differs(mutant, ask, stance, answer) for ask, stance, answer in told())


def differs(mutant: Callable[[Ask, Stance], Any], ask: Ask, stance: Stance, answer: tuple[bool, str]) -> bool:
    try:
        decision = mutant(ask, stance)
    except AttributeError:  # it looked into terms that were never accepted
        return True
    return (decision.allowed, spoken_by(decision.reason)) != answer
