from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from tenuto.accounts.models import Account, Follow
from tenuto.base import storage
from tenuto.tracks.artwork import artwork_address
from tenuto.tracks.models import Publication, Recording, SecretLink, Track

pytestmark = pytest.mark.django_db


@pytest.fixture
def track(alma: Account) -> Track:
    """In the sketchbook, with a red cover."""
    out = BytesIO()
    Image.new("RGB", (600, 500), "red").save(out, "PNG")
    track = Track.objects.create(owner=alma, title="Harbour", slug="harbour", artwork=storage.put_bytes(out.getvalue()))
    original = storage.put_bytes(b"sound")
    Recording.objects.create(track=track, original=original, filename="h.wav", stage="ready", current=True)
    return track


def publish(track: Track, audience: str = "public", hours: float = -1) -> None:
    Publication.objects.update_or_create(
        track=track,
        defaults={
            "audience": audience,
            "starts_at": timezone.now() + timedelta(hours=hours),
            "by": track.owner,
            "audible": True,
        },
    )


def test_the_cover_of_a_public_track_is_everybody_s_for_ever(client: Client, track: Track) -> None:
    publish(track)
    answer = client.get(artwork_address(track, 160))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Image.open(BytesIO(answer.content)).size == (160, 160)
    again = client.get(artwork_address(track, 160), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_hidden_cover_answers_as_a_missing_one(client: Client, as_bo: Client, track: Track) -> None:
    for browser in (client, as_bo):
        missing = browser.get("/tracks/bcdfghjkmnpq/artwork-160.webp")
        hidden = browser.get(artwork_address(track, 160))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.headers == missing.headers


@pytest.mark.parametrize(("audience", "hours"), [("public", 1), ("followers", -1)])
def test_not_yet_or_not_for_them_is_not_there(as_bo: Client, track: Track, audience: str, hours: float) -> None:
    publish(track, audience, hours)
    assert as_bo.get(artwork_address(track, 160)).status_code == 404


def test_what_only_some_may_see_lies_in_no_shared_cache(
    as_alma: Client, as_bo: Client, client: Client, bo: Account, track: Track
) -> None:
    assert as_alma.get(artwork_address(track, 160))["Cache-Control"] == "private, no-cache"
    publish(track, "followers")
    Follow.objects.create(follower=bo, followed=track.owner)
    assert as_bo.get(artwork_address(track, 160))["Cache-Control"] == "private, no-cache"
    link = SecretLink.objects.create(track=track, name="For the label")
    session = client.session
    session["links"] = [link.pk]
    session.save()
    answer = client.get(artwork_address(track, 160))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-cache")
    publish(track)
    Track.objects.update(regions="except", countries=["FR"])
    assert Client().get(artwork_address(track, 160)).status_code == 404  # nobody says in which country that is


def test_without_a_cover_bars_of_a_score_are_drawn(client: Client, track: Track) -> None:
    publish(track)
    Track.objects.update(artwork=None)
    track.refresh_from_db()
    answer = client.get(artwork_address(track, 480))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content == client.get(artwork_address(track, 96)).content
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize("size", [0, 1, 161, 5000])
def test_other_sizes_are_not_there(client: Client, track: Track, size: int) -> None:
    publish(track)
    assert client.get(f"/tracks/{track.key}/artwork-{size}.webp").status_code == 404


def test_addresses_change_with_the_cover(track: Track) -> None:
    before = artwork_address(track, 480)
    track.artwork_id = "f" * 64
    assert artwork_address(track, 480) != before
    assert artwork_address(track, 480).endswith("?v=ffffffffffff")
