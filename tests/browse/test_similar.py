"""What sounds alike: the nearest first, only where both artists allow it and everybody may hear."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.consent.models import Stop
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Publication, Track
from tests.audio.sounding import shared
from tests.browse.heard import allowed, placed
from tests.gate.working import INFORM, INPUT, agreed, holds, work, worked_off
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def artist(alma: Account) -> Account:
    return agreed(alma)


def near(client: Client, track: Track) -> list[str]:
    """The titles that the page shows; the API must agree."""
    response = client.get(reverse("browse:similar", args=[track.key]))
    assert response.status_code == 200
    titles = re.findall(r"<h3><a[^>]*><bdi>([^<]+)</bdi>", response.content.decode())
    programs = client.get(f"/api/v1/tracks/{track.key}/similar").json()
    assert [one["track"]["title"] for one in programs] == titles
    return titles


def test_the_nearest_stands_first_with_why(client: Client, artist: Account) -> None:
    mine = allowed(artist, "Mine", 120.0, "8A", sound=100)
    allowed(artist, "Far", 90.0, "2B", sound=900)
    allowed(artist, "Near", 121.0, "9A", sound=130)
    assert near(client, mine) == ["Near", "Far"]
    page = client.get(reverse("browse:similar", args=[mine.key])).content.decode()
    assert "nearly the same tempo, a key that mixes with it" in page
    assert "Why this?" in page


def test_real_sound_is_compared_by_the_real_pipeline(client: Client, artist: Account) -> None:
    one, other = (shared(work(artist, INPUT, INFORM, title=title), Audience.PUBLIC) for title in ("One", "Other"))
    held = shared(work(artist, INPUT, title="Not to be compared"), Audience.PUBLIC)
    worked_off()
    assert near(client, one) == ["Other"]
    assert near(client, other) == ["One"]
    assert near(client, held) == []


def test_what_is_held_since_is_gone_with_the_next_request(client: Client, artist: Account) -> None:
    mine = allowed(artist, "Mine", sound=1)
    for number, title in enumerate(("Kept", "No input", "No inform"), start=2):
        allowed(artist, title, sound=number)
    assert len(near(client, mine)) == 3
    holds(Track.objects.get(title="No input"), INPUT)
    holds(Track.objects.get(title="No inform"), INFORM)
    assert near(client, mine) == ["Kept"]
    holds(mine, INFORM)
    assert near(client, mine) == []
    assert "Nothing to show" in client.get(reverse("browse:similar", args=[mine.key])).content.decode()


def test_a_stopped_purpose_compares_nothing(client: Client, artist: Account) -> None:
    mine = allowed(artist, "Mine", sound=1)
    allowed(artist, "Other", sound=2)
    Stop.objects.create(purpose="organisation")
    assert near(client, mine) == []


def test_only_what_everybody_may_hear_is_shown(client: Client, as_alma: Client, artist: Account) -> None:
    mine = allowed(artist, "Mine", sound=1)
    hidden = allowed(artist, "Hidden", sound=2)
    Publication.objects.filter(track=hidden).delete()
    assert near(client, mine) == near(as_alma, mine) == []


def test_a_hidden_tracks_likenesses_are_missing_to_others_and_private_to_its_artist(
    client: Client, as_alma: Client, artist: Account
) -> None:
    mine = allowed(artist, "Mine", sound=1)
    allowed(artist, "Other", sound=2)
    Publication.objects.filter(track=mine).delete()
    assert client.get(reverse("browse:similar", args=[mine.key])).status_code == 404
    response = as_alma.get(reverse("browse:similar", args=[mine.key]))
    assert response.headers["Cache-Control"] == "private, no-store"
    assert near(as_alma, mine) == ["Other"]


def test_the_tracks_page_offers_it_only_where_the_track_is_placed(client: Client, artist: Account) -> None:
    placed_one = allowed(artist, "Placed", 120.0)
    plain = catalogue.public(artist, "Plain", at=timezone.now())
    held = placed(catalogue.public(artist, "Held", at=timezone.now()))
    for track, offered in ((placed_one, True), (plain, False), (held, False)):
        page = client.get(track.get_absolute_url()).content.decode()
        assert (reverse("browse:similar", args=[track.key]) in page) is offered


def test_the_part_of_the_page_has_one_root_and_no_frame(client: Client, artist: Account) -> None:
    mine = allowed(artist, "Mine", sound=1)
    allowed(artist, "Other", sound=2)
    part = client.get(reverse("browse:similar", args=[mine.key]), headers={"HX-Request-Type": "partial"})
    assert part.content.decode().strip().startswith('<section id="similar"')
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("count", [2, 12])
def test_it_costs_the_same_however_many_are_alike(
    client: Client, artist: Account, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    mine = allowed(artist, "Mine", 120.0, "8A", sound=1)
    for number in range(count):
        allowed(artist, f"Other {number}", 120.0, "8A", sound=2 + number)
    client.get(reverse("browse:similar", args=[mine.key]))  # what lies on the shelf is read once
    with django_assert_max_num_queries(7):
        assert client.get(reverse("browse:similar", args=[mine.key])).status_code == 200
