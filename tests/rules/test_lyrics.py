"""Lyrics are read as they are meant, or it is said which line is wrong."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from tenuto.rules.lyrics import MOST_LETTERS_OF_A_LINE, MOST_LINES, Line, Mistake, Why, Word, read

words = some.text("abcäñ日本 ’?", min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
thousandths = some.integers(0, 999 * 60_000)


def stamp(ms: int) -> str:
    return f"{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


@given(some.text(max_size=200))
@example("[00:00.0]\n[00:")
@example("[1:2]<")
def test_any_text_is_read_or_refused_with_a_line_of_it(text: str) -> None:
    """Whatever you paste, either it can be sung along or you are told which line to look at."""
    assert 0 <= wrong_line(text) <= len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def wrong_line(text: str) -> int:
    """0 where all of it can be read."""
    try:
        read(text, 60)
    except Mistake as mistake:
        return mistake.line
    return 0


@given(some.lists(words, min_size=1, max_size=8))
def test_plain_words_stay_as_they_are(lines: list[str]) -> None:
    """Lines without times are your words, one for one."""
    sheet = read("\r\n".join(lines))
    assert [line.text for line in sheet.lines] == lines
    assert not sheet.is_timed


@given(some.lists(some.tuples(thousandths, words), min_size=1, max_size=8))
def test_timed_lines_come_in_the_order_in_which_they_are_sung(lines: list[tuple[int, str]]) -> None:
    """The order in the file does not matter; each line keeps its moment to the thousandth of a second."""
    sheet = read("\n".join(f"[{stamp(at)}]{text}" for at, text in lines))
    assert [line.at for line in sheet.lines] == sorted(at / 1000 for at, _text in lines)
    assert sorted(line.text for line in sheet.lines) == sorted(text for _at, text in lines)


@given(some.lists(some.tuples(thousandths, words), min_size=1, max_size=8).map(sorted), some.booleans())
def test_words_with_times_make_up_their_line(pieces: list[tuple[int, str]], spaced: bool) -> None:
    """A line whose words have times says the same as one without."""
    between = " " if spaced else ""
    text = between.join(f"<{stamp(at)}>{between}{word}" for at, word in pieces)
    (line,) = read(f"[{stamp(pieces[0][0])}]{text}").lines
    assert "".join(word.text for word in line.words) == line.text
    assert line.text == between.join(word for _at, word in pieces)
    assert [word.at for word in line.words] == [at / 1000 for at, _word in pieces]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("[0:12]x", 12.0),
        ("[00:12.5]x", 12.5),
        ("[0:12.05]x", 12.05),
        ("[1:02:50] x", 62.5),
        ("[100:00.001]x", 6000.001),
    ],
)
def test_times_are_read_however_they_are_written(text: str, at: float) -> None:
    assert read(text).lines == (Line("x", at),)


def test_a_line_that_comes_again_has_several_times_and_its_words_move_with_it() -> None:
    sheet = read("[0:10][0:30]<0:10>Low <0:11>water")
    first, second = sheet.lines
    assert (first.text, second.text) == ("Low water", "Low water")
    assert second == Line("Low water", 30.0, (Word(30.0, "Low "), Word(31.0, "water")))


def test_tags_are_no_words_and_the_offset_moves_everything() -> None:
    sheet = read("[ti:Low Water]\n[ar:Alma]\n[offset:+500]\n\n[0:00.2]One\n[0:10]Two\n[0:20]\n")
    assert sheet.lines == (Line("One", 0.0), Line("Two", 9.5), Line("", 19.5))
    assert sheet.words == "One\nTwo\n"


def test_headings_in_brackets_are_words_where_nothing_has_a_time() -> None:
    assert [line.text for line in read("\n[Chorus]\nLow water\n\n[2x]\n\n").lines] == [
        "[Chorus]",
        "Low water",
        "",
        "[2x]",
    ]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("[0:10]One\nTwo", 2, Why.NO_TIME),
        ("[0:10]One\n[Chorus]\n", 2, Why.NO_TIME),
        ("[0:10]One\n\n[0:75]Two", 3, Why.BAD_TIME),
        ("[0:10]One\n[0:1x]Two", 2, Why.BAD_TIME),
        ("[0:10]One <0:1x>two", 1, Why.BAD_TIME),
        ("[0:10]One\n[0:42]Two", 2, Why.TOO_LATE),
        ("[0:10]<0:11>One <0:10.5>two", 1, Why.BACKWARDS),
        ("[0:10]<0:09>One", 1, Why.BACKWARDS),
        ("[offset:soon]\n[0:10]One", 1, Why.BAD_OFFSET),
        ("One\n" + "x" * (MOST_LETTERS_OF_A_LINE + 1), 2, Why.TOO_LONG),
        ("\n" * MOST_LINES, MOST_LINES, Why.TOO_MANY),
        ("[0:01]" * MOST_LINES + "x", 1, Why.TOO_LONG),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, why: Why) -> None:
    """A mistake names the line it stands in, as your editor counts."""
    with pytest.raises(Mistake) as caught:
        read(text, 40.0)
    assert (caught.value.line, caught.value.why) == (line, why)


def test_a_line_a_little_behind_the_end_is_meant_for_the_end() -> None:
    assert read("[0:41]One", 40.2).is_timed
