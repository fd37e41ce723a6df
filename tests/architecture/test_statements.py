"""What PostgreSQL is not asked again was asked of it by another test."""

from hypothesis import given
from hypothesis import strategies as st

from tests.statements import Asked, enough, shape

TESTS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.builds(Asked, st.floats(0.001, 9), st.frozensets(st.integers(0, 12), max_size=6)),
)


@given(TESTS, st.frozensets(st.text("abc", min_size=1, max_size=3), max_size=4))
def test_what_is_chosen_makes_every_statement_and_holds_what_runs_anyway(
    tests: dict[str, Asked], anyway: frozenset[str]
) -> None:
    chosen = enough(tests, anyway)
    assert anyway <= chosen
    of_all = frozenset[int]().union(*(asked.shapes for asked in tests.values()))
    assert of_all == frozenset[int]().union(*(tests[name].shapes for name in chosen if name in tests))


def test_of_two_tests_that_make_the_same_statements_the_quicker_is_chosen() -> None:
    tests = {
        "slow": Asked(2.0, frozenset({1, 2})),
        "quick": Asked(0.1, frozenset({1, 2})),
        "none": Asked(0.1, frozenset()),
    }
    assert enough(tests, ()) == {"quick"}


def test_how_many_values_stand_in_a_row_is_no_other_statement() -> None:
    assert shape("SELECT a FROM t WHERE id IN (%s, %s, %s) LIMIT 21") == shape(
        "SELECT a FROM t WHERE id IN (%s) LIMIT 7"
    )
    assert shape("INSERT INTO t VALUES (%s), (%s)") == shape("INSERT INTO t VALUES (%s)")
    assert shape("SELECT a FROM t") != shape("SELECT b FROM t")
    assert shape("SELECT a FROM t WHERE b = %s") != shape("SELECT a FROM t WHERE c = %s")
