"""What a browser keeps for when there is no connection."""

import re
from io import BytesIO

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

GERMAN = {"Accept-Language": "de"}


def test_the_page_kept_for_bad_times_is_the_same_for_everybody(
    client: Client, as_alma: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """It may lie in a browser for months, whoever signs in there: so it knows nobody."""
    with django_assert_num_queries(0):
        strangers = client.get("/offline")
    assert as_alma.get("/offline").content == strangers.content
    assert not strangers.cookies
    assert "The line is silent." in strangers.content.decode()
    assert "Die Leitung ist still." in client.get("/offline", headers=GERMAN).content.decode()


def test_every_file_that_the_page_names_is_there(client: Client) -> None:
    named = re.findall(r"""(?:href|src)="/static/([^"#]+)""", client.get("/offline").content.decode())
    assert len(named) == 3
    assert all(finders.find(name) for name in named)


def test_the_worker_is_another_one_when_the_page_is(client: Client, as_alma: Client) -> None:
    english, german = client.get("/service-worker.js"), client.get("/service-worker.js", headers=GERMAN)
    assert english["Content-Type"] == "text/javascript"
    assert english["Cache-Control"] == "no-cache"
    assert as_alma.get("/service-worker.js").content == english.content
    assert german.content != english.content
    assert german.content.decode().rpartition("//")[0] == english.content.decode().rpartition("//")[0]


def test_the_icon_is_where_browsers_look_for_it_unasked(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer["Content-Type"] == "image/x-icon"
    with Image.open(BytesIO(answer.content)) as icon:
        assert icon.format == "ICO"
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_the_program_on_the_home_screen_speaks_the_readers_language(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest", headers=GERMAN)
    assert (manifest.json()["lang"], manifest.json()["shortcuts"][0]["name"]) == ("de", "Hochladen")
    assert {"Accept-Language", "Cookie"} <= set(manifest["Vary"].split(", "))
    assert {icon["purpose"] for icon in manifest.json()["icons"]} == {"any", "maskable"}
