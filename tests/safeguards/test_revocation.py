"""The drill: a track is taken back, and the very next answer of every surface says so.

How long that takes is measured by `bin/bench signals`; here nothing is asked twice, so nothing old can be told. A cell
that is turned has its drill in `test_documents.py`, files have theirs in `marks/test_revocation.py`.
"""

import pytest
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.tracks import publish
from tests.audio.sounding import press_play, public, source

pytestmark = pytest.mark.django_db


def test_a_track_that_is_taken_back_is_gone_from_every_surface(client: Client, as_alma: Client, alma: Account) -> None:
    """What a stranger met is missing with the next answer, also by addresses that were handed out before."""
    track = public(alma, downloads=True)
    played = press_play(client, track)
    media = source(played, "aac")
    surfaces = [
        track.get_absolute_url(), f"/tracks/{track.key}/machines", f"/tracks/{track.key}/rsl.xml",
        f"/tracks/{track.key}/tdm-policy.json", f"/api/v1/tracks/{track.key}/permissions",
        f"/api/v1/tracks/{track.key}", f"/tracks/{track.key}/download",
        f"/tracks/{track.key}/artwork-320.webp", f"/tracks/{track.key}/stream",
    ]  # fmt: skip
    lists = ["/", f"/@{alma.username}", "/sitemap-tracks-1.xml"]
    for place in surfaces:
        answered = client.get(place)
        assert answered.status_code == 200, place
        b"".join(answered)  # read to its end, as a browser does
    assert all(track.get_absolute_url() in client.get(place).content.decode() for place in lists)
    sound = client.get(media)
    assert "search=y" in sound.headers["Content-Usage"]
    b"".join(sound)

    publish.withdraw_to_sketchbook(track, alma, timezone.now())
    assert {place: client.get(place).status_code for place in surfaces} == dict.fromkeys(surfaces, 404)
    assert not any(track.get_absolute_url() in client.get(place).content.decode() for place in lists)
    # Its owner still meets it, and is told that machines may nothing.
    own = as_alma.get(track.get_absolute_url())
    assert (own.status_code, own.headers["Content-Usage"]) == (200, "train-ai=n, search=n")
    assert "noindex" in own.headers["X-Robots-Tag"]
