"""What everybody may do with an asset: rounded towards the stricter, and one digest for one meaning."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.cells import EVERYTHING, LICENCE_ONLY, Asset, Purpose, Use, cell, cells_of
from tenuto.rules.usage_policies import (
    CARRIED,
    NOTHING,
    Answers,
    Reach,
    UsagePolicy,
    asked_cells,
    at_a_glance,
    digest_of,
    of_all_assets,
    strictest,
)

POLICY = UsagePolicy(
    track="abcdefghijkl",
    asset=Asset.RECORDING,
    address="https://music.example/@alma/harbour",
    open=0,
    reach=Reach.PUBLIC,
    holder="Alma Ferreira",
    credit="Harbour, Alma Ferreira",
)
OPEN = replace(POLICY, open=EVERYTHING)
masks = st.integers(0, EVERYTHING).map(lambda mask: mask & EVERYTHING)


def test_silence_says_no_to_every_question_but_being_found() -> None:
    """Of a public track of which you said nothing, machines are told: find it, and do nothing else."""
    assert POLICY.answers == Answers(search=True)


def test_what_you_allow_tenuto_is_allowed_to_nobody_else() -> None:
    """A yes to Tenuto's own recommendations is no yes to the crawlers of others."""
    assert replace(POLICY, open=EVERYTHING & ~LICENCE_ONLY).answers == Answers(search=True)


def test_a_hidden_track_says_no_to_everything_whatever_is_open() -> None:
    """A sketch is denied to all machines, to search engines too."""
    assert OPEN.answers == Answers(*[True] * 6)
    assert replace(OPEN, reach=Reach.HIDDEN).answers == NOTHING


@pytest.mark.parametrize("asset", CARRIED)
def test_each_cell_that_a_question_asks_for_is_needed_for_its_yes(asset: Asset) -> None:
    for question, cells in enumerate(asked_cells(asset)):
        assert cells
        assert cells & ~cells_of(asset) == 0
        left = cells
        while left:
            one = left & -left
            left ^= one
            assert not replace(OPEN, asset=asset, open=EVERYTHING & ~one).answers[question]


def test_what_cannot_be_said_yes_to_is_denied() -> None:
    """Nobody else can be allowed your listening: it has no such cells, and no cells are no yes."""
    assert replace(OPEN, asset=Asset.LISTENING).answers == Answers(search=True)


@given(masks, masks)
def test_opening_cells_never_takes_a_yes_away_and_closing_them_never_gives_one(one: int, other: int) -> None:
    less, more = (replace(POLICY, open=mask).answers for mask in (one & other, one))
    assert all(wide or not narrow for narrow, wide in zip(less, more, strict=True))


@given(masks, st.sampled_from(Reach))
def test_what_is_said_at_a_glance_is_never_looser_than_the_documents(mask: int, reach: Reach) -> None:
    policies = of_all_assets(replace(POLICY, open=mask, reach=reach))
    whole = strictest(policy.answers for policy in policies)
    assert all(known or not said for said, known in zip(at_a_glance(reach), whole, strict=True))
    assert all(each or not said for policy in policies for said, each in zip(whole, policy.answers, strict=True))


def test_of_nothing_nothing_is_allowed() -> None:
    assert strictest([]) == NOTHING


def test_each_coarse_word_needs_all_that_it_could_mean() -> None:
    for name, parts in {
        "may_train": ("train_generative", "train"),
        "may_feed_ai": ("ai_input", "ai_index"),
        "may_mine_for_anything": ("train_generative", "train", "mine", "ai_input", "ai_index"),
    }.items():
        everything = Answers(*[True] * 6)
        assert getattr(everything, name)
        for part in parts:
            assert not getattr(everything._replace(**{part: False}), name)


@given(masks, masks)
def test_the_digest_names_what_the_document_says_and_nothing_else(one: int, other: int) -> None:
    first, second = replace(POLICY, open=one), replace(POLICY, open=other)
    same = (one ^ other) & cells_of(Asset.RECORDING) == 0
    assert (first.digest == second.digest) is same


@pytest.mark.parametrize(
    "change",
    [
        {"track": "other"},
        {"address": "https://music.example/@alma/quay"},
        {"reach": Reach.HIDDEN},
        {"holder": "Bo"},
        {"credit": "Somebody"},
        {"licence": "https://creativecommons.org/licenses/by/4.0/"},
        {"asset": Asset.LYRICS},
        {"open": cell(Asset.RECORDING, Purpose.RECOMMENDATION, Use.INPUT).bit},
    ],
)
def test_whatever_changes_in_a_document_changes_its_digest(change: dict[str, object]) -> None:
    assert replace(POLICY, **change).digest != POLICY.digest  # type: ignore[arg-type]  # one field of its own type each


def test_the_digest_of_several_documents_does_not_hang_on_their_order() -> None:
    policies = of_all_assets(POLICY)
    assert digest_of(policies) == digest_of(tuple(reversed(policies)))
    assert digest_of(policies) != digest_of(of_all_assets(replace(POLICY, open=1)))
