"""What PostgreSQL is not asked again was asked of it by another test."""

from pathlib import Path

import pytest
from django.db import Error, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tenuto.accounts.models import Account
from tests.statements import Asked, Recorder, enough, recorded, shape, speaks_of_databases

TESTS = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.builds(Asked, st.floats(0.001, 9), st.frozensets(st.sampled_from("abcdefghijkl"), max_size=6)),
)


@given(TESTS, st.frozensets(st.text("abc", min_size=1, max_size=3), max_size=4))
def test_what_is_chosen_makes_every_statement_and_holds_what_runs_anyway(
    tests: dict[str, Asked], anyway: frozenset[str]
) -> None:
    chosen = enough(tests, anyway)
    assert anyway <= chosen
    of_all = frozenset[str]().union(*(asked.shapes for asked in tests.values()))
    assert of_all == frozenset[str]().union(*(tests[name].shapes for name in chosen if name in tests))


def test_of_two_tests_that_make_the_same_statements_the_quicker_is_chosen() -> None:
    tests = {
        "slow": Asked(2.0, frozenset({"a", "b"})),
        "quick": Asked(0.1, frozenset({"a", "b"})),
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
    assert (
        shape('SELECT U0."sha1" FROM t U0')
        == shape('SELECT U1."sha1" FROM t U1')
        != shape('SELECT U0."sha2" FROM t U0')
    )


@pytest.mark.django_db
def test_what_a_test_asks_is_kept_and_what_was_refused_is_another(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    recorder = Recorder(tmp_path / "alone.jsonl")
    asking = recorder.pytest_runtest_protocol(request.node)
    next(asking)
    with connection.execute_wrapper(recorder.hear):
        Account.objects.filter(username="alma").exists()
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
    with pytest.raises(StopIteration):
        asking.send(None)
    recorder.pytest_unconfigure()
    kept = recorded(tmp_path)[request.node.nodeid].shapes
    assert shape("SELECT nothing FROM nowhere") not in kept
    assert any(
        shape(f"{name}: SELECT nothing FROM nowhere") in kept for name in ("OperationalError", "ProgrammingError")
    )
    assert len(kept) >= 3


def test_what_commits_or_speaks_of_databases_is_always_asked(request: pytest.FixtureRequest) -> None:
    here = request.node  # this file speaks of PostgreSQL
    assert speaks_of_databases(here)
