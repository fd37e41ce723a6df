"""What lists draw quickly is just what Django's own templates would draw."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import override

from tenuto.accounts.models import Account
from tenuto.web.moulds import Mould
from tenuto.web.templatetags.moulds import colophon, masthead, still

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
@pytest.mark.parametrize("fragment", ["web/_player.html", "web/_keys.html", "web/_assets.html", "web/_adrift.html"])
def test_what_stands_still_is_what_the_template_draws_for_anybody(language: str, fragment: str) -> None:
    with override(language):
        assert still(fragment) == render_to_string(fragment, {"user": None, "request": None})


def test_every_slot_must_be_filled_and_no_other() -> None:
    with pytest.raises(ValueError, match="has the slots"):
        HEART.fill(SHAPE, key="abc123")
    with pytest.raises(ValueError, match="has the slots"):
        HEART.fill(SHAPE, **VALUES, plays="3")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("unread", [0, 1, 99, 100])
@pytest.mark.parametrize("path", ["/", "/browse", "/search", "/notifications", "/library/likes", "/studio", "/@alma"])
def test_the_masthead_says_who_looks_and_where_they_are(
    rf: RequestFactory, alma: Account, path: str, unread: int, language: str
) -> None:
    alma.display_name = "<i>Älma</i>"
    request = rf.get(path)
    for user in (alma, AnonymousUser()):
        given = {
            "request": request,
            "user": user,
            "unread_notices": SimpleLazyObject(lambda: unread),
            "csrf_token": "x" * 64,
        }
        with override(language):
            drawn = masthead(Context(given))
        current = drawn.count('aria-current="page"')
        assert current == int(path != "/@alma" and (user is alma or path in {"/", "/browse", "/search"}))
        if current:
            address = {"/library/likes": "/library"}.get(path, path)
            assert re.search(rf'href="{address}/?"[^>]* aria-current="page"', drawn)
        assert ("&lt;i&gt;Älma&lt;/i&gt;" in drawn, "<i>" in drawn) == (user is alma, False)
        said = {0: "", 100: "99+"}.get(unread, str(unread)) if user is alma else ""
        assert drawn.count(f'numbers">{said}<span') == (2 if said else 0)
        assert drawn.count(f'class="bell__count numbers" aria-hidden="true">{said}</b>') == (1 if said else 0)
        assert (f'value="{"x" * 64}"' in drawn) == (user is alma)


@pytest.mark.parametrize("language", ["en-gb", "de"])
@pytest.mark.parametrize("decoy", ["", "/tracks/abc"])
def test_the_colophon_has_each_language_and_the_decoy_where_there_is_one(
    rf: RequestFactory, language: str, decoy: str
) -> None:
    with override(language):
        drawn = colophon(Context({"request": rf.get("/"), "decoy": decoy, "csrf_token": "x" * 64}))
    assert drawn.count(' aria-current="true"') == 1
    assert re.search(f'value="{language}"[^>]* aria-current="true"', drawn)
    assert drawn.count("<button") == len(settings.LANGUAGES)
    assert ("hidden></a>" in drawn, 'href="/tracks/abc"' in drawn) == (bool(decoy), bool(decoy))
