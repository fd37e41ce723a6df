"""Suggested tags: shown to the artist alone, learned from this instance's tracks alone, accepted or declined."""

import re

import pytest
from django.test import Client, TestCase
from django.urls import reverse

from tenuto.accounts.models import Account
from tenuto.browse.models import Declined, Tagging
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.audio.sounding import shared
from tests.browse.heard import suggests
from tests.gate.working import INFORM, INPUT, agreed, holds, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def track(alma: Account) -> Track:
    """A public track of Alma's for which three tags are suggested."""
    made = shared(work(agreed(alma), INPUT, INFORM), Audience.PUBLIC)
    suggests(made, "ambient", "field recording", "slow")
    return made


def offered(client: Client, track: Track) -> list[str]:
    page = client.get(reverse("browse:sound", args=[track.key])).content.decode()
    shown = re.findall(r'name="tag" value="([^"]+)"', page)
    programs = client.get(f"/api/v1/me/tracks/{track.key}/suggested-tags").json()
    assert [one["tag"] for one in programs["suggested"]] == shown
    return shown


def answer(client: Client, track: Track, tag: str, how: str) -> int:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(reverse("browse:suggested-tag", args=[track.key]), {"tag": tag, "answer": how}).status_code


def test_they_are_shown_with_how_likely_and_from_how_many_tracks_they_were_learned(
    as_alma: Client, track: Track
) -> None:
    page = as_alma.get(reverse("browse:sound", args=[track.key])).content.decode()
    assert offered(as_alma, track) == ["ambient", "field recording", "slow"]
    assert "Learned from 41 tracks of this server" in page
    assert page.index("almost certainly") < page.index("very likely")


def test_an_accepted_tag_is_the_tracks_own_and_found_at_once(client: Client, as_alma: Client, track: Track) -> None:
    assert answer(as_alma, track, "field recording", "accept") == 302
    assert Track.objects.get().tags == ["field recording"]
    assert Tagging.objects.get().tag == "field recording"
    assert offered(as_alma, track) == ["ambient", "slow"]
    assert answer(as_alma, track, "field recording", "accept") == 302
    assert Track.objects.get().tags == ["field recording"]


def test_a_declined_tag_is_not_suggested_again(as_alma: Client, track: Track) -> None:
    answer(as_alma, track, "ambient", "decline")
    answer(as_alma, track, "ambient", "decline")
    assert Declined.objects.get().tag == "ambient"
    assert offered(as_alma, track) == ["field recording", "slow"]
    assert Track.objects.get().tags == []


def test_what_is_not_suggested_cannot_be_accepted(as_alma: Client, track: Track) -> None:
    part = {"HX-Request-Type": "partial"}
    wish = {"tag": "free money", "answer": "accept"}
    response = as_alma.post(reverse("browse:suggested-tag", args=[track.key]), wish, headers=part)
    assert response.status_code == 409
    assert "not suggested for this track any more" in response.content.decode()
    assert Track.objects.get().tags == []


def test_a_track_with_as_many_tags_as_it_can_have_says_so(as_alma: Client, track: Track) -> None:
    Track.objects.update(tags=[f"tag {number}" for number in range(30)])
    wish = {"tag": "slow", "answer": "accept"}
    response = as_alma.post(f"/api/v1/me/tracks/{track.key}/suggested-tags", wish, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (409, "enough_tags")
    assert len(Track.objects.get().tags) == 30


@pytest.mark.parametrize("held", [INPUT, INFORM])
def test_a_withdrawn_yes_ends_suggestions_with_the_next_request(as_alma: Client, track: Track, held: object) -> None:
    holds(track, held)  # type: ignore[arg-type]  # a cell, by its fixture
    assert offered(as_alma, track) == []
    page = as_alma.get(reverse("browse:sound", args=[track.key])).content.decode()
    assert "Learned from" not in page
    assert '<section id="suggested" hidden' in page


def test_nobody_else_sees_them(client: Client, as_bo: Client, track: Track) -> None:
    for visitor in (client, as_bo):
        assert "field recording" not in visitor.get(track.get_absolute_url()).content.decode()
    assert as_bo.get(f"/api/v1/me/tracks/{track.key}/suggested-tags").status_code == 404


def test_declined_tags_go_into_the_artists_copy(as_alma: Client, track: Track, alma: Account) -> None:
    from tenuto.browse.export import declined

    answer(as_alma, track, "ambient", "decline")
    (item,) = declined(alma)
    assert '"tag": "ambient"' in "".join(item.pieces)  # type: ignore[union-attr]  # words, not a stored file
