"""Terms are read exactly or refused with words; what changed between two is every word and no other."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tenuto.terms
from tenuto.rules.cells import Cell, Purpose, cell_named
from tenuto.rules.terms import Clause, Terms, TermsFault, blanks_in, digest_of, read_terms
from tenuto.rules.terms_diff import Change, compare, word_changes

FRONT = "---\ntitle: Terms\nsummary: |\n  Short.\n---\n\n"
SHIPPED = (Path(tenuto.terms.__file__).parent / "first/terms.md").read_text(encoding="utf-8")
texts = st.text(st.sampled_from("ab c.,\n’é"), max_size=60)


def clause(number: int, cells: str) -> str:
    return f"## {number}. A\n\n```cells\n{cells}\n```\n\nB\n\n"


def cell(words: str) -> Cell:
    return cell_named(words.replace(" ", "/"))


def test_a_clause_says_what_it_permits_and_what_it_needs() -> None:
    terms = read_terms(
        FRONT
        + "## 1. Needed\n\n```cells\nneeded: recording identification input\n```\n\nWords.\n\n"
        + "## 2. A choice\n\n```cells\nlyrics organisation: input, inform\nartwork organisation train\n```\n\nMore.\n"
    )
    assert terms.title == "Terms"
    assert terms.summary == ("Short.",)
    assert terms.needed == {cell("recording identification input")}
    assert terms.clauses[1].permits == {
        cell("lyrics organisation input"),
        cell("lyrics organisation inform"),
        cell("artwork organisation train"),
    }
    assert terms.clauses[1].text == "More."
    assert [clause.is_choice for clause in terms.clauses] == [False, True]
    assert terms.permitted(frozenset({2})) == frozenset()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## 1. A\n\nB", "title and summary"),
        ("---\nsummary: |\n  S.\n---\n## 1. A\n\nB", "title is missing"),
        ("---\ntitle: T\n---\n## 1. A\n\nB", "summary is missing"),
        ("---\ntitle: T\ncolour: red\nsummary: |\n  S.\n---\n## 1. A\n\nB", "colour: red"),
        (FRONT, "no clause"),
        (FRONT + "Words.\n\n## 1. A\n\nB", "belong to nothing"),
        (FRONT + "## 2. A\n\nB", "clause 2 stands where clause 1 should"),
        (FRONT + "## A\n\nB", "begins with its number"),
        (FRONT + "## 1. A\n\n", "says nothing"),
        (FRONT + "## 1. A\n\n```cells\nrecording\n```\n\nB", "names no cells"),
        (
            FRONT + "## 1. A\n\n```cells\nrecording cooking: input\n```\n\nB",
            "“cooking” is no purpose. There are: recommendation,",
        ),
        (FRONT + "## 1. A\n\n```cells\npicture fraud: input\n```\n\nB", "“picture” is no asset. There are: recording,"),
        (FRONT + "## 1. A\n\n```python\nx\n```\n\nB", "not called cells"),
        (
            FRONT + "## 1. A\n\n```cells\nneeded: listening fraud inform\nlyrics fraud: train\n```\n\nB",
            "cannot stand in one clause",
        ),
        (FRONT + clause(1, "needed: lyrics fraud input"), "not needed by anything"),
        (FRONT + clause(1, "lyrics generative: train"), "only by a licence"),
        (FRONT + clause(1, "listening fraud: develop"), "There is no cell listening/fraud/develop"),
        (FRONT + clause(1, "lyrics fraud: input") + clause(2, "lyrics fraud: input"), "both name lyrics/fraud/input"),
    ],
)
def test_what_cannot_be_read_is_refused_with_words(text: str, words: str) -> None:
    with pytest.raises(TermsFault, match=words):
        read_terms(text)


@given(st.text())
def test_whatever_is_given_there_is_an_answer(text: str) -> None:
    with suppress(TermsFault):
        assert read_terms(FRONT + text).clauses


@given(texts, texts)
def test_the_changes_hold_both_texts_whole(old: str, new: str) -> None:
    changes = word_changes(old, new)
    assert "".join(one.text for one in changes if one.change is not Change.ADDED) == old
    assert "".join(one.text for one in changes if one.change is not Change.REMOVED) == new


@given(texts)
def test_what_is_the_same_is_not_marked(text: str) -> None:
    assert all(one.change is Change.SAME for one in word_changes(text, text))


clauses = st.lists(st.tuples(st.sampled_from("ABCD"), texts), min_size=1, max_size=5).map(
    lambda found: Terms("T", ("S.",), tuple(Clause(i, *one) for i, one in enumerate(found, start=1)))
)


@given(clauses, clauses)
def test_every_clause_of_both_versions_appears_once(old: Terms, new: Terms) -> None:
    changes = compare(old, new)
    assert [change.new.number for change in changes if change.new] == [clause.number for clause in new.clauses]
    assert sorted(change.old.number for change in changes if change.old) == [clause.number for clause in old.clauses]
    assert all(change.is_same for change in compare(old, old))


def test_a_clause_that_moved_is_not_new() -> None:
    one, other = Clause(1, "A", "words of the first"), Clause(2, "B", "words of the second")
    moved = compare(
        Terms("T", ("S.",), (one, other)), Terms("T", ("S.",), (Clause(1, "B", other.text), Clause(2, "A", one.text)))
    )
    assert [(change.old and change.old.number, change.new and change.new.number) for change in moved] == [
        (2, 1),
        (1, 2),
    ]


def test_the_terms_that_come_with_tenuto_can_be_read() -> None:
    terms = read_terms(SHIPPED)
    assert blanks_in(SHIPPED), "what only the operator knows is left to them"
    named = terms.needed | terms.permits
    assert {one.purpose for one in named} == {
        Purpose.RECOMMENDATION, Purpose.ORGANISATION, Purpose.FRAUD, Purpose.IDENTIFICATION,
    }  # fmt: skip
    assert terms.needed == {cell("recording identification input"), cell("listening fraud inform")}
    assert len(digest_of(SHIPPED)) == 64


def test_links_are_not_blanks() -> None:
    assert blanks_in("see [the page](https://example.org) and fill [your name]") == ["[your name]"]
