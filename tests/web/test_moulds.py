"""What lists draw quickly is just what Django's own templates would draw."""

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import override

from tenuto.web.moulds import Mould
from tenuto.web.templatetags.moulds import still

HEART = Mould("likes/_heart.html", "key", "title", "next", "next_quoted", "number", "counted", "csrf_token")
SHAPE = {"is_member": True, "is_liked": False, "is_counted": True}
VALUES = {
    "key": "abc123",
    "title": '<b>"Ä" & %(title)s</b>',
    "next": "/@alma?a=1&b='2'",
    "next_quoted": "/%40alma",
    "number": "1,200",
    "counted": "1,200 likes",
    "csrf_token": "x" * 64,
}


@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("is_member", [True, False])
def test_a_filled_mould_is_what_the_template_draws_with_the_same_values(language: str, *, is_member: bool) -> None:
    shape = SHAPE | {"is_member": is_member}
    with override(language):
        assert HEART.fill(shape, **VALUES) == render_to_string("likes/_heart.html", shape | VALUES)


def test_what_people_write_is_escaped_and_never_taken_for_a_slot() -> None:
    drawn = HEART.fill(SHAPE, **(VALUES | {"title": "<i>z7q4-slot-key-slot-4q7z"}))
    assert "&lt;i&gt;z7q4-slot-key-slot-4q7z" in drawn
    assert "<i>" not in drawn


def test_markup_that_was_drawn_before_stays_markup() -> None:
    assert "<em>5</em>" in HEART.fill(SHAPE, **(VALUES | {"counted": SafeString("<em>5</em>")}))


@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("fragment", ["web/_player.html", "web/_keys.html"])
def test_what_stands_still_is_what_the_template_draws_for_anybody(language: str, fragment: str) -> None:
    with override(language):
        assert still(fragment) == render_to_string(fragment, {"user": None, "request": None})


def test_every_slot_must_be_filled_and_no_other() -> None:
    with pytest.raises(ValueError, match="has the slots"):
        HEART.fill(SHAPE, key="abc123")
    with pytest.raises(ValueError, match="has the slots"):
        HEART.fill(SHAPE, **VALUES, plays="3")
