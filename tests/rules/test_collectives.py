import pytest

from tenuto.rules.collectives import Act, Role, heir, may


@pytest.mark.parametrize("act", Act)
def test_nobody_acts_for_a_collective_without_a_role(act: Act) -> None:
    assert not may(None, act)
    assert may(Role.OWNER, act)


def test_each_role_may_what_the_one_below_may_and_more() -> None:
    may_each = [{act for act in Act if may(role, act)} for role in (Role.MEMBER, Role.EDITOR, Role.OWNER)]
    assert may_each[0] < may_each[1] < may_each[2]
    assert may_each[0] == {Act.SHOW}
    assert Act.INVITE not in may_each[1]


def test_whoever_has_the_strongest_role_longest_inherits() -> None:
    assert heir([(Role.MEMBER, 1), (Role.EDITOR, 2), (Role.EDITOR, 3)]) == 2
    assert heir([(Role.MEMBER, 4), (Role.MEMBER, 5)]) == 4
    assert heir([]) is None
