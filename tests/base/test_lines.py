import unicodedata
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tenuto.base.lines import LineField, WordsField, one_line, plain_words


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (" Quay\r\n\r\nbells\t", "Quay bells"),
        ("Mal\u202e.dluow", "Mal.dluow"),
        ("a\x07b\x00c", "abc"),
        ("\u2028line\u2029", "line"),
        ("نامه\u200cها", "نامه\u200cها"),
        ("👩\u200d🎤", "👩\u200d🎤"),
        ("夜 – Nachtstück", "夜 – Nachtstück"),
    ],
)
def test_a_name_is_one_line_that_turns_nothing_around(sent: str, kept: str) -> None:
    assert one_line(sent) == kept


@given(st.text())
def test_a_line_has_one_form(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert len(line.splitlines()) <= 1


def test_a_title_of_nothing_that_is_seen_is_missing() -> None:
    with pytest.raises(ValidationError, match="required"):
        LineField().clean("\u202e\x07")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("two\r\nlines\n\n\tand more", "two\r\nlines\n\n\tand more"),
        ("soft\x0bbreak\x0cof a page", "soft\nbreak\nof a page"),
        ("a\x07b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("夜 – 👩\u200d🎤", "夜 – 👩\u200d🎤"),
    ],
)
def test_words_keep_their_lines_and_lose_what_nobody_typed(sent: str, kept: str) -> None:
    assert plain_words(sent) == kept
    assert WordsField().clean(f"  {sent}\x01 \x0b") == kept


@given(st.text())
def test_no_control_character_stays_but_tab_and_line_break(text: str) -> None:
    kept = plain_words(text)
    assert {mark for mark in kept if unicodedata.category(mark) == "Cc"} <= {"\t", "\n", "\r"}
    assert plain_words(kept) == kept


def test_words_of_nothing_that_is_seen_are_missing_and_a_nul_is_refused() -> None:
    with pytest.raises(ValidationError, match="required"):
        WordsField().clean("\x0b\x07 ")
    with pytest.raises(ValidationError, match="Null"):
        WordsField().clean("a\0b")


SOURCE = Path(__file__).resolve().parents[2] / "src"
# Lines of their own, each of which `lyrics.write` makes a line.
READ_OTHERWISE = {("LyricsForm", "text")}


def all_forms() -> Iterator[type[forms.BaseForm]]:
    for path in sorted(SOURCE.rglob("*forms.py")):
        module = import_module(".".join(path.relative_to(SOURCE).with_suffix("").parts))
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, forms.BaseForm) and thing.__module__ == module.__name__:
                yield thing


def test_every_place_for_words_takes_control_characters_out() -> None:
    """Whatever form of ours you write in at length: what arrives can be shown, fed and filed."""
    places = {
        (form.__name__, name): field
        for form in all_forms()
        for name, field in getattr(form, "base_fields").items()  # noqa: B009  the metaclass makes it
        if isinstance(field.widget, forms.Textarea)
    }
    assert len(places) > 12
    assert {place for place, field in places.items() if not isinstance(field, WordsField)} == READ_OTHERWISE
