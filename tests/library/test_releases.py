import re
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tenuto.accounts.models import Account
from tenuto.consent.albums import own_album, tracks_on
from tenuto.consent.models import Album
from tenuto.library.releases import change
from tenuto.library.releases.models import Release, ReleasePublication
from tenuto.tracks import publish
from tenuto.tracks.models import Publication
from tests.accounts.things import picture
from tests.library.listing import public, release, titles, words
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db
WORDS = {"title": "Low Water", "kind": "ep", "release_date": "", "label": "", "upc": "", "description": ""}


def out(made: Release) -> Release:
    """Published a moment ago."""
    change.publish(made, None, timezone.now(), with_sketches=False)
    return Release.objects.get(pk=made.pk)


def on_it(made: Release) -> list[str]:
    return list(made.entries.values_list("track__title", flat=True))


def test_from_nothing_to_a_published_album(as_alma: Client, client: Client, alma: Account) -> None:
    one, two = public(alma, "One"), catalogue.track(alma, "Two")
    begun = as_alma.post("/albums", {"title": " Low  Water ", "kind": "ep"})
    made = Release.objects.get()
    assert begun["Location"] == f"/albums/{made.key}/edit"
    assert made.get_absolute_url() == "/@alma/albums/low-water"
    edit = f"/albums/{made.key}"
    assert as_alma.post(f"{edit}/publication", {}).status_code == 422  # nothing on it
    for track in (one, two, one):
        assert as_alma.post(f"{edit}/tracks", {"track": track.key}).status_code == 302
    as_alma.post(f"{edit}/tracks/{two.key}/place", {"before": one.key})
    assert on_it(made) == ["Two", "One"]
    said = {**WORDS, "upc": "036000291452", "label": "Tidal Records", "release_date": "2026-11-27"}
    assert as_alma.post(f"{edit}/edit", said).status_code == 302
    assert client.get(made.get_absolute_url()).status_code == 404
    assert "still in the sketchbook" in words(as_alma, f"{edit}/edit")
    answer = as_alma.post(f"{edit}/publication", {"with_sketches": "on"})
    assert answer["Location"] == made.get_absolute_url()
    page = words(client, made.get_absolute_url())
    assert titles(page) == ["Two", "One"]
    assert all(told in page for told in ("Tidal Records", "036000291452", "27 November 2026", "EP"))
    assert '<meta property="og:type" content="music.album">' in page
    assert "Low Water" in words(client, "/@alma/albums")
    assert "Part of" in words(client, one.get_absolute_url())


def test_until_its_moment_nothing_of_it_is_seen(client: Client, as_alma: Client, as_bo: Client, alma: Account) -> None:
    """Not its page, its cover, its name on a profile or below a track that is out already, nor by the HTTP API."""
    track, sketch = public(alma), catalogue.track(alma, "With it")
    made = release(alma, track, sketch, title="Secret Title")
    moment = timezone.now() + timedelta(days=1)
    change.publish(made, moment, timezone.now(), with_sketches=True)
    assert Publication.objects.get(track=sketch).starts_at == moment
    for visitor in (client, as_bo):
        for path in (
            made.get_absolute_url(),
            f"/albums/{made.key}/cover-320.webp",
            f"/api/v1/albums/{made.key}",
            sketch.get_absolute_url(),
        ):
            assert visitor.get(path).status_code == 404, path
        for path in ("/@alma/albums", track.get_absolute_url(), "/api/v1/people/alma/albums", "/"):
            assert "Secret Title" not in words(visitor, path)
    page = as_alma.get(made.get_absolute_url())
    assert "From " in page.content.decode()
    assert "noindex" in page["X-Robots-Tag"]
    ReleasePublication.objects.update(starts_at=timezone.now())
    assert "Secret Title" in words(client, made.get_absolute_url())


def test_an_album_opens_no_track_and_numbers_stay(client: Client, alma: Account) -> None:
    tracks = [public(alma, name) for name in ("First", "Second", "Third")]
    made = out(release(alma, *tracks))
    publish.withdraw_to_sketchbook(tracks[1], by=alma, at=timezone.now())
    page = words(client, made.get_absolute_url())
    assert titles(page) == ["First", "Third"]
    assert re.findall(r'<li value="(\d+)"', page) == ["1", "3"]
    assert "1 more is on it" in page
    assert "Second" not in page


def test_nothing_but_ones_own_tracks_goes_onto_an_album(as_alma: Client, alma: Account, bo: Account) -> None:
    made, of_bo = release(alma), public(bo)
    assert as_alma.post(f"/albums/{made.key}/tracks", {"track": of_bo.key}).status_code == 404
    assert as_alma.put(f"/api/v1/me/albums/{made.key}/tracks/{of_bo.key}").status_code == 404
    assert on_it(made) == []


@pytest.mark.parametrize(
    ("wrong", "words_of_it"),
    [
        ({"upc": "036000291453"}, "the last follows from the others"),
        ({"upc": "twelve"}, "A UPC has 12 digits"),
        ({"release_date": "1492-10-12"}, "This year cannot be right"),
        ({"title": " "}, "This field is required"),
        ({"kind": "opera"}, "opera is not one of the available choices"),
    ],
)
def test_bad_words_are_named_and_nothing_is_lost(
    as_alma: Client, alma: Account, wrong: dict[str, str], words_of_it: str
) -> None:
    made = release(alma)
    answer = as_alma.post(f"/albums/{made.key}/edit", {**WORDS, "description": "Kept words", **wrong})
    assert answer.status_code == 422
    assert words_of_it in answer.content.decode()
    assert "Kept words" in answer.content.decode()
    assert Release.objects.get().description == ""


