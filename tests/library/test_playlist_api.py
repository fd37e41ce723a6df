from typing import Any

import pytest
from django.test import Client

from tenuto.accounts.models import Account
from tenuto.library.playlists.models import Playlist
from tests.library.listing import order, public
from tests.tracks import catalogue

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json"}


def test_programs_make_fill_order_and_share(
    client: Client, as_alma: Client, as_bo: Client, alma: Account, bo: Account
) -> None:
    one, two, sketch = public(alma, "One"), public(alma, "Two"), catalogue.track(alma, "A sketch")
    made = as_bo.post("/api/v1/me/playlists", {"title": " Night  tram "}, **JSON)
    assert (made.status_code, made.json()["title"], made.json()["openness"]) == (201, "Night tram", "private")
    address = f"/api/v1/playlists/{made.json()['key']}"
    assert as_bo.put(f"{address}/tracks/{sketch.key}").status_code == 404
    for track in (one, two, one):
        assert as_bo.put(f"{address}/tracks/{track.key}").status_code == 200
    whole = as_bo.put(f"{address}/tracks/{two.key}", {"before": one.key}, **JSON).json()
    assert [entry["track"]["title"] for entry in whole["entries"]] == ["Two", "One"]
    assert (whole["you_are"], whole["secret_url"]) == ("owner", None)
    assert as_bo.put(f"{address}/tracks/{two.key}", {"before": two.key}, **JSON).status_code == 400
    for visitor in (client, as_alma):
        assert visitor.get(address).status_code == 404
    opened = as_bo.patch(address, {"openness": "link", "description": "For Mara"}, **JSON)
    assert opened.json()["openness"] == "link"
    assert as_bo.get(address).json()["secret_url"] == Playlist.objects.get().secret_url()
    assert client.get(address).status_code == 404
    as_bo.patch(address, {"openness": "public"}, **JSON)
    assert client.get(address).json()["you_are"] == "reader"
    listed = client.get("/api/v1/people/bo/playlists").json()["playlists"]
    assert [(one["title"], one["tracks_on_it"]) for one in listed] == [("Night tram", 2)]
    assert as_alma.put(f"{address}/people/alma").status_code == 404
    assert as_bo.put(f"{address}/people/nobody").status_code == 422
    assert as_bo.put(f"{address}/people/alma").status_code == 204
    assert as_alma.put(f"{address}/tracks/{sketch.key}").status_code == 404  # before she says yes
    assert as_alma.put(f"{address}/membership").json()["you_are"] == "collaborator"
    assert as_alma.put(f"{address}/tracks/{sketch.key}").json()["not_shared_with_you"] == 0
    assert as_bo.get(address).json()["not_shared_with_you"] == 1
    assert as_alma.delete(f"{address}/tracks/{one.key}").status_code == 403
    assert [one["key"] for one in as_alma.get("/api/v1/me/playlists").json()["playlists"]] == [made.json()["key"]]
    assert as_alma.delete(f"{address}/membership").status_code == 204
    assert as_bo.delete(f"{address}/people/alma").status_code == 404
    assert as_bo.delete(f"{address}/tracks/{one.key}").status_code == 204
    assert order(Playlist.objects.get()) == ["Two", "A sketch"]
    assert as_bo.delete(address).status_code == 204
    assert not Playlist.objects.exists()


@pytest.mark.parametrize("wish", [{"title": ""}, {"title": "x" * 121}, {"title": "x", "openness": "all"}, {}])
def test_what_cannot_be_a_playlist_is_refused(as_bo: Client, wish: dict[str, str]) -> None:
    assert as_bo.post("/api/v1/me/playlists", wish, **JSON).status_code == 422
    assert not Playlist.objects.exists()
