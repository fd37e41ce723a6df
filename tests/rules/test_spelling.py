"""Words as they are compared, and slips of the fingers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.spelling import folded, left_of, left_of_known, nearest, slips, slips_allowed, words_in

letters = st.text("abcdé", min_size=1, max_size=12)


@st.composite
def nearby(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and it with some letters changed, left out, added and exchanged: near enough to be within the band."""
    one = draw(st.text("ab", min_size=1, max_size=16))
    other = one
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(other)))
        before, here, after = other[:place], other[place : place + 1], other[place + 1 :]
        other = before + draw(st.sampled_from(["", "a", "b", "a" + here, "b" + here, after[:1] + here])) + after
    return one, other


anything = st.text(max_size=40)


@given(anything)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert words_in(" ".join(words_in(text))) == words_in(text)


@given(anything)
def test_words_hold_no_sign_that_either_database_reads_as_its_own(text: str) -> None:
    """What a visitor types can never become part of a query's grammar."""
    assert all(word.isalnum() for word in words_in(text))


@pytest.mark.parametrize(
    ("text", "small"), [("Ágnès", "agnes"), ("Ǘ", "u"), ("SØREN", "søren"), ("Й", "й"), ("ガ", "ガ"), ("각", "각")]
)
def test_latin_letters_lose_their_accents_and_others_stay_themselves(text: str, small: str) -> None:
    assert folded(text) == small


def distance(one: str, other: str) -> int:
    """The same by its definition, letter by letter, without any cutting short."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            wrong = one[i - 1] != other[j - 1]
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + wrong)
            if i > 1 and j > 1 and (one[i - 1], one[i - 2]) == (other[j - 2], other[j - 1]):
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


@given(letters, letters, st.integers(1, 3))
def test_slips_are_counted_as_they_are_defined(one: str, other: str, most: int) -> None:
    apart = distance(one, other)
    assert slips(one, other, most) == (apart if apart <= most else None)


@given(nearby(), st.integers(1, 3))
def test_the_band_leaves_out_no_way_that_is_short_enough(words: tuple[str, str], most: int) -> None:
    apart = distance(*words)
    assert slips(*words, most) == (apart if apart <= most else None)


@given(letters.filter(lambda word: len(word) >= 3), letters)
def test_whoever_slips_no_more_than_is_allowed_meets_the_word_that_was_meant(meant: str, typed: str) -> None:
    """The table of what is left of words leaves out no word that is near enough."""
    if slips(typed, meant, slips_allowed(typed)) is not None and slips_allowed(typed):
        assert left_of(typed, slips_allowed(typed)) & left_of_known(meant)


@given(st.data())
def test_every_slip_of_one_letter_is_forgiven_from_four_letters_on(data: st.DataObject) -> None:
    meant = data.draw(st.text("abcdefgh", min_size=4, max_size=12))
    place = data.draw(st.integers(0, len(meant) - 1))
    kind = data.draw(st.sampled_from(["left out", "added", "another", "exchanged"]))
    before, letter, after = meant[:place], meant[place], meant[place + 1 :]
    typed = {
        "left out": before + after,
        "added": before + "x" + letter + after,
        "another": before + "x" + after,
        "exchanged": before + after[:1] + letter + after[1:],
    }[kind]
    if len(typed) >= 4 and typed != meant:
        assert meant in nearest(typed, [meant, "zzzz"], 5)


def test_numbers_and_short_words_are_taken_as_they_are() -> None:
    assert [slips_allowed(word) for word in ("fog", "boat", "harbour", "accordion", "1984")] == [0, 1, 1, 2, 0]
    assert slips_allowed("a" * 25) == 0
    assert left_of_known("a" * 25) == set()
    assert nearest("fog", ["fig"], 5) == nearest("1984", ["1985"], 5) == []