def test_two_of_one_name_have_two_addresses(alma: Account, bo: Account) -> None:
    made = [release(owner, title=title) for owner, title in [(alma, "Same"), (alma, "Same"), (bo, "Same"), (alma, "!")]]
    assert [one.slug for one in made] == ["same", "same-2", "same", "release"]


def test_a_cover_is_seen_by_whoever_sees_the_album(client: Client, as_alma: Client, alma: Account) -> None:
    made = release(alma, public(alma))
    sent = {**WORDS, "artwork_file": SimpleUploadedFile("cover.png", picture("teal"), "image/png")}
    assert as_alma.post(f"/albums/{made.key}/edit", sent).status_code == 302
    address = f"/albums/{made.key}/cover-320.webp"
    own = as_alma.get(address)
    assert (own["Content-Type"], own["Cache-Control"]) == ("image/webp", "private, no-cache")
    assert client.get(address).status_code == 404
    out(made)
    assert client.get(address)["Cache-Control"] == "public, no-cache"
    as_alma.post(f"/albums/{made.key}/edit", {**WORDS, "no_artwork": "on"})
    assert client.get(address)["Content-Type"] == "image/svg+xml"


def test_taken_back_and_deleted_it_leaves_its_tracks(client: Client, as_alma: Client, alma: Account) -> None:
    track = public(alma)
    made = out(release(alma, track))
    as_alma.post(f"/albums/{made.key}/publication", {"back": "yes"})
    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.get(track.get_absolute_url()).status_code == 200
    assert as_alma.post(f"/albums/{made.key}/removal")["Location"] == "/albums"
    assert not Release.objects.exists()
    assert client.get(track.get_absolute_url()).status_code == 200


def test_saving_when_again_keeps_the_day_of_what_is_out(alma: Account) -> None:
    made = out(release(alma, public(alma)))
    since = ReleasePublication.objects.get().starts_at
    change.publish(made, None, timezone.now() + timedelta(hours=1), with_sketches=False)
    assert ReleasePublication.objects.get().starts_at == since


def test_programs_make_and_read_albums(client: Client, as_alma: Client, alma: Account) -> None:
    one, two = public(alma, "One"), public(alma, "Two")
    json: dict[str, Any] = {"content_type": "application/json"}
    made = as_alma.post("/api/v1/me/albums", {"title": "Low Water"}, **json)
    assert made.status_code == 201
    address = f"/api/v1/me/albums/{made.json()['key']}"
    for track in (one, two):
        as_alma.put(f"{address}/tracks/{track.key}")
    whole = as_alma.put(f"{address}/tracks/{two.key}", {"before": one.key}, **json).json()
    assert [each["track"]["title"] for each in whole["tracks"]] == ["Two", "One"]
    changed = as_alma.patch(address, {"upc": "0-36000-29145-2", "release_date": "2026-11-27"}, **json)
    assert (changed.json()["upc"], changed.json()["release_date"]) == ("0036000291452", "2026-11-27")
    assert as_alma.patch(address, {"upc": "036000291453"}, **json).status_code == 422
    assert client.get(f"/api/v1/albums/{made.json()['key']}").status_code == 404
    assert as_alma.put(f"{address}/publication", {}, **json).json()["shown_from"]
    assert as_alma.delete(f"{address}/tracks/{one.key}").status_code == 204
    assert [each["number"] for each in client.get(f"/api/v1/albums/{made.json()['key']}").json()["tracks"]] == [1]
    assert [one["title"] for one in client.get("/api/v1/people/alma/albums").json()["releases"]] == ["Low Water"]
    assert as_alma.delete(f"{address}/publication").status_code == 204
    assert client.get("/api/v1/people/alma/albums").json()["releases"] == []
    assert as_alma.delete(address).status_code == 204


def test_albums_from_before_are_made_known_to_consent(alma: Account) -> None:
    """Whoever had albums before one answer could be given for them can give it now."""
    made = [release(alma, public(alma, "One"), public(alma, "Two"), title="Low Water"), release(alma, title="Empty")]
    Album.objects.all().delete()
    import_module("tenuto.library.releases.migrations.0002_albums_in_consent").tell(apps, None)
    assert [own_album(alma, one.key).title for one in made] == ["Low Water", "Empty"]
    assert [tracks_on(own_album(alma, one.key)).count() for one in made] == [2, 0]


@pytest.mark.parametrize("many", [3, 12])
def test_albums_cost_the_same_however_much_is_on_them(
    client: Client, alma: Account, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tracks = [public(alma, f"Track {number}") for number in range(many)]
    made = [out(release(alma, *tracks[: many if number == 0 else 1])) for number in range(many)]
    address = made[0].get_absolute_url()
    with django_assert_num_queries(3):  # album, entries, tracks
        words(client, address)
    with django_assert_num_queries(3):  # owner, albums, followers
        words(client, "/@alma/albums")
