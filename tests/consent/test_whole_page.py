"""The Permissions tab without scripts: one part is saved, and what was changed in the others still stands there."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.consent.models import Act
from tenuto.tracks.models import Publication, Track
from tenuto.tracks.slugs import begin_track
from tests.consent.answering import DAY, INPUT, NEED, TRAIN, agree, opened, terms

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = "permissions-whole"


@pytest.fixture
def harbour(alma: Account) -> Track:
    now = timezone.now()
    agree(alma, terms(now - 2 * DAY), now - DAY)
    return begin_track(alma, "Harbour")


class Whole(HTMLParser):
    """The page as a browser without scripts has it: the fields of its one form, and the keys that send them."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.keys: list[str] = []
        self._inside = False
        self._select = ""
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == WHOLE
        belongs = given.get("form") == WHOLE or (self._inside and "form" not in given)
        value = given.get("value") or ("on" if given.get("type") == "checkbox" else "")
        name = given.get("name") or ""
        if tag == "button" and belongs and "formaction" in given:
            self.keys.append(given["formaction"] or "")
        elif tag == "select":
            self._select = name if belongs else ""
        elif tag == "option" and self._select and "selected" in given:
            self.fields.setdefault(self._select, []).append(value)
        elif tag == "input" and belongs and (given.get("type") not in {"checkbox", "radio"} or "checked" in given):
            self.fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


@pytest.fixture
def page(harbour: Track, as_alma: Client) -> Whole:
    """The page with something changed in each of its three parts, and nothing saved."""
    shown = Whole(as_alma.get(f"/studio/{harbour.key}/permissions"))
    assert "downloads" not in shown.fields
    shown.fields |= {"visibility": ["followers"], "downloads": ["on"], "comments_public": []}
    shown.fields["open"] = [*shown.fields.get("open", []), str(TRAIN)]
    return shown


PARTS = ["publication", "sharing", "consent"]


@pytest.mark.parametrize("first", PARTS)
def test_the_parts_are_saved_one_after_the_other_and_none_is_lost(
    harbour: Track, as_alma: Client, page: Whole, first: str
) -> None:
    address = {part: next(key for key in page.keys if key.endswith(f"{harbour.key}/{part}")) for part in PARTS}
    for number, part in enumerate([first, *(part for part in PARTS if part != first)]):
        answer = as_alma.post(address[part], page.fields)
        assert answer.status_code == 200
        page = Whole(answer)
        assert page.fields["visibility"] == ["followers"]
        assert page.fields["downloads"] == ["on"]
        assert "comments_public" not in page.fields
        assert str(TRAIN) in page.fields["open"]
        now = Track.objects.get(pk=harbour.pk)
        saved = [Publication.objects.filter(track=now).exists(), now.downloads, str(TRAIN) in opened(now)]
        assert sum(saved) == number + 1, "each key saves its own part and no other"
        assert saved[PARTS.index(part)]
    plain = Whole(as_alma.get(f"/studio/{harbour.key}/permissions"))
    assert {name: plain.fields.get(name) for name in ("visibility", "downloads", "open")} == {
        name: page.fields[name] for name in ("visibility", "downloads", "open")
    }


def test_a_mistake_in_one_part_loses_nothing_of_the_others(harbour: Track, as_alma: Client, page: Whole) -> None:
    wrong = as_alma.post(f"/studio/{harbour.key}/sharing", page.fields | {"regions": ["exclusive"]})
    assert wrong.status_code == 422
    after = Whole(wrong)
    assert (after.fields["visibility"], after.fields["downloads"]) == (["followers"], ["on"])
    assert str(TRAIN) in after.fields["open"]
    assert not Track.objects.get(pk=harbour.pk).downloads


def test_holding_everything_unticks_the_grid_and_leaves_the_rest(harbour: Track, as_alma: Client, page: Whole) -> None:
    page = Whole(as_alma.post(f"/studio/{harbour.key}/consent", page.fields | {"open": [str(INPUT)]}))
    page = Whole(as_alma.post(f"/studio/{harbour.key}/consent/held", page.fields | {"open": [str(TRAIN)]}))
    assert opened(harbour) == {str(NEED)}
    assert "open" not in page.fields
    assert page.fields["downloads"] == ["on"]


def test_what_saving_would_do_carries_the_other_parts_on(harbour: Track, as_alma: Client, page: Whole) -> None:
    shown = as_alma.post(f"/studio/{harbour.key}/consent", page.fields | {"preview": "1"}).content.decode()
    assert not Act.objects.exists()
    for name, value in (("downloads", "on"), ("visibility", "followers"), ("open", str(TRAIN)), ("whole", "1")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in shown
    [form] = [part for part in shown.split("<form ") if 'name="downloads"' in part]
    assert form.count("csrfmiddlewaretoken") == 1, "the token is not carried twice"


def test_one_part_that_is_sent_by_itself_leads_back_to_the_page(harbour: Track, as_alma: Client) -> None:
    answer = as_alma.post(f"/studio/{harbour.key}/publication", {"visibility": "followers"})
    assert (answer.status_code, answer["Location"]) == (302, f"/studio/{harbour.key}/permissions")
