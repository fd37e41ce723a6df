"""Where a work's fingerprint belongs when an index is divided."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.shards import shard_of


@given(st.integers(0, 2**63), st.integers(1, 40))
def test_with_one_part_more_a_work_stays_or_goes_to_the_new_one(work: int, shards: int) -> None:
    """When an index is divided further, no fingerprint moves that need not."""
    before, after = shard_of(work, shards), shard_of(work, shards + 1)
    assert 0 <= before < shards
    assert after in (before, shards)


def test_parts_are_of_one_size() -> None:
    """Of ten thousand works, each of five parts has a fifth, within a twentieth."""
    counts = Counter(shard_of(work, 5) for work in range(10_000))
    assert set(counts) == set(range(5))
    assert all(1_900 < count < 2_100 for count in counts.values())


def test_an_index_of_no_parts_is_refused() -> None:
    """There is always somewhere to look."""
    with pytest.raises(ValueError, match="0 parts"):
        shard_of(1, 0)
