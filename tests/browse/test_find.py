"""Browsing by tag, tempo and key: only what may be heard, and what may be known, newest first."""

import re
from datetime import timedelta

import pytest
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.browse import find as finding
from tenuto.browse.models import Correction, Tagging
from tenuto.browse.tags import Walk, follow
from tenuto.consent.models import Stop
from tenuto.rules.visibility import Audience
from tenuto.tracks.models import Track
from tests.browse.heard import allowed, placed
from tests.gate.working import INFORM, INPUT, agreed, holds
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def artist(alma: Account) -> Account:
    return agreed(alma)


@pytest.fixture(autouse=True, params=["few are collected", "many are walked"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every claim is made of both ways by which tracks are found."""
    if request.param == "many are walked":
        monkeypatch.setattr(finding, "FEW", 0)


def found(client: Client, **asked: str | int) -> list[str]:
    response = client.get("/browse", asked)
    assert response.status_code == 200
    titles = re.findall(r'class="post__title"><a[^>]*><bdi>([^<]+)</bdi>', response.content.decode())
    programs = client.get("/api/v1/browse", asked).json()["found"]
    assert [one["track"]["title"] for one in programs] == titles
    return titles


def tagged(owner: Account, title: str, *tags: str, genre: str = "", hours: int = 0) -> Track:
    track = catalogue.public(owner, title, at=timezone.now() - hours * HOUR, tags=list(tags), genre=genre)
    follow([track.pk])
    return track


def test_everything_is_found_where_nothing_is_asked_for(client: Client, alma: Account) -> None:
    tagged(alma, "Old", "tram", hours=2)
    tagged(alma, "New")
    assert found(client) == ["New", "Old"]


def test_tags_are_found_however_they_are_written_newest_first_and_genres_too(client: Client, alma: Account) -> None:
    tagged(alma, "Old", "Field  Recording", hours=2)
    tagged(alma, "Genre", genre="Field recording", hours=1)
    tagged(alma, "New", "field recording", "tram")
    tagged(alma, "Other", "tram")
    for typed in ("field recording", "#Field Recording", " FIELD  recording "):
        assert found(client, tag=typed) == ["New", "Genre", "Old"]


def test_tempo_is_found_within_a_range_open_at_either_end(client: Client, artist: Account) -> None:
    for title, bpm in (("Slow", 70.0), ("Mid", 100.0), ("Fast", 174.0), ("None", None)):
        allowed(artist, title, bpm)
    assert set(found(client, tempo_from=90, tempo_to=110)) == {"Mid"}
    assert set(found(client, tempo_from=90)) == {"Mid", "Fast"}
    assert set(found(client, tempo_to=100)) == {"Mid", "Slow"}


def test_a_key_is_found_and_on_wish_the_keys_that_mix_with_it(client: Client, artist: Account) -> None:
    for title in ("8A", "8B", "9A", "7A", "9B", "2A"):
        allowed(artist, title, key=title)
    assert found(client, key="8A") == found(client, key="A minor") == ["8A"]
    assert set(found(client, key="8A", compatible="on")) == {"8A", "8B", "9A", "7A"}


def test_all_that_is_asked_for_must_be_true(client: Client, artist: Account) -> None:
    right = allowed(artist, "Right", 120.0, "8A")
    allowed(artist, "Other key", 120.0, "9A")
    allowed(artist, "Other tempo", 80.0, "8A")
    no_tag = allowed(artist, "No tag", 120.0, "8A")
    Track.objects.exclude(pk=no_tag.pk).update(tags=["tram"])
    follow(list(Track.objects.values_list("pk", flat=True)))
    assert found(client, tag="tram", tempo_from=118, tempo_to=122, key="8A") == [right.title]


def test_what_was_heard_is_found_only_while_both_uses_are_open(client: Client, artist: Account) -> None:
    kept, no_input, no_inform = (allowed(artist, title, 120.0, "8A") for title in ("Kept", "No input", "No inform"))
    held = placed(catalogue.public(artist, "Held", at=timezone.now()), 120.0, "8A")
    assert len(found(client, tempo_from=100)) == 3
    holds(no_input, INPUT)
    holds(no_inform, INFORM)
    assert found(client, tempo_from=100) == found(client, key="8A") == [kept.title]
    assert held.title in found(client)
    assert "120 BPM" in client.get("/browse").content.decode()


def test_a_stopped_purpose_finds_nothing_by_what_was_heard(client: Client, artist: Account) -> None:
    allowed(artist, "Heard", 120.0)
    said = catalogue.public(artist, "Said", at=timezone.now())
    Correction.objects.create(track=said, bpm=121)
    Stop.objects.create(purpose="organisation")
    assert found(client, tempo_from=100) == ["Said"]
    assert client.get("/browse").content.decode().count(" BPM") == 1


def test_the_artists_word_is_found_without_consent_and_wins_over_what_was_heard(
    client: Client, artist: Account
) -> None:
    corrected = allowed(artist, "Corrected", 120.0, "8A")
    Correction.objects.create(track=corrected, bpm=60)
    none = allowed(artist, "No tempo", 120.0, "8A")
    Correction.objects.create(track=none, no_tempo=True)
    held = catalogue.public(artist, "Held", at=timezone.now())
    Correction.objects.create(track=held, bpm=120, tonic=9, minor=True)
    assert found(client, tempo_from=110, tempo_to=130) == ["Held"]
    assert found(client, tempo_from=50, tempo_to=70) == ["Corrected"]
    # Of what she says nothing, what was heard still counts.
    assert set(found(client, key="8A")) == {"Held", "No tempo", "Corrected"}
    assert found(client, tempo_from=50, tempo_to=70, key="8A") == ["Corrected"]
    assert found(client, tempo_from=110, key="8A") == ["Held"]


def test_only_what_everybody_may_hear_is_found(as_cy: Client, client: Client, artist: Account) -> None:
    sketch = catalogue.track(artist, "A sketch", tags=["tram"])
    followers = catalogue.shared(
        catalogue.track(artist, "For followers", tags=["tram"]), Audience.FOLLOWERS, timezone.now() - HOUR
    )
    later = catalogue.shared(catalogue.track(artist, "Tomorrow", tags=["tram"]), Audience.PUBLIC, timezone.now() + HOUR)
    abroad = tagged(artist, "Elsewhere", "tram")
    Track.objects.filter(pk=abroad.pk).update(regions="only", countries=["PT"])
    for track in (sketch, followers, later, abroad):
        placed(track, 120.0)
    follow([sketch.pk, followers.pk, later.pk])
    for visitor in (client, as_cy):
        assert found(visitor, tag="tram") == []
        assert found(visitor, tempo_from=100) == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"tempo_from": "slow"}, "A tempo is a number from 20 to 400"),
        ({"tempo_from": "1e400"}, "A tempo is a number from 20 to 400"),
        ({"tempo_from": "140", "tempo_to": "90"}, "Turn the two round"),
        ({"key": "H major"}, "This is no key"),
        ({"tag": "x" * 200}, "at most 80"),
    ],
)
def test_what_cannot_be_read_is_said_and_stays_in_the_form(
    client: Client, alma: Account, asked: dict[str, str], sentence: str
) -> None:
    tagged(alma, "A track")
    response = client.get("/browse", asked)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "A track" not in page
    name, value = next(iter(asked.items()))
    if name != "key":
        assert f'value="{value}"' in page
    assert client.get("/api/v1/browse", asked).status_code == 422


def test_pages_follow_each_other_and_none_is_lost(client: Client, alma: Account) -> None:
    for number in range(45):
        tagged(alma, f"Track {number:02}", "tram & train", hours=number)
    titles: list[str] = []
    path = "/browse?tag=tram+%26+train"
    while path:
        page = client.get(path).content.decode()
        titles += re.findall(r'class="post__title"><a[^>]*><bdi>([^<]+)</bdi>', page)
        older = re.search(r'href="(\?[^"]+)" rel="next"', page)
        path = "/browse" + older[1].replace("&amp;", "&") if older else ""
    assert titles == [f"Track {number:02}" for number in range(45)]


@pytest.mark.parametrize("count", [2, 20])
def test_browsing_costs_the_same_however_much_is_found(
    client: Client, artist: Account, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        allowed(artist, f"Track {number}", 120.0, "8A")
    Track.objects.update(tags=["tram"])
    follow(list(Track.objects.values_list("pk", flat=True)))
    with django_assert_max_num_queries(3):  # the tracks, what was heard of them, what their artists say
        client.get("/browse")
    with django_assert_max_num_queries(4):  # and what matches
        client.get("/browse?tag=tram&tempo_from=100&key=8A")
    with django_assert_max_num_queries(5):  # of said and of heard
        client.get("/browse?tempo_from=100&key=8A&compatible=on")


# ——— the table of tags ———


def tags(track: Track) -> set[str]:
    return set(Tagging.objects.filter(track=track).values_list("tag", flat=True))


def test_what_an_artist_types_is_found_at_once(client: Client, as_alma: Client, alma: Account) -> None:
    track = tagged(alma, "Harbour", "tram")
    with TestCase.captureOnCommitCallbacks(execute=True):
        as_alma.patch(f"/api/v1/me/tracks/{track.key}", {"tags": ["Boat", "fog"]}, content_type="application/json")
    assert tags(track) == {"boat", "fog"}
    assert found(client, tag="boat") == ["Harbour"]
    assert found(client, tag="tram") == []
    basics = {"title": "Harbour", "slug": track.slug, "tags": "fog", "genre": "Ambient"}
    with TestCase.captureOnCommitCallbacks(execute=True):
        as_alma.post(reverse("tracks:basics", args=[track.key]), basics)
    assert tags(track) == {"fog", "ambient"}


def test_the_sweep_mends_what_nobody_told(alma: Account) -> None:
    silent, stray = catalogue.track(alma, "Silent", tags=["Tram"]), catalogue.track(alma, "Stray")
    Tagging.objects.create(track=stray, tag="of nobody")
    walk = Walk()
    assert walk.on() == 2
    assert (tags(silent), tags(stray)) == ({"tram"}, set())
    assert walk.on() == 0


def test_tags_go_with_their_track(alma: Account) -> None:
    tagged(alma, "Harbour", "tram").delete()
    assert not Tagging.objects.exists()


def test_a_tag_on_a_tracks_page_leads_to_others_with_it(client: Client, alma: Account) -> None:
    track = tagged(alma, "Harbour", "tram & train")
    assert 'href="/browse?tag=tram%20%26%20train"' in client.get(track.get_absolute_url()).content.decode()
