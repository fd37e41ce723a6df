"""What is written with a stencil is what is written without one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.canonical import GREATEST, NotCanonical, canonical
from tenuto.rules.stencils import Stencil

KEYS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_.", min_size=1, max_size=8)
WHOLE = st.integers(-GREATEST, GREATEST)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | WORDS | st.sampled_from(["%s", "%%", "%(v)s", "{}", '"\\']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.dictionaries(KEYS, VALUES, max_size=6)


@given(RECORDS, st.lists(RECORDS, min_size=1, max_size=3))
def test_a_stencil_writes_the_one_form_of_all_parts_together(
    common: dict[str, object], filled_in: list[dict[str, object]]
) -> None:
    """Whether your entry was written alone or among thousands, its bytes are the same."""
    common = common | {"v": 1, "t": "use"}
    stencil = Stencil(common)
    # Each twice, and the second time behind others: what was cut for one is not filled in for another.
    for own in [*filled_in, *filled_in]:
        assert stencil.filled(own) == canonical(common | own)


@pytest.mark.parametrize(
    "own",
    [
        {"a": 0.5},
        {"a": GREATEST + 1},
        {"a": [{"b": -GREATEST - 1}]},
        {"a": {"B": 1}},
        {"a": b"bytes"},
        {"a": "\ud800"},
        {"a": "long" * 5_000},
        {"A": 1},
        {"%s": 1},
    ],
)
def test_a_stencil_refuses_what_a_record_cannot_hold(own: dict[str, object]) -> None:
    common: dict[str, object] = {"v": 1, "t": "use"}
    stencil = Stencil(common)
    assert stencil.filled({"a": 1}) == canonical(common | {"a": 1})
    with pytest.raises(NotCanonical) as plain:
        canonical(common | own)
    with pytest.raises(NotCanonical) as here:
        stencil.filled(own)
    assert str(here.value) == str(plain.value)


def test_a_stencil_says_version_and_kind_itself() -> None:
    with pytest.raises(NotCanonical, match="must say its “t”"):
        Stencil({"v": 1})
    with pytest.raises(NotCanonical, match="is no key"):
        Stencil({"v": 1, "t": "use", "Key": 1})
