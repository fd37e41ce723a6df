import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tenuto.base.lines import LineField, one_line


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
