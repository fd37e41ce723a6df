"""Where a file of networks tells countries apart: who hears a track that is limited to some, and what is counted."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tenuto.accounts.models import Account
from tenuto.audio.models import Downloads, Listen
from tenuto.web import networks
from tests.audio.sounding import press_play, public, source
from tests.web.networks_file import germany_and_france

pytestmark = pytest.mark.django_db
GERMANY, FRANCE, ELSEWHERE = "192.0.2.7", "198.51.100.7", "203.0.113.7"


@pytest.fixture(autouse=True)
def a_file_of_networks(tmp_path: Path, settings: Settings) -> None:
    settings.COUNTRY_FILE = germany_and_france(tmp_path / "countries.mmdb")
    networks._file.cache_clear()


def test_a_limited_track_is_heard_in_its_countries_alone(alma: Account) -> None:
    track = public(alma, regions="only", countries=["FR"])
    address = source(press_play(Client(REMOTE_ADDR=FRANCE), track), "aac")
    assert Client(REMOTE_ADDR=FRANCE).get(address)["Cache-Control"] == "private, max-age=1800"
    for other in (GERMANY, ELSEWHERE):
        assert Client(REMOTE_ADDR=other).get(address).status_code == 404
        assert Client(REMOTE_ADDR=other).get(track.get_absolute_url()).status_code == 404
    assert Client(REMOTE_ADDR=FRANCE).get(track.get_absolute_url()).status_code == 200


def test_nothing_that_differs_from_country_to_country_is_left_in_shared_caches(alma: Account, client: Client) -> None:
    track = public(alma)
    assert client.get(f"/tracks/{track.key}/waveform-256.dat")["Cache-Control"] == "private, no-store"
    assert client.get(f"/@{alma.username}/feed.xml")["Cache-Control"].startswith("private")


def test_statistics_have_the_country_and_nothing_keeps_the_address(alma: Account) -> None:
    track = public(alma, downloads=True)
    press_play(Client(REMOTE_ADDR=GERMANY), track)
    b"".join(Client(REMOTE_ADDR=FRANCE).get(f"/tracks/{track.key}/download"))
    listen = Listen.objects.get()
    assert listen.country == "DE"
    assert GERMANY not in repr(vars(listen))
    assert [row.country for row in Downloads.objects.all()] == ["FR"]


def test_the_permissions_tab_no_longer_says_that_countries_are_not_known(as_alma: Client, alma: Account) -> None:
    page = as_alma.get(reverse("tracks:permissions", args=[public(alma).key])).content.decode()
    assert "cannot tell countries apart" not in page
